"""On the home page: who asks for help, and at whose desk one sits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portfolio.core.hooks import HomeCard, Hooks
from portfolio.organizations.delegations import queries


def _home(user: Any) -> Iterable[HomeCard]:
    for place, delegation in enumerate(queries.asked_of(user, limit=3)):
        yield HomeCard(
            "organizations/delegations/_asked.html", {"delegation": delegation}, 8 + place, "tasks", waiting=1
        )


def register(hooks: Hooks) -> None:
    """Bring them."""
    hooks.home_cards.append(_home)
