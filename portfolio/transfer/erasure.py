"""Erasure takes what was brought in: imports with their files."""

from __future__ import annotations

from portfolio.accounts.models import User
from portfolio.core.hooks import Hooks
from portfolio.core.personal import forget, forget_files, table, values_of


def erase(user: User) -> None:
    """Take every import; the works it made are the room of works'."""
    batches = table("import_batches")
    mine = values_of(batches.c.id, batches.c.owner_id == user.id)
    files = values_of(batches.c.stored_file_id, batches.c.id.in_(mine))
    forget(batches, mine)
    forget_files(files)


def register(hooks: Hooks) -> None:
    """Come early."""
    hooks.erase.append((20, "transfer", erase))
