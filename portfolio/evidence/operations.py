"""What can be done with evidence: add, describe, replace, tie to works, set aside. Files are taken in beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import PurePath

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import flag_modified

from portfolio.accounts.models import User
from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import Stale, check_version, lock, session
from portfolio.core.jobs.operations import enqueue
from portfolio.core.permissions import demand
from portfolio.core.storage.models import StoredFile
from portfolio.core.storage.operations import Intake, record_file
from portfolio.core.storage.previews import can_render
from portfolio.evidence import reports
from portfolio.evidence.models import (
    EvidenceItem,
    EvidenceKind,
    EvidenceType,
    EvidenceUse,
    EvidenceUseCriterion,
    EvidenceUseHeading,
    EvidenceUseMission,
    EvidenceVersion,
    FileReport,
    PreviewPage,
    PreviewState,
    Thumbnail,
    VersionOrigin,
)
from portfolio.evidence.numbering import texts_following, works_of
from portfolio.evidence.permissions import EvidenceAction, EvidencePermission
from portfolio.organizations.delegations.queries import whose
from portfolio.works.missions.models import MissionEntry
from portfolio.works.models import Work

PREVIEW_TASK = "evidence.preview"
PAGES_TASK = "evidence.pages"
DRAWN_AT_ONCE = 10
TITLE_LIMIT = 300


@dataclass(frozen=True)
class EvidenceFields:
    """What is said of an item."""

    title_th: str
    title_en: str = ""
    type: EvidenceType = EvidenceType.OTHER
    caption_th: str = ""
    caption_en: str = ""
    dated: date | None = None


@dataclass(frozen=True)
class Ties:
    """What an item proves of one work: headings and criteria by their codes, entries of its missions by their ids.

    `missions` None leaves those as they are.
    """

    headings: Sequence[str] = field(default_factory=tuple)
    criteria: Sequence[str] = field(default_factory=tuple)
    missions: Sequence[int] | None = None


@dataclass(frozen=True)
class _Recorded:
    """A file with its row, and what the check told of its pages."""

    stored: StoredFile
    pages: int | None
    text_layer: bool | None


def add_file(*, actor: User, intake: Intake, fields: EvidenceFields) -> EvidenceItem:
    """An item that is a file, taken in before this transaction. The same file again gives the item that is there."""
    session.scalar(select(User.id).where(User.id == whose(actor).id).with_for_update(key_share=True))
    known = session.scalar(
        select(EvidenceItem)
        .join(StoredFile, EvidenceItem.stored_file_id == StoredFile.id)
        .where(EvidenceItem.owner_id == whose(actor).id, EvidenceItem.archived_at.is_(None))
        .where(StoredFile.sha256 == intake.sha256, StoredFile.filename == intake.filename)
        .limit(1)
    )
    if known is not None:
        return known
    item = EvidenceItem(owner_id=whose(actor).id, kind=EvidenceKind.FILE, **asdict(fields))
    _hold(item, _record(intake, actor))
    session.add(item)
    session.flush()
    _keep_version(item, VersionOrigin.ADDED, actor)
    _queue_preview(item, actor)
    record(
        action=EvidenceAction.ADD,
        actor_id=actor.id,
        subject_type="evidence",
        subject_id=item.id,
        digests={"file": intake.sha256},
    )
    return item


def add_link(*, actor: User, url: str, fields: EvidenceFields) -> EvidenceItem:
    """An item that is an address. The same address under the same title again gives the item that is there."""
    session.scalar(select(User.id).where(User.id == whose(actor).id).with_for_update(key_share=True))
    known = session.scalar(
        select(EvidenceItem)
        .where(EvidenceItem.owner_id == whose(actor).id, EvidenceItem.archived_at.is_(None))
        .where(EvidenceItem.url == url, EvidenceItem.title_th == fields.title_th)
        .limit(1)
    )
    if known is not None:
        return known
    item = EvidenceItem(owner_id=whose(actor).id, kind=EvidenceKind.LINK, url=url, **asdict(fields))
    session.add(item)
    session.flush()
    record(action=EvidenceAction.ADD, actor_id=actor.id, subject_type="evidence", subject_id=item.id)
    return item


def update_item(
    *, actor: User, item: EvidenceItem, fields: EvidenceFields, version: int, url: str | None = None
) -> None:
    """Change what is said of an item, and the address of a link. Raises Stale."""
    demand(EvidencePermission.EDIT, actor, item)
    lock(item)
    check_version(item, version)
    for name, value in asdict(fields).items():
        setattr(item, name, value)
    if item.kind is EvidenceKind.LINK and url:
        item.url = url
    session.flush()
    record(action=EvidenceAction.UPDATE, actor_id=actor.id, subject_type="evidence", subject_id=item.id)


def replace_file(
    *, actor: User, item: EvidenceItem, intake: Intake, origin: VersionOrigin = VersionOrigin.REPLACED
) -> None:
    """Another file for the same item, as its next version. Older ones stay, and so do the ties.

    The file that the item has already changes nothing.
    """
    demand(EvidencePermission.EDIT, actor, item)
    if item.kind is not EvidenceKind.FILE:
        raise ValueError("only an item with a file can have it replaced")
    lock(item)
    if item.stored_file is not None and item.stored_file.sha256 == intake.sha256:
        return
    _change_file(item, _record(intake, actor), origin, actor)


def restore_version(*, actor: User, item: EvidenceItem, version: EvidenceVersion) -> None:
    """Give an item an earlier file again, as its newest version: nothing that came in between is lost."""
    demand(EvidencePermission.EDIT, actor, item)
    if version.evidence_id != item.id:
        raise ValueError("a version of another item")
    lock(item)
    if item.stored_file_id != version.stored_file_id:
        again = _Recorded(version.stored_file, version.page_count, version.has_text_layer)
        _change_file(item, again, VersionOrigin.RESTORED, actor)


def remove_version(*, actor: User, item: EvidenceItem, version: EvidenceVersion) -> None:
    """Give up an earlier file for good, unless it is the one that holds. Frozen submissions keep what they have.

    Raises ValueError for the file that holds.
    """
    demand(EvidencePermission.EDIT, actor, item)
    lock(item)
    if version.evidence_id != item.id or version.stored_file_id == item.stored_file_id:
        raise ValueError("the file that holds cannot be given up")
    stored_id, digest = version.stored_file_id, version.stored_file.sha256
    session.execute(
        delete(EvidenceVersion).where(
            EvidenceVersion.evidence_id == item.id, EvidenceVersion.stored_file_id == stored_id
        )
    )
    session.expire_all()
    if _forget_file(stored_id) and not session.scalar(
        select(StoredFile.id).where(StoredFile.sha256 == digest).limit(1)
    ):
        forget_pictures(sha256=digest)
    record(
        action=EvidenceAction.REMOVE_VERSION,
        actor_id=actor.id,
        subject_type="evidence",
        subject_id=item.id,
        digests={"file": digest},
    )


def _forget_file(stored_id: int) -> bool:
    """Remove the row of a file unless a snapshot names it: there it stays, and there alone."""
    try:
        with session.begin_nested():
            session.execute(delete(StoredFile).where(StoredFile.id == stored_id))
    except IntegrityError:
        return False
    return True


def forget_pictures(*, sha256: str) -> None:
    """Remove the previews of a file that is gone."""
    pictures = [
        *session.scalars(select(PreviewPage.picture_id).where(PreviewPage.source_sha256 == sha256)),
        *session.scalars(select(Thumbnail.picture_id).where(Thumbnail.source_sha256 == sha256)),
    ]
    session.execute(delete(PreviewPage).where(PreviewPage.source_sha256 == sha256))
    session.execute(delete(Thumbnail).where(Thumbnail.source_sha256 == sha256))
    for picture_id in pictures:
        _forget_file(picture_id)


def _change_file(item: EvidenceItem, recorded: _Recorded, origin: VersionOrigin, actor: User) -> None:
    if not session.scalar(select(func.count()).where(EvidenceVersion.evidence_id == item.id)):
        _keep_version(item, VersionOrigin.ADDED, actor)
    _hold(item, recorded)
    if session.scalar(select(PreviewPage.id).where(PreviewPage.source_sha256 == recorded.stored.sha256).limit(1)):
        item.preview_state = PreviewState.READY
    session.flush()
    _keep_version(item, origin, actor)
    _queue_preview(item, actor)
    record(
        action=EvidenceAction.REPLACE_FILE,
        actor_id=actor.id,
        subject_type="evidence",
        subject_id=item.id,
        digests={"file": recorded.stored.sha256},
    )


def _record(intake: Intake, actor: User) -> _Recorded:
    stored = record_file(intake, actor)
    findings = reports.findings_of(intake.media_type, intake.facts)
    if findings:
        session.add(FileReport(stored_file_id=stored.id, findings=reports.write(findings)))
        session.flush()
    pages, text_layer = intake.facts.get("pages"), intake.facts.get("text_layer")
    return _Recorded(
        stored, int(pages) if pages is not None else None, bool(text_layer) if text_layer is not None else None
    )


def _hold(item: EvidenceItem, recorded: _Recorded) -> None:
    stored = recorded.stored
    item.stored_file_id = stored.id
    item.stored_file = stored
    item.page_count = recorded.pages
    item.has_text_layer = recorded.text_layer
    item.preview_state = PreviewState.WAITING if can_render(stored.media_type) else PreviewState.NONE


def _keep_version(item: EvidenceItem, origin: VersionOrigin, actor: User) -> None:
    last = session.scalar(select(func.max(EvidenceVersion.number)).where(EvidenceVersion.evidence_id == item.id))
    session.add(
        EvidenceVersion(
            evidence_id=item.id,
            number=(last or 0) + 1,
            stored_file_id=item.stored_file_id,
            origin=origin,
            page_count=item.page_count,
            has_text_layer=item.has_text_layer,
            made_by_id=actor.id,
        )
    )
    session.flush()


def _queue_preview(item: EvidenceItem, actor: User) -> None:
    if item.preview_state is PreviewState.WAITING and item.stored_file is not None:
        enqueue(
            task=PREVIEW_TASK,
            payload={"item_id": item.id},
            key=f"{PREVIEW_TASK}:{item.id}:{item.stored_file.id}",
            owner_id=actor.id,
        )


def queue_missing_previews(*, actor: User) -> int:
    """Have pictures made of the actor's files that came without: those of a portfolio brought in from elsewhere."""
    bare = session.scalars(
        select(EvidenceItem)
        .join(StoredFile, EvidenceItem.stored_file_id == StoredFile.id)
        .where(EvidenceItem.owner_id == whose(actor).id, EvidenceItem.preview_state == PreviewState.NONE)
        .options(joinedload(EvidenceItem.stored_file))
    ).all()
    queued = 0
    for item in bare:
        if item.stored_file is not None and can_render(item.stored_file.media_type):
            item.preview_state = PreviewState.WAITING
            session.flush()
            _queue_preview(item, actor)
            queued += 1
    return queued


def queue_preview_again(*, actor: User, item: EvidenceItem) -> None:
    """Try once more to make the pictures of an item."""
    demand(EvidencePermission.EDIT, actor, item)
    lock(item)
    if item.preview_state is PreviewState.FAILED:
        item.preview_state = PreviewState.WAITING
        session.flush()
        _queue_preview(item, actor)


def queue_pages(*, actor: User, item: EvidenceItem, page: int) -> None:
    """Have the pages around this one drawn, ten at a time, where a long file was drawn in part only."""
    demand(EvidencePermission.READ, actor, item)
    if item.stored_file is None or not can_render(item.stored_file.media_type) or page > (item.page_count or 0):
        return
    first = (page - 1) // DRAWN_AT_ONCE * DRAWN_AT_ONCE + 1
    enqueue(
        task=PAGES_TASK,
        payload={"item_id": item.id, "stored_file_id": item.stored_file.id, "first": first},
        key=f"{PAGES_TASK}:{item.stored_file.id}:{first}",
        owner_id=whose(actor).id,
    )


def title_of(filename: str) -> str:
    """A first title, from the name of the file."""
    return (PurePath(filename).stem.replace("_", " ").strip() or filename)[:TITLE_LIMIT]


def tie(*, actor: User, item: EvidenceItem, ties: Mapping[int, Ties], version: int) -> None:
    """State anew what an item proves: for each work (by id) its headings and criteria; works left out are untied.

    Where it is untied, the texts of the work follow its other exhibits to their new numbers. Raises Stale, and
    ValueError for a work that is not the actor's or a heading its rule set does not have.
    """
    demand(EvidencePermission.EDIT, actor, item)
    lock(item)
    check_version(item, version)
    works = {
        work.id: work
        for work in session.scalars(select(Work).where(Work.owner_id == item.owner_id, Work.id.in_(list(ties))))
    }
    if set(works) != set(ties):
        raise ValueError("a work is not this person's")
    kept = {use.work_id: use for use in item.uses}
    with texts_following(actor=actor, work_ids={*kept, *ties}):
        for work_id, use in kept.items():
            if work_id not in ties:
                item.uses.remove(use)
        for work_id, said in ties.items():
            use = kept.get(work_id) or _new_use(item, works[work_id])
            _set_ties(use, said, works[work_id])
        flag_modified(item, "type")  # ties have no version of their own; the item's guards them
    session.expire(item, ["uses"])
    record(action=EvidenceAction.TIE, actor_id=actor.id, subject_type="evidence", subject_id=item.id)


def _new_use(item: EvidenceItem, work: Work) -> EvidenceUse:
    last = session.scalar(select(func.max(EvidenceUse.position)).where(EvidenceUse.work_id == work.id))
    use = EvidenceUse(work_id=work.id, work=work, position=0 if last is None else last + 1)
    item.uses.append(use)
    return use


def _set_ties(use: EvidenceUse, said: Ties, work: Work) -> None:
    known = {heading.code for heading in work.rule_set.headings}
    if not set(said.headings) <= known:
        raise ValueError("the rule set has no such heading")
    headings = {row.heading_code: row for row in use.headings}
    use.headings = [
        headings.get(code) or EvidenceUseHeading(heading_code=code) for code in dict.fromkeys(said.headings)
    ]
    criteria = {row.criterion_code: row for row in use.criteria}
    use.criteria = [
        criteria.get(code) or EvidenceUseCriterion(criterion_code=code) for code in dict.fromkeys(said.criteria)
    ]
    if said.missions is not None:
        entries = select(MissionEntry.id).where(MissionEntry.work_id == work.id)
        if not set(said.missions) <= set(session.scalars(entries)):
            raise ValueError("the work has no such entry of its missions")
        missions = {row.mission_entry_id: row for row in use.missions}
        use.missions = [
            missions.get(entry) or EvidenceUseMission(mission_entry_id=entry) for entry in dict.fromkeys(said.missions)
        ]


def tie_to(*, actor: User, item: EvidenceItem, work_id: int) -> None:
    """Make an item an exhibit of one more work; what it proves of others stays."""
    if all(use.work_id != work_id for use in item.uses):
        tie(actor=actor, item=item, ties={**_ties_of(item), work_id: Ties()}, version=item.version)


def set_criterion(*, actor: User, item: EvidenceItem, work_id: int, code: str, speaks: bool) -> None:
    """Say, or no longer say, that an item speaks to a criterion in a work. Twice the same changes nothing.

    An item that is no exhibit of the work yet becomes one. Raises ValueError for a work that is not the owner's.
    """
    lock(item)
    ties = _ties_of(item)
    said = ties.get(work_id, Ties())
    if (code in said.criteria) == speaks:
        return
    kept = tuple(other for other in said.criteria if other != code)
    ties[work_id] = Ties(headings=said.headings, criteria=(*kept, code) if speaks else kept)
    tie(actor=actor, item=item, ties=ties, version=item.version)


def with_other_criteria(*, item: EvidenceItem, ties: Mapping[int, Ties], shown: Sequence[str]) -> dict[int, Ties]:
    """Ties as a page states them that showed these criteria only: what the item says to other sets stays said."""
    others = {
        work_id: tuple(code for code in said.criteria if code not in shown) for work_id, said in _ties_of(item).items()
    }
    return {
        work_id: Ties(said.headings, (*said.criteria, *others.get(work_id, ())), said.missions)
        for work_id, said in ties.items()
    }


def _ties_of(item: EvidenceItem) -> dict[int, Ties]:
    return {
        use.work_id: Ties(
            headings=tuple(row.heading_code for row in use.headings),
            criteria=tuple(row.criterion_code for row in use.criteria),
        )
        for use in item.uses
    }


def move_use(*, actor: User, use: EvidenceUse, up: bool) -> None:
    """Move an item one place up or down among the exhibits of its work; the texts of the work follow.

    It passes by what is set aside: that is no exhibit. Raises Stale where it was untied in the meantime.
    """
    item = use.evidence
    demand(EvidencePermission.EDIT, actor, item)
    with texts_following(actor=actor, work_ids=[use.work_id]):
        rows = list(
            session.scalars(
                select(EvidenceUse)
                .where(EvidenceUse.work_id == use.work_id)
                .order_by(EvidenceUse.position, EvidenceUse.id)
                .options(joinedload(EvidenceUse.evidence))
                .execution_options(populate_existing=True)
            )
        )
        if use not in rows:
            raise Stale  # it was untied in the meantime
        place = rows.index(use)
        beyond = range(place - 1, -1, -1) if up else range(place + 1, len(rows))
        other = next((there for there in beyond if rows[there].evidence.archived_at is None), None)
        if other is None:
            return
        rows.insert(other, rows.pop(place))
        for position, each in enumerate(rows):
            each.position = position
    record(action=EvidenceAction.MOVE, actor_id=actor.id, subject_type="evidence", subject_id=item.id)


def archive_item(*, actor: User, item: EvidenceItem) -> None:
    """Set an item aside: it leaves lists, counts and exhibits, and can be taken back with all its ties.

    Sentences that cite it name exhibit 0 from now on, also when it is taken back.
    """
    demand(EvidencePermission.EDIT, actor, item)
    lock(item)
    if item.archived_at is None:
        with texts_following(actor=actor, work_ids=works_of(item.id)):
            item.archived_at = now()
        record(action=EvidenceAction.ARCHIVE, actor_id=actor.id, subject_type="evidence", subject_id=item.id)


def restore_item(*, actor: User, item: EvidenceItem) -> None:
    """Take an item back, to the place it had; the texts follow the exhibits behind it."""
    demand(EvidencePermission.EDIT, actor, item)
    lock(item)
    if item.archived_at is not None:
        with texts_following(actor=actor, work_ids=works_of(item.id)):
            item.archived_at = None
        record(action=EvidenceAction.RESTORE, actor_id=actor.id, subject_type="evidence", subject_id=item.id)
