"""Universities and faculties, places of work, and roles."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.accounts import operations as accounts
from portfolio.accounts.models import User
from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import session
from portfolio.core.permissions import demand
from portfolio.organizations import queries
from portfolio.organizations.models import Membership, Organization, OrganizationKind, Role, RoleGrant
from portfolio.organizations.permissions import OrganizationAction, OrganizationPermission


class OrganizationRefused(Exception):
    """What was asked for cannot be; carries the field and the sentence that says why."""

    def __init__(self, field: str, reason: Any) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def create(
    *,
    actor: Any,
    kind: OrganizationKind,
    code: str,
    name_th: str,
    name_en: str,
    parent: Organization | None = None,
) -> Organization:
    """A university, or a faculty of one. `actor` None is the service itself. Raises OrganizationRefused."""
    if actor is not None:
        demand(OrganizationPermission.EDIT, actor)
    _check(None, code)
    organization = Organization(
        kind=kind, code=code, name_th=name_th, name_en=name_en, parent_id=None if parent is None else parent.id
    )
    session.add(organization)
    session.flush()
    _record(OrganizationAction.CREATE, actor, "organization", organization.id)
    return organization


def update(*, actor: Any, organization: Organization, code: str, name_th: str, name_en: str) -> None:
    """Rename. Raises OrganizationRefused."""
    demand(OrganizationPermission.EDIT, actor, organization)
    _check(organization, code)
    organization.code = code
    organization.name_th = name_th
    organization.name_en = name_en
    session.flush()
    _record(OrganizationAction.UPDATE, actor, "organization", organization.id)


def join(
    *, actor: Any, user: User, organization: Organization, department_th: str = "", department_en: str = ""
) -> Membership:
    """Set where a person works. Whoever works at a university may be an academic, unless that was taken back."""
    if organization.kind is OrganizationKind.ASSOCIATION:
        raise OrganizationRefused("organization", _l("Choose a university or a faculty."))
    membership = queries.membership_of(user)
    if membership is None:
        membership = Membership(user_id=user.id)
        session.add(membership)
    if membership.organization_id != organization.id:
        membership.since = now()
    membership.organization_id = organization.id
    membership.university_id = organization.university.id
    membership.department_th = department_th
    membership.department_en = department_en
    session.flush()
    session.expire(membership)
    queries.forget_grants()
    _record(OrganizationAction.JOIN, actor, "user", user.id)
    return membership


def become_academic(*, user: User) -> None:
    """Give the academic's role to somebody who has chosen a place of work, once; a role taken back stays so."""
    if not queries.has_ever_held(user, Role.ACADEMIC):
        _grant(None, user, Role.ACADEMIC, None)


def grant(*, actor: Any, user: User, role: Role, organization: Organization | None = None) -> RoleGrant:
    """Give a role; HR is of one university. One that is held already is given back as it is.

    `actor` None is the service itself (command line, sample data). Nobody gives a role to themselves, or an
    administrator could open portfolios and reviews. Raises OrganizationRefused.
    """
    if actor is not None:
        demand(OrganizationPermission.GRANT_ROLE, actor, user)
        if actor.id == user.id:
            raise OrganizationRefused("role", _l("Nobody gives a role to themselves. Ask another administrator."))
    if role is Role.HR and (organization is None or organization.kind is not OrganizationKind.UNIVERSITY):
        raise OrganizationRefused("organization", _l("HR is always of one university. Choose it."))
    if role is not Role.HR:
        organization = None
    place = None if organization is None else organization.id
    for held in queries.live_grants(user):
        if held.role is role and held.organization_id == place:
            return held
    return _grant(actor, user, role, place)


def revoke(*, actor: Any, grant: RoleGrant) -> None:
    """Take a role back. The person is signed out everywhere. Raises OrganizationRefused for the last administrator."""
    demand(OrganizationPermission.GRANT_ROLE, actor, grant.user)
    if grant.revoked_at is not None:
        return
    if grant.role is Role.ADMINISTRATOR and not queries.other_administrators(grant.user):
        raise OrganizationRefused("role", _l("Nobody else could administer this service. Appoint somebody first."))
    grant.revoked_at = now()
    grant.revoked_by_id = actor.id
    accounts.end_sessions(grant.user)
    session.flush()
    queries.forget_grants()
    _record(OrganizationAction.REVOKE, actor, "role_grant", grant.id)


def _grant(actor: Any, user: User, role: Role, organization_id: int | None) -> RoleGrant:
    row = RoleGrant(
        user_id=user.id,
        role=role,
        organization_id=organization_id,
        granted_by_id=None if actor is None else actor.id,
    )
    session.add(row)
    session.flush()
    queries.forget_grants()
    _record(OrganizationAction.GRANT, actor, "role_grant", row.id)
    return row


def _check(organization: Organization | None, code: str) -> None:
    other = queries.by_code(code)
    if other is not None and other is not organization:
        raise OrganizationRefused("code", _l("Another organisation has this code."))


def _record(action: OrganizationAction, actor: Any, subject_type: str, subject_id: int) -> None:
    record(
        action=action,
        actor_id=None if actor is None else actor.id,
        subject_type=subject_type,
        subject_id=subject_id,
    )
