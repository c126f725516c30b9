"""What an administrator sees: people with their roles, and the state of the machinery without its contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import current_app
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from portfolio.accounts import queries as accounts
from portfolio.accounts.models import User
from portfolio.core.audit.chain import Head
from portfolio.core.audit.queries import current_head
from portfolio.core.db import session
from portfolio.core.jobs.models import Job, JobState, WorkerBeat
from portfolio.core.mail.models import MailMessage, MailState
from portfolio.core.web.pagination import Page, paginate
from portfolio.organizations.models import Membership, Role, RoleGrant
from portfolio.organizations.queries import has_role, live_grant

MOST_SHOWN = 25


@dataclass(frozen=True)
class PersonRow:
    """A line of the list of people."""

    user: User
    roles: Sequence[Role]
    membership: Membership | None


def people_page(page: int, term: str = "", role: Role | None = None) -> Page[PersonRow]:
    """People with their roles and places, a page at a time, in three queries whatever its length."""
    statement = accounts.people(term)
    if role is not None:
        holders = select(RoleGrant.user_id).where(RoleGrant.role == role, RoleGrant.revoked_at.is_(None))
        statement = statement.where(User.id.in_(holders))
    found = paginate(session, statement, page)
    return Page(_with_roles(list(found)), found.number, found.per_page, found.has_next)


def _with_roles(users: list[User]) -> list[PersonRow]:
    ids = [user.id for user in users]
    roles: dict[int, list[Role]] = {user_id: [] for user_id in ids}
    grants = select(RoleGrant.user_id, RoleGrant.role).where(RoleGrant.user_id.in_(ids), RoleGrant.revoked_at.is_(None))
    for user_id, role in session.execute(grants.order_by(RoleGrant.id)):
        if role not in roles[user_id]:
            roles[user_id].append(role)
    places = select(Membership).where(Membership.user_id.in_(ids))
    places = places.options(joinedload(Membership.organization), joinedload(Membership.university))
    by_person = {place.user_id: place for place in session.scalars(places)}
    return [PersonRow(user, roles[user.id], by_person.get(user.id)) for user in users]


def find_person(user: Any, user_id: int) -> User | None:
    """One person, for administrators only; to everybody else no number is anybody's."""
    return accounts.get(user_id) if has_role(user, Role.ADMINISTRATOR) else None


def find_grant(user: Any, user_id: int, grant_id: int) -> RoleGrant | None:
    """One grant in force of this person, for administrators only."""
    person = find_person(user, user_id)
    return None if person is None else live_grant(person, grant_id)


def people_listing() -> list[dict[str, Any]]:
    """What `list people` prints."""
    return [
        {
            "id": row.user.id,
            "email": row.user.email,
            "name_th": row.user.name_th,
            "name_en": row.user.name_en,
            "roles": ",".join(row.roles),
            "university": None if row.membership is None else row.membership.university.code,
            "active": row.user.is_active,
        }
        for row in _with_roles(list(session.scalars(accounts.people())))
    ]


@dataclass(frozen=True)
class SystemState:
    """Counts and rows without contents: no address, subject, text or payload."""

    letters: dict[str, int]
    failed_letters: Sequence[Any]
    oldest_waiting: datetime | None
    jobs: dict[str, int]
    failed_jobs: Sequence[Any]
    last_beat: datetime | None
    audit: Head
    people: int


def system_state() -> SystemState:
    """The state of outbox, jobs, worker and audit chain."""
    config = current_app.extensions["config"]
    waiting = select(func.min(MailMessage.created_at)).where(MailMessage.state == MailState.QUEUED)
    letters = select(MailMessage.id, MailMessage.purpose, MailMessage.attempts, MailMessage.created_at)
    jobs = select(Job.id, Job.task, Job.error_code, Job.finished_at)
    return SystemState(
        letters=_counted(MailState, select(MailMessage.state, func.count()).group_by(MailMessage.state)),
        failed_letters=session.execute(
            letters.where(MailMessage.state == MailState.FAILED).order_by(MailMessage.id.desc()).limit(MOST_SHOWN)
        ).all(),
        oldest_waiting=session.scalar(waiting),
        jobs=_counted(JobState, select(Job.state, func.count()).group_by(Job.state)),
        failed_jobs=session.execute(
            jobs.where(Job.state == JobState.FAILED).order_by(Job.id.desc()).limit(MOST_SHOWN)
        ).all(),
        last_beat=session.scalar(select(func.max(WorkerBeat.beat_at))),
        audit=current_head(config.seal_key),
        people=accounts.count_active(),
    )


def troubles() -> int:
    """How many letters and jobs have failed for good: what waits for an administrator."""
    failed: list[Select[int]] = [
        select(func.count()).select_from(MailMessage).where(MailMessage.state == MailState.FAILED),
        select(func.count()).select_from(Job).where(Job.state == JobState.FAILED),
    ]
    return sum(session.scalar(statement) or 0 for statement in failed)


def _counted(states: type[StrEnum], statement: Any) -> dict[str, int]:
    found = {str(state): count for state, count in session.execute(statement)}
    return {str(state): found.get(str(state), 0) for state in states}
