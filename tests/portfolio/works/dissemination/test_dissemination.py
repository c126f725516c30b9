"""How a work was made known: what is asked, the minimum of the rules, the evidence, and who may see it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import User
from portfolio.core.audit.models import AuditEntry
from portfolio.core.clock import now, today
from portfolio.core.db import session, transaction
from portfolio.core.web.addresses import is_web_address
from portfolio.criteria.models import Certainty, RuleCheck, RuleCheckKind, RuleSet
from portfolio.evidence import operations as evidence
from portfolio.evidence.models import EvidenceItem, EvidenceUseDissemination
from portfolio.organizations.delegations.models import Delegation
from portfolio.organizations.models import Role
from portfolio.portfolios.rule_checks import Outcome
from portfolio.portfolios.rule_facts import findings_of
from portfolio.works.dissemination.models import Dissemination, Way
from portfolio.works.dissemination.operations import DisseminationFields, add_dissemination
from portfolio.works.dissemination.queries import of_work, plain, ways_of_works
from portfolio.works.models import Work
from portfolio.works.vocabulary import WorkKind
from tests.builders.accounts import signed_in
from tests.builders.evidence import make_evidence, make_use
from tests.builders.organizations import make_person
from tests.builders.queries import count_queries
from tests.builders.submissions import make_portfolio
from tests.builders.works import make_dissemination, make_rule_set, make_work

Database = scoped_session[Session]
FORUM = {
    "title_th": "เวทีคืนข้อมูลน้ำ",
    "title_en": "Water forum",
    "place_th": "ศาลาประชาคม",
    "audience_th": "ผู้ใช้น้ำเจ็ดหมู่บ้าน",
    "people": "๑,๒๐๐",
    "begun_on": "24/11/2568",
    "ended_on": "25/11/2568",
    "url": "https://example.org/forum?a=1&b=2",
    "note_th": "ผู้ใช้น้ำซักถามผลตรวจ",
}
TERMS = {"all_of": ["public", "record"], "one_of": ["forum", "visit"], "kinds": ["social"]}


class Case:
    """An academic with two works under rules that ask for dissemination, and nothing said of it yet."""

    def __init__(self, app: Flask) -> None:
        with app.app_context(), transaction():
            check = RuleCheck(
                number=1,
                kind=RuleCheckKind.DISSEMINATION,
                terms=TERMS,
                certainty=Certainty.REMEMBERED,
                text_th="ข้อความของเกณฑ์",
                text_en="What the rule says",
                source_th="แหล่งของเกณฑ์",
            )
            owner, rules = make_person(Role.ACADEMIC), make_rule_set(checks=[check])
            self.owner, self.work = owner.id, make_work(owner, rules).id
            self.other = make_work(owner, rules, title_th="อีกเรื่อง").id
            self.rules = rules.id
            self.stranger = make_person(Role.ACADEMIC).id
        self.client: FlaskClient = signed_in(app, self.owner)
        self.url = f"/works/{self.work}/dissemination"


@pytest.fixture
def case(app: Flask) -> Case:
    return Case(app)


def entry(database: Database) -> Dissemination:
    database.rollback()
    return database.scalars(select(Dissemination)).one()


def an_exhibit(case: Case, work: int, title_th: str = "ภาพเวที") -> int:
    """The id of an item that is an exhibit of a work; call it inside a transaction."""
    item = make_evidence(session.get_one(User, case.owner), title_th=title_th)
    make_use(item, session.get_one(Work, work))
    return item.id


def test_a_forum_is_kept_once_and_shown_with_its_days(case: Case, database: Database) -> None:
    for _again in range(2):
        assert case.client.post(f"{case.url}/forum", data=FORUM).status_code == 303
    row = entry(database)
    assert (row.way, row.people, row.year) == (Way.FORUM, 1200, 2025)
    assert (row.begun_on, row.ended_on) == (date(2025, 11, 24), date(2025, 11, 25))
    page = case.client.get(case.url).text
    for said in ("เวทีคืนข้อมูลน้ำ", "24 พ.ย. 2568", "25 พ.ย. 2568", "จำนวนผู้เข้าร่วมเวที 1,200", "ศาลาประชาคม"):
        assert said in page
    assert 'href="https://example.org/forum?a=1&amp;b=2" rel="noreferrer noopener nofollow"' in page
    assert "ยังไม่มีเอกสารที่ผู้อื่นอ้างอิงหรือสืบค้นได้" in page
    case.client.post("/language", data={"language": "en", "next": "/"})
    page = case.client.get(case.url).text
    assert "Water forum" in page
    assert "24 Nov 2025" in page


def test_a_year_alone_will_do_and_a_day_brings_its_own(case: Case, database: Database) -> None:
    only_year = {"title_th": "รายงานฉบับเต็ม", "year": "2566"}
    assert case.client.post(f"{case.url}/record", data=only_year).status_code == 303
    row = entry(database)
    assert (row.year, row.begun_on) == (2023, None)
    assert "2566" in case.client.get(case.url).text
    said = {"version": "1", "title_th": "รายงานฉบับเต็ม", "begun_on": "1/2/2567"}
    assert case.client.post(f"{case.url}/entries/{row.id}", data=said).status_code == 303
    row = entry(database)
    assert (row.year, row.begun_on, row.people) == (2024, date(2024, 2, 1), None)
    assert 'name="year" type="text" value=""' in case.client.get(f"{case.url}/entries/{row.id}").text


@pytest.mark.parametrize("way", [way.value for way in Way])
def test_each_way_asks_its_own(case: Case, database: Database, way: str) -> None:
    page = case.client.get(f"{case.url}/{way}/new").text
    assert ('name="people"' in page) is (way != "record")
    assert case.client.post(f"{case.url}/{way}", data=FORUM).status_code == 303
    row = entry(database)
    assert (row.people is None) is (way == "record")
    assert row.audience_th == FORUM["audience_th"]
    assert case.client.get(f"{case.url}/entries/{row.id}").status_code == 200


@pytest.mark.parametrize(
    "spoilt",
    [
        {"title_th": " "},
        {"title_en": "a" * 301},
        {"people": "-1"},
        {"people": "หลายคน"},
        {"begun_on": "32/1/2568"},
        {"begun_on": "", "ended_on": "25/11/2568"},
        {"ended_on": "23/11/2568"},
        {"begun_on": (today() + timedelta(days=1)).isoformat(), "ended_on": ""},
        {"year": "2567"},
        {"begun_on": "", "ended_on": "", "year": "2400"},
        {"begun_on": "", "ended_on": "", "year": str(today().year + 1)},
        {"url": "example.org"},
        {"url": "javascript:alert(1)"},
        {"url": "ftp://example.org/a"},
        {"url": "https://name:word@example.org/"},
        {"note_th": "ก" * 2001},
        {"exhibits": "999"},
    ],
    ids=lambda spoilt: " ".join(f"{name}={value[:16]}" for name, value in spoilt.items()),
)
def test_bad_input_is_one_clear_message_and_changes_nothing(
    case: Case, database: Database, spoilt: dict[str, str]
) -> None:
    with transaction():
        an_exhibit(case, case.work)
    answer = case.client.post(f"{case.url}/forum", data=FORUM | spoilt)
    assert answer.status_code == 422
    assert answer.text.count('class="field-error"') == 1
    assert database.scalars(select(Dissemination)).all() == []


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://example.org/ก", True),
        ("http://example.org", True),
        ("https://", False),
        ("//example.org", False),
        ("https://example.org/a b", False),
        ("https://example.org/\u00a0", False),
        ("https://@example.org", False),
        ("http://[::1", False),
        ("data:text/html,x", False),
    ],
)
def test_only_addresses_of_the_web_are_taken(text: str, is_one: bool) -> None:
    assert is_web_address(text) is is_one


@pytest.mark.parametrize(
    "wrong",
    [
        {"people": -1},
        {"begun_on": date(2025, 1, 2), "year": None},
        {"ended_on": date(2025, 1, 2)},
        {"begun_on": date(2025, 1, 2), "ended_on": date(2025, 1, 1)},
    ],
    ids=str,
)
def test_the_database_keeps_no_nonsense(case: Case, database: Database, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction():
        make_dissemination(database.get_one(Work, case.work), **wrong)


def test_unknown_ways_and_entries_of_others_are_not_found(case: Case, app: Flask, database: Database) -> None:
    with transaction():
        mine = make_dissemination(database.get_one(Work, case.work)).id
        other = make_dissemination(database.get_one(Work, case.other)).id
    assert case.client.get(f"{case.url}/rumour/new").status_code == 404
    assert case.client.post(f"{case.url}/rumour", data=FORUM).status_code == 404
    assert case.client.get(f"{case.url}/entries/{other}").status_code == 404
    client = signed_in(app, case.stranger)
    for path in ("", "/forum/new", f"/entries/{mine}"):
        assert client.get(f"{case.url}{path}").status_code == 404
    assert client.post(f"{case.url}/entries/{mine}/removal").status_code == 404


def test_a_late_form_shows_both_and_overwrites_nothing(case: Case, database: Database) -> None:
    with transaction():
        item = an_exhibit(case, case.work)
    case.client.post(f"{case.url}/forum", data=FORUM)
    url = f"{case.url}/entries/{entry(database).id}"
    # What bears it out has no version of its own: to change that alone makes an open form stale as well.
    assert case.client.post(url, data=FORUM | {"version": "1", "exhibits": str(item)}).status_code == 303
    answer = case.client.post(url, data=FORUM | {"version": "1", "title_th": "ชื่อสอง"})
    assert answer.status_code == 409
    assert "1. ภาพเวที" in answer.text.partition("facts stacked")[2].partition("</dl>")[0]
    assert "ชื่อสอง" in answer.text
    assert entry(database).title_th == FORUM["title_th"]


def test_exhibits_of_the_work_bear_entries_out(case: Case, app: Flask, database: Database) -> None:
    with transaction():
        first, second = an_exhibit(case, case.work), an_exhibit(case, case.work, "ข่าว")
        elsewhere = an_exhibit(case, case.other, "ของอีกเรื่อง")
    page = case.client.get(f"{case.url}/forum/new").text
    assert "1. ภาพเวที" in page
    assert "ของอีกเรื่อง" not in page
    said = FORUM | {"exhibits": [str(first), str(second)]}
    assert case.client.post(f"{case.url}/forum", data=said).status_code == 303
    row = entry(database)
    page = case.client.get(case.url).text
    assert page.count('class="exhibit"') == 2
    assert f'href="/evidence/{second}"' in page
    assert case.client.get(f"{case.url}/entries/{row.id}").text.count(" checked") == 2
    assert case.client.post(f"{case.url}/forum", data=FORUM | {"exhibits": str(elsewhere)}).status_code == 422
    # What is set aside is not shown and not taken off behind its owner's back.
    with transaction():
        item = database.get_one(EvidenceItem, second)
        evidence.archive_item(actor=item.owner, item=item)
    assert case.client.get(case.url).text.count('class="exhibit"') == 1
    form = FORUM | {"version": str(entry(database).version), "exhibits": []}
    assert case.client.post(f"{case.url}/entries/{row.id}", data=form).status_code == 303
    database.rollback()
    assert len(database.scalars(select(EvidenceUseDissemination)).all()) == 1
    assert case.client.post(f"{case.url}/entries/{row.id}/removal").status_code == 303
    database.rollback()
    assert database.scalars(select(EvidenceUseDissemination)).all() == []
    assert database.get_one(EvidenceItem, first).archived_at is None


def test_an_item_that_is_no_exhibit_of_the_work_is_refused_as_a_whole(case: Case, database: Database) -> None:
    with transaction():
        elsewhere = an_exhibit(case, case.other)
    with pytest.raises(ValueError, match="no such exhibit"), transaction():
        work = database.get_one(Work, case.work)
        fields = DisseminationFields(title_th="เวที")
        add_dissemination(actor=work.owner, work=work, way=Way.FORUM, fields=fields, exhibits=[elsewhere])
    assert database.scalars(select(Dissemination)).all() == []


def test_the_minimum_is_shown_with_its_standing_and_stops_nobody(case: Case, database: Database) -> None:
    page = case.client.get(case.url).text
    for said in ("ยังไม่ครบ", "ข้อความของเกณฑ์", "แหล่งของเกณฑ์", "ตามความจำ ยังไม่ได้เทียบกับประกาศ", "ข้อเตือนเท่านั้น"):
        assert said in page
    assert page.count('aria-label="ยังขาด"') == 3  # forum or visit, the public, a record
    work = case.client.get(f"/works/{case.work}").text
    assert "ข้อนี้เป็นข้อเตือนเท่านั้น" in work
    for way in ("visit", "public", "record"):
        assert case.client.post(f"{case.url}/{way}", data={"title_th": "ชื่อ", "year": "2567"}).status_code == 303
    page = case.client.get(case.url).text
    assert "มีการเผยแพร่ครบตามที่ชุดหลักเกณฑ์ระบุ" in page
    assert page.count('aria-label="มีแล้ว"') == 3
    assert "ข้อนี้เป็นข้อเตือนเท่านั้น" not in case.client.get(f"/works/{case.work}").text


def test_other_kinds_are_asked_nothing_and_show_what_they_have(case: Case, database: Database) -> None:
    with transaction():
        database.get_one(Work, case.work).kind = WorkKind.RESEARCH
    assert "ไม่ได้ระบุเรื่องการเผยแพร่สำหรับผลงานประเภทนี้" in case.client.get(case.url).text
    assert 'id="dissemination"' not in case.client.get(f"/works/{case.work}").text
    case.client.post(f"{case.url}/public", data={"title_th": "ข่าว"})
    assert 'id="dissemination"' in case.client.get(f"/works/{case.work}").text


def test_the_check_of_a_portfolio_rests_on_what_is_recorded(case: Case, app: Flask, database: Database) -> None:
    with transaction():
        owner = database.get_one(User, case.owner)
        works = [database.get_one(Work, work_id) for work_id in (case.work, case.other)]
        portfolio = make_portfolio(owner, database.get_one(RuleSet, case.rules), works)
        (finding,) = findings_of(portfolio).found
        assert finding.outcome is Outcome.UNKNOWN
        for way in (Way.FORUM, Way.PUBLIC, Way.RECORD):
            make_dissemination(works[0], way=way)
        make_dissemination(works[1], way=Way.VISIT)
        (finding,) = findings_of(portfolio).found
        assert finding.outcome is Outcome.NOT_MET
        assert finding.mend is not None
        assert finding.mend.values == {"work_id": works[1].id}
        assert len(finding.words) == 2  # the public and a record are missing of the second
        for way in (Way.PUBLIC, Way.RECORD):
            make_dissemination(works[1], way=way)
        assert [one.outcome for one in findings_of(portfolio).found] == [Outcome.MET]
        one = count_queries(app, lambda: ways_of_works([works[0].id]))
        assert count_queries(app, lambda: ways_of_works([work.id for work in works])) == one == 1


def test_an_assistant_may_and_it_is_on_the_record(case: Case, app: Flask, database: Database) -> None:
    with transaction():
        helper = make_person(Role.ACADEMIC)
        row = Delegation(owner_id=case.owner, delegate_id=helper.id, address=helper.email, accepted_at=now())
        session.add(row)
        session.flush()
        helper_id, delegation = helper.id, row.id
    client = signed_in(app, helper_id)
    assert client.get(case.url).status_code == 404
    assert client.post(f"/delegations/{delegation}/desk").status_code == 303
    assert client.post(f"{case.url}/forum", data=FORUM).status_code == 303
    id = entry(database).id
    assert client.post(f"{case.url}/entries/{id}", data=FORUM | {"version": "1", "year": "2568"}).status_code == 303
    assert client.post(f"{case.url}/entries/{id}/removal").status_code == 303
    database.rollback()
    statement = select(AuditEntry.action, AuditEntry.actor_id).where(AuditEntry.subject_type == "dissemination")
    deeds = database.execute(statement.order_by(AuditEntry.id)).all()
    assert [tuple(deed) for deed in deeds] == [
        (f"dissemination:{word}", helper_id) for word in ("add", "update", "remove")
    ]
    assert "การเผยแพร่: เพิ่ม" in signed_in(app, case.owner).get(f"/delegations/{delegation}/deeds").text


def test_plain_form_carries_the_exhibits_and_the_order_of_the_ways(case: Case, database: Database) -> None:
    with transaction():
        work = database.get_one(Work, case.work)
        record = make_dissemination(work, way=Way.RECORD, year=None).id
        forum = make_dissemination(work, begun_on=date(2025, 3, 4)).id
    kept = plain(of_work(session.get_one(Work, case.work)), {forum: [11, 4], record: []})
    assert [(row["way"], row["year"], row["begun_on"], row["exhibits"]) for row in kept] == [
        ("forum", 2025, "2025-03-04", [4, 11]),
        ("record", None, None, []),
    ]


def test_the_page_costs_the_same_for_one_entry_and_for_thirty(case: Case, app: Flask, database: Database) -> None:
    def fill(count: int) -> None:
        with transaction():
            work = database.get_one(Work, case.work)
            for number in range(count):
                make_dissemination(work, title_th=f"เวที {number}")

    fill(1)
    pages = (case.url, f"/works/{case.work}")
    before = [count_queries(app, lambda page=page: case.client.get(page)) for page in pages]  # type: ignore[misc]
    fill(29)
    assert [count_queries(app, lambda page=page: case.client.get(page)) for page in pages] == before  # type: ignore[misc]
