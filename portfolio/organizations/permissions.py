"""What may be done to organisations and roles, and by whom: administrators keep both."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import Hooks
from portfolio.core.permissions import ALLOWED, Access, refused
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role


class OrganizationPermission(StrEnum):
    """What a route of this room may demand."""

    EDIT = "organization:edit"
    GRANT_ROLE = "role:grant"


class OrganizationAction(StrEnum):
    """What this room writes into the audit chain."""

    CREATE = "organization:create"
    UPDATE = "organization:update"
    JOIN = "membership:set"
    GRANT = "role:grant"
    REVOKE = "role:revoke"


def administrators_only(user: Any, _subject: Any) -> Access:
    """People and settings belong to administrators."""
    if has_role(user, Role.ADMINISTRATOR):
        return ALLOWED
    return refused(_l("Only an administrator may do this."))


def register(hooks: Hooks) -> None:
    """Add the rules and the audit vocabulary."""
    for permission in OrganizationPermission:
        hooks.permit(permission, administrators_only)
    hooks.audits(OrganizationAction)
