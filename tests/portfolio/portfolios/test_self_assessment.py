"""Self-assessment: saved whole, on the reviewers' scale, seen by its owner only, and part of nothing submitted."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import User
from portfolio.core.db import Stale, session, transaction
from portfolio.core.permissions import Forbidden
from portfolio.criteria.models import RuleSet
from portfolio.criteria.operations import load_published_data
from portfolio.organizations.models import Role
from portfolio.portfolios.models import Portfolio
from portfolio.portfolios.operations import choose_work
from portfolio.portfolios.self_assessment.models import SelfAssessment
from portfolio.portfolios.self_assessment.operations import Judgement, save
from portfolio.portfolios.self_assessment.overview import Cell, rows_of
from portfolio.portfolios.self_assessment.queries import counted, levels_of
from portfolio.works.models import Work
from tests.architecture.house import imports, modules
from tests.builders.accounts import signed_in
from tests.builders.evidence import make_evidence, make_use
from tests.builders.organizations import make_person
from tests.builders.portfolios import make_portfolio
from tests.builders.queries import count_queries
from tests.builders.works import make_rule_set, make_work

Database = scoped_session[Session]
SET = "ENT-PROVISIONAL"


@pytest.mark.parametrize(
    ("cell", "unproven"),
    [(Cell(3, 0), True), (Cell(5, 1), False), (Cell(2, 0), False), (Cell(None, 0), False)],
)
def test_a_high_level_without_evidence_is_pointed_out(cell: Cell, unproven: bool) -> None:
    assert cell.unproven is unproven


def test_the_overview_has_a_row_for_each_criterion_and_a_cell_for_each_work() -> None:
    def table(work_id: int, *counts: int) -> Any:
        lines = [
            SimpleNamespace(criterion=SimpleNamespace(code=f"P1.{n}"), speaking=[None] * count)
            for n, count in enumerate(counts, 1)
        ]
        return SimpleNamespace(work=SimpleNamespace(id=work_id), lines=lines)

    rows = rows_of([table(7, 2, 0), table(8, 0, 1)], {7: {"P1.1": 4}, 8: {"P1.2": 0, "GONE": 5}})
    assert [row.criterion.code for row in rows] == ["P1.1", "P1.2"]
    assert [list(row.cells) for row in rows] == [[Cell(4, 2), Cell(None, 0)], [Cell(None, 0), Cell(0, 1)]]
    assert rows_of([], {}) == []


class Desk:
    """A portfolio of one work with an exhibit, and the published criteria."""

    def __init__(self, app: Flask) -> None:
        with app.app_context(), transaction():
            load_published_data()
            owner, colleague = make_person(Role.ACADEMIC), make_person(Role.ACADEMIC)
            rules = make_rule_set()
            work = make_work(owner, rules)
            make_use(make_evidence(owner), work)
            portfolio = make_portfolio(owner, rules, work)
            self.owner, self.colleague, self.work, self.portfolio = owner.id, colleague.id, work.id, portfolio.id
            self.rules = rules.id
        self.app = app
        self.client: FlaskClient = signed_in(app, self.owner)
        self.all = f"/portfolios/{self.portfolio}/self-assessment"
        self.url = f"/portfolios/{self.portfolio}/works/{self.work}/self-assessment"

    def press(self, version: int, **fields: str) -> int:
        named = {name.replace("_", "-", 1).replace("__", "."): value for name, value in fields.items()}
        return self.client.post(self.url, data={"version": version, **named}).status_code


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def test_all_levels_are_saved_by_one_press_and_an_old_page_overwrites_nothing(desk: Desk, database: Database) -> None:
    page = desk.client.get(desk.url).get_data(as_text=True)
    assert "level-P1.1" in page
    assert "provisional" in page
    assert desk.press(0, level_P1__1="4", reason_P1__1="ชุมชนร่วมตั้งโจทย์", level_P1__2="0") == 303
    with desk.app.app_context():
        assert levels_of([desk.work], SET) == {desk.work: {"P1.1": 4, "P1.2": 0}}
        assert session.execute(select(counted(select(Work.id), SET))).all() == [(desk.work, 2)]
    stale = desk.client.post(desk.url, data={"version": 0, "level-P1.1": "1"})
    assert stale.status_code == 409
    assert "ชุมชนร่วมตั้งโจทย์" in stale.get_data(as_text=True)
    assert desk.press(1, level_P1__1="", reason_P1__1="") == 303  # a level can be taken back
    with desk.app.app_context():
        assert levels_of([desk.work], SET) == {desk.work: {"P1.2": 0}}
    for wrong in ({"level_P1__1": "6"}, {"level_P1__1": "x"}, {"reason_P1__1": "ก" * 4001}):
        assert desk.press(2, **wrong) == 422
    database.rollback()
    assert database.scalar(select(func.count()).select_from(SelfAssessment)) == 1
    text = desk.client.get(desk.all).get_data(as_text=True)
    assert "P3.4" in text
    assert text.count("<tr>") == 17


def test_nobody_else_reads_or_writes_it(desk: Desk, app: Flask) -> None:
    other = signed_in(app, desk.colleague)
    for url in (desk.url, desk.all):
        assert other.get(url).status_code == 404
    assert other.post(desk.url, data={"version": 0}).status_code == 404
    with app.app_context():
        work = session.get_one(Work, desk.work)
        with pytest.raises(Forbidden), transaction():
            save(
                actor=session.get_one(User, desk.colleague), work=work, criteria_set_code=SET, judgements={}, version=0
            )
        with pytest.raises(Stale), transaction():
            save(
                actor=session.get_one(User, desk.owner),
                work=work,
                criteria_set_code=SET,
                judgements={"P1.1": Judgement(3)},
                version=4,
            )


def test_the_overview_costs_the_same_for_one_and_for_many_works(desk: Desk, app: Flask) -> None:
    assert desk.press(0, level_P1__1="3") == 303
    desk.client.get(desk.all)
    one = count_queries(app, lambda: desk.client.get(desk.all))
    with app.app_context(), transaction():
        owner, rules = session.get_one(User, desk.owner), session.get_one(RuleSet, desk.rules)
        for _each in range(4):
            work = make_work(owner, rules)
            make_use(make_evidence(owner, content=str(work.id).encode()), work)
            choose_work(actor=owner, portfolio=session.get_one(Portfolio, desk.portfolio), work=work)
            save(actor=owner, work=work, criteria_set_code=SET, judgements={"P1.1": Judgement(3, "ก")}, version=0)
    assert count_queries(app, lambda: desk.client.get(desk.all)) == one


def test_nothing_that_freezes_submits_reviews_or_prints_reads_it() -> None:
    """The package takes the tables by name: it is the academic's own."""
    room = "portfolio.portfolios.self_assessment"
    readers = {
        name
        for name, path in modules()
        if not name.startswith(room) and any(imported.startswith(room) for imported, _line in imports(path))
    }
    assert readers == {"portfolio.portfolios.readiness_facts"}  # how many levels were given, for the readiness list
