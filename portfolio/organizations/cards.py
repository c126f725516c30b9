"""Menu of administrators, and the reminder to choose a place of work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from portfolio.core.hooks import HomeCard, Hooks, NavItem
from portfolio.organizations import queries
from portfolio.organizations.models import Role

WITHOUT_PLACE = {Role.OFFICER, Role.ADMINISTRATOR}


def navigation(user: Any) -> Iterable[NavItem]:
    """Organisations are an administrator's."""
    if queries.has_role(user, Role.ADMINISTRATOR):
        yield NavItem(_("Organisations"), "organizations.index", 81)


def home_cards(user: Any) -> Iterable[HomeCard]:
    """Who works at no university yet is asked for it: portfolios and conflicts of interest depend on it."""
    held = {role for role, _place in queries.grants_of(user)}
    if held <= WITHOUT_PLACE and held:
        return
    if queries.university_id_of(user) is None:
        yield HomeCard("organizations/_membership_card.html", {}, order=5, place="tasks", waiting=1)


def register(hooks: Hooks) -> None:
    """Add menu and card."""
    hooks.navigation.append(navigation)
    hooks.home_cards.append(home_cards)
