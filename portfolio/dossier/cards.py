"""What dossiers bring to the menu, the home pages and the pages of portfolios."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import HomeCard, Hooks, NavItem
from portfolio.dossier import queries
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role, hr_universities

SHOWN = 5


def register(hooks: Hooks) -> None:
    """Fill the extension points."""
    hooks.navigation.append(_navigation)
    hooks.home_cards.append(_home_cards)
    hooks.portfolio_panels.append(_portfolio_panel)


def _navigation(user: Any) -> Iterator[NavItem]:
    if has_role(user, Role.ACADEMIC):
        yield NavItem(_l("Dossiers"), "dossier.index", 45)
    if hr_universities(user):
        yield NavItem(_l("Dossiers received"), "dossier.inbox", 20)
    if has_role(user, Role.OFFICER):
        yield NavItem(_l("Register of dossiers"), "dossier.register_index", 60)


def _home_cards(user: Any) -> Iterator[HomeCard]:
    if hr_universities(user):
        new = queries.new_in_inbox(user, SHOWN + 1)
        yield HomeCard(
            "dossier/_inbox_card.html",
            {"releases": new[:SHOWN], "more": len(new) > SHOWN},
            order=10,
            place="tasks",
            waiting=len(new[:SHOWN]),
        )
    if has_role(user, Role.ACADEMIC):
        recent = queries.recent_editions(user, SHOWN)
        if recent:
            yield HomeCard("dossier/_recent_card.html", {"editions": recent}, order=30, place="aside")


def _portfolio_panel(user: Any, portfolio: Any) -> Iterator[HomeCard]:
    if portfolio.owner_id == user.id:
        yield HomeCard(
            "dossier/_portfolio_panel.html",
            {"portfolio": portfolio, "editions": queries.current_editions(portfolio)},
            order=40,
            place="aside",
        )
