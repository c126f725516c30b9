"""What the missions bring to the page of a work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portfolio.core.hooks import HomeCard, Hooks
from portfolio.works.missions import queries
from portfolio.works.vocabulary import MISSION_LABELS


def _work_panel(_user: Any, work: Any, heading_code: str | None) -> Iterable[HomeCard]:
    if heading_code is None:
        context = {"work": work, "counts": queries.counts(work), "labels": MISSION_LABELS}
        yield HomeCard("works/missions/_of_work.html", context, 20, "aside")


def register(hooks: Hooks) -> None:
    """Bring it."""
    hooks.work_panels.append(_work_panel)
