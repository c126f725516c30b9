"""Entries of the missions of works that a person may see, and the form in which they are kept and printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select

from portfolio.core.db import session
from portfolio.core.hooks import Hooks, Violation
from portfolio.works.missions.models import MissionEntry
from portfolio.works.models import Work, WorkMission
from portfolio.works.queries import Part, find
from portfolio.works.vocabulary import Mission


def find_entry(user: Any, work_id: int, mission_entry_id: int) -> Part[MissionEntry] | None:
    """An entry of a work that this user may see."""
    work = find(user, work_id)
    row = session.get(MissionEntry, mission_entry_id) if work else None
    return Part(work, row) if work is not None and row is not None and row.work_id == work.id else None


def find_mission(user: Any, work_id: int, mission: str) -> Part[Mission] | None:
    """A mission of a work that this user may see; every work has all four, filled or not."""
    work = find(user, work_id)
    return Part(work, Mission(mission)) if work is not None and mission in set(Mission) else None


def entries_of_works(work_ids: Iterable[int]) -> dict[int, list[MissionEntry]]:
    """The entries of these works in the order of the missions, then as their owner ordered them."""
    statement = (
        select(MissionEntry)
        .where(MissionEntry.work_id.in_(list(work_ids)))
        .order_by(MissionEntry.work_id, MissionEntry.position, MissionEntry.id)
    )
    found: dict[int, list[MissionEntry]] = {}
    for row in session.scalars(statement):
        found.setdefault(row.work_id, []).append(row)
    order = list(Mission)
    return {work_id: sorted(rows, key=lambda row: order.index(row.mission)) for work_id, rows in found.items()}


def entries_of(work: Work) -> list[MissionEntry]:
    """The entries of a work."""
    return entries_of_works([work.id]).get(work.id, [])


def plain(entries: Iterable[MissionEntry], exhibits: dict[int, Sequence[int]] | None = None) -> list[dict[str, Any]]:
    """Entries as snapshots keep them; `exhibits` gives the numbers of the exhibits that bear each entry out, by id."""
    return [
        {
            "mission": row.mission.value,
            "code": row.code,
            "title_th": row.title_th,
            "title_en": row.title_en,
            "term": row.term.value if row.term else None,
            "year": row.year,
            "people": row.people,
            "partner_th": row.partner_th,
            "partner_en": row.partner_en,
            "outcome_th": row.outcome_th,
            "outcome_en": row.outcome_en,
            "exhibits": sorted((exhibits or {}).get(row.id, ())),
        }
        for row in entries
    ]


def counts(work: Work) -> dict[Mission, int]:
    """How many entries each mission of a work has."""
    statement = select(MissionEntry.mission, func.count()).where(MissionEntry.work_id == work.id)
    return {mission: count for mission, count in session.execute(statement.group_by(MissionEntry.mission))}


def _unticked() -> Iterable[Violation]:
    """An entry implies its mission's tick among the facts of the work."""
    ticked = (
        select(WorkMission.work_id)
        .where(WorkMission.work_id == MissionEntry.work_id, WorkMission.mission == MissionEntry.mission)
        .exists()
    )
    for entry_id, mission in session.execute(select(MissionEntry.id, MissionEntry.mission).where(~ticked)):
        yield Violation("missions", f"mission entry {entry_id}", f"its work does not name the mission {mission}")


def register(hooks: Hooks) -> None:
    """State the invariant."""
    hooks.invariants["missions"] = _unticked
