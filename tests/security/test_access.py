"""Who gets what: every route, method, person and distance, as access.csv says.

A row is a route, a method and whose thing is asked for, seen from `owner`: the owner's own, that of a colleague of the
same faculty, that of a stranger at another university, one that does not exist, or two that do not belong together
(`crossed`). Submissions and assignments are named by where they stand. A column is a person of people.py.
A cell is the status, or `sign-in` for being sent there.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.security.people import MARKS, PERSONAS
from tests.security.sweep import Row, Sweep

TABLE = Path(__file__).parent / "access.csv"
REFUSALS = {"401", "403", "404", "sign-in"}

READS: dict[str, set[str]] = {
    "owner": {"owner"},
    "colleague": {"colleague"},
    "stranger": {"stranger"},
    "scholar": {"owner"},
    "accepted": {"owner", "stranger"},
    "handed_in": {"owner", "officer_applicant"},
    "officer": {"owner", "colleague", "stranger", "officer_applicant"},
    "officer_applicant": {"owner", "colleague", "stranger", "officer_applicant"},
    "officer_reviewer": {"owner", "colleague", "stranger", "officer_applicant"},
    "hr": {"owner", "colleague"},
    "assistant": {"owner"},
    "hr_elsewhere": {"owner", "stranger"},
}
"""Of whose matters anything may stand on a page for this person: their own, those they review, handle or received."""


READS_BY_LINK = {"signing.show_link": {"colleague"}}
"""Whose matters stand on the page of a letter's link, whoever holds it."""


def expected() -> dict[Row, dict[str, str]]:
    """The table, by row and person."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    table = {
        Row(line["route"], line["method"], line["subject"]): {name: line[name] for name in PERSONAS} for line in lines
    }
    assert len(table) == len(lines), "a row stands in access.csv twice"
    return table


TABLE_ROWS = expected()
ROOMS = sorted({row.room for row in TABLE_ROWS})


def failures(sweep: Sweep, rows: dict[Row, dict[str, str]]) -> list[str]:
    """The cells of these rows that are not what they should be."""
    found = []
    for row, cells in rows.items():
        for persona, outcome in cells.items():
            found += wrong_with(sweep, row, persona, outcome)
    return found


def wrong_with(sweep: Sweep, row: Row, persona: str, outcome: str) -> list[str]:
    """What is wrong with a cell: its status, a refusal that changed something, or somebody else's matter on a page."""
    where = f"{row.method} {row.endpoint} of {row.subject} for {persona}"
    response = sweep.ask(row, persona)
    status = sweep.status(response)
    found = []
    if status != outcome:
        found.append(f"{where}: {status}, not {outcome}")
    if sweep.writes:
        if status in REFUSALS:
            found.append(f"{where}: refused, and yet written: {sweep.writes[0][:60]}")
        sweep.restore()
    if row.method == "GET" and status == "200":
        page = response.get_data(as_text=True) if response.mimetype in ("text/html", "application/json") else ""
        others = (
            {name for name, mark in MARKS.items() if mark in page}
            - READS.get(persona, set())
            - READS_BY_LINK.get(row.endpoint, set())
        )
        if others:
            found.append(f"{where}: shows what belongs to {', '.join(sorted(others))}")
    return found


def test_every_route_has_its_rows_and_every_row_its_route(sweep: Sweep) -> None:
    needed, there = set(sweep.rows()), set(TABLE_ROWS)
    assert sorted(needed - there) == [], "judge who may do this, and add the rows to access.csv"
    assert sorted(there - needed) == [], "these rows of access.csv have no route any more"


@pytest.mark.parametrize("room", ROOMS)
def test_every_cell(sweep: Sweep, room: str) -> None:
    rows = {row: cells for row, cells in TABLE_ROWS.items() if row.room == room}
    with sweep.plain_errors():
        assert failures(sweep, rows) == []


def test_the_table_is_whole() -> None:
    cells = sum(len(row) for row in TABLE_ROWS.values())
    print(f"{len(TABLE_ROWS)} rows, {cells} cells per database")  # noqa: T201 - the figure that people ask for
    assert cells == len(TABLE_ROWS) * len(PERSONAS)
    assert {outcome for row in TABLE_ROWS.values() for outcome in row.values()} <= REFUSALS | {
        "200", "204", "303", "409", "410", "412", "422",
    }  # fmt: skip
