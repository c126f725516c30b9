"""Indicators of works that a person may see, their follow-ups, and what falls due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager

from portfolio.accounts.models import User
from portfolio.core.clock import today
from portfolio.core.db import session
from portfolio.organizations.delegations.queries import whose
from portfolio.works.indicators.models import FollowUp
from portfolio.works.models import ChangeRecord, Work
from portfolio.works.queries import Part, find


def find_record(user: Any, work_id: int, record_id: int) -> Part[ChangeRecord] | None:
    """An indicator of a work that this user may see."""
    work = find(user, work_id)
    row = session.get(ChangeRecord, record_id) if work else None
    return Part(work, row) if work is not None and row is not None and row.work_id == work.id else None


def find_follow_up(user: Any, work_id: int, record_id: int, follow_up_id: int) -> Part[FollowUp] | None:
    """A follow-up of an indicator of a work that this user may see."""
    found = find_record(user, work_id, record_id)
    row = session.get(FollowUp, follow_up_id) if found else None
    return Part(found.work, row) if found is not None and row is not None and row.record_id == found.row.id else None


def records_of(work: Work) -> list[ChangeRecord]:
    """The indicators of a work in their order."""
    statement = select(ChangeRecord).where(ChangeRecord.work_id == work.id)
    return list(session.scalars(statement.order_by(ChangeRecord.position, ChangeRecord.id)))


def follow_ups_of(work_ids: Iterable[int]) -> dict[int, list[FollowUp]]:
    """All follow-ups of these works by the indicator they belong to: measured ones in time, then planned ones."""
    statement = (
        select(FollowUp)
        .join(FollowUp.record)
        .where(ChangeRecord.work_id.in_(list(work_ids)))
        .order_by(func.coalesce(FollowUp.measured_on, date.max), FollowUp.due_on, FollowUp.id)
    )
    found: dict[int, list[FollowUp]] = {}
    for row in session.scalars(statement):
        found.setdefault(row.record_id, []).append(row)
    return found


def _open() -> Select[FollowUp]:
    return (
        select(FollowUp)
        .join(FollowUp.record)
        .join(Work, Work.id == ChangeRecord.work_id)
        .where(FollowUp.measured_on.is_(None), FollowUp.cancelled_at.is_(None), Work.archived_at.is_(None))
        .options(contains_eager(FollowUp.record))
    )


def due(user: Any, limit: int) -> list[tuple[FollowUp, Work]]:
    """What this person should have measured by today, the longest due first."""
    statement = _open().where(Work.owner_id == whose(user).id, FollowUp.due_on <= today()).add_columns(Work)
    rows = session.execute(statement.order_by(FollowUp.due_on, FollowUp.id).limit(limit))
    return [(follow_up, work) for follow_up, work in rows]


def not_reminded(limit: int) -> list[tuple[FollowUp, Work]]:
    """What fell due and whose owner was not yet told of this due date; oldest first."""
    statement = (
        _open()
        .join(User, User.id == Work.owner_id)
        .where(FollowUp.due_on <= today(), User.disabled_at.is_(None))
        .where(or_(FollowUp.reminded_for.is_(None), FollowUp.reminded_for != FollowUp.due_on))
        .add_columns(Work)
    )
    rows = session.execute(statement.order_by(Work.owner_id, Work.id, FollowUp.due_on, FollowUp.id).limit(limit))
    return [(follow_up, work) for follow_up, work in rows]
