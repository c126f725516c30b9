"""Works: facts, people, indicators, who may see them, and what a list costs."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from portfolio.core.audit.models import AuditEntry
from portfolio.core.clock import frozen_at
from portfolio.core.db import session, transaction
from portfolio.organizations.models import Role
from portfolio.works.models import ChangeRecord, Contribution, Work
from tests.builders.accounts import make_user, signed_in
from tests.builders.organizations import make_person, make_university
from tests.builders.queries import count_queries
from tests.builders.works import make_change_record, make_contribution, make_rule_set, make_section, make_work

Database = scoped_session[Session]


class Case:
    """An owner, a colleague of the same university and a stranger; one work of the owner."""

    def __init__(self, app: Flask) -> None:
        with app.app_context(), transaction():
            place = make_university()
            owner = make_person(Role.ACADEMIC, university=place)
            rules = make_rule_set()
            self.rules, self.work = rules.id, make_work(owner, rules).id
            self.owner, self.colleague = owner.id, make_person(Role.ACADEMIC, university=place).id
            self.officer = make_person(Role.OFFICER).id
            self.visitor_without_role = make_user().id
        self.client: FlaskClient = signed_in(app, self.owner)


@pytest.fixture
def case(app: Flask) -> Case:
    return Case(app)


def facts(case: Case, version: int, **more: object) -> dict[str, object]:
    return {"version": str(version), "title_th": "น้ำสะอาดของคนแม่สายธาร"} | more


def work_of(case: Case) -> Work:
    session.rollback()
    return session.get_one(Work, case.work)


def test_a_work_begins_with_a_title_and_its_owner(case: Case, database: Database) -> None:
    answer = case.client.post("/works", data={"title_th": "เรื่องใหม่", "title_en": "New", "rule_set": case.rules})
    assert answer.status_code == 303
    work = database.scalars(select(Work).where(Work.title_th == "เรื่องใหม่")).one()
    assert answer.headers["Location"].endswith(f"/works/{work.id}/facts")
    assert [(row.is_owner, row.name_th) for row in work.contributions] == [(True, "สมมติ นามสมมุติ")]
    assert database.scalar(select(func.count()).where(AuditEntry.action == "work:create")) == 1


def test_the_same_form_sent_twice_begins_one_work(case: Case, database: Database) -> None:
    places = set()
    for _again in range(2):
        answer = case.client.post("/works", data={"title_th": "เรื่องใหม่", "rule_set": case.rules})
        places.add(answer.headers["Location"])
    assert len(places) == 1
    assert database.scalar(select(func.count(Work.id)).where(Work.title_th == "เรื่องใหม่")) == 1


def test_a_work_without_thai_title_or_known_rules_is_refused(case: Case, database: Database) -> None:
    for data in ({"title_th": " ", "rule_set": case.rules}, {"title_th": "ก", "rule_set": "999"}, {"title_th": "ก"}):
        assert case.client.post("/works", data=data).status_code == 422
    assert database.scalar(select(func.count(Work.id))) == 1


def test_facts_are_kept_in_both_eras_and_all_lists(case: Case, database: Database) -> None:
    answer = case.client.post(
        f"/works/{case.work}/facts",
        data=facts(
            case,
            1,
            title_en="Clean water",
            province_code="TH-55",
            district="เวียงธารา",
            theme="water_environment",
            period_start="12/3/2565",
            period_end="31 May 2026",
            sdgs=["6", "17"],
            change_domains=["health", "community"],
            missions=["research"],
            not_for_profit="y",
        ),
    )
    assert answer.status_code == 303
    work = work_of(case)
    assert str(work.period_start) == "2022-03-12"
    assert str(work.period_end) == "2026-05-31"
    assert [row.goal for row in work.sdgs] == [6, 17]
    assert {row.domain.value for row in work.change_domains} == {"health", "community"}
    assert work.not_for_profit
    page = case.client.get(f"/works/{case.work}").get_data(as_text=True)
    assert "น่าน" in page
    form = case.client.get(f"/works/{case.work}/facts").get_data(as_text=True)
    assert 'value="TH-55" selected' in form
    assert 'value="17" id="sdgs-16" checked' in form


def test_lists_shrink_when_boxes_are_unticked(case: Case, database: Database) -> None:
    url = f"/works/{case.work}/facts"
    case.client.post(url, data=facts(case, 1, sdgs=["1", "2", "3"], missions=["research", "teaching"]))
    assert case.client.post(url, data=facts(case, 2, sdgs=["3", "4"])).status_code == 303
    work = work_of(case)
    assert [row.goal for row in work.sdgs] == [3, 4]
    assert work.missions == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("period_start", "30/2/2565"),
        ("period_start", "31 เมษายน 2565"),
        ("period_start", "tomorrow"),
        ("period_start", "1/13/2565"),
        ("province_code", "TH-99"),
        ("theme", "dragons"),
        ("sdgs", "18"),
        ("missions", "sleep"),
        ("title_th", "ก" * 501),
        ("title_th", "ก\x00ข"),
    ],
)
def test_impossible_facts_are_refused_and_nothing_changes(
    case: Case, database: Database, field: str, value: str
) -> None:
    answer = case.client.post(f"/works/{case.work}/facts", data=facts(case, 1, **{field: value}))
    assert answer.status_code == 422
    assert work_of(case).version == 1


def test_last_day_before_the_first_is_refused(case: Case) -> None:
    data = facts(case, 1, period_start="2/1/2566", period_end="1/1/2566")
    assert case.client.post(f"/works/{case.work}/facts", data=data).status_code == 422


@pytest.mark.parametrize("title", ["👩🏽‍🌾 น้ำ", "عنوان عربي", "<script>alert(1)</script>", "“น้ำ”; DROP TABLE works"])
def test_every_title_is_shown_as_it_was_typed(case: Case, database: Database, title: str) -> None:
    assert case.client.post(f"/works/{case.work}/facts", data=facts(case, 1, title_th=title)).status_code == 303
    assert work_of(case).title_th == title
    page = case.client.get("/works").get_data(as_text=True)
    assert "<script>alert" not in page


def test_stale_facts_show_both_and_can_be_saved_then(case: Case, database: Database) -> None:
    url = f"/works/{case.work}/facts"
    case.client.post(url, data=facts(case, 1, title_en="First", province_code="TH-55"))
    answer = case.client.post(url, data=facts(case, 1, title_en="Second"))
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "First" in page
    assert 'value="Second"' in page
    assert "น่าน" in page
    assert 'name="version" value="2"' in page
    assert work_of(case).title_en == "First"
    assert case.client.post(url, data=facts(case, 2, title_en="Second")).status_code == 303
    assert work_of(case).title_en == "Second"


def test_work_is_set_aside_and_taken_back(case: Case, database: Database) -> None:
    assert case.client.post(f"/works/{case.work}/archive").status_code == 303
    assert "น้ำสะอาด" not in case.client.get("/works").get_data(as_text=True)
    assert "น้ำสะอาด" in case.client.get("/works?archived=1").get_data(as_text=True)
    assert case.client.get(f"/works/{case.work}").status_code == 200
    assert case.client.post(f"/works/{case.work}/restoration").status_code == 303
    assert "น้ำสะอาด" in case.client.get("/works").get_data(as_text=True)


def test_list_is_searched_literally(case: Case, database: Database) -> None:
    with transaction():
        owner = session.get_one(Work, case.work).owner
        make_work(owner, session.get_one(Work, case.work).rule_set, title_th="ร้อยละ 100% จริง")
    assert "100%" in case.client.get("/works?q=100%25").get_data(as_text=True)
    assert "น้ำสะอาด" not in case.client.get("/works?q=100%25").get_data(as_text=True)
    assert case.client.get("/works?q=%25%25&page=zz").status_code == 200


GETS = (
    "/works/{work}",
    "/works/{work}/facts",
    "/works/{work}/reading",
    "/works/{work}/sections/s1",
    "/works/{work}/sections/s1/history",
    "/works/{work}/contributors",
    "/works/{work}/contributors/new",
    "/works/{work}/contributors/{person}",
    "/works/{work}/indicators",
    "/works/{work}/indicators/new",
    "/works/{work}/indicators/{record}",
)
POSTS = (
    "/works/{work}/facts",
    "/works/{work}/archive",
    "/works/{work}/restoration",
    "/works/{work}/sections/s1",
    "/works/{work}/contributors",
    "/works/{work}/contributors/{person}",
    "/works/{work}/contributors/{person}/removal",
    "/works/{work}/contributors/{person}/position",
    "/works/{work}/indicators",
    "/works/{work}/indicators/{record}",
    "/works/{work}/indicators/{record}/removal",
    "/works/{work}/indicators/{record}/position",
)


def test_only_the_owner_finds_a_work(app: Flask, case: Case, database: Database) -> None:
    with transaction():
        work = session.get_one(Work, case.work)
        ids = {"work": work.id, "person": make_contribution(work).id, "record": make_change_record(work).id}
    for person in (case.colleague, case.officer, case.visitor_without_role):
        client = signed_in(app, person)
        assert [client.get(url.format(**ids)).status_code for url in GETS] == [404] * len(GETS)
        assert [client.post(url.format(**ids)).status_code for url in POSTS] == [404] * len(POSTS)
    visitor = app.test_client()
    assert {visitor.get(url.format(**ids)).status_code for url in GETS} == {303}
    assert {visitor.post(url.format(**ids)).status_code for url in POSTS} == {401}
    assert {case.client.get(url.format(**ids)).status_code for url in GETS} == {200}


def test_parts_of_another_work_are_not_found_through_ones_own(app: Flask, case: Case, database: Database) -> None:
    with transaction():
        work = session.get_one(Work, case.work)
        other = make_work(work.owner, work.rule_set, title_th="อีกเรื่อง")
        person, record = make_contribution(other).id, make_change_record(other).id
    for url in (f"contributors/{person}", f"indicators/{record}"):
        assert case.client.get(f"/works/{case.work}/{url}").status_code == 404
        assert case.client.post(f"/works/{case.work}/{url}/removal").status_code == 404
    assert case.client.get("/works/999999999999").status_code == 404


def test_list_needs_the_role_and_says_so(app: Flask, case: Case) -> None:
    answer = signed_in(app, case.officer).get("/works")
    assert answer.status_code == 403
    assert "คณาจารย์" in answer.get_data(as_text=True)
    assert signed_in(app, case.colleague).get("/works").status_code == 200


def test_people_are_added_changed_moved_and_removed(case: Case, database: Database) -> None:
    url = f"/works/{case.work}/contributors"
    for name in ("หนึ่ง", "สอง", "สาม"):
        assert case.client.post(url, data={"name_th": name, "role": "co_operator"}).status_code == 303
    rows = database.scalars(select(Contribution).order_by(Contribution.position)).all()
    assert [row.name_th for row in rows] == ["หนึ่ง", "สอง", "สาม"]
    ids = [row.id for row in rows]
    case.client.post(f"{url}/{ids[2]}/position", data={"direction": "up"})
    case.client.post(f"{url}/{ids[0]}/position", data={"direction": "up"})
    database.rollback()
    order = database.scalars(select(Contribution.name_th).order_by(Contribution.position)).all()
    assert order == ["หนึ่ง", "สาม", "สอง"]
    case.client.post(f"{url}/{ids[1]}", data={"name_th": "สอง", "role": "first_author", "is_owner": "y"})
    assert case.client.post(f"{url}/{ids[0]}/removal").status_code == 303
    assert case.client.post(f"{url}/{ids[0]}/removal").status_code == 404
    database.rollback()
    assert {row.name_th: row.is_owner for row in work_of(case).contributions} == {"สาม": False, "สอง": True}


def test_a_person_sent_twice_is_one_and_only_one_is_the_owner(case: Case, database: Database) -> None:
    url = f"/works/{case.work}/contributors"
    for _again in range(2):
        case.client.post(url, data={"name_th": "หนึ่ง", "role": "co_operator", "is_owner": "y"})
    case.client.post(url, data={"name_th": "สอง", "role": "co_operator", "is_owner": "y"})
    database.rollback()
    assert {row.name_th: row.is_owner for row in work_of(case).contributions} == {"หนึ่ง": False, "สอง": True}


def test_indicators_take_figures_as_people_write_them(case: Case, database: Database) -> None:
    url = f"/works/{case.work}/indicators"
    data = {
        "name_th": "รายได้",
        "unit_th": "บาท",
        "baseline_value": "๑,๒๓๔.๕",
        "outcome_value": "-12",
        "target_value": "",
    }
    assert case.client.post(url, data=data).status_code == 303
    assert case.client.post(url, data=data).status_code == 303
    row = database.scalars(select(ChangeRecord)).one()
    assert (row.baseline_value, row.outcome_value, row.target_value) == (Decimal("1234.5"), Decimal(-12), None)
    page = case.client.get(url).get_data(as_text=True)
    assert "1,234.5" in page
    assert "−1,246.5" in page
    assert "style=" not in page


@pytest.mark.parametrize("figure", ["NaN", "inf", "1e9", "1_000", "สี่สิบ", "1.23456", "9" * 16, "--1", "0x10"])
def test_indicator_refuses_what_is_no_figure(case: Case, database: Database, figure: str) -> None:
    data = {"name_th": "ก", "unit_th": "ข", "baseline_value": figure}
    answer = case.client.post(f"/works/{case.work}/indicators", data=data)
    assert answer.status_code == 422
    assert figure in answer.get_data(as_text=True)
    assert database.scalar(select(func.count(ChangeRecord.id))) == 0


def test_measurement_after_before_the_one_before_is_refused(case: Case) -> None:
    data = {"name_th": "ก", "unit_th": "ข", "baseline_date": "1/1/2566", "outcome_date": "31/12/2565"}
    assert case.client.post(f"/works/{case.work}/indicators", data=data).status_code == 422


def test_list_costs_the_same_for_one_work_and_for_thirty(app: Flask, case: Case, database: Database) -> None:
    one = count_queries(app, lambda: case.client.get("/works"))
    with transaction():
        work = session.get_one(Work, case.work)
        for number in range(30):
            make_section(make_work(work.owner, work.rule_set, title_th=f"เรื่องที่ {number}"))
    assert count_queries(app, lambda: case.client.get("/works")) == one


def test_list_is_paged_with_the_latest_first(case: Case, database: Database) -> None:
    with transaction():
        work = session.get_one(Work, case.work)
        for number in range(30):
            with frozen_at(datetime(2027, 1, 1, 0, number, tzinfo=UTC)):
                make_work(work.owner, work.rule_set, title_th=f"เรื่องที่ {number}")
    first = case.client.get("/works").get_data(as_text=True)
    assert "เรื่องที่ 29" in first
    assert "เรื่องที่ 4<" not in first
    assert "เรื่องที่ 4<" in case.client.get("/works?page=2").get_data(as_text=True)


def test_pages_speak_english_too(app: Flask, case: Case, database: Database) -> None:
    case.client.post("/language", data={"language": "en"})
    page = case.client.get(f"/works/{case.work}").get_data(as_text=True)
    assert "Texts under" in page
    assert "Clean water" in page


def test_a_title_in_one_language_is_said_once(app: Flask, database: object) -> None:
    with transaction():
        owner = make_person(Role.ACADEMIC)
        work = make_work(owner, make_rule_set(), title_th="", title_en="Only in English")
        owner_id, number = owner.id, work.id
    page = signed_in(app, owner_id).get(f"/works/{number}").text
    assert "<h1>Only in English</h1>" in page
    assert '<p class="lead">Only in English</p>' not in page
