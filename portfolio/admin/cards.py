"""Menu and home card of administrators."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from portfolio.admin import queries
from portfolio.core.hooks import HomeCard, Hooks, NavItem
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role


def navigation(user: Any) -> Iterable[NavItem]:
    """People and machinery are an administrator's."""
    if has_role(user, Role.ADMINISTRATOR):
        yield NavItem(_("People"), "admin.people", 80)
        yield NavItem(_("System"), "admin.system", 82)


def home_cards(user: Any) -> Iterable[HomeCard]:
    """What has failed and waits for somebody; otherwise how the service stands."""
    if not has_role(user, Role.ADMINISTRATOR):
        return
    failed = queries.troubles()
    if failed:
        yield HomeCard("admin/_failed_card.html", {"failed": failed}, order=80, place="tasks", waiting=1)
    yield HomeCard("admin/_state_card.html", {"state": queries.system_state()}, order=80, place="main")


def register(hooks: Hooks) -> None:
    """Add menu and card."""
    hooks.navigation.append(navigation)
    hooks.home_cards.append(home_cards)
