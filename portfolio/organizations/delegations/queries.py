"""For whom a person works: an academic may let an assistant edit on their behalf, on the record."""

from __future__ import annotations

from typing import Any

from flask import g, has_request_context
from flask import session as browser
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from portfolio.accounts.models import User
from portfolio.core.audit.models import AuditEntry
from portfolio.core.db import session
from portfolio.core.web.pagination import Page, paginate
from portfolio.organizations.delegations.models import DelegatedDeed, Delegation
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role

CHOSEN = "working_for"
"""The word of the browser's signed session that holds the delegation somebody chose to work under."""


def whose(user: Any) -> Any:
    """The academic whose works, evidence and portfolios this request is about.

    That is the user, unless the user has chosen to work for an academic who lets them. Ask it for what is assembled;
    an act of will (submit, sign, release, erase) asks about the user alone.
    """
    under = chosen(user)
    return user if under is None else under.owner


def chosen(user: Any) -> Delegation | None:
    """The delegation a person works under in this request; read anew each request, so that its end is its end."""
    if not has_request_context() or CHOSEN not in browser or not getattr(user, "is_authenticated", False):
        return None
    known: dict[int, Delegation | None] = g.setdefault("delegations", {})
    if user.id not in known:
        known[user.id] = live(user, browser[CHOSEN])
    return known[user.id]


def closed_desk(user: Any) -> Delegation | None:
    """The delegation this person chose to work under, where that is no longer possible; None also where none was."""
    if CHOSEN not in browser or chosen(user) is not None:
        return None
    return session.scalar(_of_delegate(user.id).where(Delegation.id == browser[CHOSEN]))


def forget_chosen() -> None:
    """Ask again at the next question."""
    if has_request_context():
        g.pop("delegations", None)


def live(user: Any, delegation_id: object) -> Delegation | None:
    """A delegation this person may work under now. Never for officers: they learn what applicants must not."""
    if not isinstance(delegation_id, int) or has_role(user, Role.OFFICER):
        return None
    statement = _of_delegate(user.id).where(
        Delegation.id == delegation_id, Delegation.ended_at.is_(None), User.disabled_at.is_(None)
    )
    return session.scalar(statement)


def _of_delegate(delegate_id: int) -> Select[Delegation]:
    return (
        select(Delegation)
        .join(Delegation.owner)
        .where(Delegation.delegate_id == delegate_id)
        .options(joinedload(Delegation.owner))
    )


def visible_to(user: Any) -> Select[Delegation]:
    """What a person gave, was given, or was asked for under their own confirmed address."""
    asked = (Delegation.address == user.email) & Delegation.accepted_at.is_(None)
    return (
        select(Delegation)
        .where(or_(Delegation.owner_id == user.id, Delegation.delegate_id == user.id, asked))
        .options(joinedload(Delegation.owner), joinedload(Delegation.delegate))
    )


def find(user: Any, delegation_id: int) -> Delegation | None:
    """One delegation that concerns this person."""
    return session.scalar(visible_to(user).where(Delegation.id == delegation_id))


def given_by(user: Any, *, limit: int = 50) -> list[Delegation]:
    """Whom this academic lets edit, or has asked: those that stand, newest first."""
    statement = (
        select(Delegation)
        .where(Delegation.owner_id == user.id, Delegation.ended_at.is_(None))
        .options(joinedload(Delegation.delegate))
        .order_by(Delegation.id.desc())
        .limit(limit)
    )
    return list(session.scalars(statement))


def given_to(user: Any, *, limit: int = 50) -> list[Delegation]:
    """For whom this person may work, newest first."""
    statement = _of_delegate(user.id).where(Delegation.ended_at.is_(None)).order_by(Delegation.id.desc()).limit(limit)
    return list(session.scalars(statement))


def asked_of(user: Any, *, limit: int = 20) -> list[Delegation]:
    """Who has asked this person and waits for an answer."""
    statement = (
        select(Delegation)
        .where(
            Delegation.address == user.email,
            Delegation.accepted_at.is_(None),
            Delegation.ended_at.is_(None),
            Delegation.owner_id != user.id,
        )
        .options(joinedload(Delegation.owner))
        .order_by(Delegation.id)
        .limit(limit)
    )
    return list(session.scalars(statement))


def standing(owner: Any, address: str) -> Delegation | None:
    """What this academic has with an address at present."""
    return session.scalar(
        select(Delegation).where(
            Delegation.owner_id == owner.id, Delegation.address == address, Delegation.ended_at.is_(None)
        )
    )


def count_given(owner: Any) -> int:
    """How many stand at present."""
    count = select(func.count()).where(Delegation.owner_id == owner.id, Delegation.ended_at.is_(None))
    return session.scalar(count) or 0


def deeds(delegation: Delegation, page: int) -> Page[AuditEntry]:
    """What was done under a delegation, newest first."""
    statement = (
        select(AuditEntry)
        .join(DelegatedDeed, DelegatedDeed.audit_entry_id == AuditEntry.id)
        .where(DelegatedDeed.delegation_id == delegation.id)
        .order_by(AuditEntry.id.desc())
    )
    return paginate(session, statement, page)


def has_assisted(owner_id: int, user_ids: list[int]) -> set[int]:
    """Which of these people ever edited, or may edit, for this academic: they cannot judge it."""
    statement = select(Delegation.delegate_id).where(
        Delegation.owner_id == owner_id, Delegation.delegate_id.in_(user_ids)
    )
    return {found for found in session.scalars(statement) if found is not None}
