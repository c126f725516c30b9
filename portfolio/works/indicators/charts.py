"""The drawing of an indicator on a true axis of time: a pure function from figures to primitives, and their SVG.

Shapes tell what a point is, colour only repeats it. On pages the primitives carry classes (static/css/app.css); in
print, where there are none, `svg` is given what each class means as attributes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from math import hypot
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from portfolio.works.indicators.measures import Point, PointKind, Series, figure

WIDE, SMALL, NARROW = 700, 520, 330
"""Widths in the drawing's own units: for a page, for one of two side by side, and for a phone."""

SIZE = 15
"""Height of letters in the drawing's units; a phone of 360 px shows a narrow drawing at about its own size."""

MOST_STEPS = 5
NEAR = Decimal("0.25")
"""Where all values lie within this share of the largest, the axis begins near them and says so."""


@dataclass(frozen=True)
class Line:
    """A straight line."""

    css: str
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Polyline:
    """Lines from point to point."""

    css: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Shape:
    """A mark about a place: circle, square, triangle or diamond."""

    css: str
    form: str
    x: float
    y: float
    r: float


@dataclass(frozen=True)
class Label:
    """Words at a place."""

    css: str
    x: float
    y: float
    text: str
    anchor: str = "start"


Primitive = Line | Polyline | Shape | Label


@dataclass(frozen=True)
class Drawing:
    """Primitives in the order in which they are painted; `from_zero` and `to_time` say how true its axes are."""

    width: float
    height: float
    parts: tuple[Primitive, ...]
    from_zero: bool = True
    to_time: bool = True


@dataclass(frozen=True)
class Wording:
    """How a drawing speaks: its few words, and how figures and days are written (digits, era)."""

    target: str
    undated: str
    year: Callable[[int], str]
    month: Callable[[date], str]
    figure: Callable[[Decimal], str] = field(default=figure)


SHAPES: dict[PointKind, tuple[str, str, float]] = {
    PointKind.BEFORE: ("ch-before", "circle", 6.5),
    PointKind.AFTER: ("ch-after", "circle", 7.5),
    PointKind.UNIVERSITY: ("ch-f1", "square", 6),
    PointKind.PARTNER: ("ch-f2", "triangle", 7.5),
    PointKind.THIRD_PARTY: ("ch-f3", "diamond", 7.5),
}
PLANNED = ("ch-planned", "circle", 4.5)


def draw(series: Series, wording: Wording, width: float = WIDE, height: float = 240) -> Drawing | None:
    """The drawing of an indicator, or None without any value.

    Days are to scale. Where a day is missing the points stand at even steps in their order, and it says so.
    """
    if not series.points:
        return None
    values = [point.value for point in series.points] + ([] if series.target is None else [series.target])
    marks, from_zero = scale(values)
    texts = [wording.figure(mark) for mark in marks]
    left = 10 + max(text_width(text) for text in texts)
    right, top, bottom = width - 14, 30, height - 34

    def y(value: Decimal) -> float:
        return round(bottom - float((value - marks[0]) / (marks[-1] - marks[0])) * (bottom - top), 1)

    parts: list[Primitive] = []
    for mark, text in zip(marks, texts, strict=True):
        parts.append(Line("ch-axis" if mark == marks[0] else "ch-grid", left, y(mark), right, y(mark)))
        parts.append(Label("ch-t2", left - 6, y(mark) + 5, text, "end"))
    to_time = all(point.day is not None for point in series.points)
    space = _Space(left, right, bottom)
    if to_time:
        places, ticks = _on_time(series, wording, space)
    else:
        places, ticks = _in_order(series, wording, space)
    parts += ticks
    spots = [(point, place, y(point.value)) for point, place in zip(series.points, places, strict=True)]
    taken = [_box(spot_x, spot_y, 18, 18, "middle") for _point, spot_x, spot_y in spots]
    if series.target is not None:
        parts.append(Line("ch-target", left, y(series.target), right, y(series.target)))
    in_time = sorted((x, spot_y) for _point, x, spot_y in spots)
    room = _Room(taken, list(pairwise(in_time)), [(x, at, SHAPES[point.kind][2]) for point, x, at in spots])
    if series.target is not None:
        room.lines.append(((left, y(series.target)), (right, y(series.target))))
    if len(spots) > 1:
        parts.append(Polyline("ch-line", tuple(in_time)))
    if to_time:
        for day in series.planned:
            x = space.x(day)
            parts.append(Line("ch-planned-line", x, top, x, bottom))
            parts.append(Shape(PLANNED[0], PLANNED[1], x, bottom, PLANNED[2]))
    for point, x, spot_y in spots:
        css, form, r = SHAPES[point.kind]
        parts.append(Shape(css, form, x, spot_y, r))
    for point, x, spot_y in _by_importance(spots):
        found = room.at_point(wording.figure(point.value), x, spot_y, (left, 4.0, width - 2, bottom - 2))
        if found is not None:
            parts.append(Label("ch-t ch-b", *found))
    if series.target is not None:
        words = f"{wording.target} {wording.figure(series.target)}"
        found = room.at_line(words, y(series.target), (left, 4.0, right, bottom - 2))
        if found is not None:
            parts.append(Label("ch-t2", *found))
    return Drawing(width, height, tuple(parts), from_zero, to_time)


def legend(series: Iterable[Series]) -> list[PointKind]:
    """The kinds of points that some drawings show, in a fixed order."""
    shown = {point.kind for one in series for point in one.points}
    return [kind for kind in PointKind if kind in shown]


def with_legend(drawing: Drawing, words: Sequence[tuple[str, str]]) -> Drawing:
    """The drawing with its legend below, for print: pairs of a kind (or "planned", "target") and its word."""
    parts, x, y = list(drawing.parts), 8.0, drawing.height + 16
    for kind, word in words:
        room = 30 + text_width(word)
        if x > 8 and x + room > drawing.width:
            x, y = 8.0, y + 24
        if kind == "target":
            parts.append(Line("ch-target", x, y, x + 18, y))
        else:
            css, form, r = PLANNED if kind == "planned" else SHAPES[PointKind(kind)]
            parts.append(Shape(css, form, x + 9, y, r))
        parts.append(Label("ch-t", x + 24, y + 5, word))
        x += room + 14
    return Drawing(drawing.width, y + 14, tuple(parts), drawing.from_zero, drawing.to_time)


def scale(values: Sequence[Decimal]) -> tuple[list[Decimal], bool]:
    """Round marks about the values, and whether they begin at zero.

    Zero is on the axis, unless all values lie so near one another that no difference could be seen from there.
    """
    low, high = min(values), max(values)
    largest = max(abs(low), abs(high))
    from_zero = low == high or low * high <= 0 or (high - low) > largest * NEAR
    if from_zero:
        low, high = min(low, Decimal(0)), max(high, Decimal(0))
    if low == high:
        high = low + 1
    step = _step((high - low) / (MOST_STEPS - 1))
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = (high / step).to_integral_value(ROUND_CEILING)
    return [step * number for number in range(int(first), int(last) + 1)], from_zero


def _step(raw: Decimal) -> Decimal:
    power = Decimal(10) ** raw.adjusted()
    return next(
        part * power
        for part in (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
        if part * power >= raw
    )


class _Space:
    """The room between the axes, and where days lie in it."""

    def __init__(self, left: float, right: float, bottom: float) -> None:
        self.left, self.right, self.bottom = left + 12, right - 12, bottom
        self.first = self.last = 0

    def span(self, days: Sequence[date]) -> None:
        """Make room for these days."""
        self.first, self.last = min(days).toordinal(), max(days).toordinal()

    def x(self, day: date) -> float:
        """Where a day lies; a single day stands in the middle."""
        if self.first == self.last:
            return round((self.left + self.right) / 2, 1)
        return round(
            self.left + (self.right - self.left) * (day.toordinal() - self.first) / (self.last - self.first), 1
        )


def _on_time(series: Series, wording: Wording, space: _Space) -> tuple[list[float], list[Primitive]]:
    days = [point.day for point in series.points if point.day is not None]
    space.span([*days, *series.planned])
    ticks: list[Primitive] = []
    for day, text in _tick_days(space, wording):
        x = space.x(day)
        ticks.append(Line("ch-axis", x, space.bottom, x, space.bottom + 5))
        ticks.append(_tick_label(text, x, space))
    return [space.x(day) for day in days], ticks


def _in_order(series: Series, wording: Wording, space: _Space) -> tuple[list[float], list[Primitive]]:
    count = len(series.points)
    step = (space.right - space.left) / (count - 1) if count > 1 else 0
    middle = (space.left + space.right) / 2
    places = [round(space.left + step * number if count > 1 else middle, 1) for number in range(count)]
    ticks: list[Primitive] = []
    end = -1.0
    for x, point in zip(places, series.points, strict=True):
        label = _tick_label(wording.month(point.day) if point.day else wording.undated, x, space)
        start, _top, stop, _bottom = _label_box(label)
        if start > end:
            ticks.append(label)
            end = stop + 6
    return places, ticks


def _tick_label(text: str, x: float, space: _Space) -> Label:
    """Words under the axis, kept inside of the drawing."""
    half = text_width(text) / 2
    middle = min(max(x, space.left - 12 + half), space.right + 24 - half)
    return Label("ch-t2", round(middle, 1), space.bottom + 24, text, "middle")


def _tick_days(space: _Space, wording: Wording) -> list[tuple[date, str]]:
    """First days of months or years, in the finest steps whose words do not touch; else the two ends."""
    first, last = date.fromordinal(space.first), date.fromordinal(space.last)
    ends = [(first, wording.month(first)), (last, wording.month(last))]
    if first == last:
        return ends[:1]
    for months in (1, 3, 6):
        # A month takes some twenty units at the least, so that longer spans need not be tried one by one.
        if (space.last - space.first) / 30 / months * 20 < space.right - space.left:
            ticks = [(day, wording.month(day)) for day in _months(first, last, months)]
            if len(ticks) > 1 and _apart(ticks, space):
                return ticks
    for years in (1, 2, 5, 10, 20, 50, 100, 200, 500):
        starts = [date(year, 1, 1) for year in range(first.year, last.year + 1) if year % years == 0]
        ticks = [(day, wording.year(day.year)) for day in starts if first <= day <= last]
        if len(ticks) > 1 and _apart(ticks, space):
            return ticks
    return ends if _apart(ends, space) else ends[:1]


def _apart(ticks: Sequence[tuple[date, str]], space: _Space) -> bool:
    boxes = [_label_box(_tick_label(text, space.x(day), space)) for day, text in ticks]
    return all(one[2] + 8 <= other[0] for one, other in pairwise(boxes))


def _months(first: date, last: date, step: int) -> Iterable[date]:
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        day = date(number // 12, number % 12 + 1, 1)
        if number % step == 0 and first <= day <= last:
            yield day


def _by_importance(spots: list[tuple[Point, float, float]]) -> list[tuple[Point, float, float]]:
    """Before, after and the latest are labelled first; what then finds no room stands in the table alone."""
    order = {PointKind.BEFORE: 0, PointKind.AFTER: 1}
    last = len(spots) - 1
    ranked = sorted(
        enumerate(spots), key=lambda pair: (order.get(pair[1][0].kind, 2 if pair[0] == last else 3), -pair[0])
    )
    return [spot for _place, spot in ranked]


Box = tuple[float, float, float, float]

CLEARLY = 2.0
"""By how much a value must be nearer to its own point than to any other."""


class _Room:
    """What is taken already: boxes that words must keep clear of, and lines that they should.

    No value stands as near to another of the `points`, each with its radius, as to its own: it would be read as that's.
    """

    def __init__(
        self,
        boxes: list[Box],
        lines: list[tuple[tuple[float, float], tuple[float, float]]],
        points: Sequence[tuple[float, float, float]] = (),
    ) -> None:
        self.boxes, self.lines, self.points = boxes, lines, points

    def at_point(self, text: str, x: float, y: float, bounds: Box) -> tuple[float, float, str, str] | None:
        """Above the point if there is room, else below or beside it."""
        tries = [(x, y - 13, "middle"), (x, y + 24, "middle")]
        tries += [(x - 6, y - 13, "start"), (x + 6, y - 13, "end"), (x - 6, y + 24, "start"), (x + 6, y + 24, "end")]
        tries += [(x + 13, y + 5, "start"), (x - 13, y + 5, "end")]
        return self._first(text, tries, bounds, own=(x, y))

    def at_line(self, text: str, y: float, bounds: Box) -> tuple[float, float, str, str] | None:
        """At a line across the drawing: above or below its right end, its left end, or its middle."""
        places = ((bounds[2], "end"), (bounds[0] + 4, "start"), ((bounds[0] + bounds[2]) / 2, "middle"))
        return self._first(text, [(x, y + down, anchor) for down in (-6, 17) for x, anchor in places], bounds)

    def _misleads(self, box: Box, own: tuple[float, float]) -> bool:
        mine = min((_away(box, point) for point in self.points if point[:2] == own), default=0.0)
        return any(_away(box, point) < mine + CLEARLY for point in self.points if point[:2] != own)

    def _first(
        self,
        text: str,
        tries: Sequence[tuple[float, float, str]],
        bounds: Box,
        own: tuple[float, float] | None = None,
    ) -> tuple[float, float, str, str] | None:
        free: list[tuple[bool, int, Box, float, float, str]] = []
        for x, y, anchor in tries:
            box = _label_box(Label("", x, y, text, anchor))
            if own is not None and self._misleads(box, own):
                continue
            if _inside(box, bounds) and not any(_touch(box, other) for other in self.boxes):
                free.append((any(_crosses(box, line) for line in self.lines), len(free), box, x, y, anchor))
        if not free:
            return None
        _crossing, _place, box, x, y, anchor = min(free, key=lambda one: one[:2])
        self.boxes.append(box)
        return round(x, 1), round(y, 1), text, anchor


def _away(box: Box, point: tuple[float, float, float]) -> float:
    """How far the edge of a point lies from a box."""
    x, y, radius = point
    return hypot(max(box[0] - x, 0, x - box[2]), max(box[1] - y, 0, y - box[3])) - radius


def _crosses(box: Box, line: tuple[tuple[float, float], tuple[float, float]]) -> bool:
    """Whether a line runs through a box: looked at every few units, which is finer than any letter."""
    (x1, y1), (x2, y2) = line
    steps = max(1, int(max(abs(x2 - x1), abs(y2 - y1)) / 4))
    return any(
        box[0] < x1 + (x2 - x1) * part / steps < box[2] and box[1] < y1 + (y2 - y1) * part / steps < box[3]
        for part in range(steps + 1)
    )


def _label_box(label: Label) -> Box:
    return _box(label.x, label.y - SIZE / 2 + 2, text_width(label.text), SIZE + 3, label.anchor)


def _box(x: float, y: float, width: float, height: float, anchor: str) -> Box:
    left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
    return left, y - height / 2, left + width, y + height / 2


def _inside(box: Box, bounds: Box) -> bool:
    return box[0] >= bounds[0] and box[1] >= bounds[1] and box[2] <= bounds[2] and box[3] <= bounds[3]


def _touch(one: Box, other: Box) -> bool:
    return min(one[2] - other[0], other[2] - one[0], one[3] - other[1], other[3] - one[1]) > 0.1


def text_width(text: str) -> float:
    """About how wide words are in Sarabun at SIZE, on the safe side; marks above and below take no room."""
    wide = sum(0 if unicodedata.category(letter) == "Mn" else 0.32 if letter in " .,:ๆ" else 0.6 for letter in text)
    return round(wide * SIZE, 1)


def svg(drawing: Drawing, *, paints: Mapping[str, Mapping[str, str]] | None = None, font: str = "") -> str:
    """The drawing as SVG. With `paints` (class → attributes) it stands alone, for print; without, classes do."""
    size = f"{_number(drawing.width)} {_number(drawing.height)}"
    head: dict[str, Any] = {"viewBox": f"0 0 {size}"}
    if paints is None:
        head |= {"aria-hidden": "true", "focusable": "false"}
    else:
        width, height = size.split()
        head = {"xmlns": "http://www.w3.org/2000/svg", "width": width, "height": height} | head
        head |= {"font-family": font} if font else {}
    return _tag("svg", head, "".join(_part(part, paints) for part in drawing.parts))


def _part(part: Primitive, paints: Mapping[str, Mapping[str, str]] | None) -> str:
    look: dict[str, Any] = {"class": part.css}
    if paints is not None:
        look = {}
        for name in part.css.split():
            look |= paints[name]
    match part:
        case Line():
            return _tag("line", look | {"x1": part.x1, "y1": part.y1, "x2": part.x2, "y2": part.y2})
        case Polyline():
            return _tag("polyline", look | {"points": _corners(part.points)})
        case Label():
            place = {"x": part.x, "y": part.y, "font-size": SIZE, "text-anchor": part.anchor}
            return _tag("text", look | place, escape(part.text if paints is None else _parted(part.text)))
        case Shape(form="circle"):
            return _tag("circle", look | {"cx": part.x, "cy": part.y, "r": part.r})
        case Shape(form="square"):
            side = 2 * part.r
            return _tag("rect", look | {"x": part.x - part.r, "y": part.y - part.r, "width": side, "height": side})
        case Shape():
            x, y, r = part.x, part.y, part.r
            corners = {
                "triangle": ((x, y - r), (x + r, y + r * 0.8), (x - r, y + r * 0.8)),
                "diamond": ((x, y - r), (x + r, y), (x, y + r), (x - r, y)),
            }
            return _tag("polygon", look | {"points": _corners(corners[part.form])})


def _parted(text: str) -> str:
    """Sara am as its two signs: the typesetter's SVG gives the whole letter the room of its first sign only."""
    return re.sub("([\u0e48-\u0e4b]?)\u0e33", "\u0e4d\\1\u0e32", text)


def _corners(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _tag(name: str, attributes: Mapping[str, Any], content: str = "") -> str:
    said = "".join(
        f" {key}={quoteattr(value if isinstance(value, str) else _number(value))}" for key, value in attributes.items()
    )
    return f"<{name}{said}>{content}</{name}>" if content else f"<{name}{said}/>"


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Panel:
    """One of several drawings side by side: its title, already parted where a line of it may break."""

    title: Sequence[str]
    drawing: Drawing


def side_by_side(panels: Sequence[Panel], columns: int = 2, gap: float = 36) -> Drawing:
    """Drawings in rows, each under its title. All have the width of the first."""
    parts: list[Primitive] = []
    wide, y = panels[0].drawing.width, 0.0
    for start in range(0, len(panels), columns):
        row = panels[start : start + columns]
        titles = [wrap(panel.title, wide) for panel in row]
        head = max(map(len, titles)) * LINE + 4
        for place, (panel, lines) in enumerate(zip(row, titles, strict=True)):
            x = place * (wide + gap)
            parts += [Label("ch-t ch-b", x, y + LINE * number, line) for number, line in enumerate(lines, start=1)]
            parts += [shifted(part, x, y + head) for part in panel.drawing.parts]
        y += head + max(panel.drawing.height for panel in row) + 16
    width = wide * min(columns, len(panels)) + gap * (min(columns, len(panels)) - 1)
    return Drawing(width, y, tuple(parts), all(one.drawing.from_zero for one in panels))


LINE = 23
"""From one line of a title to the next: Thai stacks marks above and below."""


def wrap(pieces: Sequence[str], width: float) -> list[str]:
    """Pieces in lines no wider than this, three at most; what is cut off says so."""
    lines, line = [], ""
    for piece in pieces:
        if line and text_width(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    lines = [one for one in (*lines, line.rstrip()) if one]
    if len(lines) > 3:
        lines = [*lines[:2], f"{lines[2]}…"]
    return lines


def shifted(part: Primitive, dx: float, dy: float) -> Primitive:
    """The same primitive elsewhere."""
    match part:
        case Line():
            return replace(part, x1=part.x1 + dx, x2=part.x2 + dx, y1=part.y1 + dy, y2=part.y2 + dy)
        case Polyline():
            return replace(part, points=tuple((x + dx, y + dy) for x, y in part.points))
    return replace(part, x=part.x + dx, y=part.y + dy)
