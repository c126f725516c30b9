"""The missions a work joins: what each asks, the tick they imply, their evidence, and who may see them."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import User
from portfolio.core.db import session, transaction
from portfolio.core.hooks import current_hooks
from portfolio.evidence import operations as evidence
from portfolio.evidence.models import EvidenceItem, EvidenceUseMission
from portfolio.evidence.operations import Ties
from portfolio.evidence.queries import uses_of_works
from portfolio.organizations.models import Role
from portfolio.works.missions.models import MissionEntry, Term
from portfolio.works.missions.queries import entries_of, plain
from portfolio.works.models import Work, WorkMission
from portfolio.works.vocabulary import Mission
from tests.builders.accounts import signed_in
from tests.builders.evidence import make_evidence
from tests.builders.organizations import make_person
from tests.builders.queries import count_queries
from tests.builders.works import make_mission_entry, make_rule_set, make_work

Database = scoped_session[Session]
COURSE = {
    "code": "WE 431",
    "title_th": "วิศวกรรมระบบประปาชุมชน",
    "title_en": "Community Water",
    "term": "second",
    "year": "๒๕๖๘",
    "people": "1,200",
    "outcome_th": "นักศึกษาออกแบบงานซ่อมได้",
}


class Case:
    """An academic with a work that names no mission yet."""

    def __init__(self, app: Flask) -> None:
        with app.app_context(), transaction():
            owner, rules = make_person(Role.ACADEMIC), make_rule_set()
            self.owner, self.work = owner.id, make_work(owner, rules).id
            self.other = make_work(owner, rules, title_th="อีกเรื่อง").id
            self.stranger = make_person(Role.ACADEMIC).id
        self.client: FlaskClient = signed_in(app, self.owner)
        self.url = f"/works/{self.work}/missions"


@pytest.fixture
def case(app: Flask) -> Case:
    return Case(app)


def ticked(database: Database, case: Case) -> set[Mission]:
    database.rollback()
    return set(database.scalars(select(WorkMission.mission).where(WorkMission.work_id == case.work)))


def entry(database: Database) -> MissionEntry:
    database.rollback()
    return database.scalars(select(MissionEntry)).one()


def test_a_course_is_kept_once_and_implies_its_tick(case: Case, database: Database) -> None:
    for _again in range(2):
        assert case.client.post(f"{case.url}/teaching", data=COURSE).status_code == 303
    row = entry(database)
    assert (row.mission, row.term, row.year, row.people) == (Mission.TEACHING, Term.SECOND, 2025, 1200)
    assert ticked(database, case) == {Mission.TEACHING}
    page = case.client.get(case.url).text
    assert "WE 431" in page
    assert "ปีการศึกษา 2568" in page
    assert "จำนวนนักศึกษา 1,200" in page
    assert "ยังไม่มีโครงการวิจัยที่ต่อยอดหรือรองรับผลงานนี้" in page


def test_facts_saved_without_the_tick_keep_what_entries_imply(case: Case, database: Database) -> None:
    case.client.post(f"{case.url}/teaching", data=COURSE)
    version = database.get_one(Work, case.work).version
    facts = {"title_th": "ชื่อ", "version": str(version), "missions": ["arts_culture"]}
    assert case.client.post(f"/works/{case.work}/facts", data=facts).status_code == 303
    assert ticked(database, case) == {Mission.ARTS_CULTURE, Mission.TEACHING}
    assert case.client.post(f"{case.url}/entries/{entry(database).id}/removal").status_code == 303
    assert ticked(database, case) == {Mission.ARTS_CULTURE, Mission.TEACHING}  # to untick is the person's to say
    facts["version"] = str(database.get_one(Work, case.work).version)
    assert case.client.post(f"/works/{case.work}/facts", data=facts).status_code == 303
    assert ticked(database, case) == {Mission.ARTS_CULTURE}


def test_a_lost_tick_is_found_by_the_check(case: Case, app: Flask, database: Database) -> None:
    with transaction():
        make_mission_entry(database.get_one(Work, case.work))
    check = current_hooks().invariants["missions"]
    assert list(check()) == []
    with transaction() as current:
        current.execute(delete(WorkMission))
    (violation,) = check()
    assert "teaching" in violation.detail


@pytest.mark.parametrize(
    ("mission", "asked", "not_asked"),
    [
        ("teaching", {"code", "term", "people"}, {"partner_th"}),
        ("research", {"code", "partner_th"}, {"term", "people"}),
        ("academic_service", {"people", "partner_th"}, {"code", "term"}),
        ("arts_culture", {"people", "partner_th"}, {"code", "term"}),
    ],
)
def test_each_mission_asks_its_own_and_keeps_nothing_else(
    case: Case, database: Database, mission: str, asked: set[str], not_asked: set[str]
) -> None:
    page = case.client.get(f"{case.url}/{mission}/new").text
    assert all(f'name="{name}"' in page for name in asked | {"title_th", "title_en", "year", "outcome_th"})
    assert not any(f'name="{name}"' in page for name in not_asked)
    said = COURSE | {"partner_th": "กองทุนวิจัย"}
    assert case.client.post(f"{case.url}/{mission}", data=said).status_code == 303
    row = entry(database)
    for name in ("code", "term", "people", "partner_th"):
        assert bool(getattr(row, name)) is (name in asked)
    assert case.client.get(f"{case.url}/entries/{row.id}").status_code == 200


def test_bad_input_is_one_clear_message_and_changes_nothing(case: Case, database: Database) -> None:
    for spoilt in (
        {"title_th": " "},
        {"title_th": "ก" * 301},
        {"term": "fourth"},
        {"year": "2599"},
        {"year": "ปีหน้า"},
        {"people": "-1"},
        {"people": "10000001"},
        {"people": "หลายคน"},
        {"outcome_th": "ก" * 2001},
    ):
        answer = case.client.post(f"{case.url}/teaching", data=COURSE | spoilt)
        assert answer.status_code == 422, spoilt
        assert answer.text.count('class="field-error"') == 1, spoilt
    assert database.scalars(select(MissionEntry)).all() == []
    assert ticked(database, case) == set()


def test_unknown_missions_and_entries_of_others_are_not_found(case: Case, app: Flask, database: Database) -> None:
    with transaction():
        mine = make_mission_entry(database.get_one(Work, case.work)).id
        other = make_mission_entry(database.get_one(Work, case.other)).id
    assert case.client.get(f"{case.url}/sleep/new").status_code == 404
    assert case.client.post(f"{case.url}/sleep", data=COURSE).status_code == 404
    assert case.client.get(f"{case.url}/entries/{other}").status_code == 404
    client = signed_in(app, case.stranger)
    for path in ("", "/teaching/new", f"/entries/{mine}"):
        assert client.get(f"{case.url}{path}").status_code == 404
    assert client.post(f"{case.url}/entries/{mine}/removal").status_code == 404


def test_a_late_form_shows_both_and_overwrites_nothing(case: Case, database: Database) -> None:
    case.client.post(f"{case.url}/teaching", data=COURSE)
    url = f"{case.url}/entries/{entry(database).id}"
    assert case.client.post(url, data=COURSE | {"version": "1", "title_th": "ชื่อหนึ่ง"}).status_code == 303
    answer = case.client.post(url, data=COURSE | {"version": "1", "title_th": "ชื่อสอง", "term": "first"})
    assert answer.status_code == 409
    assert "ชื่อหนึ่ง" in answer.text
    assert "ชื่อสอง" in answer.text
    assert entry(database).title_th == "ชื่อหนึ่ง"


def test_evidence_bears_entries_out_by_ticks_on_its_own_page(case: Case, app: Flask, database: Database) -> None:
    with transaction():
        course = make_mission_entry(database.get_one(Work, case.work)).id
        elsewhere = make_mission_entry(database.get_one(Work, case.other)).id
        item = make_evidence(database.get_one(User, case.owner), title_th="ผลการเรียนรู้").id
    form = {"version": "1", "work": str(case.work), f"missions-{case.work}": [str(course), str(elsewhere), "x"]}
    assert case.client.post(f"/evidence/{item}/ties", data=form).status_code == 303
    database.rollback()
    assert database.scalars(select(EvidenceUseMission.mission_entry_id)).all() == [course]
    assert f'value="{course}" checked' in case.client.get(f"/evidence/{item}").text
    page = case.client.get(case.url).text
    assert f'href="/evidence/{item}"' in page
    assert "ผลการเรียนรู้" in page
    (use,) = uses_of_works([case.work])
    assert [row.mission_entry_id for row in use.missions] == [course]
    # Ties stated elsewhere, which do not speak of missions, leave them as they are.
    with transaction():
        row = database.get_one(EvidenceItem, item)
        ties = {case.work: Ties(headings=("s1",))}
        evidence.tie(actor=row.owner, item=row, ties=ties, version=row.version)
    database.rollback()
    assert database.scalars(select(EvidenceUseMission.mission_entry_id)).all() == [course]
    with pytest.raises(ValueError, match="no such entry"), transaction():
        row = database.get_one(EvidenceItem, item)
        evidence.tie(actor=row.owner, item=row, ties={case.work: Ties(missions=(elsewhere,))}, version=row.version)
    assert case.client.post(f"{case.url}/entries/{course}/removal").status_code == 303
    database.rollback()
    assert database.scalars(select(EvidenceUseMission)).all() == []


def test_plain_form_carries_the_exhibits_and_the_order_of_the_missions(case: Case, database: Database) -> None:
    with transaction():
        work = database.get_one(Work, case.work)
        arts = make_mission_entry(work, mission=Mission.ARTS_CULTURE, title_th="เวทีลายผ้า").id
        course = make_mission_entry(work, code="WE 431").id
    kept = plain(entries_of(session.get_one(Work, case.work)), {course: [11, 4], arts: []})
    assert [(row["mission"], row["code"], row["exhibits"]) for row in kept] == [
        ("teaching", "WE 431", [4, 11]),
        ("arts_culture", "", []),
    ]


def test_the_page_costs_the_same_for_one_entry_and_for_thirty(case: Case, app: Flask, database: Database) -> None:
    def fill(count: int) -> None:
        with transaction():
            work = database.get_one(Work, case.work)
            for number in range(count):
                make_mission_entry(work, title_th=f"รายวิชา {number}")

    fill(1)
    pages = (case.url, f"/works/{case.work}")
    before = [count_queries(app, lambda page=page: case.client.get(page)) for page in pages]  # type: ignore[misc]
    fill(29)
    assert [count_queries(app, lambda page=page: case.client.get(page)) for page in pages] == before  # type: ignore[misc]
