"""What follow-ups bring to the academic's home page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portfolio.core.clock import today
from portfolio.core.hooks import HomeCard, Hooks
from portfolio.organizations.delegations.queries import whose
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role
from portfolio.works.indicators import queries

SHOWN = 3


def _home(user: Any) -> Iterable[HomeCard]:
    if not has_role(whose(user), Role.ACADEMIC):
        return
    due = queries.due(user, SHOWN)
    if due:
        yield HomeCard("works/indicators/_due.html", {"due": due, "today": today()}, 45, "tasks", waiting=len(due))


def register(hooks: Hooks) -> None:
    """Bring it."""
    hooks.home_cards.append(_home)
