"""Imports a person may see, their entries page by page, and what is known already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from portfolio.core.db import session
from portfolio.core.hooks import Hooks
from portfolio.core.web.pagination import PER_PAGE, Page, paginate
from portfolio.criteria.models import RuleSet
from portfolio.organizations.delegations.queries import whose
from portfolio.portfolios.models import PortfolioWork
from portfolio.transfer.formats.reading import unpacked
from portfolio.transfer.matching import Index, Known
from portfolio.transfer.merging import Difference, differences, digest_of
from portfolio.transfer.models import BatchState, Choice, ImportBatch, ImportEntry
from portfolio.works.bibliography.models import Bibliography
from portfolio.works.bibliography.queries import references_of
from portfolio.works.bibliography.reference import PublicationForm, Reference
from portfolio.works.bibliography.titles import title_key
from portfolio.works.models import Work
from portfolio.works.queries import usable_rule_sets


class Part(StrEnum):
    """Which entries of a batch are shown."""

    ALL = "all"
    TWINS = "twins"
    REFUSED = "refused"


@dataclass(frozen=True)
class EntryLine:
    """An entry in the preview: what it says, and in what it differs from the work that is there.

    `seen` is the digest of what the work says; `outdated` that it said something else when the person chose.
    """

    entry: ImportEntry
    reference: Reference | None
    differences: Sequence[Difference] = ()
    seen: str = ""
    outdated: bool = False


def visible_to(user: Any) -> Select[ImportBatch]:
    """The imports of a person's own works."""
    return select(ImportBatch).where(ImportBatch.owner_id == whose(user).id)


def find(user: Any, batch_id: int) -> ImportBatch | None:
    """One import."""
    statement = visible_to(user).where(ImportBatch.id == batch_id)
    return session.scalar(statement.options(joinedload(ImportBatch.job), joinedload(ImportBatch.stored_file)))


def get(batch_id: int) -> ImportBatch | None:
    """One import, whoever's: for jobs."""
    return session.scalar(select(ImportBatch).where(ImportBatch.id == batch_id).options(joinedload(ImportBatch.owner)))


def index_page(user: Any, page: int = 1) -> Page[ImportBatch]:
    """A person's imports, newest first."""
    statement = visible_to(user).order_by(ImportBatch.created_at.desc(), ImportBatch.id.desc())
    return paginate(session, statement, page)


def entries_page(batch: ImportBatch, part: Part = Part.ALL, page: int = 1) -> Page[EntryLine]:
    """The entries of an import in the file's order, with the works that they resemble."""
    statement = (
        select(ImportEntry)
        .where(ImportEntry.batch_id == batch.id)
        .options(joinedload(ImportEntry.twin_work), joinedload(ImportEntry.work))
        .order_by(ImportEntry.position)
    )
    if part is Part.TWINS:
        statement = statement.where(ImportEntry.likeness.is_not(None))
    if part is Part.REFUSED:
        statement = statement.where(ImportEntry.refusal.is_not(None))
    found = paginate(session, statement, page)
    twins = {entry.twin_work.id: entry.twin_work for entry in found.items if entry.twin_work is not None}
    ours = references_of(twins.values())
    lines = []
    for entry in found.items:
        reference = unpacked(entry.reference) if entry.reference is not None else None
        differing = (
            differences(ours[entry.twin_work_id], reference)
            if reference is not None and entry.twin_work_id in ours
            else []
        )
        seen = digest_of(ours[entry.twin_work_id]) if entry.twin_work_id in ours else ""
        outdated = entry.choice is Choice.MERGE and entry.seen not in (None, seen)
        lines.append(EntryLine(entry, reference, differing, seen, outdated))
    return Page(lines, found.number, found.per_page, found.has_next)


def entries_of(batch: ImportBatch, ids: Iterable[int]) -> list[ImportEntry]:
    """Entries of an import by id; those of another are left out."""
    statement = select(ImportEntry).where(ImportEntry.batch_id == batch.id, ImportEntry.id.in_(list(ids)))
    return list(session.scalars(statement.order_by(ImportEntry.position)))


def all_entries(batch: ImportBatch) -> Iterator[ImportEntry]:
    """Every entry of an import in the file's order, some at a time."""
    statement = select(ImportEntry).where(ImportEntry.batch_id == batch.id).order_by(ImportEntry.position)
    return iter(session.scalars(statement.execution_options(yield_per=500)))


def unwritten(batch: ImportBatch, limit: int) -> list[ImportEntry]:
    """The next entries that were understood and with which nothing was done yet."""
    statement = (
        select(ImportEntry)
        .where(ImportEntry.batch_id == batch.id, ImportEntry.choice.is_not(None), ImportEntry.outcome.is_(None))
        .order_by(ImportEntry.position)
        .limit(limit)
    )
    return list(session.scalars(statement))


def hold_twins(batch: ImportBatch) -> None:
    """Hold the works that are still to be merged with, in the order of their ids: before what they say is read, so that
    nothing that is saved meanwhile is overwritten, and before the record, for which their editors wait."""
    wanted = select(ImportEntry.twin_work_id).where(
        ImportEntry.batch_id == batch.id, ImportEntry.choice == Choice.MERGE, ImportEntry.outcome.is_(None)
    )
    session.execute(select(Work.id).where(Work.id.in_(wanted)).order_by(Work.id).with_for_update(key_share=True))


def outdated(batch: ImportBatch) -> list[int]:
    """The positions of entries still to be written whose work was changed since the person chose field by field."""
    chosen = session.scalars(
        select(ImportEntry)
        .where(ImportEntry.batch_id == batch.id, ImportEntry.choice == Choice.MERGE, ImportEntry.outcome.is_(None))
        .where(ImportEntry.seen.is_not(None), ImportEntry.twin_work_id.is_not(None))
        .options(joinedload(ImportEntry.twin_work))
        .order_by(ImportEntry.position)
    ).all()
    ours = references_of({entry.twin_work.id: entry.twin_work for entry in chosen if entry.twin_work}.values())
    now_said = {work_id: digest_of(reference) for work_id, reference in ours.items()}
    return [entry.position for entry in chosen if now_said.get(entry.twin_work_id or 0, entry.seen) != entry.seen]


def was_completed(batch: ImportBatch, work: Work) -> bool:
    """Whether an entry before has completed this work in this very import."""
    done = select(ImportEntry.id).where(ImportEntry.batch_id == batch.id, ImportEntry.work_id == work.id)
    return session.scalar(done.limit(1)) is not None


def page_of_twin(batch_id: int, position: int) -> int:
    """On which page of the entries that resemble a work this one stands."""
    before = select(func.count()).select_from(ImportEntry).where(ImportEntry.batch_id == batch_id)
    before = before.where(ImportEntry.likeness.is_not(None), ImportEntry.position < position)
    return (session.scalar(before) or 0) // PER_PAGE + 1


def progress_of(batch: ImportBatch) -> int:
    """With how many entries something was done already."""
    statement = select(func.count()).select_from(ImportEntry).where(ImportEntry.batch_id == batch.id)
    return session.scalar(statement.where(ImportEntry.outcome.is_not(None))) or 0


def choices_of(batch: ImportBatch) -> dict[Choice, int]:
    """How many entries are to be added, merged and skipped."""
    statement = (
        select(ImportEntry.choice, func.count())
        .where(ImportEntry.batch_id == batch.id, ImportEntry.choice.is_not(None))
        .group_by(ImportEntry.choice)
    )
    counted: dict[Choice, int] = dict.fromkeys(Choice, 0)
    counted.update({choice: count for choice, count in session.execute(statement) if choice is not None})
    return counted


def known_works(owner_id: int) -> Index[int]:
    """A person's works, not set aside, by what decides whether another is the same. One query."""
    statement = (
        select(
            Work.id,
            Work.title_th,
            Work.title_en,
            Bibliography.doi,
            Bibliography.year,
            Bibliography.form,
            Bibliography.container_title,
        )
        .outerjoin(Bibliography, Bibliography.work_id == Work.id)
        .where(Work.owner_id == owner_id, Work.archived_at.is_(None))
        .order_by(Work.id)
    )
    index: Index[int] = Index()
    for work_id, title_th, title_en, doi, year, form, container in session.execute(statement):
        titles = frozenset(key for title in (title_th, title_en) if (key := title_key(title)))
        work = Known(doi or "", titles, year, form or PublicationForm.DOCUMENT, title_key(container or ""))
        index.add(work_id, work)
    return index


def works_to_export(user: Any, *, work_ids: Sequence[int] | None = None, portfolio_id: int | None = None) -> list[Work]:
    """A person's works: all that are not set aside, the chosen ones, or those of one portfolio in its order."""
    statement = select(Work).where(Work.owner_id == whose(user).id)
    if portfolio_id is not None:
        statement = (
            statement.join(PortfolioWork, PortfolioWork.work_id == Work.id)
            .where(PortfolioWork.portfolio_id == portfolio_id)
            .order_by(PortfolioWork.position, Work.id)
        )
    else:
        chosen = Work.id.in_(list(work_ids)) if work_ids is not None else Work.archived_at.is_(None)
        statement = statement.where(chosen).order_by(Work.id)
    return list(session.scalars(statement))


def references_to_export(works: Sequence[Work]) -> list[Reference]:
    """The works as references, in their order; works without a title have nothing to say elsewhere."""
    found = references_of(works)
    return [found[work.id] for work in works if found[work.id].title]


def default_rule_set(user: Any) -> RuleSet | None:
    """What a person's new works are written under: the rules of the newest one, else the national ones."""
    statement = select(RuleSet).join(Work, Work.rule_set_id == RuleSet.id).where(Work.owner_id == whose(user).id)
    return session.scalar(statement.order_by(Work.id.desc()).limit(1)) or next(iter(usable_rule_sets()), None)


def waiting_imports(user: Any, limit: int = 3) -> list[ImportBatch]:
    """Imports that wait for this person's word, newest first."""
    statement = visible_to(user).where(ImportBatch.state == BatchState.READY)
    return list(session.scalars(statement.order_by(ImportBatch.id.desc()).limit(limit)))


def _personal_data(user: Any) -> list[dict[str, Any]]:
    """What a person brought in, for the copy of their data that they may ask for."""
    statement = select(ImportBatch).where(ImportBatch.owner_id == user.id).order_by(ImportBatch.id)
    return [
        {
            "name": batch.name,
            "source": batch.source.value,
            "created_at": batch.created_at.isoformat(),
            "entries": batch.entry_count,
            "added": batch.added_count,
        }
        for batch in session.scalars(statement)
    ]


def register(hooks: Hooks) -> None:
    """Bring imports to the copy of a person's data."""
    hooks.personal_data["imports"] = _personal_data
