"""Who sets what a call asks of its panels."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from portfolio.core.hooks import Hooks
from portfolio.core.permissions import ALLOWED, HIDDEN, Access
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role


class PanelPermission(StrEnum):
    """Rights of this room."""

    EDIT = "panel_rule:edit"


class PanelAction(StrEnum):
    """Deeds of this room on the audit record."""

    EDIT = "panel_rule:edited"


def register(hooks: Hooks) -> None:
    """Fill the extension points."""
    hooks.audits(PanelAction)
    hooks.permit(PanelPermission.EDIT, _officer)


def _officer(user: Any, _call: Any) -> Access:
    return ALLOWED if has_role(user, Role.OFFICER) else HIDDEN
