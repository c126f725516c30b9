"""Each query that says what a person may see does say it: disabled, something of the sweep fails.

Most things are guarded twice, by the query that loads them and by the rule that is asked. So that neither hides behind
the other, the rules stand open here: then the query alone must answer 404 for what is somebody else's, and once the
query is disabled too, it must show. Lists have no second guard: a disabled query shows other people's matters at once.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CellType
from typing import Any

import pytest
from sqlalchemy import Select

import portfolio
import review
from portfolio.accounts.models import User
from portfolio.core.db import session
from portfolio.core.permissions import ALLOWED
from tests.security.people import PEOPLE
from tests.security.sweep import Row, Sweep
from tests.security.test_access import TABLE_ROWS, failures

pytestmark = pytest.mark.parametrize("world_url", ["sqlite"], indirect=True, scope="session")
"""One database is enough here: that both hide the same is what test_access.py shows."""

LISTS = {
    "portfolio.calls.queries.visible_to": "calls.show",
    "portfolio.dossier.queries.inbox": "dossier.inbox",
    "portfolio.dossier.queries.registered": "dossier.register_show",
    "portfolio.dossier.queries.visible_to": "dossier.show",
    "portfolio.evidence.queries.visible_to": "evidence.index",
    "portfolio.evidence.uploads.queries.visible_to": "uploads.complete",
    "portfolio.organizations.delegations.queries.visible_to": "delegations.show_deeds",
    "portfolio.partners.queries.visible_to": "partners.index",
    "portfolio.portfolios.queries.visible_to": "portfolios.index",
    "portfolio.submissions.queries.mine": "submissions.mine",
    "portfolio.submissions.queries.visible_to": "submissions.show",
    "portfolio.works.queries.visible_to": "works.index",
    "portfolio.core.jobs.queries.visible_to": "jobs.show",
    "portfolio.transfer.packages.queries.visible_to": "packages.show",
    "portfolio.transfer.queries.visible_to": "transfer.show",
    "portfolio.transfer.personal.queries.visible_to": "personal.download",
    "review.assignments.queries.own": "assignments.show",
    "review.assignments.queries.visible_to": "assignments.cancel",
    "portfolio.submissions.queries.for_officers": "submissions.index",
}
"""Every select of what a person may see, and the route at which its absence shows."""

OPEN_TO_ALL = {
    "portfolio.organizations.queries.visible_to": "names of universities and faculties are public",
    "portfolio.criteria.queries.criteria_sets": "only what is published has a row",
    "portfolio.criteria.queries.rule_sets": "only what is published has a row",
}

LOADS_FOR_ANYBODY = {
    "portfolio.organizations.queries.find": "names of universities and faculties are public; the rule guards changing",
    "portfolio.accounts.queries.find_own": "takes no id: it is the person's own row",
}


KNOWN_THOUGH_NOT_OPENED = {
    "portfolio.calls.queries.find": "everybody sees a published call; the rule keeps its panel for officers",
    "portfolio.submissions.queries.find": "applicants know of their own; the rule keeps its desk for officers",
    "portfolio.organizations.delegations.queries.find": "both sides know of it; the rule keeps its deeds for the owner",
    "review.decisions.queries.find": "the same, for the table of decisions",
    "review.decisions.queries.find_own": "applicants know of their own submission; the rule waits for the decision",
}
"""Loaders that find what the person may know of, where only the rule keeps the page itself shut."""


def modules() -> Iterator[Any]:
    """Every queries.py of both packages."""
    for package in (portfolio, review):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name.endswith(".queries"):
                yield importlib.import_module(found.name)


def selects() -> dict[str, Callable[..., Any]]:
    """Every function of a queries.py that answers a person with a select."""
    found = {}
    for module in modules():
        for name, function in vars(module).items():
            if not callable(function) or getattr(function, "__module__", "") != module.__name__:
                continue
            annotations = getattr(function, "__annotations__", {})
            parameters = list(annotations)
            if parameters[:1] in (["user"], ["_user"]) and str(annotations.get("return", "")).startswith("Select"):
                found[f"{module.__name__}.{name}"] = function
    return found


def loaders(sweep: Sweep) -> dict[str, list[tuple[str, CellType]]]:
    """Every function that a guard loads through, with the routes and the place in each guard where it stands."""
    found: dict[str, list[tuple[str, CellType]]] = {}
    for endpoint, view in sweep.app.view_functions.items():
        names = getattr(getattr(view, "__code__", None), "co_freevars", ())
        if "load" in names and getattr(view, "guard", None) is not None:
            cell = view.__closure__[names.index("load")]  # type: ignore[index]
            if cell.cell_contents is not None:
                load = cell.cell_contents
                found.setdefault(f"{load.__module__}.{load.__name__}", []).append((endpoint, cell))
    return found


@contextmanager
def open_rules(sweep: Sweep) -> Iterator[None]:
    """Every rule says yes."""
    rules = sweep.app.extensions["hooks"].permission_rules
    kept = {name: list(listed) for name, listed in rules.items()}
    for name in rules:
        rules[name] = [lambda _user, _subject: ALLOWED]
    try:
        yield
    finally:
        rules.update(kept)


@contextmanager
def disabled(cells: list[CellType]) -> Iterator[None]:
    """These guards load as whoever may see the thing, whoever asks."""
    kept = [cell.cell_contents for cell in cells]
    for cell, load in zip(cells, kept, strict=True):
        cell.cell_contents = _for_everybody(load)
    try:
        yield
    finally:
        for cell, load in zip(cells, kept, strict=True):
            cell.cell_contents = load


def _for_everybody(load: Callable[..., Any]) -> Callable[..., Any]:
    def loaded(_user: Any, **arguments: Any) -> Any:
        people = [session.get(User, kind.number) for kind in PEOPLE.values()]
        return next((found for person in people if (found := load(person, **arguments)) is not None), None)

    return loaded


def unfiltered(function: Callable[..., Select[Any]]) -> Callable[..., Select[Any]]:
    """The same select without what it asks for."""

    def select(*arguments: Any, **named: Any) -> Select[Any]:
        statement = function(*arguments, **named)._generate()
        statement._where_criteria = ()
        return statement

    return select


def foreign(endpoints: list[str]) -> dict[Row, dict[str, str]]:
    """The cells that are 404 because the thing is somebody else's."""
    return {
        row: hidden
        for row, cells in TABLE_ROWS.items()
        if row.endpoint in endpoints and row.subject not in ("missing", "crossed", "withdrawn")
        if (hidden := {name: outcome for name, outcome in cells.items() if outcome == "404" and name != "visitor"})
    }


def few(rows: dict[Row, dict[str, str]]) -> dict[Row, dict[str, str]]:
    """A handful of these cells, reading routes of what somebody may see first: one subject and person each would do."""

    def rank(row: Row) -> tuple[bool, bool, str]:
        return (row.method != "GET", "200" not in TABLE_ROWS[row].values(), row.endpoint)

    chosen = sorted(rows, key=rank)[:8]
    return {row: dict([*list(rows[row].items())[:2], *list(rows[row].items())[-1:]]) for row in chosen}


def shown(sweep: Sweep, rows: dict[Row, dict[str, str]]) -> list[str]:
    """The cells that are no 404."""
    found = []
    for row, cells in rows.items():
        for persona in cells:
            try:
                outcome = sweep.outcome(row, persona)
            except Exception as error:
                # Past the guard: the view met a thing that its rule would have kept from it.
                outcome = type(error).__name__
                sweep.restore()
            if outcome != "404":
                found.append(f"{row.method} {row.endpoint} of {row.subject} for {persona}: {outcome}")
    return found


def test_every_select_for_a_person_is_known_here(sweep: Sweep) -> None:
    assert set(selects()) == set(LISTS) | set(OPEN_TO_ALL)


@pytest.mark.parametrize("name", sorted(LISTS))
def test_disabled_select_is_noticed(sweep: Sweep, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    module, _dot, function = name.rpartition(".")
    rows = {row: cells for row, cells in TABLE_ROWS.items() if row.endpoint == LISTS[name]}
    assert rows
    monkeypatch.setattr(importlib.import_module(module), function, unfiltered(selects()[name]))
    with sweep.plain_errors():
        noticed = failures(sweep, rows)
        if not noticed:
            with open_rules(sweep):
                noticed = shown(sweep, foreign([LISTS[name]]))
    assert noticed, f"{name} may be left out and no cell of {LISTS[name]} fails"


def test_every_loader_holds_alone_and_is_noticed_when_disabled(sweep: Sweep) -> None:
    weak, unnoticed = {}, []
    with sweep.plain_errors(), open_rules(sweep):
        for name, places in sorted(loaders(sweep).items()):
            if name in LOADS_FOR_ANYBODY:
                continue
            rows = foreign([endpoint for endpoint, _cell in places])
            reading = few(rows)
            assert reading, f"{name}: access.csv has nobody from whom a thing is hidden"
            visible = shown(sweep, reading)
            if visible:
                weak[name] = visible[:3]
            with disabled([cell for _endpoint, cell in places]):
                if len(shown(sweep, reading)) <= len(visible):
                    unnoticed.append(name)
    assert unnoticed == []
    assert set(weak) == set(KNOWN_THOUGH_NOT_OPENED), weak
