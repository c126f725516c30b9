"""Erasure takes the whole record."""

from __future__ import annotations

from portfolio.accounts.models import User
from portfolio.core.hooks import Hooks
from portfolio.core.personal import forget_where, table


def erase(user: User) -> None:
    """Take every line, the profile, and what only the academic saw."""
    forget_where(table("cv_entries"), table("cv_entries").c.owner_id == user.id)
    forget_where(table("record_profiles"), table("record_profiles").c.user_id == user.id)
    forget_where(table("personal_details"), table("personal_details").c.user_id == user.id)


def register(hooks: Hooks) -> None:
    """Come after works."""
    hooks.erase.append((80, "record", erase))
