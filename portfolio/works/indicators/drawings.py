"""Drawings of indicators as pages show them: their SVG, and what its shapes mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from portfolio.works.indicators.charts import PLANNED, SHAPES, Drawing, Shape, legend, svg
from portfolio.works.indicators.measures import PointKind, Series
from portfolio.works.indicators.vocabulary import POINT_LABELS


def on_page(drawing: Drawing | None) -> Markup | None:
    """The SVG of a drawing, where there is one. It is hidden from whoever listens: its table says the same."""
    return Markup(svg(drawing)) if drawing else None  # noqa: S704 - every text in it is escaped there


def legend_of(shown: Sequence[Series]) -> dict[str, Any]:
    """What the macro `legend` of works/indicators/_charts.html asks for, by its names."""
    return {
        "legend": [(_sample(kind), POINT_LABELS[kind]) for kind in legend(shown)],
        "targets": any(one.target is not None for one in shown),
        "plans": any(one.planned for one in shown),
        "planned_sample": _sample(None),
    }


def _sample(kind: PointKind | None) -> Markup:
    css, form, r = SHAPES[kind] if kind else PLANNED
    return Markup(svg(Drawing(18, 18, (Shape(css, form, 9, 9, r),))))  # noqa: S704 - nothing but a shape of ours
