"""What imports bring to other pages: a word of the menu, and what waits for a person's word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import HomeCard, Hooks, NavItem
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role
from portfolio.transfer import queries


def _navigation(user: Any) -> Iterable[NavItem]:
    if has_role(user, Role.ACADEMIC):
        yield NavItem(_l("Import and export"), "transfer.index", 45)


def _home(user: Any) -> Iterable[HomeCard]:
    if has_role(user, Role.ACADEMIC):
        waiting = queries.waiting_imports(user)
        if waiting:
            yield HomeCard("transfer/_waiting.html", {"batches": waiting}, 50, "tasks", waiting=len(waiting))


def register(hooks: Hooks) -> None:
    """Bring them."""
    hooks.navigation.append(_navigation)
    hooks.home_cards.append(_home)
