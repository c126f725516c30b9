"""Erasure takes works that were never frozen; of the others it leaves an empty row that snapshots can name."""

from __future__ import annotations

from portfolio.accounts.models import User
from portfolio.core.hooks import Hooks
from portfolio.core.personal import empty_texts, forget, forget_belongings, held, table, values_of


def erase(user: User) -> None:
    """Take texts with their history, people, indicators, missions, participation forms: everything of each work.

    A work that a snapshot names keeps the title it has there and nothing else; what a partner confirmed of it stays,
    as the partner's own.
    """
    works = table("works")
    mine = values_of(works.c.id, works.c.owner_id == user.id)
    kept = held(works, mine)
    forget(works, mine - kept)
    forget_belongings(works, kept)
    empty_texts(works, kept, keep=("title_th", "title_en"))


def register(hooks: Hooks) -> None:
    """Come after everything that stands on works."""
    hooks.erase.append((70, "works", erase))
