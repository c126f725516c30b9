"""How several reviewers' levels become the panel's. Pure: levels in, levels out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from portfolio.criteria.models import Grade


@dataclass(frozen=True)
class Summary:
    """What reviewers gave for one criterion. `mean` and `median` are exact; None where nobody gave a level."""

    levels: tuple[int, ...]
    mean: Fraction | None
    median: Fraction | None

    @property
    def spread(self) -> int:
        """How far apart the furthest two are."""
        return max(self.levels) - min(self.levels) if self.levels else 0


def panel_grade(grades: Sequence[Grade]) -> Grade | None:
    """The highest grade that a strict majority reach or exceed: B, A, A+ gives A. None on an even split, or with no
    grades at all: then the chair chooses.

    An even split is when exactly half reach a grade that the other half does not: a strict majority neither reaches it
    nor stays below it.
    """
    total = len(grades)
    if total == 0:
        return None
    for grade in sorted(Grade, key=lambda one: one.rank, reverse=True):
        reached = sum(given.rank >= grade.rank for given in grades)
        if 2 * reached > total:
            return grade
        if 2 * reached == total:
            return None
    return None


def summary(levels: Iterable[int | None]) -> Summary:
    """Mean and median of the levels given; those not given are left out."""
    given = tuple(sorted(level for level in levels if level is not None))
    if not given:
        return Summary((), None, None)
    middle = len(given) // 2
    median = Fraction(given[middle]) if len(given) % 2 else Fraction(given[middle - 1] + given[middle], 2)
    return Summary(given, Fraction(sum(given), len(given)), median)
