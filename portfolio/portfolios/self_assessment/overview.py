"""All works of a portfolio against all criteria: the academic's own level, and how much evidence speaks to it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portfolio.criteria.models import Criterion
from portfolio.portfolios.matrix import Table

NEEDS_EVIDENCE = 3
"""From this level on a judgement without any exhibit is pointed out."""


@dataclass(frozen=True)
class Cell:
    """A work under a criterion."""

    level: int | None
    exhibits: int

    @property
    def unproven(self) -> bool:
        """A high level that nothing bears out."""
        return self.level is not None and self.level >= NEEDS_EVIDENCE and self.exhibits == 0


@dataclass(frozen=True)
class Row:
    """A criterion with a cell for each work, in the order of the works."""

    criterion: Criterion
    cells: Sequence[Cell]


def rows_of(tables: Sequence[Table], levels: Mapping[int, Mapping[str, int]]) -> list[Row]:
    """The criteria in their order; `levels` by work and criterion."""
    columns = [table.lines for table in tables]
    return [
        Row(
            lines[0].criterion,
            [
                Cell(levels.get(table.work.id, {}).get(line.criterion.code), len(line.speaking))
                for table, line in zip(tables, lines, strict=True)
            ],
        )
        for lines in zip(*columns, strict=True)
    ]
