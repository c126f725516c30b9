"""The change a work brought, as printed: drawings on a true axis of time, the figures in tables, whence they come."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from portfolio.core.i18n.dates import format_date, format_year
from portfolio.dossier.document import (
    Block,
    BulletList,
    Column,
    DrawnFigure,
    Inline,
    Inlines,
    Run,
    digits,
    table,
)
from portfolio.dossier.linebreaks import ZERO_WIDTH_SPACE, mark_breaks, shortened
from portfolio.dossier.terms import Terms
from portfolio.dossier.vector import FAMILY, PAINTS
from portfolio.works.indicators.charts import NARROW, Panel, Wording, draw, legend, side_by_side, svg, with_legend
from portfolio.works.indicators.measures import Point, PointKind, Series, change, figure, percent, series
from portfolio.works.indicators.models import Measurer
from portfolio.works.indicators.vocabulary import MEASURER_LABELS, POINT_LABELS

AT_ONCE = 4
"""Drawings of one figure: two rows of two leave room on the page for words."""

Referring = Callable[[Inlines], Inlines]


def indicators(work: dict[str, Any], terms: Terms, referring: Referring) -> Iterator[Block]:
    """The drawings, then the same figures in tables, then sources and reasons."""
    plain: list[dict[str, Any]] = work["indicators"]
    yield from _figures([series(one, terms.language) for one in plain], terms)
    rows = [_row(one, terms) for one in plain]
    # The heads are single words that no writer parts; the widths are theirs.
    columns = [Column(3.6), Column(2.3, "right"), Column(2.3, "right"), Column(2.9, "right"), Column(1.9, "right")]
    yield table(columns, [_("Indicator"), _("Before"), _("After"), _("Change"), _("Target")], rows)
    later = [row for one in plain for row in _follow_ups(one, terms)]
    if later:
        columns = [Column(3.4), Column(2.1), Column(1.8, "right"), Column(4.6)]
        heads = [_("Indicator"), _("Measured again on"), _("Value"), _("Who measured and source")]
        yield table(columns, heads, [[*cells, referring(said)] for cells, said in later])
    notes = []
    for one in plain:
        said = referring(tuple(_sources(one, terms)))
        if said:
            notes.append((Run(terms.pick(one, "name"), bold=True), *said))
    if notes:
        yield BulletList(tuple(notes))


def _figures(found: Sequence[Series], terms: Terms) -> Iterator[Block]:
    """Drawings of what was measured more than once; one value alone shows no change."""
    words = _wording(terms)
    drawn = [(one, drawing) for one in found if len(one.points) > 1 and (drawing := draw(one, words, NARROW, 220))]
    for start in range(0, len(drawn), AT_ONCE):
        group = drawn[start : start + AT_ONCE]
        shown = [one for one, _drawing in group]
        panels = [Panel(_parted(f"{one.name} ({one.unit})"), drawing) for one, drawing in group]
        whole = with_legend(side_by_side(panels), _legend(shown))
        yield DrawnFigure(
            svg=svg(whole, paints=PAINTS, font=FAMILY),
            caption=_("Change in the indicators"),
            alt=" ".join(_told(one, terms) for one in shown),
            width=1.0 if len(group) > 1 else 0.55,
        )


def _wording(terms: Terms) -> Wording:
    def printed(text: str) -> str:
        return digits(text, terms.thai_digits)

    def month(day: date) -> str:
        return printed(format_date(day, "short").split(" ", 1)[1])

    return Wording(
        target=_("target"),
        undated=_("no day"),
        year=lambda year: printed(format_year(year)),
        month=month,
        figure=lambda value: printed(figure(value)),
    )


def _legend(shown: Sequence[Series]) -> list[tuple[str, str]]:
    words = [(kind.value, str(POINT_LABELS[kind])) for kind in legend(shown)]
    if any(one.planned for one in shown):
        words.append(("planned", _("planned follow-up")))
    if any(one.target is not None for one in shown):
        words.append(("target", _("target")))
    return words


def _parted(text: str) -> list[str]:
    """Words and pieces of Thai, each with the blank that follows it."""
    return [piece for piece in re.split(rf"(?<= )|{ZERO_WIDTH_SPACE}", mark_breaks(text)) if piece]


def _told(one: Series, terms: Terms) -> str:
    """A drawing in words, for whoever cannot see it."""
    points = ", ".join(_point(point, terms) for point in one.points)
    return f"{one.name} ({one.unit}): {points}."


def _point(point: Point, terms: Terms) -> str:
    day = terms.short_day(point.day.isoformat()) if point.day else _("no day")
    return f"{POINT_LABELS[PointKind(point.kind)]} {digits(figure(point.value), terms.thai_digits)} ({day})"


def _row(one: dict[str, Any], terms: Terms) -> list[str]:
    found, unit = series(one, terms.language), terms.pick(one, "unit")
    first, last = (point.value if point else None for point in (found.before, found.after))
    moved = [change(first, last), percent(first, last, found.unit)]
    return [
        f"{terms.pick(one, 'name')}\n({unit})" if unit else terms.pick(one, "name"),
        _measured(one["baseline"], terms),
        _measured(one["outcome"], terms),
        digits("\n".join(part for part in moved if part), terms.thai_digits),
        terms.figure(one["target"]),
    ]


def _measured(value: dict[str, Any], terms: Terms) -> str:
    lines = (terms.figure(value["value"]), terms.short_day(value["date"]))
    return "\n".join(line for line in lines if line)


def _follow_ups(one: dict[str, Any], terms: Terms) -> Iterator[tuple[list[str], Inlines]]:
    name = terms.pick(one, "name")
    for follow_up in one.get("follow_ups", ()):
        who = str(MEASURER_LABELS[Measurer(follow_up["by"])])
        said = [f"{who}: {follow_up['measurer']}" if follow_up["measurer"] else who]
        said += [text for text in (follow_up["source"], terms.pick(follow_up, "note")) if text]
        cells = [name, terms.short_day(follow_up["date"]), terms.figure(follow_up["value"])]
        yield cells, (Run("\n".join(said)),)
        name = shortened(name, 40)  # in full once: twelve follow-ups of a long name would be pages of it


def _sources(indicator: dict[str, Any], terms: Terms) -> Iterator[Inline]:
    """Where the two figures come from and what is to be known of them, each on its own line."""
    for moment, word in (("baseline", _("Source before")), ("outcome", _("Source after"))):
        if indicator[moment]["source"]:
            yield Run(f"\n{word}: {indicator[moment]['source']}")
    said = {
        "method": _("How it is measured"),
        "attribution": _("Why the change is put down to this work"),
        "other_causes": _("What else may have caused it"),
        "note": _("Remark"),
    }
    for name, word in said.items():
        text = terms.pick(indicator, name)
        if text:
            yield Run(f"\n{word}: {text}")
    planned = [terms.short_day(day) for day in indicator.get("planned", ())]
    if planned:
        word = _("To be measured again by")
        yield Run(f"\n{word}: {', '.join(planned)}")
