"""Erasure takes portfolios; of one that was frozen it leaves an empty row that snapshots and editions can name."""

from __future__ import annotations

from portfolio.accounts.models import User
from portfolio.core.hooks import Hooks
from portfolio.core.personal import empty_texts, forget, forget_belongings, held, table, values_of


def erase(user: User) -> None:
    """Take them with their lists of works. One that stays keeps the title it was frozen with."""
    portfolios = table("portfolios")
    mine = values_of(portfolios.c.id, portfolios.c.owner_id == user.id)
    kept = held(portfolios, mine)
    forget(portfolios, mine - kept)
    forget_belongings(portfolios, kept)
    empty_texts(portfolios, kept, keep=("title_th", "title_en", "position_sought"))


def register(hooks: Hooks) -> None:
    """Come before works."""
    hooks.erase.append((40, "portfolios", erase))
