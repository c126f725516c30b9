"""Reminds owners of follow-ups that fell due."""

from __future__ import annotations

from itertools import groupby

from portfolio.core.db import transaction
from portfolio.core.hooks import Hooks
from portfolio.works.indicators import operations, queries

AT_ONCE = 200


def remind_of_due() -> int:
    """Write the letters of what fell due since the last look. Returns how many follow-ups were told of."""
    if not queries.not_reminded(1):
        return 0  # without the write lock
    told = 0
    with transaction():
        rows = queries.not_reminded(AT_ONCE)
        for (_work_id, _due_on), group in groupby(rows, key=lambda row: (row[1].id, row[0].due_on)):
            found = list(group)
            operations.remind(work=found[0][1], follow_ups=[follow_up for follow_up, _work in found])
            told += len(found)
    return told


def register(hooks: Hooks) -> None:
    """Name the sweep."""
    hooks.sweep("indicators.reminders", remind_of_due)
