"""Erasure takes packages on their way out or in."""

from __future__ import annotations

from portfolio.accounts.models import User
from portfolio.core.hooks import Hooks
from portfolio.core.personal import forget, forget_files, table, values_of


def erase(user: User) -> None:
    """Take every package with its file."""
    transfers = table("package_transfers")
    mine = values_of(transfers.c.id, transfers.c.owner_id == user.id)
    files = values_of(transfers.c.stored_file_id, transfers.c.id.in_(mine))
    forget(transfers, mine)
    forget_files(files)


def register(hooks: Hooks) -> None:
    """Come before portfolios."""
    hooks.erase.append((21, "packages", erase))
