"""What portfolios bring to the menu and to the academic's home page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import HomeCard, Hooks, NavItem
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role
from portfolio.portfolios import queries
from portfolio.portfolios.stands import DRAFT, stands_of

SHOWN = 5
TASKS_SHOWN = 3


def _navigation(user: Any) -> Iterable[NavItem]:
    if has_role(user, Role.ACADEMIC):
        yield NavItem(_l("Portfolios"), "portfolios.index", 20)


def _home(user: Any) -> Iterable[HomeCard]:
    if not has_role(user, Role.ACADEMIC):
        return
    portfolios = queries.latest(user, SHOWN)
    readiness = queries.readiness_of_all(portfolios) if portfolios else {}
    stands = stands_of(portfolios, readiness)
    drafts = {portfolio.id for portfolio in portfolios if stands[portfolio.id].steps is DRAFT.steps}
    waiting = [
        (portfolio, point)
        for portfolio in portfolios
        if portfolio.id in drafts
        for point in readiness[portfolio.id].musts[:1]
    ]
    for place, (portfolio, point) in enumerate(waiting[:TASKS_SHOWN]):
        context = {"portfolio": portfolio, "point": point, "left": len(readiness[portfolio.id].musts)}
        yield HomeCard("portfolios/_task.html", context, 50 + place, "tasks", waiting=1)
    context = {"portfolios": portfolios, "stands": stands, "readiness": readiness, "drafts": drafts}
    yield HomeCard("portfolios/_own_card.html", context, 10, "main")


def register(hooks: Hooks) -> None:
    """Bring them."""
    hooks.navigation.append(_navigation)
    hooks.home_cards.append(_home)
