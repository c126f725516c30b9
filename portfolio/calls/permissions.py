"""Who may run calls: officers of the association. Published calls are open to everybody."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import Hooks
from portfolio.core.permissions import ALLOWED, Access, refused
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role


class CallPermission(StrEnum):
    """What a route of this room may demand."""

    CREATE = "call:create"
    EDIT = "call:edit"
    PUBLISH = "call:publish"


class CallAction(StrEnum):
    """What this room writes into the audit chain."""

    CREATE = "call:create"
    UPDATE = "call:update"
    PUBLISH = "call:publish"


def officers_only(user: Any, _subject: Any) -> Access:
    """The secretariat runs the calls."""
    if has_role(user, Role.OFFICER):
        return ALLOWED
    return refused(_l("Only an officer of the association may do this."))


def register(hooks: Hooks) -> None:
    """Add the rules and the audit vocabulary."""
    for permission in CallPermission:
        hooks.permit(permission, officers_only)
    hooks.audits(CallAction)
