"""Universities, faculties, places of work and roles for tests."""

from __future__ import annotations

import itertools

from portfolio.accounts.models import Language, User
from portfolio.core.db import session
from portfolio.organizations.models import Membership, Organization, OrganizationKind, Role, RoleGrant
from tests.builders.accounts import make_user

_numbers = itertools.count(1)


def make_university(
    code: str | None = None, *, name_th: str = "มหาวิทยาลัยสมมติ", name_en: str = "A University"
) -> Organization:
    """A university without faculties."""
    row = Organization(
        kind=OrganizationKind.UNIVERSITY, code=code or f"UNI{next(_numbers)}", name_th=name_th, name_en=name_en
    )
    session.add(row)
    session.flush()
    return row


def make_faculty(
    university: Organization, code: str | None = None, *, name_th: str = "คณะสมมติ", name_en: str = "A Faculty"
) -> Organization:
    """A faculty of a university."""
    row = Organization(
        kind=OrganizationKind.FACULTY,
        parent_id=university.id,
        code=code or f"{university.code}-F{next(_numbers)}",
        name_th=name_th,
        name_en=name_en,
    )
    session.add(row)
    session.flush()
    return row


def make_membership(user: User, organization: Organization) -> Membership:
    """That a person works there."""
    row = Membership(user_id=user.id, organization_id=organization.id, university_id=organization.university.id)
    session.add(row)
    session.flush()
    return row


def grant_role(user: User, role: Role, organization: Organization | None = None) -> RoleGrant:
    """That a person holds a role."""
    row = RoleGrant(user_id=user.id, role=role, organization_id=None if organization is None else organization.id)
    session.add(row)
    session.flush()
    return row


def make_person(
    *roles: Role,
    email: str | None = None,
    university: Organization | None = None,
    language: Language = Language.THAI,
) -> User:
    """A person with roles; HR is of the university given."""
    user = make_user(email, language=language)
    if university is not None:
        make_membership(user, university)
    for role in roles:
        grant_role(user, role, university if role is Role.HR else None)
    return user
