"""Who belongs where and who holds which role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g, has_request_context
from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import joinedload

from portfolio.accounts.models import User
from portfolio.core.db import escape_like, session
from portfolio.core.web.pagination import Page, paginate
from portfolio.organizations.models import Membership, Organization, OrganizationKind, Role, RoleGrant

Grants = frozenset[tuple[Role, int | None]]


@dataclass(frozen=True)
class _Standing:
    """What a person holds and where they work, as it is asked on every page."""

    grants: Grants
    university_id: int | None


def _standing_of(user: Any) -> _Standing:
    """Read once per request, both in one query; `forget_grants` is called by whatever changes them."""
    if user is None or not getattr(user, "is_authenticated", False):
        return _Standing(frozenset(), None)
    known: dict[int, _Standing] = g.setdefault("standings", {}) if has_request_context() else {}
    if user.id not in known:
        rows = session.execute(
            select(RoleGrant.role, RoleGrant.organization_id, Membership.university_id)
            .select_from(User)
            .outerjoin(RoleGrant, and_(RoleGrant.user_id == User.id, RoleGrant.revoked_at.is_(None)))
            .outerjoin(Membership, Membership.user_id == User.id)
            .where(User.id == user.id)
        ).all()
        grants = frozenset((role, organization_id) for role, organization_id, _place in rows if role is not None)
        known[user.id] = _Standing(grants, next((place for _role, _organization, place in rows), None))
    return known[user.id]


def grants_of(user: Any) -> Grants:
    """Every role a person holds now, with the university it is for (HR) or None. Nothing for a visitor."""
    return _standing_of(user).grants


def forget_grants() -> None:
    """Read roles and places of work again at the next question."""
    if has_request_context():
        g.pop("standings", None)


def has_role(user: Any, role: Role) -> bool:
    """Whether a person holds a role, for HR at any university."""
    return any(held is role for held, _organization in grants_of(user))


def hr_universities(user: Any) -> list[int]:
    """The universities whose HR a person is."""
    return sorted(place for role, place in grants_of(user) if role is Role.HR and place is not None)


def university_id_of(user: Any) -> int | None:
    """The university a person works at, by its id."""
    return _standing_of(user).university_id


def university_of(user: Any) -> Organization | None:
    """The university a person works at."""
    university_id = university_id_of(user)
    return None if university_id is None else session.get(Organization, university_id)


def membership_of(user: Any) -> Membership | None:
    """A person's place of work with its faculty and university."""
    statement = (
        select(Membership)
        .where(Membership.user_id == user.id)
        .options(joinedload(Membership.organization).joinedload(Organization.parent), joinedload(Membership.university))
    )
    return session.scalar(statement)


def select_with_role(role: Role, *, organization_id: int | None = None) -> Select[User]:
    """Select of the active people who hold a role, for lists that are paged or joined further."""
    holders = select(RoleGrant.user_id).where(RoleGrant.role == role, RoleGrant.revoked_at.is_(None))
    if organization_id is not None:
        holders = holders.where(RoleGrant.organization_id == organization_id)
    return (
        select(User)
        .where(User.id.in_(holders), User.disabled_at.is_(None), User.email_confirmed_at.is_not(None))
        .order_by(User.id)
    )


def people_with_role(role: Role, *, organization_id: int | None = None) -> list[User]:
    """The active people who hold a role (for HR: of a university). For short lists, such as whom to write to."""
    return list(session.scalars(select_with_role(role, organization_id=organization_id)))


def live_grants(user: User) -> list[RoleGrant]:
    """The grants in force, in the order they were given, with their organisation."""
    statement = (
        select(RoleGrant)
        .where(RoleGrant.user_id == user.id, RoleGrant.revoked_at.is_(None))
        .options(joinedload(RoleGrant.organization))
        .order_by(RoleGrant.id)
    )
    return list(session.scalars(statement))


def grant_history(user: User, limit: int = 50) -> list[RoleGrant]:
    """Every grant, also those taken back, newest first."""
    statement = (
        select(RoleGrant)
        .where(RoleGrant.user_id == user.id)
        .options(joinedload(RoleGrant.organization))
        .order_by(RoleGrant.id.desc())
        .limit(limit)
    )
    return list(session.scalars(statement))


def live_grant(user: User, grant_id: int) -> RoleGrant | None:
    """One grant in force of this person."""
    return session.scalar(
        select(RoleGrant).where(RoleGrant.id == grant_id, RoleGrant.user_id == user.id, RoleGrant.revoked_at.is_(None))
    )


def has_ever_held(user: User, role: Role) -> bool:
    """Whether this role was ever given to this person, also if it was taken back."""
    return (
        session.scalar(select(RoleGrant.id).where(RoleGrant.user_id == user.id, RoleGrant.role == role).limit(1))
        is not None
    )


def other_administrators(user: User) -> bool:
    """Whether somebody else could still administer this service.

    Locks the administrators' grants until the transaction ends, so that two cannot remove each other at once.
    """
    grants = select(RoleGrant.id).where(RoleGrant.role == Role.ADMINISTRATOR, RoleGrant.revoked_at.is_(None))
    session.execute(grants.order_by(RoleGrant.id).with_for_update())
    others = select_with_role(Role.ADMINISTRATOR).where(User.id != user.id).limit(1)
    return session.scalar(others) is not None


def visible_to(_user: Any) -> Select[Organization]:
    """Names of universities and faculties are open to everybody."""
    return select(Organization).options(joinedload(Organization.parent))


def find(user: Any, organization_id: int) -> Organization | None:
    """One organisation."""
    return session.scalar(visible_to(user).where(Organization.id == organization_id))


def by_code(code: str) -> Organization | None:
    """The organisation with this code."""
    return session.scalar(select(Organization).where(Organization.code == code))


def universities() -> list[Organization]:
    """Every university by name; there are some hundred and fifty in the country."""
    statement = (
        select(Organization)
        .where(Organization.kind == OrganizationKind.UNIVERSITY)
        .order_by(Organization.name_th, Organization.id)
    )
    return list(session.scalars(statement))


def faculties_of(university_id: int) -> list[Organization]:
    """The faculties of one university by name."""
    statement = (
        select(Organization)
        .where(Organization.parent_id == university_id)
        .order_by(Organization.name_th, Organization.id)
    )
    return list(session.scalars(statement))


def index_page(page: int, term: str = "") -> Page[Organization]:
    """Universities and the association, a page at a time, found by part of a name or code."""
    statement = select(Organization).where(Organization.parent_id.is_(None))
    if term.strip():
        statement = statement.where(_named(term))
    return paginate(session, statement.order_by(Organization.name_th, Organization.id), page)


def _named(term: str) -> ColumnElement[bool]:
    like = f"%{escape_like(term.strip())}%"
    columns = (Organization.name_th, Organization.name_en, Organization.code)
    return or_(*(column.ilike(like, escape="\\") for column in columns))
