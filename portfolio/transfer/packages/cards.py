"""On the page of a portfolio: the way to take it along."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portfolio.core.hooks import HomeCard, Hooks


def _panel(user: Any, portfolio: Any) -> Iterable[HomeCard]:
    if portfolio.owner_id == user.id:
        yield HomeCard("transfer/packages/_of_portfolio.html", {"portfolio": portfolio}, 90, "aside")


def register(hooks: Hooks) -> None:
    """Bring it."""
    hooks.portfolio_panels.append(_panel)
