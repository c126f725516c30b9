"""The menu: what the rooms offer the person who looks, at most four words and the rest behind the account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, g, request, url_for
from flask_login import current_user

from portfolio.core.hooks import NavItem, current_hooks
from portfolio.core.i18n.language import current_language

WORDS_IN_MENU = 4


@dataclass(frozen=True)
class NavLink:
    """One line of the menu, ready to be written."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Menu:
    """The words in the bar, and those that stand in the account menu because the bar is full."""

    bar: list[NavLink]
    more: list[NavLink]


def viewer() -> Any:
    """The person signed in, or None. None as well on pages that may ask nobody."""
    if g.get("nobody_is_asked", False) or not hasattr(current_app, "login_manager"):
        return None
    return current_user._get_current_object() if current_user and current_user.is_authenticated else None


def viewer_name() -> str:
    """How the account menu calls the person: the name in the page's language, else in the other."""
    person = viewer()
    first, second = ("name_th", "name_en") if current_language() == "th" else ("name_en", "name_th")
    for attribute in ("display_name", first, second, "name", "email"):
        name = getattr(person, attribute, None)
        if name:
            return str(name() if callable(name) else name)
    return ""


def menu() -> Menu:
    """The menu of the person who looks; empty for visitors unless a room offers them something."""
    if g.get("nobody_is_asked", False) or "hooks" not in current_app.extensions:
        return Menu([], [])
    person = viewer()
    items: list[NavItem] = []
    for offer in current_hooks().navigation:
        items += [item for item in offer(person) if item not in items] if person is not None else []
    items.sort(key=lambda item: item.order)
    here = _current(items)
    links = [NavLink(str(item.label), url_for(item.endpoint), item is here) for item in items]
    return Menu(links[:WORDS_IN_MENU], links[WORDS_IN_MENU:])


def _current(items: list[NavItem]) -> NavItem | None:
    """The item of this very page, else the first of the same room."""
    for item in items:
        if item.endpoint == request.endpoint:
            return item
    for item in items:
        if item.endpoint.partition(".")[0] == request.blueprint:
            return item
    return None
