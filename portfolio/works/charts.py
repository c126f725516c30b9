"""Where things stand in the drawing of an indicator before and after; the template only writes them down."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

MARGIN = 14
LABEL_ROOM = 62
MOST_STEPS = 4


@dataclass(frozen=True)
class Tick:
    """A mark of the scale."""

    x: float
    label: str
    anchor: str


@dataclass(frozen=True)
class Spot:
    """A value on the scale and how its label is anchored."""

    x: float
    label: str
    anchor: str


@dataclass(frozen=True)
class Drawing:
    """One drawing of this width in its own units."""

    width: int
    ticks: list[Tick]
    before: Spot | None
    after: Spot | None
    target: float | None


def figure(value: Decimal | float | None) -> str:
    """A value as written: thousands separated, no idle zeros."""
    if value is None:
        return ""
    text = f"{Decimal(str(value)):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def change(before: Decimal | None, after: Decimal | None) -> str:
    """The difference with its sign, or nothing where a value is missing."""
    if before is None or after is None:
        return ""
    difference = after - before
    sign = "+" if difference > 0 else "−" if difference < 0 else "±"
    return f"{sign}{figure(abs(difference))}"


def reached(before: Decimal | None, after: Decimal | None, target: Decimal | None) -> bool | None:
    """Whether the target is reached, in the direction in which it lies; None where that cannot be told."""
    if after is None or target is None:
        return None
    if before is not None and target < before:
        return after <= target
    return after >= target


def scale(values: list[float]) -> list[float]:
    """Round marks from zero, or below, to beyond the largest value: at most four steps."""
    low, high = min(0.0, *values), max(0.0, *values)
    if low == high:
        high = 1.0
    raw = (high - low) / MOST_STEPS
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(part * power for part in (1, 2, 2.5, 5, 10) if part * power >= raw * (1 - 1e-9))
    first, last = math.floor(low / step), math.ceil(high / step - 1e-9)
    return [index * step for index in range(first, last + 1)]


def draw(before: Decimal | None, after: Decimal | None, target: Decimal | None, width: int) -> Drawing | None:
    """The drawing, or None without any value."""
    known = [float(value) for value in (before, after, target) if value is not None]
    if before is None and after is None:
        return None
    marks = scale(known)
    span = marks[-1] - marks[0]

    def x(value: float) -> float:
        return round(MARGIN + (width - 2 * MARGIN) * (value - marks[0]) / span, 1)

    def anchor(place: float) -> str:
        return "start" if place < MARGIN + 20 else "end" if place > width - MARGIN - 20 else "middle"

    ticks = [Tick(x(mark), figure(Decimal(repr(round(mark, 10)))), anchor(x(mark))) for mark in marks]
    at_before = None if before is None else x(float(before))
    at_after = None if after is None else x(float(after))
    anchors = {"before": anchor(at_before or 0), "after": anchor(at_after or 0)}
    if at_before is not None and at_after is not None and abs(at_before - at_after) < LABEL_ROOM:
        # Labels that would touch turn away from one another.
        first, second = ("before", "after") if at_before <= at_after else ("after", "before")
        anchors = {first: "end", second: "start"}
        if min(at_before, at_after) < LABEL_ROOM:
            anchors[first] = "start" if at_before == at_after else anchors[first]
    return Drawing(
        width,
        ticks,
        None if at_before is None else Spot(at_before, figure(before), anchors["before"]),
        None if at_after is None else Spot(at_after, figure(after), anchors["after"]),
        None if target is None else x(float(target)),
    )
