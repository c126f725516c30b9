"""What figures of an indicator say: its points in time, how far it moved, whether the target is reached.

Everything is read from the plain form in which snapshots keep an indicator (`plain`), so that pages, charts and
dossiers say the same of the living work and of the frozen one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from portfolio.works.indicators.models import FollowUp, Measurer
from portfolio.works.models import ChangeRecord
from portfolio.works.vocabulary import Direction


class PointKind(StrEnum):
    """What a measurement is, and for follow-ups who measured; each has a shape of its own in charts."""

    BEFORE = "before"
    AFTER = "after"
    UNIVERSITY = Measurer.UNIVERSITY.value
    PARTNER = Measurer.PARTNER.value
    THIRD_PARTY = Measurer.THIRD_PARTY.value


@dataclass(frozen=True)
class Point:
    """One measurement; `day` None where it was not said when."""

    kind: PointKind
    value: Decimal
    day: date | None = None


@dataclass(frozen=True)
class Series:
    """An indicator in one language: what was measured in the order of time, what is planned, what was aimed at."""

    name: str
    unit: str
    points: tuple[Point, ...]
    planned: tuple[date, ...] = ()
    target: Decimal | None = None
    direction: Direction | None = None

    @property
    def before(self) -> Point | None:
        """The value before."""
        return next((point for point in self.points if point.kind is PointKind.BEFORE), None)

    @property
    def after(self) -> Point | None:
        """The value after."""
        return next((point for point in self.points if point.kind is PointKind.AFTER), None)

    @property
    def latest(self) -> Point | None:
        """The last value that was measured, the one before not counted."""
        later = [point for point in self.points if point.kind is not PointKind.BEFORE]
        return later[-1] if later else None

    @property
    def better(self) -> Direction | None:
        """Which way is better: as said, else the way from the value before to the target."""
        if self.direction is not None or self.before is None or self.target in (None, self.before.value):
            return self.direction
        return Direction.LESS if self.target < self.before.value else Direction.MORE

    @property
    def reached(self) -> bool | None:
        """Whether the last value reaches the target; None where that cannot be told."""
        return reached(self.latest.value if self.latest else None, self.target, self.better)

    @property
    def improved(self) -> bool | None:
        """Whether the last value is better than the first; None where they are equal or it cannot be told."""
        if self.before is None or self.latest is None or self.better is None or self.before.value == self.latest.value:
            return None
        return (self.latest.value > self.before.value) is (self.better is Direction.MORE)


def plain(record: ChangeRecord, follow_ups: Iterable[FollowUp] = ()) -> dict[str, Any]:
    """An indicator as snapshots keep it: figures as exact text, days in ISO form; what was called off is left out."""
    kept = [one for one in follow_ups if one.cancelled_at is None]
    return {
        "name_th": record.name_th,
        "name_en": record.name_en,
        "unit_th": record.unit_th,
        "unit_en": record.unit_en,
        "baseline": {
            "value": exact(record.baseline_value),
            "date": _iso(record.baseline_date),
            "source": record.baseline_source,
        },
        "outcome": {
            "value": exact(record.outcome_value),
            "date": _iso(record.outcome_date),
            "source": record.outcome_source,
        },
        "target": exact(record.target_value),
        "note_th": record.note_th,
        "note_en": record.note_en,
        "direction": record.direction.value if record.direction else None,
        "method_th": record.method_th,
        "method_en": record.method_en,
        "attribution_th": record.attribution_th,
        "attribution_en": record.attribution_en,
        "other_causes_th": record.other_causes_th,
        "other_causes_en": record.other_causes_en,
        "follow_ups": [
            {
                "value": exact(one.value),
                "date": _iso(one.measured_on),
                "source": one.source,
                "by": one.measured_by.value,
                "measurer": one.measurer_name,
                "note_th": one.note_th,
                "note_en": one.note_en,
            }
            for one in sorted(kept, key=lambda one: (one.measured_on or date.max, one.id or 0))
            if one.measured_by is not None
        ],
        "planned": sorted(one.due_on.isoformat() for one in kept if one.is_planned and one.due_on),
    }


def series(indicator: Mapping[str, Any], language: str) -> Series:
    """The figures of an indicator in its plain form. Snapshots from before follow-ups were kept have none."""
    points = [
        Point(kind, Decimal(indicator[moment]["value"]), _day(indicator[moment]["date"]))
        for moment, kind in (("baseline", PointKind.BEFORE), ("outcome", PointKind.AFTER))
        if indicator[moment]["value"] is not None
    ]
    points += [
        Point(PointKind(one["by"]), Decimal(one["value"]), _day(one["date"])) for one in indicator.get("follow_ups", ())
    ]
    if all(point.day for point in points):
        points.sort(key=lambda point: (point.kind is not PointKind.BEFORE, point.day))
    other = "en" if language == "th" else "th"
    return Series(
        name=indicator[f"name_{language}"] or indicator[f"name_{other}"],
        unit=indicator[f"unit_{language}"] or indicator[f"unit_{other}"],
        points=tuple(points),
        planned=tuple(date.fromisoformat(day) for day in indicator.get("planned", ())),
        target=None if indicator["target"] is None else Decimal(indicator["target"]),
        direction=Direction(indicator["direction"]) if indicator.get("direction") else None,
    )


def reached(value: Decimal | None, target: Decimal | None, better: Direction | None) -> bool | None:
    """Whether a value reaches a target, or None where either is missing. More is better where nothing else is said."""
    if value is None or target is None:
        return None
    return value <= target if better is Direction.LESS else value >= target


def exact(value: Decimal | None) -> str | None:
    """A figure as plain text: 41, not 41.0000 and not 4.1E+1."""
    if value is None:
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def figure(value: Decimal | float | None) -> str:
    """A value as written: thousands separated, no idle zeros, a true minus."""
    if value is None:
        return ""
    text = f"{Decimal(str(value)):,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text.replace("-", "\N{MINUS SIGN}")


def change(before: Decimal | None, after: Decimal | None) -> str:
    """The difference with its sign, or nothing where a value is missing."""
    if before is None or after is None:
        return ""
    difference = after - before
    sign = "+" if difference > 0 else "\N{MINUS SIGN}" if difference < 0 else "±"
    return f"{sign}{figure(abs(difference))}"


def percent(before: Decimal | None, after: Decimal | None, unit: str = "") -> str:
    """The change as a share of the value before, to one decimal place.

    Nothing where it would mislead: from zero there is no share; from below zero to above it (or back) the share says
    nothing; and of a percentage the difference itself is the plain figure (percentage points).
    """
    if before is None or after is None or not before or before * after < 0 or is_share(unit):
        return ""
    share = ((after - before) / abs(before) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    sign = "+" if share > 0 else "\N{MINUS SIGN}" if share < 0 else "±"
    return f"{sign}{figure(abs(share))}%"


def in_unit(value: Decimal, unit: str) -> str:
    """A figure with its unit: Thai puts ร้อยละ before the figure, every other unit after it."""
    return f"{unit} {figure(value)}" if unit.startswith("ร้อยละ") else f"{figure(value)} {unit}".rstrip()


def is_share(unit: str) -> bool:
    """Whether a unit is a percentage."""
    return any(word in unit.lower() for word in ("%", "ร้อยละ", "เปอร์เซ็นต์", "percent", "per cent"))


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
