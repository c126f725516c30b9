"""What can be done with evidence: add, describe, replace, tie to works, set aside. Files are taken in beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from portfolio.accounts.models import User
from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import check_version, lock, session
from portfolio.core.jobs.operations import enqueue
from portfolio.core.permissions import demand
from portfolio.core.storage.models import StoredFile
from portfolio.core.storage.operations import Intake, record_file
from portfolio.core.storage.previews import can_render
from portfolio.evidence.models import (
    EvidenceItem,
    EvidenceKind,
    EvidenceType,
    EvidenceUse,
    EvidenceUseCriterion,
    EvidenceUseHeading,
    PreviewState,
)
from portfolio.evidence.permissions import EvidenceAction, EvidencePermission
from portfolio.works.models import Work

PREVIEW_TASK = "evidence.preview"


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
    """What an item proves of one work: headings and criteria by their codes."""

    headings: Sequence[str] = field(default_factory=tuple)
    criteria: Sequence[str] = field(default_factory=tuple)


def add_file(*, actor: User, intake: Intake, fields: EvidenceFields) -> EvidenceItem:
    """An item that is a file, taken in before this transaction. The same file again gives the item that is there."""
    session.scalar(select(User.id).where(User.id == actor.id).with_for_update())
    known = session.scalar(
        select(EvidenceItem)
        .join(StoredFile, EvidenceItem.stored_file_id == StoredFile.id)
        .where(EvidenceItem.owner_id == actor.id, EvidenceItem.archived_at.is_(None))
        .where(StoredFile.sha256 == intake.sha256, StoredFile.filename == intake.filename)
        .limit(1)
    )
    if known is not None:
        return known
    item = EvidenceItem(owner_id=actor.id, kind=EvidenceKind.FILE, **asdict(fields))
    _take(item, intake, actor)
    session.add(item)
    session.flush()
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
    session.scalar(select(User.id).where(User.id == actor.id).with_for_update())
    known = session.scalar(
        select(EvidenceItem)
        .where(EvidenceItem.owner_id == actor.id, EvidenceItem.archived_at.is_(None))
        .where(EvidenceItem.url == url, EvidenceItem.title_th == fields.title_th)
        .limit(1)
    )
    if known is not None:
        return known
    item = EvidenceItem(owner_id=actor.id, kind=EvidenceKind.LINK, url=url, **asdict(fields))
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


def replace_file(*, actor: User, item: EvidenceItem, intake: Intake) -> None:
    """Another file for the same item. The old StoredFile stays, since snapshots may point to it; ties stay too."""
    demand(EvidencePermission.EDIT, actor, item)
    if item.kind is not EvidenceKind.FILE:
        raise ValueError("only an item with a file can have it replaced")
    lock(item)
    if item.stored_file is not None and item.stored_file.sha256 == intake.sha256:
        return
    _take(item, intake, actor)
    session.flush()
    _queue_preview(item, actor)
    record(
        action=EvidenceAction.REPLACE_FILE,
        actor_id=actor.id,
        subject_type="evidence",
        subject_id=item.id,
        digests={"file": intake.sha256},
    )


def _take(item: EvidenceItem, intake: Intake, actor: User) -> None:
    stored = record_file(intake, actor)
    pages = intake.facts.get("pages")
    text_layer = intake.facts.get("text_layer")
    item.stored_file_id = stored.id
    item.stored_file = stored
    item.page_count = int(pages) if pages is not None else None
    item.has_text_layer = bool(text_layer) if text_layer is not None else None
    item.preview_state = PreviewState.WAITING if can_render(intake.media_type) else PreviewState.NONE


def _queue_preview(item: EvidenceItem, actor: User) -> None:
    if item.preview_state is PreviewState.WAITING and item.stored_file is not None:
        enqueue(
            task=PREVIEW_TASK,
            payload={"item_id": item.id},
            key=f"{PREVIEW_TASK}:{item.id}:{item.stored_file.id}",
            owner_id=actor.id,
        )


def queue_preview_again(*, actor: User, item: EvidenceItem) -> None:
    """Try once more to make the pictures of an item."""
    demand(EvidencePermission.EDIT, actor, item)
    lock(item)
    if item.preview_state is PreviewState.FAILED:
        item.preview_state = PreviewState.WAITING
        session.flush()
        _queue_preview(item, actor)


def tie(*, actor: User, item: EvidenceItem, ties: Mapping[int, Ties], version: int) -> None:
    """State anew what an item proves: for each work (by id) its headings and criteria; works left out are untied.

    Raises Stale, and ValueError for a work that is not the actor's or a heading its rule set does not have.
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
    for work_id, use in kept.items():
        if work_id not in ties:
            item.uses.remove(use)
    for work_id, said in ties.items():
        use = kept.get(work_id) or _new_use(item, works[work_id])
        _set_ties(use, said, works[work_id])
    flag_modified(item, "type")  # ties have no version of their own; the item's guards them
    session.flush()
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


def move_use(*, actor: User, use: EvidenceUse, up: bool) -> None:
    """Move an item one place up or down among the exhibits of its work."""
    demand(EvidencePermission.EDIT, actor, use.evidence)
    rows = list(
        session.scalars(
            select(EvidenceUse)
            .where(EvidenceUse.work_id == use.work_id)
            .order_by(EvidenceUse.position, EvidenceUse.id)
            .with_for_update()
        )
    )
    place = rows.index(use)
    other = place - 1 if up else place + 1
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
        for position, each in enumerate(rows):
            each.position = position
        session.flush()


def archive_item(*, actor: User, item: EvidenceItem) -> None:
    """Set an item aside: it leaves lists, counts and exhibits, and can be taken back with all its ties."""
    demand(EvidencePermission.EDIT, actor, item)
    lock(item)
    if item.archived_at is None:
        item.archived_at = now()
        session.flush()
        record(action=EvidenceAction.ARCHIVE, actor_id=actor.id, subject_type="evidence", subject_id=item.id)


def restore_item(*, actor: User, item: EvidenceItem) -> None:
    """Take an item back."""
    demand(EvidencePermission.EDIT, actor, item)
    lock(item)
    if item.archived_at is not None:
        item.archived_at = None
        session.flush()
        record(action=EvidenceAction.RESTORE, actor_id=actor.id, subject_type="evidence", subject_id=item.id)
