"""What dissemination brings to the page of a work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portfolio.core.hooks import HomeCard, Hooks
from portfolio.works.bibliography.kinds import asks_headings
from portfolio.works.dissemination import queries
from portfolio.works.dissemination.vocabulary import WAY_LABELS


def _work_panel(_user: Any, work: Any, heading_code: str | None) -> Iterable[HomeCard]:
    """Other kinds are made known by being published; a page of ways is theirs where they have something on it."""
    if heading_code is not None:
        return
    counts = queries.counts(work)
    if counts or asks_headings(work.kind):
        context = {"work": work, "counts": counts, "labels": WAY_LABELS, "asked": queries.asked_of(work, counts)}
        yield HomeCard("works/dissemination/_of_work.html", context, 25, "aside")


def register(hooks: Hooks) -> None:
    """Bring it."""
    hooks.work_panels.append(_work_panel)
