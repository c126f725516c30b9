"""Lists cost the same number of queries with one row and with many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from portfolio.core.db import engine_of, transaction
from portfolio.criteria.models import Grade
from review.assignments import operations as assignments
from tests.builders.accounts import signed_in
from tests.builders.review import World, make_handed_in, make_reviewer
from tests.builders.submissions import make_person, make_ready_portfolio, make_submission, make_university


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Every statement sent to the database meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    engine = engine_of(app)
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _cost(app: Flask, person_id: int, address: str) -> int:
    browser = signed_in(app, person_id)
    browser.get(address)
    with counted(app) as statements:
        assert browser.get(address).status_code == 200, address
    return len(statements)


def _add_submissions(world: World, count: int) -> None:
    for _number in range(count):
        owner = make_person(university=make_university())
        submission = make_submission(make_ready_portfolio(owner, world.rules), world.call)
        for reviewer in world.reviewers[:2]:
            assignments.invite(submission=submission, reviewer=reviewer, actor=world.officer)


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("officer", "/submissions/"),
        ("officer", "/submissions/board"),
        ("officer", "/"),
        ("reviewer", "/assignments/"),
        ("reviewer", "/"),
    ],
)
def test_more_submissions_cost_no_more_queries(app: Flask, database: object, who: str, address: str) -> None:
    with transaction():
        world = World(reviewers=2)
        _add_submissions(world, 1)
        person_id = world.officer.id if who == "officer" else world.reviewers[0].id
    few = _cost(app, person_id, address)
    with transaction():
        _add_submissions(world, 5)
    assert _cost(app, person_id, address) == few


def test_more_reviewers_cost_no_more_queries(app: Flask, database: object) -> None:
    with transaction():
        world = World(reviewers=1)
        ids = world.officer.id, world.submission.id
    few = _cost(app, ids[0], f"/assignments/submissions/{ids[1]}")
    with transaction():
        for number in range(2, 12):
            make_reviewer(number, world)
    assert _cost(app, ids[0], f"/assignments/submissions/{ids[1]}") == few


def test_more_reviews_and_works_cost_no_more_queries(app: Flask, database: object) -> None:
    costs = []
    for works, reviewers in ((1, 1), (3, 4)):
        with transaction():
            world = World(works=works, reviewers=reviewers, mark=f"-{works}")
            for reviewer in world.reviewers:
                make_handed_in(world, reviewer, [Grade.A] * works)
            ids = world.officer.id, world.submission.id
        costs.append(_cost(app, ids[0], f"/decisions/submissions/{ids[1]}"))
    assert costs[0] == costs[1]
