"""Erasure takes the profile of a reviewer; reviews that were handed in belong to their decisions and stay."""

from __future__ import annotations

from portfolio.accounts.models import User
from portfolio.core.hooks import Hooks
from portfolio.core.personal import forget_where, table


def erase(user: User) -> None:
    """Take the register's entry."""
    profiles = table("reviewer_profiles")
    forget_where(profiles, profiles.c.user_id == user.id)


def register(hooks: Hooks) -> None:
    """Come first."""
    hooks.erase.append((11, "reviewers", erase))
