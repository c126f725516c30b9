"""What a work's page says of it as a publication, and of its earlier use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portfolio.core.hooks import HomeCard, Hooks
from portfolio.works.bibliography import queries
from portfolio.works.bibliography.citations.styles import cite
from portfolio.works.bibliography.labels import TCI_LABELS


def _panel(_user: Any, work: Any, heading_code: str | None) -> Iterator[HomeCard]:
    if heading_code is not None:
        return
    row = queries.bibliography_of(work)
    yield HomeCard(
        "works/bibliography/_panel.html",
        {"work": work, "row": row, "citation": cite(queries.reference_of(work)), "tci": TCI_LABELS},
        order=10,
        place="main",
    )
    told = queries.used_of([work])[work.id]
    yield HomeCard(
        "works/bibliography/_used_panel.html",
        {"work": work, "told": told, "warning": queries.reuse_warning(work, told.uses)},
        order=30,
        place="aside",
    )


def register(hooks: Hooks) -> None:
    """Bring the blocks."""
    hooks.work_panels.append(_panel)
