"""Which sentence cites which page: quoted, led back, and flagged where it leads nowhere."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import transaction
from portfolio.evidence import citations
from portfolio.evidence.citations import Broken, Exhibit, cited_in
from portfolio.evidence.models import EvidenceItem, FileReport
from portfolio.works.models import Work
from portfolio.works.sections.models import WorkSection
from tests.builders.evidence import make_evidence, make_use
from tests.builders.portfolios import make_portfolio
from tests.builders.queries import count_queries
from tests.builders.works import make_work
from tests.portfolio.evidence.test_evidence import Case

Database = scoped_session[Session]
EXHIBITS = [Exhibit(11, "บันทึก", "", 3), Exhibit(12, "วีดิทัศน์", "", None)]


@pytest.fixture
def case(app: Flask) -> Case:
    return Case(app)


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("[หลักฐาน 1]", None),
        ("[หลักฐาน 1 หน้า 3]", None),
        ("[หลักฐาน ๑ หน้า ๓]", None),
        ("[หลักฐาน 1 หน้า 4]", Broken.NO_PAGE),
        ("[หลักฐาน 2]", None),
        ("[หลักฐาน 2 หน้า 1]", Broken.NO_PAGE),
        ("[หลักฐาน 3]", Broken.NO_EXHIBIT),
        ("[exhibit 0]", Broken.NO_EXHIBIT),
    ],
)
def test_a_citation_says_whether_it_leads_anywhere(text: str, broken: Broken | None) -> None:
    (one,) = cited_in(1, "s1", f"ครัวเรือนลดหนี้ {text} ในหนึ่งปี", EXHIBITS)
    assert one.broken is broken
    assert (one.before, one.token, one.after) == ("ครัวเรือนลดหนี้ ", text, " ในหนึ่งปี")


def test_the_quote_is_of_its_line_short_and_without_marks() -> None:
    text = f"บรรทัดก่อน\n{'ยาว ' * 100}**เข้ม** [ลิงก์](https://a.example) [หลักฐาน 1 หน้า 2] {'ต่อ ' * 50}\nบรรทัดหลัง"
    (one,) = cited_in(1, "s1", text, EXHIBITS)
    assert one.before.startswith("…")
    assert one.before.endswith("เข้ม ลิงก์ ")
    assert one.after.endswith("…")
    assert len(one.before) + len(one.after) < 240
    assert "บรรทัด" not in one.before + one.after


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading(text: str) -> None:
    for one in cited_in(1, "s1", text + "[หลักฐาน 1]", EXHIBITS):
        assert one.token in text + "[หลักฐาน 1]"


def write(work_id: int, heading: str, body: str, database: Database) -> None:
    database.add(WorkSection(work_id=work_id, heading_code=heading, body=body))


def prepared(case: Case, database: Database) -> tuple[int, int]:
    """Two exhibits of a work, and a text that cites the second, its page beyond the end, and a third."""
    with transaction():
        owner, work = database.get_one(User, case.owner), database.get_one(Work, case.work)
        first, second = (make_evidence(owner, title_th=name, content=name.encode()) for name in ("ก", "ข"))
        make_use(first, work, position=0)
        make_use(second, work, position=1)
        write(work.id, "s2", "ลดลง [หลักฐาน 2 หน้า 1] และ [หลักฐาน 2 หน้า 9] กับ [หลักฐาน 3]", database)
        return first.id, second.id


def test_the_exhibit_says_who_cites_it_and_the_text_what_is_broken(case: Case, database: Database) -> None:
    _first, second = prepared(case, database)
    page = case.client.get(f"/evidence/{second}").get_data(as_text=True)
    assert "<mark>[หลักฐาน 2 หน้า 1]</mark>" in page
    assert f"/works/{case.work}/" in page
    assert "แต่ข้อความอ้างหน้า 9" in page
    large = case.client.get(f"/evidence/{second}/pages/1").get_data(as_text=True)
    assert "<mark>[หลักฐาน 2 หน้า 1]</mark>" in large
    assert large.count("<blockquote") == 1
    assert case.client.get(f"/evidence/{second}/pages/2").status_code == 404
    found = citations.of_work(database.get_one(Work, case.work))
    assert [one.broken for one in found] == [None, Broken.NO_PAGE, Broken.NO_EXHIBIT]


def test_readiness_names_what_leads_nowhere_and_what_cannot_be_bound(case: Case, database: Database) -> None:
    _first, second = prepared(case, database)
    with transaction():
        work = database.get_one(Work, case.work)
        portfolio_id = make_portfolio(database.get_one(User, case.owner), work.rule_set, work).id
        stored = database.get_one(EvidenceItem, second).stored_file_id
        assert stored is not None
        database.add(FileReport(stored_file_id=stored, findings='[{"code": "restricted"}, {"code": "author"}]'))
    page = case.client.get(f"/portfolios/{portfolio_id}").get_data(as_text=True)
    assert "มีการอ้างหลักฐานหรือหน้าที่ไม่มีอยู่ 2 แห่ง" in page
    assert "มีไฟล์ที่ต้องแก้ 1 ไฟล์" in page
    assert f'href="/evidence/{second}"' in page


def test_an_exhibit_set_aside_breaks_its_citations(case: Case, database: Database) -> None:
    _first, second = prepared(case, database)
    with transaction():
        database.get_one(EvidenceItem, second).archived_at = now()
    assert {one.broken for one in citations.of_work(database.get_one(Work, case.work))} == {Broken.NO_EXHIBIT}


def test_citations_cost_the_same_for_one_work_and_for_many(app: Flask, case: Case, database: Database) -> None:
    with transaction():
        owner = database.get_one(User, case.owner)
        rules = database.get_one(Work, case.work).rule_set
        item = make_evidence(owner)
        works = [make_work(owner, rules) for _number in range(4)]
        for work in works:
            make_use(item, work)
            write(work.id, "s1", "[หลักฐาน 1] " * 20, database)
        ids = [work.id for work in works]
    database.rollback()
    citations.of_works(ids)  # begins the transaction
    one = count_queries(app, lambda: citations.of_works(ids[:1]))
    assert count_queries(app, lambda: citations.of_works(ids)) == one <= 2
    assert [len(found) for found in citations.of_works(ids).values()] == [20] * 4
