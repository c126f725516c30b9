"""What a person may do with an account: with the own one everything; administrators' rules come from organizations."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from portfolio.core.hooks import Hooks
from portfolio.core.permissions import ALLOWED, HIDDEN, Access


class AccountPermission(StrEnum):
    """What a route of this room may demand."""

    MANAGE_OWN = "account:manage_own"


class AccountAction(StrEnum):
    """What this room writes into the audit chain."""

    CREATE = "account:create"
    CONFIRM = "account:confirm"
    UPDATE = "account:update"
    CHANGE_PASSWORD = "account:change_password"  # noqa: S105 - a verb
    RESET_PASSWORD = "account:reset_password"  # noqa: S105 - a verb
    DISABLE = "account:disable"
    ENABLE = "account:enable"
    ERASE = "account:erase"


def own_account(user: Any, subject: Any) -> Access:
    """Every signed-in person keeps the own account, and nobody else's."""
    return ALLOWED if subject is None or subject.id == user.id else HIDDEN


def register(hooks: Hooks) -> None:
    """Add the rule and the audit vocabulary."""
    hooks.permit(AccountPermission.MANAGE_OWN, own_account)
    hooks.audits(AccountAction)
