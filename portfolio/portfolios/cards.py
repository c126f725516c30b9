"""What portfolios bring to the menu and to the academic's home page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import HomeCard, Hooks, NavItem
from portfolio.organizations.delegations.queries import whose
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role
from portfolio.portfolios import queries
from portfolio.portfolios.stands import DRAFT, stands_of, with_next

SHOWN = 5
TASKS_SHOWN = 3


def _navigation(user: Any) -> Iterable[NavItem]:
    if has_role(whose(user), Role.ACADEMIC):
        yield NavItem(_l("Portfolios"), "portfolios.index", 20)


def _home(user: Any) -> Iterable[HomeCard]:
    if not has_role(whose(user), Role.ACADEMIC):
        return
    lines = queries.latest_lines(user, SHOWN)
    stands = stands_of([line.portfolio for line in lines])
    # What was submitted shows where it stands; only drafts are still to be made ready.
    drafts = [line.portfolio for line in lines if stands[line.portfolio.id] is DRAFT]
    readiness = queries.readiness_of_all(drafts)
    waiting = [(portfolio, point) for portfolio in drafts for point in readiness[portfolio.id].musts[:1]]
    for place, (portfolio, point) in enumerate(waiting[:TASKS_SHOWN]):
        context = {"portfolio": portfolio, "point": point, "left": len(readiness[portfolio.id].musts)}
        yield HomeCard("portfolios/_task.html", context, 50 + place, "tasks", waiting=1)
    context = {"lines": lines, "stands": with_next(stands, readiness), "readiness": readiness}
    yield HomeCard("portfolios/_own_card.html", context, 10, "main")


def register(hooks: Hooks) -> None:
    """Bring them."""
    hooks.navigation.append(_navigation)
    hooks.home_cards.append(_home)
