"""What can be done with the missions of a work. Nothing here commits."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import select

from portfolio.accounts.models import User
from portfolio.core.audit.operations import record
from portfolio.core.db import check_version, lock, session
from portfolio.core.permissions import demand
from portfolio.works.missions.models import MissionEntry, Term
from portfolio.works.missions.permissions import MissionAction
from portfolio.works.models import Work, WorkMission
from portfolio.works.operations import touch
from portfolio.works.permissions import WorkPermission
from portfolio.works.vocabulary import Mission


@dataclass(frozen=True)
class EntryFields:
    """What is said of a course, project, service or activity. `year` is CE."""

    title_th: str
    title_en: str = ""
    code: str = ""
    term: Term | None = None
    year: int | None = None
    people: int | None = None
    partner_th: str = ""
    partner_en: str = ""
    outcome_th: str = ""
    outcome_en: str = ""


def add_entry(*, actor: User, work: Work, mission: Mission, fields: EntryFields) -> MissionEntry:
    """Another entry of a mission, at its end. It ticks the mission. An equal one is not added twice."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    values = asdict(fields)
    rows = _rows(work, mission)
    for row in rows:
        if all(getattr(row, name) == value for name, value in values.items()):
            return row
    row = MissionEntry(work_id=work.id, mission=mission, position=rows[-1].position + 1 if rows else 1, **values)
    session.add(row)
    if session.get(WorkMission, (work.id, mission)) is None:
        session.add(WorkMission(work_id=work.id, mission=mission))
    _changed(work)
    _record(MissionAction.ADD, actor, row)
    return row


def update_entry(*, actor: User, work: Work, entry: MissionEntry, fields: EntryFields, version: int) -> None:
    """Change what is said of an entry. Raises Stale where the form is older than the row."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    check_version(entry, version)
    for name, value in asdict(fields).items():
        setattr(entry, name, value)
    _changed(work)
    _record(MissionAction.UPDATE, actor, entry)


def remove_entry(*, actor: User, work: Work, entry: MissionEntry) -> None:
    """Take an entry off the work. The mission stays ticked: whether it still holds is the person's to say."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    _record(MissionAction.REMOVE, actor, entry)
    session.delete(entry)
    _changed(work)


def _rows(work: Work, mission: Mission) -> list[MissionEntry]:
    statement = select(MissionEntry).where(MissionEntry.work_id == work.id, MissionEntry.mission == mission)
    return list(session.scalars(statement.order_by(MissionEntry.position, MissionEntry.id)))


def _record(action: MissionAction, actor: User, row: MissionEntry) -> None:
    record(action=action, actor_id=actor.id, subject_type="mission_entry", subject_id=row.id)


def _changed(work: Work) -> None:
    session.flush()
    session.expire(work, ["missions"])
    touch(work)
