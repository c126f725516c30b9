"""What administrators may do: people and settings. None of it opens a portfolio, a review or an identity."""

from __future__ import annotations

from enum import StrEnum

from portfolio.core.hooks import Hooks
from portfolio.organizations.permissions import administrators_only


class AdminPermission(StrEnum):
    """What a route of this room may demand."""

    LIST_PEOPLE = "person:list"
    DISABLE_PERSON = "person:disable"
    WATCH_SYSTEM = "system:watch"


def register(hooks: Hooks) -> None:
    """Add the rules."""
    for permission in AdminPermission:
        hooks.permit(permission, administrators_only)
