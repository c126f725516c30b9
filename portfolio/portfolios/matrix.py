"""The matrix of exhibits and criteria of a portfolio: what is there goes in, a table a work comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portfolio.criteria.models import CriteriaSet, Criterion, Standing
from portfolio.evidence.models import EvidenceItem, EvidenceUse
from portfolio.works.models import Work

WORKS_A_PAGE = 10
"""A work's table has hundreds of cells; most portfolios stand on one page."""


class Cover(StrEnum):
    """How well a criterion is covered: by nothing, by something but none of the named kinds, or as it should be."""

    GAP = "gap"
    THIN = "thin"
    MET = "met"


@dataclass(frozen=True)
class Column:
    """An exhibit with its number in the portfolio."""

    number: int
    item: EvidenceItem


@dataclass(frozen=True)
class Line:
    """A criterion with the exhibits that speak to it, and the kinds of which one is wanted but not there."""

    criterion: Criterion
    speaking: Sequence[Column]
    silent: Sequence[Column]
    missing: Sequence[str]

    @property
    def cover(self) -> Cover:
        """How well it is covered."""
        if not self.speaking:
            return Cover.GAP
        return Cover.THIN if self.missing else Cover.MET


@dataclass(frozen=True)
class Group:
    """A principle with the lines of its criteria."""

    principle: Criterion
    lines: Sequence[Line]


@dataclass(frozen=True)
class Table:
    """One work: the work is judged, so each has a table of its own."""

    work: Work
    columns: Sequence[Column]
    groups: Sequence[Group]

    @property
    def lines(self) -> list[Line]:
        """All criteria in order."""
        return [line for group in self.groups for line in group.lines]

    @property
    def gaps(self) -> list[Line]:
        """Criteria that nothing speaks to."""
        return [line for line in self.lines if line.cover is Cover.GAP]

    @property
    def thin(self) -> list[Line]:
        """Criteria that lack the kinds named for them."""
        return [line for line in self.lines if line.cover is Cover.THIN]


def demands(criteria: CriteriaSet) -> bool:
    """Whether the named kinds must be there; a provisional set only recommends."""
    return criteria.standing is Standing.PUBLISHED_BY_ENT


def build(
    works: Sequence[Work],
    uses: Sequence[EvidenceUse],
    criteria: CriteriaSet,
    numbers: Mapping[int, int] | None = None,
) -> list[Table]:
    """The tables of these works in their order. Exhibits are numbered through all of them, used twice is one; where
    these are only some of a portfolio's works, `numbers` gives the numbers by item."""
    place = {work.id: position for position, work in enumerate(works)}
    ordered = sorted((use for use in uses if use.work_id in place), key=lambda use: place[use.work_id])
    if numbers is None:
        numbers = {item_id: number for number, item_id in enumerate(dict.fromkeys(u.evidence_id for u in ordered), 1)}
    of_work: dict[int, list[EvidenceUse]] = {work.id: [] for work in works}
    for use in sorted(ordered, key=lambda use: numbers[use.evidence_id]):
        of_work[use.work_id].append(use)
    tables = []
    for work in works:
        own = of_work[work.id]
        columns = [Column(numbers[use.evidence_id], use.evidence) for use in own]
        codes = [{row.criterion_code for row in use.criteria} for use in own]
        groups = [
            Group(principle, [_line(criterion, columns, codes) for criterion in criteria.children(principle.code)])
            for principle in criteria.principles
        ]
        tables.append(Table(work, columns, groups))
    return tables


def _line(criterion: Criterion, columns: Sequence[Column], codes: Sequence[set[str]]) -> Line:
    speaking = [column for column, said in zip(columns, codes, strict=True) if criterion.code in said]
    silent = [column for column in columns if column not in speaking]
    wanted = criterion.required_types
    there = {column.item.type.value for column in speaking}
    return Line(criterion, speaking, silent, () if there & set(wanted) else wanted)
