"""What evidence brings to other pages: a word of the menu, the exhibits of a work, files to look after."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import HomeCard, Hooks, NavItem
from portfolio.evidence import queries
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role


def _navigation(user: Any) -> Iterable[NavItem]:
    if has_role(user, Role.ACADEMIC):
        yield NavItem(_l("Evidence"), "evidence.index", 40)


def _work_panel(_user: Any, work: Any, heading_code: str | None) -> Iterable[HomeCard]:
    if heading_code is None:
        context = {"work": work, "uses": queries.uses_of_work(work)}
        yield HomeCard("evidence/_of_work.html", context, 10, "main")
        return
    uses = queries.uses_of_work(work)
    numbered = [(number, use) for number, use in enumerate(uses, start=1)]
    tied = [pair for pair in numbered if any(row.heading_code == heading_code for row in pair[1].headings)]
    context = {"work": work, "tied": tied, "numbered": numbered}
    yield HomeCard("evidence/_of_heading.html", context, 10, "aside")


def _home(user: Any) -> Iterable[HomeCard]:
    if has_role(user, Role.ACADEMIC):
        failed = queries.failed_previews(user)
        if failed:
            yield HomeCard("evidence/_failed.html", {"failed": failed}, 40, "tasks", waiting=len(failed))


def register(hooks: Hooks) -> None:
    """Bring them."""
    hooks.navigation.append(_navigation)
    hooks.work_panels.append(_work_panel)
    hooks.home_cards.append(_home)
