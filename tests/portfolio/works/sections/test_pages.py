"""The pages of texts: what differs, who wrote, both texts and one made of them, headings under fewer."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portfolio.accounts.models import User
from portfolio.core.db import session, transaction
from portfolio.organizations.models import Role
from portfolio.works.models import Work
from portfolio.works.sections.models import WorkSection, WorkSectionVersion
from tests.builders.accounts import signed_in
from tests.builders.evidence import make_evidence, make_use
from tests.builders.organizations import make_person
from tests.builders.queries import count_queries
from tests.builders.works import make_rule_set, make_section, make_work

JSON = {"Accept": "application/json"}


class Desk:
    """An academic with a work under seven headings."""

    def __init__(self, app: Flask) -> None:
        with app.app_context(), transaction():
            owner = make_person(Role.ACADEMIC)
            self.owner, self.work = owner.id, make_work(owner, make_rule_set()).id
        self.app = app
        self.client: FlaskClient = signed_in(app, self.owner)
        self.url = f"/works/{self.work}/sections/s1"

    def save(self, *texts: str) -> None:
        for body in texts:
            section = self.section()
            data = {"version": str(section.version if section else 0), "body": body}
            assert self.client.post(self.url, data=data).status_code == 303

    def section(self) -> WorkSection | None:
        session.rollback()
        return session.scalar(select(WorkSection).where(WorkSection.work_id == self.work))

    def page(self, address: str, status: int = 200) -> str:
        answer = self.client.get(address)
        assert answer.status_code == status
        return answer.get_data(as_text=True)


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def test_two_versions_are_compared_with_marks_that_are_words_too(desk: Desk, database: object) -> None:
    desk.save("น้ำในห้วยแห้ง", "น้ำในห้วยไม่แห้ง <b>", "น้ำใส")
    page = desk.page(f"{desk.url}/history/differences?earlier=1&later=2")
    assert '<ins><span class="visually-hidden">เพิ่ม: </span>ไม่<' in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page.split('class="prose changes"')[1].split("</div>")[0]
    swapped = desk.page(f"{desk.url}/history/differences?earlier=2&later=1")
    told, told_swapped = (text.split('"pagehead"')[1].split("csrf_token")[0] for text in (page, swapped))
    assert told_swapped == told
    present = desk.page(f"{desk.url}/history/differences")
    assert "ฉบับที่ 2" in present
    assert "<del>" in present
    same = desk.page(f"{desk.url}/history/differences?earlier=1&later=1")
    assert "ไม่มีคำใดต่างกัน" in same
    for odd in ("earlier=99", "later=99&earlier=1", "earlier=-1&later=0"):
        assert desk.client.get(f"{desk.url}/history/differences?{odd}").status_code in (200, 404)
    assert desk.client.get(f"/works/{desk.work}/sections/s2/history/differences").status_code == 404


def test_history_says_who_wrote_each_text(desk: Desk, database: object) -> None:
    desk.save("หนึ่ง")
    with transaction():
        other = make_person(Role.ACADEMIC)
        other_id, other_name = other.id, other.name_in("th")
        session.scalars(select(WorkSection)).one().saved_by_id = other_id
    desk.save("สอง")
    session.rollback()
    kept = session.scalars(select(WorkSectionVersion)).one()
    assert kept.saved_by_id == other_id
    page = desk.page(f"{desk.url}/history")
    assert other_name in page
    owner = session.get_one(User, desk.owner)
    assert owner.name_in("th") in page


def test_history_costs_the_same_for_one_and_for_many(desk: Desk, database: object) -> None:
    desk.save("หนึ่ง", "สอง")
    few = count_queries(desk.app, lambda: desk.page(f"{desk.url}/history"))
    desk.save(*(f"ฉบับ {number}" for number in range(9)))
    assert count_queries(desk.app, lambda: desk.page(f"{desk.url}/history")) == few


def test_stale_text_is_answered_with_one_made_of_both(desk: Desk, database: object) -> None:
    desk.save("หนึ่ง\n\nสอง", "หนึ่ง\n\nสอง\n\nสาม")
    stale = {"version": "1", "body": "หนึ่ง ใหม่\n\nสอง"}
    found = desk.client.post(desk.url, data=stale, headers=JSON)
    assert found.status_code == 409
    assert found.json is not None
    assert (found.json["merged"], found.json["clean"]) == ("หนึ่ง ใหม่\n\nสอง\n\nสาม", True)
    page = desk.client.post(desk.url, data={**stale, "base": "หนึ่ง\n\nสอง"})
    assert page.status_code == 409
    assert "\nหนึ่ง ใหม่\n\nสอง\n\nสาม</textarea>" in page.get_data(as_text=True)
    kept = desk.client.post(desk.url, data={"version": "2", "body": "หนึ่ง ใหม่\n\nสอง\n\nสาม"})
    assert kept.status_code == 303


def test_without_a_known_beginning_nothing_is_proposed(desk: Desk, database: object) -> None:
    for version, body in enumerate(["ก", "ก ข", "ก ข ค"]):
        desk.client.post(desk.url, data={"version": str(version), "body": body}, headers=JSON)
    with transaction():
        session.execute(WorkSectionVersion.__table__.delete())  # type: ignore[attr-defined]
    found = desk.client.post(desk.url, data={"version": "2", "body": "ง"}, headers=JSON)
    assert found.status_code == 409
    assert found.json is not None
    assert "merged" not in found.json
    again = desk.client.post(desk.url, data={"version": "2", "body": "ง", "base": "ก ข"}, headers=JSON)
    assert again.json is not None
    assert again.json["merged"] == "ง\n\nก ข ค"
    assert again.json["clean"] is False


def test_two_long_thai_texts_fit_into_one_form(desk: Desk, database: object) -> None:
    long = "กขค " * 14_999
    assert desk.client.post(desk.url, data={"version": "0", "body": long, "base": long}).status_code == 303


def test_headings_are_shown_under_fewer_where_the_rules_say_so(desk: Desk, database: object) -> None:
    for name in ("sections", "reading"):
        assert "view=groups" not in desk.page(f"/works/{desk.work}/{name}")
    with transaction():
        rules = make_rule_set(code="GROUPED", groups=(("s1", "s3"), ("s2", "s4", "s5", "s6", "s7")))
        desk.work = make_work(session.get_one(User, desk.owner), rules).id
    for name in ("sections", "reading"):
        assert "กลุ่ม 1" not in desk.page(f"/works/{desk.work}/{name}")
        page = desk.page(f"/works/{desk.work}/{name}?view=groups")
        assert page.index("กลุ่ม 1") < page.index("/sections/s3") < page.index("กลุ่ม 2") < page.index("/sections/s2")


def test_references_lead_to_the_works_exhibits(desk: Desk, database: object) -> None:
    desk.save("[หลักฐาน 1 หน้า 1] [หลักฐาน 1 หน้า 2, 7] [ดู](https://a.example)")
    assert 'class="exhibit"' not in desk.page(f"/works/{desk.work}/reading")
    with transaction():
        item = make_evidence(session.get_one(User, desk.owner))
        make_use(item, session.get_one(Work, desk.work), position=1)
        address = f"/evidence/{item.id}"
    page = desk.page(f"/works/{desk.work}/reading")
    assert f'href="{address}' in page
    assert f'href="{address}/pages/1"' in page
    assert f'href="{address}/pages/2"' not in page
    assert page.count('class="exhibit"') == 2
    assert '<a href="https://a.example" rel="noopener nofollow">ดู</a>' in page
    assert f'<option value="1" data-pages="1">1. {item.title_th}' in desk.page(desk.url)


def test_overview_counts_what_is_written(desk: Desk, database: object) -> None:
    with transaction():
        make_section(session.get_one(Work, desk.work), "s2", "น้ำสะอาด")
    page = desk.page(f"/works/{desk.work}/sections")
    assert "1 จาก 7 หัวข้อ" in page
    assert "2 คำ" in page


def test_addresses_behind_words_are_not_counted(desk: Desk, database: object) -> None:
    desk.save("**น้ำ**สะอาด [ดู](https://a.example/b/c/d?e=f)")
    section = desk.section()
    assert section is not None
    assert section.word_count == 3


def test_a_long_text_does_not_fill_the_bar_for_headings_still_empty(app: Flask, database: object) -> None:
    desk = Desk(app)
    desk.save("word " * 1200)
    page = desk.page(f"/works/{desk.work}/sections")
    assert 'value="20" max="140"' in page
    with app.test_request_context("/"):
        assert "1,200" in page
