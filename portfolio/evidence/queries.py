"""Evidence a person may see, what it is tied to, and its pictures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portfolio.core.db import escape_like, session
from portfolio.core.hooks import Hooks, Violation
from portfolio.core.i18n.language import current_language
from portfolio.core.storage.models import StoredFile
from portfolio.core.web.pagination import Page, paginate
from portfolio.criteria.models import CriteriaSet, Standing
from portfolio.criteria.queries import DEFAULT_CRITERIA_SET
from portfolio.evidence import reports
from portfolio.evidence.models import (
    EvidenceItem,
    EvidenceUse,
    EvidenceUseCriterion,
    EvidenceUseHeading,
    EvidenceVersion,
    FileReport,
    PreviewPage,
    PreviewState,
    Thumbnail,
)
from portfolio.organizations.delegations.queries import whose
from portfolio.works.models import Work


@dataclass(frozen=True)
class ItemPage:
    """A rendered page of an item that the person may see."""

    item: EvidenceItem
    picture: StoredFile


@dataclass(frozen=True)
class ItemUse:
    """That an item which the person may see proves something of a work."""

    item: EvidenceItem
    use: EvidenceUse


@dataclass(frozen=True)
class ItemPlace:
    """A page of an item that the person may see, whether it is drawn yet or not."""

    item: EvidenceItem
    page: int


@dataclass(frozen=True)
class ItemVersion:
    """A file that an item which the person may see has or had."""

    item: EvidenceItem
    version: EvidenceVersion


def visible_to(user: Any) -> Select[EvidenceItem]:
    """A person's own evidence, set aside or not."""
    return select(EvidenceItem).where(EvidenceItem.owner_id == whose(user).id)


def find(user: Any, item_id: int) -> EvidenceItem | None:
    """One item with its file and everything it is tied to."""
    return session.scalar(
        visible_to(user)
        .where(EvidenceItem.id == item_id)
        .options(
            joinedload(EvidenceItem.stored_file),
            joinedload(EvidenceItem.report),
            selectinload(EvidenceItem.uses).selectinload(EvidenceUse.missions),
            *_uses(),
        )
    )


def find_with_file(user: Any, item_id: int) -> EvidenceItem | None:
    """One item that holds a file."""
    item = find(user, item_id)
    return item if item is not None and item.stored_file is not None else None


def find_page(user: Any, item_id: int, page: int) -> ItemPage | None:
    """The picture of one page (from 1) of an item."""
    item = find(user, item_id)
    if item is None or item.stored_file is None:
        return None
    statement = (
        select(StoredFile)
        .join(PreviewPage, PreviewPage.picture_id == StoredFile.id)
        .where(PreviewPage.source_sha256 == item.stored_file.sha256, PreviewPage.page == page)
    )
    picture = session.scalar(statement)
    return ItemPage(item, picture) if picture is not None else None


def find_thumbnail(user: Any, item_id: int) -> ItemPage | None:
    """The small picture of an item's first page."""
    item = find(user, item_id)
    if item is None or item.stored_file is None:
        return None
    statement = (
        select(StoredFile)
        .join(Thumbnail, Thumbnail.picture_id == StoredFile.id)
        .where(Thumbnail.source_sha256 == item.stored_file.sha256)
    )
    picture = session.scalar(statement)
    return ItemPage(item, picture) if picture is not None else None


def find_place(user: Any, item_id: int, page: int) -> ItemPlace | None:
    """A page (from 1) that an item has, drawn or not."""
    item = find_with_file(user, item_id)
    return ItemPlace(item, page) if item is not None and 1 <= page <= (item.page_count or 0) else None


def find_version(user: Any, item_id: int, number: int) -> ItemVersion | None:
    """A file that an item has or had."""
    item = find(user, item_id)
    if item is None:
        return None
    statement = (
        select(EvidenceVersion)
        .where(EvidenceVersion.evidence_id == item.id, EvidenceVersion.number == number)
        .options(joinedload(EvidenceVersion.stored_file))
    )
    version = session.scalar(statement)
    return ItemVersion(item, version) if version is not None else None


def versions_of(item: EvidenceItem) -> list[EvidenceVersion]:
    """The files an item has and had, newest first."""
    statement = (
        select(EvidenceVersion)
        .where(EvidenceVersion.evidence_id == item.id)
        .options(joinedload(EvidenceVersion.stored_file))
        .order_by(EvidenceVersion.number.desc())
    )
    return list(session.scalars(statement))


def picture_of(item: EvidenceItem, page: int) -> PreviewPage | None:
    """The picture of one page, if it is drawn."""
    if item.stored_file is None:
        return None
    return session.scalar(
        select(PreviewPage).where(PreviewPage.source_sha256 == item.stored_file.sha256, PreviewPage.page == page)
    )


def with_thumbnail(items: Iterable[EvidenceItem]) -> dict[str, Thumbnail]:
    """The small pictures of these items' files, by digest. One query."""
    digests = [item.stored_file.sha256 for item in items if item.stored_file is not None]
    if not digests:
        return {}
    found = session.scalars(select(Thumbnail).where(Thumbnail.source_sha256.in_(digests)))
    return {small.source_sha256: small for small in found}


def find_use(user: Any, item_id: int, work_id: int) -> ItemUse | None:
    """The tie of an item to a work."""
    item = find(user, item_id)
    use = next((use for use in item.uses if use.work_id == work_id), None) if item else None
    return ItemUse(item, use) if item is not None and use is not None else None


def _uses() -> tuple[Any, ...]:
    uses = selectinload(EvidenceItem.uses)
    return (
        uses.selectinload(EvidenceUse.headings),
        uses.selectinload(EvidenceUse.criteria),
        uses.joinedload(EvidenceUse.work),
    )


def pages_of(sha256: str) -> list[PreviewPage]:
    """The pictures of a file's pages in order, as far as they are rendered."""
    statement = (
        select(PreviewPage)
        .where(PreviewPage.source_sha256 == sha256)
        .options(joinedload(PreviewPage.picture))
        .order_by(PreviewPage.page)
    )
    return list(session.scalars(statement))


def index_page(
    user: Any,
    *,
    page: int = 1,
    term: str = "",
    work_id: int | None = None,
    untied: bool = False,
    archived: bool = False,
) -> Page[EvidenceItem]:
    """A person's evidence, newest first, with what it is tied to."""
    statement = (
        visible_to(user)
        .where(EvidenceItem.archived_at.is_not(None) if archived else EvidenceItem.archived_at.is_(None))
        .options(joinedload(EvidenceItem.stored_file), joinedload(EvidenceItem.report), *_uses())
        .order_by(EvidenceItem.created_at.desc(), EvidenceItem.id.desc())
    )
    if term:
        like = f"%{escape_like(term)}%"
        statement = statement.where(
            or_(EvidenceItem.title_th.ilike(like, escape="\\"), EvidenceItem.title_en.ilike(like, escape="\\"))
        )
    if work_id is not None:
        statement = statement.where(EvidenceItem.uses.any(EvidenceUse.work_id == work_id))
    if untied:
        statement = statement.where(~EvidenceItem.uses.any())
    return paginate(session, statement, page)


def has_archived(user: Any) -> bool:
    """Whether this person has set evidence aside."""
    return session.scalar(visible_to(user).where(EvidenceItem.archived_at.is_not(None)).limit(1)) is not None


def has_evidence(user: Any) -> bool:
    """Whether this person has handed in anything yet."""
    return session.scalar(visible_to(user).where(EvidenceItem.archived_at.is_(None)).limit(1)) is not None


def failed_previews(user: Any, limit: int = 3) -> list[EvidenceItem]:
    """Items of which no picture could be made, newest first."""
    statement = (
        visible_to(user)
        .where(EvidenceItem.preview_state == PreviewState.FAILED, EvidenceItem.archived_at.is_(None))
        .order_by(EvidenceItem.id.desc())
        .limit(limit)
    )
    return list(session.scalars(statement))


def uses_of_works(work_ids: Iterable[int]) -> list[EvidenceUse]:
    """What these works are proven by, a work at a time in its order; items set aside are left out."""
    statement = (
        select(EvidenceUse)
        .join(EvidenceItem)
        .where(EvidenceUse.work_id.in_(list(work_ids)), EvidenceItem.archived_at.is_(None))
        .options(
            selectinload(EvidenceUse.headings),
            selectinload(EvidenceUse.criteria),
            selectinload(EvidenceUse.missions),
            joinedload(EvidenceUse.evidence).joinedload(EvidenceItem.stored_file),
        )
        .order_by(EvidenceUse.work_id, EvidenceUse.position, EvidenceUse.id)
    )
    return list(session.scalars(statement))


def uses_of_work(work: Work) -> list[EvidenceUse]:
    """What a work is proven by, in its order."""
    return uses_of_works([work.id])


class Proof(NamedTuple):
    """What a readiness list asks of an exhibit of a work: its pages, None where it has none at all; whether its file
    must be mended before it can be bound; and the codes of the criteria it speaks to."""

    item_id: int
    pages: int | None
    unusable: bool
    criteria: tuple[str, ...]


def proofs_of_works(work_ids: Iterable[int]) -> dict[int, list[Proof]]:
    """The exhibits of each work in its own order, without those set aside. One query, which loads none of them."""
    codes = (
        select(func.aggregate_strings(EvidenceUseCriterion.criterion_code, "\n"))
        .where(EvidenceUseCriterion.use_id == EvidenceUse.id)
        .correlate(EvidenceUse)
        .scalar_subquery()
    )
    statement = (
        select(EvidenceUse.work_id, EvidenceItem.id, EvidenceItem.page_count, FileReport.findings, codes)
        .join(EvidenceItem, EvidenceItem.id == EvidenceUse.evidence_id)
        .outerjoin(FileReport, FileReport.stored_file_id == EvidenceItem.stored_file_id)
        .where(EvidenceUse.work_id.in_(list(work_ids)), EvidenceItem.archived_at.is_(None))
        .order_by(EvidenceUse.work_id, EvidenceUse.position, EvidenceUse.id)
    )
    found: dict[int, list[Proof]] = {}
    for work_id, item_id, pages, findings, spoken_to in session.execute(statement):
        unusable = findings is not None and any(finding.must for finding in reports.parse(findings))
        proof = Proof(item_id, pages, unusable, tuple(spoken_to.split("\n")) if spoken_to else ())
        found.setdefault(work_id, []).append(proof)
    return found


def tied_to_heading(work: Work, heading_code: str) -> list[EvidenceUse]:
    """What supports one heading of a work, in the work's order."""
    statement = (
        select(EvidenceUse)
        .join(EvidenceItem)
        .join(EvidenceUseHeading)
        .where(EvidenceUse.work_id == work.id, EvidenceUseHeading.heading_code == heading_code)
        .where(EvidenceItem.archived_at.is_(None))
        .options(joinedload(EvidenceUse.evidence))
        .order_by(EvidenceUse.position, EvidenceUse.id)
    )
    return list(session.scalars(statement))


def current_criteria() -> CriteriaSet | None:
    """The criteria that evidence is tied to: the association's newest published set, else its provisional one."""
    statement = (
        select(CriteriaSet)
        .where(CriteriaSet.published_at.is_not(None))
        .where(CriteriaSet.standing.in_([Standing.PUBLISHED_BY_ENT, Standing.PROVISIONAL]))
        .options(joinedload(CriteriaSet.criteria))
        .order_by(
            (CriteriaSet.standing != Standing.PUBLISHED_BY_ENT).asc(),
            (CriteriaSet.code != DEFAULT_CRITERIA_SET).asc(),
            CriteriaSet.published_at.desc(),
            CriteriaSet.set_version.desc(),
            CriteriaSet.id.desc(),
        )
        .limit(1)
    )
    return session.scalars(statement).unique().one_or_none()


def _personal_data(user: Any) -> list[dict[str, Any]]:
    """What a person handed in, for the copy of their data that they may ask for."""
    statement = visible_to(user).options(joinedload(EvidenceItem.stored_file)).order_by(EvidenceItem.id)
    return [
        {
            "title_th": item.title_th,
            "title_en": item.title_en,
            "url": item.url,
            "file": item.stored_file.filename if item.stored_file else None,
            "created_at": item.created_at.isoformat(),
        }
        for item in session.scalars(statement)
    ]


def _foreign_ties() -> Iterable[Violation]:
    """Evidence proves its owner's works only."""
    statement = (
        select(EvidenceUse.id)
        .join(EvidenceItem, EvidenceItem.id == EvidenceUse.evidence_id)
        .join(Work, Work.id == EvidenceUse.work_id)
        .where(EvidenceItem.owner_id != Work.owner_id)
    )
    for use_id in session.scalars(statement):
        yield Violation("evidence", f"evidence_use {use_id}", "the item and the work have different owners")


def _choices(user: Any) -> list[tuple[int, str]]:
    """Exhibits to choose from, the newest first."""
    statement = visible_to(user).where(EvidenceItem.archived_at.is_(None)).order_by(EvidenceItem.id.desc()).limit(200)
    language = current_language()
    return [(item.id, item.title_in(language)) for item in session.scalars(statement)]


def register(hooks: Hooks) -> None:
    """Bring evidence to the copy of a person's data, to choices elsewhere, and to the check."""
    hooks.exhibit_choices.append(_choices)
    hooks.personal_data["evidence"] = _personal_data
    hooks.invariants["evidence"] = _foreign_ties
