"""What partners bring to other pages: the panel of a work, a word of the menu, whoever has not answered for long."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import HomeCard, Hooks, NavItem
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role
from portfolio.partners import queries
from portfolio.partners.vocabulary import STATE_TAGS, TYPE_LABELS


def _navigation(user: Any) -> Iterable[NavItem]:
    if has_role(user, Role.ACADEMIC):
        yield NavItem(_l("Partners"), "partners.index", 46)


def _work_panel(_user: Any, work: Any, heading_code: str | None) -> Iterable[HomeCard]:
    if heading_code is None:
        context = {"work": work, "rows": queries.of_work(work), "tags": STATE_TAGS, "types": TYPE_LABELS}
        yield HomeCard("partners/_of_work.html", context, 20, "main")


def _home(user: Any) -> Iterable[HomeCard]:
    if has_role(user, Role.ACADEMIC):
        waiting = queries.waiting_long(user)
        if waiting:
            yield HomeCard("partners/_waiting.html", {"waiting": waiting}, 45, "tasks", waiting=len(waiting))


def register(hooks: Hooks) -> None:
    """Bring them."""
    hooks.navigation.append(_navigation)
    hooks.work_panels.append(_work_panel)
    hooks.home_cards.append(_home)
