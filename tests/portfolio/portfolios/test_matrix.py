"""The matrix: gaps, named kinds, ties set in it, other criteria sets, and what it costs."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import User
from portfolio.core.db import transaction
from portfolio.criteria.models import CriteriaSet
from portfolio.criteria.operations import load_published_data
from portfolio.criteria.queries import latest_criteria_set
from portfolio.evidence.models import EvidenceItem, EvidenceType, EvidenceUseCriterion
from portfolio.evidence.queries import uses_of_works
from portfolio.organizations.models import Role
from portfolio.portfolios.matrix import Cover, build
from portfolio.works.models import Work
from tests.builders.accounts import signed_in
from tests.builders.evidence import make_evidence, make_use
from tests.builders.organizations import make_person
from tests.builders.portfolios import make_portfolio
from tests.builders.queries import count_queries
from tests.builders.works import make_rule_set, make_work

Database = scoped_session[Session]
ONE = "P1.1"


class Desk:
    """A portfolio of one work with two exhibits, and the published criteria sets."""

    def __init__(self, app: Flask) -> None:
        with app.app_context(), transaction():
            load_published_data()
            owner, colleague = make_person(Role.ACADEMIC), make_person(Role.ACADEMIC)
            rules = make_rule_set()
            work = make_work(owner, rules)
            portfolio = make_portfolio(owner, rules, work)
            first, second = (make_evidence(owner, title_th=name, content=name.encode()) for name in ("ก", "ข"))
            make_use(first, work, position=0)
            make_use(second, work, position=1)
            theirs = make_evidence(colleague)
            self.owner, self.work, self.portfolio = owner.id, work.id, portfolio.id
            self.first, self.second, self.theirs = first.id, second.id, theirs.id
        self.client: FlaskClient = signed_in(app, self.owner)
        self.url = f"/portfolios/{self.portfolio}/evidence-matrix"

    def press(self, criteria: int | None = None, **fields: str) -> int:
        query = f"?criteria={criteria}" if criteria else ""
        return self.client.post(f"{self.url}/works/{self.work}{query}", data=fields).status_code


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def said(database: Database) -> set[str]:
    database.rollback()
    return set(database.scalars(select(EvidenceUseCriterion.criterion_code)))


def test_cells_tie_and_untie_and_twice_is_once(desk: Desk, database: Database) -> None:
    for _twice in range(2):
        assert desk.press(tie=f"{desk.first}:{ONE}") == 303
    page = desk.client.get(desk.url).get_data(as_text=True)
    assert re.search(rf'name="untie" value="{desk.first}:{ONE}" aria-pressed="true"', page)
    assert said(database) == {ONE}
    assert desk.press(tie=str(desk.second), code="P1.2") == 303  # the narrow page's form
    assert said(database) == {ONE, "P1.2"}
    for _twice in range(2):
        assert desk.press(untie=f"{desk.first}:{ONE}") == 303
    assert said(database) == {"P1.2"}


@pytest.mark.parametrize("cell", ["", "x", ":", "1", "1:", "1:P9.9", "99999999:P1.1", "-1:P1.1", "๑:P1.1", "9" * 40])
def test_cells_that_are_none_are_refused(desk: Desk, database: Database, cell: str) -> None:
    assert desk.press(tie=cell) in (404, 422)
    assert said(database) == set()


def test_nobody_ties_what_is_not_theirs(desk: Desk, database: Database) -> None:
    assert desk.press(tie=f"{desk.theirs}:{ONE}") == 422
    assert said(database) == set()


def test_ties_to_one_set_do_not_touch_the_other(desk: Desk, database: Database) -> None:
    ces = latest_criteria_set("CES-8")
    assert ces is not None
    other, code = ces.id, ces.scored[0].code
    database.rollback()
    assert desk.press(tie=f"{desk.first}:{ONE}") == 303
    assert desk.press(other, tie=f"{desk.first}:{code}") == 303
    page = desk.client.get(f"{desk.url}?criteria={other}").get_data(as_text=True)
    assert f'value="{desk.first}:{code}" aria-pressed="true"' in page
    item = database.get_one(EvidenceItem, desk.first)
    boxes = {"version": str(item.version), "work": str(desk.work), f"tied-{desk.work}": "y"}
    database.rollback()
    assert desk.client.post(f"/evidence/{desk.first}/ties", data=boxes).status_code == 303
    assert said(database) == {code}


def test_a_criterion_without_the_named_kind_is_thin(desk: Desk, database: Database) -> None:
    criteria = latest_criteria_set("ENT-PROVISIONAL")
    assert criteria is not None
    wanting = next(one for one in criteria.scored if "APPOINT" in one.required_types)
    with transaction():
        desk_uses = uses_of_works([desk.work])
        use = desk_uses[0]
        use.criteria = [EvidenceUseCriterion(criterion_code=wanting.code)]

    def line() -> tuple[Cover, tuple[str, ...]]:
        (table,) = build([database.get_one(Work, desk.work)], uses_of_works([desk.work]), _set(database))
        found = next(one for one in table.lines if one.criterion.code == wanting.code)
        assert len(table.gaps) == len(table.lines) - 1
        return found.cover, tuple(found.missing)

    assert line() == (Cover.THIN, ("APPOINT",))
    page = desk.client.get(desk.url).get_data(as_text=True)
    assert "แนะนำ: คำสั่ง" in page.replace("แนะนำ:</b>", "แนะนำ:")
    with transaction():
        database.get_one(EvidenceItem, desk.first).type = EvidenceType.APPOINTMENT
    assert line() == (Cover.MET, ())


def _set(database: Database) -> CriteriaSet:
    found = latest_criteria_set("ENT-PROVISIONAL")
    assert found is not None
    return found


def test_matrix_costs_the_same_for_two_exhibits_and_for_sixty(app: Flask, desk: Desk, database: Database) -> None:
    few = count_queries(app, lambda: desk.client.get(desk.url))
    with transaction():
        owner, work = database.get_one(User, desk.owner), database.get_one(Work, desk.work)
        for number in range(58):
            item = make_evidence(owner, title_th=f"หลักฐาน {number}", content=str(number).encode())
            make_use(item, work, criteria=(ONE,), position=number + 2)
    database.rollback()
    assert count_queries(app, lambda: desk.client.get(desk.url)) == few
    page = desk.client.get(desk.url).get_data(as_text=True)
    assert page.count('<button class="m"') == 60 * len(_set(database).scored)
    assert len(page) < 700_000
