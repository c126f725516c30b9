"""Menu and home cards of calls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from portfolio.calls import queries
from portfolio.core.hooks import HomeCard, Hooks, NavItem
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role


def navigation(user: Any) -> Iterable[NavItem]:
    """Officers run calls; academics look for them."""
    if has_role(user, Role.OFFICER):
        yield NavItem(_("Calls"), "calls.index", 30)
    elif has_role(user, Role.ACADEMIC):
        yield NavItem(_("Calls"), "calls.index", 60)


def home_cards(user: Any) -> Iterable[HomeCard]:
    """The calls that take submissions now, for those who may submit or who run them."""
    if has_role(user, Role.ACADEMIC) or has_role(user, Role.OFFICER):
        calls = queries.open_calls(with_rules=False)
        yield HomeCard("calls/_open_card.html", {"open_calls": calls}, order=40, place="aside")


def register(hooks: Hooks) -> None:
    """Add menu and card."""
    hooks.navigation.append(navigation)
    hooks.home_cards.append(home_cards)
