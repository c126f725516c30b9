"""Texts of works that follow their exhibits to other numbers. Nothing here commits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import FromClause, Select, Table, bindparam, insert, or_, select, union_all, update

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import session
from portfolio.works.dissemination.models import Dissemination
from portfolio.works.indicators.models import FollowUp
from portfolio.works.missions.models import MissionEntry
from portfolio.works.models import ChangeRecord, Work
from portfolio.works.references_in_text import Moves, read, renumbered, spelled
from portfolio.works.sections.models import SectionRenumbering, TextOrigin, WorkSection, WorkSectionVersion
from portfolio.works.words import count_words

IN_ONE_GO = timedelta(minutes=5)
"""Exhibits moved in quick succession keep one earlier text, the one before the first move."""


@dataclass(frozen=True)
class _Place:
    """Columns beside the sections where a text may name exhibits, and how a row of theirs is found from its work."""

    of: type[Any]
    columns: tuple[str, ...]
    through: type[Any] | None = None

    @property
    def table(self) -> Table:
        table = self.of.__table__
        assert isinstance(table, Table)
        return table

    def rows(self, work_ids: Iterable[int], *shown: Any) -> Select[Any]:
        """The texts of these works that hold a bracket, with the id of the work before."""
        source: FromClause = self.table
        if self.through is not None:
            between = self.through.__table__
            source, work_id = source.join(between, between.c.id == self.table.c.record_id), between.c.work_id
        else:
            work_id = self.table.c["id" if self.of is Work else "work_id"]
        texts = [self.table.c[name] for name in self.columns]
        return (
            select(work_id, *(shown or texts))
            .select_from(source)
            .where(work_id.in_(list(work_ids)), or_(*(text.contains("[", autoescape=True) for text in texts)))
        )


# Not the parts of contributors, the words of partners, nor the forms of participation: somebody has signed for those.
_BESIDE = (
    _Place(Work, ("summary_th", "summary_en")),
    _Place(MissionEntry, ("outcome_th", "outcome_en")),
    _Place(Dissemination, ("note_th", "note_en")),
    _Place(
        ChangeRecord,
        (
            "baseline_source",
            "outcome_source",
            "method_th",
            "method_en",
            "attribution_th",
            "attribution_en",
            "other_causes_th",
            "other_causes_en",
            "note_th",
            "note_en",
        ),
    ),
    _Place(FollowUp, ("source", "note_th", "note_en"), through=ChangeRecord),
)


def renumber(*, actor: User, numbers: Mapping[int, Moves]) -> None:
    """Let every text of these works, by id, name its exhibits by their new numbers.

    The caller holds the works against other writers and has written everything else. What a section said before is
    kept; every text that changes has a new version, so that a form of it in another tab is stale. The number of queries
    does not depend on how many texts there are.
    """
    moved = {work_id: moves for work_id, moves in numbers.items() if moves}
    if not moved:
        return
    at = now()
    touched = _sections(actor, moved, at)
    for place in _BESIDE:
        touched |= _beside(place, moved)
    if touched:
        works = Work.__table__
        session.execute(update(works).where(works.c.id.in_(touched)).values(updated_at=at))  # type: ignore[arg-type]
    for row in list(session()):
        if isinstance(row, (WorkSection, *(place.of for place in _BESIDE))):
            session.expire(row)


def _sections(actor: User, moved: Mapping[int, Moves], at: datetime) -> set[int]:
    table = WorkSection.__table__
    found = session.execute(select(table).where(table.c.work_id.in_(list(moved))).order_by(table.c.id)).all()
    if not found:
        return set()
    # Sections that stay as they are, too: an earlier text of theirs, put back, may name exhibits.
    logged = [
        {"section_id": row.id, "section_version": row.version, "numbers": spelled(moved[row.work_id])} for row in found
    ]
    session.execute(insert(SectionRenumbering.__table__), logged)  # type: ignore[arg-type]
    bodies = {row.id: renumbered(row.body, moved[row.work_id]) for row in found}
    changed = [row for row in found if bodies[row.id] != row.body]
    kept = [
        {
            "section_id": row.id,
            "section_version": row.version,
            "body": row.body,
            "saved_by_id": row.saved_by_id or actor.id,
            "origin": row.origin,
            "saved_at": row.updated_at,
        }
        for row in changed
        if row.origin is not TextOrigin.RENUMBERED or at - row.updated_at >= IN_ONE_GO
    ]
    if kept:
        session.execute(insert(WorkSectionVersion.__table__), kept)  # type: ignore[arg-type]
    if changed:
        session.execute(
            update(table)  # type: ignore[arg-type]
            .where(table.c.id == bindparam("row"))
            .values(
                body=bindparam("text"),
                word_count=bindparam("words"),
                version=table.c.version + 1,
                saved_by_id=actor.id,
                origin=TextOrigin.RENUMBERED,
                updated_at=at,
            ),
            [{"row": row.id, "text": bodies[row.id], "words": count_words(bodies[row.id])} for row in changed],
        )
    return {row.work_id for row in changed}


def _beside(place: _Place, moved: Mapping[int, Moves]) -> set[int]:
    table = place.table
    touched, values = set(), []
    columns = (table.c.id, *(table.c[name] for name in place.columns))
    for work_id, row_id, *texts in session.execute(place.rows(moved, *columns)):
        followed = [renumbered(text, moved[work_id]) for text in texts]
        if followed != texts:
            touched.add(work_id)
            values.append({"row": row_id} | {f"new_{n}": v for n, v in zip(place.columns, followed, strict=True)})
    if values:
        session.execute(
            update(table)
            .where(table.c.id == bindparam("row"))
            .values({name: bindparam(f"new_{name}") for name in place.columns} | {"version": table.c.version + 1}),
            values,
        )
    return touched


def texts_beside(work_ids: Iterable[int]) -> list[tuple[int, str]]:
    """Every text beside the sections of these works that may name exhibits, each with the work's id. One query."""
    wanted = list(work_ids)
    if not wanted:
        return []
    asked = union_all(*(place.rows(wanted, place.table.c[name]) for place in _BESIDE for name in place.columns))
    return [(work_id, text) for work_id, text in session.execute(asked)]


def brought_up(text: str, section: WorkSection, version: int) -> str:
    """A text that was written on from this version of a section, in the numbers that the exhibits have now."""
    lines = session.scalars(
        select(SectionRenumbering.numbers)
        .where(SectionRenumbering.section_id == section.id, SectionRenumbering.section_version >= version)
        .order_by(SectionRenumbering.id)
    )
    for line in lines:
        text = renumbered(text, read(line))
    return text
