"""What participation forms bring to the home page and to the page of a work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portfolio.core.hooks import HomeCard, Hooks
from portfolio.works.participation import queries

ORDER = 20


def _home(user: Any) -> Iterable[HomeCard]:
    """What waits for this person's signature. The person alone: nobody signs on behalf of another."""
    for place, signing in enumerate(queries.asked_of(user)):
        yield HomeCard("works/participation/_task.html", {"signing": signing}, ORDER + place, "tasks", waiting=1)


def _panel(_user: Any, work: Any, heading_code: str | None) -> Iterable[HomeCard]:
    if heading_code is not None:
        return
    sheet = queries.sheet_of(work)
    if sheet.form.is_needed:
        yield HomeCard("works/participation/_panel.html", {"sheet": sheet, "work": work}, 10, "aside")


def register(hooks: Hooks) -> None:
    """Bring them."""
    hooks.home_cards.append(_home)
    hooks.work_panels.append(_panel)
