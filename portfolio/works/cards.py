"""The word of the menu that leads to works."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import Hooks, NavItem
from portfolio.organizations.delegations.queries import whose
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role


def _navigation(user: Any) -> Iterable[NavItem]:
    if has_role(whose(user), Role.ACADEMIC):
        yield NavItem(_l("Works"), "works.index", 30)


def register(hooks: Hooks) -> None:
    """Bring it."""
    hooks.navigation.append(_navigation)
