"""What can be done with the dissemination of a work. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from portfolio.accounts.models import User
from portfolio.core.audit.operations import record
from portfolio.core.db import check_version, lock, session
from portfolio.core.hooks import current_hooks
from portfolio.core.permissions import demand
from portfolio.works.dissemination.models import Dissemination, Way
from portfolio.works.dissemination.permissions import DisseminationAction
from portfolio.works.models import Work
from portfolio.works.operations import touch
from portfolio.works.permissions import WorkPermission


@dataclass(frozen=True)
class DisseminationFields:
    """What is said of a forum, visit, publication or record. `year` is CE and gives way to that of `begun_on`."""

    title_th: str
    title_en: str = ""
    place_th: str = ""
    place_en: str = ""
    audience_th: str = ""
    audience_en: str = ""
    people: int | None = None
    year: int | None = None
    begun_on: date | None = None
    ended_on: date | None = None
    url: str = ""
    note_th: str = ""
    note_en: str = ""


def add_dissemination(
    *, actor: User, work: Work, way: Way, fields: DisseminationFields, exhibits: Sequence[int] = ()
) -> Dissemination:
    """Another entry of a way, at its end, with the exhibits (ids of items) that bear it out.

    An equal one is not added twice. Raises ValueError for an item that is no exhibit of the work.
    """
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    values = _values(fields)
    rows = _rows(work, way)
    for row in rows:
        if all(getattr(row, name) == value for name, value in values.items()):
            return row
    row = Dissemination(work_id=work.id, way=way, position=rows[-1].position + 1 if rows else 1, **values)
    session.add(row)
    session.flush()
    _prove(work, row, exhibits)
    touch(work)
    _record(DisseminationAction.ADD, actor, row)
    return row


def update_dissemination(
    *,
    actor: User,
    work: Work,
    row: Dissemination,
    fields: DisseminationFields,
    exhibits: Sequence[int] | None,
    version: int,
) -> None:
    """Change what is said of an entry, and what bears it out; `exhibits` None leaves that as it is.

    Raises Stale where the form is older than the row, ValueError for an item that is no exhibit of the work.
    """
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    check_version(row, version)
    for name, value in _values(fields).items():
        setattr(row, name, value)
    flag_modified(row, "title_th")  # its exhibits have no version of their own; the row's guards them
    session.flush()
    if exhibits is not None:
        _prove(work, row, exhibits)
    touch(work)
    _record(DisseminationAction.UPDATE, actor, row)


def remove_dissemination(*, actor: User, work: Work, row: Dissemination) -> None:
    """Take an entry off the work; its exhibits stay exhibits of the work."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    _record(DisseminationAction.REMOVE, actor, row)
    session.delete(row)
    session.flush()
    touch(work)


def _values(fields: DisseminationFields) -> dict[str, object]:
    return asdict(fields) | {"year": fields.begun_on.year if fields.begun_on else fields.year}


def _prove(work: Work, row: Dissemination, exhibits: Sequence[int]) -> None:
    for prove in current_hooks().prove_dissemination:
        prove(work, row.id, exhibits)


def _rows(work: Work, way: Way) -> list[Dissemination]:
    statement = select(Dissemination).where(Dissemination.work_id == work.id, Dissemination.way == way)
    return list(session.scalars(statement.order_by(Dissemination.position, Dissemination.id)))


def _record(action: DisseminationAction, actor: User, row: Dissemination) -> None:
    record(action=action, actor_id=actor.id, subject_type="dissemination", subject_id=row.id)
