"""Portfolios: choosing and ordering works, exhibits, the record, readiness from rows, who may see them."""

from __future__ import annotations

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import User
from portfolio.core.db import session, transaction
from portfolio.core.hooks import PortfolioStand
from portfolio.evidence.models import EvidenceItem
from portfolio.evidence.queries import current_criteria
from portfolio.organizations.models import Role
from portfolio.portfolios import operations, queries
from portfolio.portfolios.models import Portfolio
from portfolio.record.models import CvKind
from portfolio.works.models import Work
from tests.builders.accounts import signed_in
from tests.builders.criteria import make_criteria_set
from tests.builders.evidence import make_evidence, make_use
from tests.builders.organizations import make_person, make_university
from tests.builders.portfolios import make_portfolio
from tests.builders.queries import count_queries
from tests.builders.record import make_cv_entry
from tests.builders.works import (
    make_bibliography,
    make_change_record,
    make_contribution,
    make_rule_set,
    make_section,
    make_work,
)

Database = scoped_session[Session]


class Case:
    """An academic with two works and a portfolio of the first; a colleague with a work."""

    def __init__(self, app: Flask) -> None:
        with app.app_context(), transaction():
            make_criteria_set()
            place = make_university()
            rules = make_rule_set()
            owner, colleague = (make_person(Role.ACADEMIC, university=place) for _each in range(2))
            first, second = make_work(owner, rules), make_work(owner, rules, title_th="อีกเรื่อง")
            self.first, self.second = first.id, second.id
            self.foreign = make_work(colleague, rules).id
            self.portfolio = make_portfolio(owner, rules, first).id
            self.owner, self.colleague, self.rules = owner.id, colleague.id, rules.id
        self.client: FlaskClient = signed_in(app, self.owner)
        self.url = f"/portfolios/{self.portfolio}"

    def order(self) -> list[int]:
        session.rollback()
        return [work.id for work in session.get_one(Portfolio, self.portfolio).works]


@pytest.fixture
def case(app: Flask) -> Case:
    return Case(app)


def test_portfolio_begins_once_and_goes_on_to_its_works(case: Case, database: Database) -> None:
    data = {"title_th": "แฟ้มใหม่", "rule_set": case.rules}
    places = {case.client.post("/portfolios", data=data).headers["Location"] for _again in range(2)}
    assert len(places) == 1
    assert places.pop().endswith("/works")
    assert database.scalar(select(func.count(Portfolio.id))) == 2
    assert case.client.post("/portfolios", data={"title_th": "", "rule_set": case.rules}).status_code == 422


def test_works_are_chosen_ordered_and_taken_out(case: Case, database: Database) -> None:
    url = f"{case.url}/works"
    for _again in range(2):
        assert case.client.post(url, data={"work": case.second}).status_code == 303
    assert case.order() == [case.first, case.second]
    case.client.post(f"{url}/{case.second}/position", data={"direction": "up"})
    assert case.order() == [case.second, case.first]
    case.client.post(f"{url}/{case.second}/position", data={"direction": "up"})
    assert case.order() == [case.second, case.first]
    case.client.post(f"{url}/{case.second}/removal")
    assert case.order() == [case.first]
    assert case.client.post(f"{url}/{case.second}/removal").status_code == 404


def test_several_works_are_chosen_at_once_or_none_of_them(case: Case, database: Database) -> None:
    url = f"{case.url}/works"
    assert case.client.post(url, data={"work": [case.second, case.foreign]}).status_code == 404
    assert case.order() == [case.first]
    said = case.client.post(url, data={"work": [case.second, case.first]}, follow_redirects=True).get_data(as_text=True)
    assert "เพิ่มผลงานในแฟ้มแล้ว 2 เรื่อง" in said
    assert case.order() == [case.first, case.second]
    assert "ทำเครื่องหมายหน้าผลงาน" in case.client.post(url, follow_redirects=True).get_data(as_text=True)


def test_work_of_somebody_else_cannot_be_chosen(case: Case, database: Database) -> None:
    for work in (case.foreign, 0, -1, 10**12, "x"):
        assert case.client.post(f"{case.url}/works", data={"work": work}).status_code == 404
    with pytest.raises(ValueError, match="own works"), transaction():
        operations.choose_work(
            actor=session.get_one(User, case.owner),
            portfolio=session.get_one(Portfolio, case.portfolio),
            work=session.get_one(Work, case.foreign),
        )
    assert case.order() == [case.first]


def test_position_comes_from_the_rules(case: Case, database: Database) -> None:
    send = {"version": "1", "title_th": "แฟ้ม", "position_sought": "associate", "statement_th": "คำแถลง\n\n- ข้อหนึ่ง"}
    assert case.client.post(f"{case.url}/facts", data=send | {"position_sought": "king"}).status_code == 422
    assert case.client.post(f"{case.url}/facts", data=send).status_code == 303
    page = case.client.get(case.url).get_data(as_text=True)
    assert "รองศาสตราจารย์" in page
    assert "<li>ข้อหนึ่ง</li>" in page


def test_stale_form_shows_both(case: Case, database: Database) -> None:
    case.client.post(f"{case.url}/facts", data={"version": "1", "title_th": "แท็บแรก"})
    answer = case.client.post(f"{case.url}/facts", data={"version": "1", "title_th": "แท็บที่สอง"})
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "แท็บแรก" in page
    assert 'value="แท็บที่สอง"' in page
    assert case.client.post(f"{case.url}/facts", data={"version": "2", "title_th": "แท็บที่สอง"}).status_code == 303


def test_exhibits_are_numbered_through_the_works_and_once(case: Case, database: Database) -> None:
    with transaction():
        owner, first, second = (
            session.get_one(User, case.owner),
            session.get_one(Work, case.first),
            session.get_one(Work, case.second),
        )
        a, b, c = (make_evidence(owner, title_th=name, content=name.encode()) for name in "กขค")
        make_use(b, first, position=0)
        make_use(a, first, position=1)
        make_use(c, second, position=0)
        make_use(a, second, position=1)
        gone = make_evidence(owner, title_th="ง", archived=True, content=b"gone")
        make_use(gone, first, position=2)
        portfolio = session.get_one(Portfolio, case.portfolio)
        operations.choose_work(actor=owner, portfolio=portfolio, work=second)
    assert [(number, item.title_th) for number, item in queries.exhibits(portfolio)] == [(1, "ข"), (2, "ก"), (3, "ค")]
    assert queries.exhibit_numbers(portfolio) == {case.first: [1, 2], case.second: [3, 2]}
    with transaction():
        operations.move_work(actor=owner, portfolio=portfolio, work=second, up=True)
    assert [item.title_th for _number, item in queries.exhibits(portfolio)] == ["ค", "ก", "ข"]


def test_readiness_follows_the_rows(case: Case, database: Database) -> None:
    portfolio = session.get_one(Portfolio, case.portfolio)
    before = {point.code for point in queries.readiness_of(portfolio).musts}
    work = case.first
    assert before == {"position", f"headings:{work}", f"people:{work}", f"evidence:{work}", f"not_for_profit:{work}"}
    with transaction():
        owner, first = session.get_one(User, case.owner), session.get_one(Work, work)
        portfolio.position_sought = "associate"
        first.not_for_profit = True
        for heading in first.rule_set.headings:
            make_section(first, heading.code, "คำ " * heading.target_words)
        make_contribution(first, is_owner=True)
        make_change_record(first)
        make_bibliography(first, never_used=True)
        item = make_evidence(owner)
        criteria = current_criteria()
        codes = tuple(criterion.code for criterion in criteria.scored) if criteria else ()
        make_use(item, first, criteria=codes)
        for kind in CvKind:
            make_cv_entry(owner, kind)
    readiness = queries.readiness_of(portfolio)
    advised = {f"ethics:{work}", f"self_assessment:{work}", "record_form"}
    assert {point.code for point in readiness.open} == advised
    with transaction():
        session.get_one(EvidenceItem, item.id).archived_at = portfolio.created_at
    assert {point.code for point in queries.readiness_of(portfolio).open} == {
        f"evidence:{work}",
        f"criteria:{work}",
        *advised,
    }


def test_every_point_leads_somewhere(case: Case, database: Database) -> None:
    page = case.client.get(case.url).get_data(as_text=True)
    assert "ต้องแก้" in page
    assert "ควรแก้" in page
    readiness = queries.readiness_of(session.get_one(Portfolio, case.portfolio))
    with case.client.application.test_request_context():
        addresses = {url_for(point.endpoint, **point.values) for point in readiness.points}
    assert {case.client.get(address).status_code for address in addresses} == {200}


def test_matrix_shows_gaps_a_work_at_a_time(case: Case, database: Database) -> None:
    with transaction():
        item = make_evidence(session.get_one(User, case.owner))
        make_use(item, session.get_one(Work, case.first), criteria=("P1.1",))
    page = case.client.get(f"{case.url}/evidence-matrix").get_data(as_text=True)
    assert page.count('class="gap"') == 15
    assert "ยังไม่ใช่เกณฑ์ที่สมาคมประกาศ" in page


def test_only_the_owner_finds_a_portfolio(app: Flask, case: Case, database: Database) -> None:
    gets = [case.url, f"{case.url}/facts", f"{case.url}/works", f"{case.url}/evidence-matrix"]
    posts = [f"{case.url}/{act}" for act in ("facts", "works", "archive", "restoration")]
    posts += [f"{case.url}/works/{case.first}/{act}" for act in ("removal", "position")]
    colleague, visitor = signed_in(app, case.colleague), app.test_client()
    assert {colleague.get(url).status_code for url in gets} == {404}
    assert {colleague.post(url).status_code for url in posts} == {404}
    assert {visitor.get(url).status_code for url in gets} == {303}
    assert {visitor.post(url).status_code for url in posts} == {401}
    assert {case.client.get(url).status_code for url in gets} == {200}


def test_portfolio_is_set_aside_and_taken_back(case: Case) -> None:
    case.client.post(f"{case.url}/archive")
    assert "แฟ้มน้ำสะอาด" not in case.client.get("/portfolios").get_data(as_text=True)
    assert "แฟ้มน้ำสะอาด" in case.client.get("/portfolios?archived=1").get_data(as_text=True)
    case.client.post(f"{case.url}/restoration")
    assert "แฟ้มน้ำสะอาด" in case.client.get("/portfolios").get_data(as_text=True)


def test_a_room_above_says_where_a_portfolio_stands(app: Flask, case: Case) -> None:
    steps = [("done", "ร่าง", ""), ("back", "ตรวจ", "ส่งกลับ")]
    stand = PortfolioStand("ส่งแก้ไขแล้ว", "warn", "arrow-return-left", steps, "แก้แล้วส่งอีกครั้ง")
    app.extensions["hooks"].portfolio_stands.append(lambda portfolios: {row.id: stand for row in portfolios})
    for url in (case.url, "/portfolios", "/"):
        page = case.client.get(url).get_data(as_text=True)
        assert "ส่งแก้ไขแล้ว" in page
        assert "แก้แล้วส่งอีกครั้ง" in page


def test_lists_and_home_cost_the_same_for_one_and_for_many(app: Flask, case: Case, database: Database) -> None:
    def add(number: int) -> None:
        owner, rules = session.get_one(User, case.owner), session.get_one(Portfolio, case.portfolio).rule_set
        work = make_work(owner, rules, title_th=f"เรื่อง {number}")
        make_section(work)
        make_use(make_evidence(owner, content=str(number).encode()), work, criteria=("P1.1",))
        make_portfolio(owner, rules, work, title_th=f"แฟ้ม {number}")

    with transaction():
        add(0)
    pages = ("/portfolios", "/")
    one = [count_queries(app, lambda url=url: case.client.get(url)) for url in pages]  # type: ignore[misc]
    with transaction():
        for number in range(1, 30):
            add(number)
    assert [count_queries(app, lambda url=url: case.client.get(url)) for url in pages] == one  # type: ignore[misc]


def test_page_of_a_portfolio_costs_the_same_for_one_work_and_for_many(
    app: Flask, case: Case, database: Database
) -> None:
    def add(number: int) -> None:
        owner, portfolio = session.get_one(User, case.owner), session.get_one(Portfolio, case.portfolio)
        work = make_work(owner, portfolio.rule_set, title_th=f"เรื่อง {number}")
        make_section(work)
        make_use(make_evidence(owner, content=str(number).encode()), work, criteria=("P1.1",))
        operations.choose_work(actor=owner, portfolio=portfolio, work=work)

    urls = (case.url, f"{case.url}/evidence-matrix", f"{case.url}/works", f"{case.url}/rules")
    with transaction():
        add(0)
    one = [count_queries(app, lambda url=url: case.client.get(url)) for url in urls]  # type: ignore[misc]
    with transaction():
        for number in range(1, 10):
            add(number)
    assert [count_queries(app, lambda url=url: case.client.get(url)) for url in urls] == one  # type: ignore[misc]
