"""Everybody has a copy made of their own data, and has them erased: nobody else, an assistant least of all."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from portfolio.accounts.permissions import own_account
from portfolio.core.hooks import Hooks
from portfolio.core.permissions import ALLOWED, HIDDEN, Access


class PersonalPermission(StrEnum):
    """What can be done with one's own data."""

    MANAGE = "personal:manage"
    FETCH = "personal:fetch"


class PersonalAction(StrEnum):
    """What the audit chain says of it."""

    COPY = "personal:copy"
    FETCH = "personal:fetch"
    ERASE = "personal:erase"


def _own_copy(user: Any, subject: Any) -> Access:
    return ALLOWED if subject is not None and subject.owner_id == user.id else HIDDEN


def register(hooks: Hooks) -> None:
    """State the rules."""
    hooks.permit(PersonalPermission.MANAGE, own_account)
    hooks.permit(PersonalPermission.FETCH, _own_copy)
    hooks.audits(PersonalAction)
