"""The first word of everybody's menu."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import Hooks, NavItem


def _navigation(user: Any) -> Iterable[NavItem]:
    if user is not None:
        yield NavItem(_l("Home"), "home.index", 10)


def register(hooks: Hooks) -> None:
    """Bring it."""
    hooks.navigation.append(_navigation)
