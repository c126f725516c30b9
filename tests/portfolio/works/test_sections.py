"""Texts under headings: saved, never lost, kept from before, refused with their limit named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import SignInSession, User
from portfolio.core.clock import frozen_at
from portfolio.core.db import Stale, session, transaction
from portfolio.organizations.models import Role
from portfolio.works.models import Work
from portfolio.works.sections import operations, queries
from portfolio.works.sections.models import WorkSection, WorkSectionVersion
from portfolio.works.sections.operations import SECTION_LIMIT
from tests.builders.accounts import signed_in
from tests.builders.organizations import make_person
from tests.builders.works import make_rule_set, make_section, make_work

Database = scoped_session[Session]
JSON = {"Accept": "application/json"}
MORNING = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


class Desk:
    """An academic at work, by ids."""

    def __init__(self, app: Flask) -> None:
        with app.app_context(), transaction():
            owner = make_person(Role.ACADEMIC)
            self.rules = make_rule_set()
            self.work = make_work(owner, self.rules).id
            self.owner = owner.id
        self.app = app
        self.client: FlaskClient = signed_in(app, self.owner)

    def url(self, code: str = "s1") -> str:
        return f"/works/{self.work}/sections/{code}"

    def section(self, code: str = "s1") -> WorkSection | None:
        session.rollback()
        return session.scalar(
            select(WorkSection).where(WorkSection.work_id == self.work, WorkSection.heading_code == code)
        )


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def test_first_save_counts_words_and_goes_on_to_the_next_heading(desk: Desk, database: Database) -> None:
    answer = desk.client.post(desk.url(), data={"version": "0", "body": "น้ำสะอาด clean water", "go_on": "yes"})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/sections/s2")
    section = desk.section()
    assert section is not None
    assert (section.body, section.version) == ("น้ำสะอาด clean water", 1)
    assert section.word_count == 4


def test_after_the_last_heading_comes_the_work(desk: Desk) -> None:
    answer = desk.client.post(desk.url("s7"), data={"version": "0", "body": "ข้อความ", "go_on": "yes"})
    assert answer.headers["Location"].endswith(desk.url().split("/sections/")[0])


def test_autosave_answers_with_the_new_version(desk: Desk) -> None:
    first = desk.client.post(desk.url(), data={"version": "0", "body": "หนึ่ง"}, headers=JSON)
    assert first.status_code == 200
    assert first.json is not None
    assert first.json["version"] == 1
    assert datetime.fromisoformat(first.json["saved_at"]).tzinfo is not None
    second = desk.client.post(desk.url(), data={"version": "1", "body": "สอง"}, headers=JSON)
    assert second.json is not None
    assert second.json["version"] == 2


def test_second_tab_is_told_and_both_texts_come_back(desk: Desk, database: Database) -> None:
    desk.client.post(desk.url(), data={"version": "0", "body": "จากแท็บแรก"})
    answer = desk.client.post(desk.url(), data={"version": "0", "body": "จากแท็บที่สอง"}, headers=JSON)
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["mine"] == "จากแท็บที่สอง"
    assert answer.json["theirs"] == "จากแท็บแรก"
    assert answer.json["version"] == 1
    kept = desk.section()
    assert kept is not None
    assert kept.body == "จากแท็บแรก"


def test_second_tab_without_script_gets_a_page_with_both_texts(desk: Desk, database: Database) -> None:
    desk.client.post(desk.url(), data={"version": "0", "body": "จากแท็บแรก"})
    answer = desk.client.post(desk.url(), data={"version": "0", "body": "จากแท็บที่สอง <b>"})
    assert answer.status_code == 409
    page = answer.get_data(as_text=True)
    assert "จากแท็บแรก" in page
    assert "จากแท็บที่สอง &lt;b&gt;" in page
    assert 'name="version" value="1"' in page
    chosen = desk.client.post(desk.url(), data={"version": "1", "body": "จากแท็บที่สอง <b>"})
    assert chosen.status_code == 303
    now_there = desk.section()
    assert now_there is not None
    assert now_there.body == "จากแท็บที่สอง <b>"


def test_two_headings_in_two_tabs_never_collide(desk: Desk, database: Database) -> None:
    assert desk.client.post(desk.url("s1"), data={"version": "0", "body": "หนึ่ง"}).status_code == 303
    assert desk.client.post(desk.url("s2"), data={"version": "0", "body": "สอง"}).status_code == 303
    found = desk.section("s1"), desk.section("s2")
    assert [section.body for section in found if section] == ["หนึ่ง", "สอง"]


def test_the_same_text_twice_changes_nothing(desk: Desk, database: Database) -> None:
    for _again in range(2):
        assert desk.client.post(desk.url(), data={"version": "0", "body": "เดิม"}).status_code == 303
    section = desk.section()
    assert section is not None
    assert section.version == 1


def test_a_text_in_the_editor_does_not_spoil_the_facts_in_another_tab(desk: Desk, database: Database) -> None:
    before = database.get_one(Work, desk.work).version
    desk.client.post(desk.url(), data={"version": "0", "body": "หนึ่ง"})
    database.rollback()
    assert database.get_one(Work, desk.work).version == before


def test_lapsed_sign_in_gives_the_text_back(desk: Desk, database: Database) -> None:
    with transaction():
        database.delete(database.scalars(select(SignInSession)).one())
    page = desk.client.post(desk.url(), data={"version": "0", "body": "ข้อความที่ไม่ควรหาย"})
    assert page.status_code == 401
    assert "ข้อความที่ไม่ควรหาย" in page.get_data(as_text=True)
    script = desk.client.post(desk.url(), data={"version": "0", "body": "ข้อความ"}, headers=JSON)
    assert script.status_code == 401
    assert script.json is not None
    assert "sign_in" in script.json
    assert desk.section() is None


def test_text_over_the_limit_is_refused_and_shown_again(desk: Desk, database: Database) -> None:
    long = "ก" * (SECTION_LIMIT + 1)
    answer = desk.client.post(desk.url(), data={"version": "0", "body": long})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "60,000" in page
    assert long in page
    script = desk.client.post(desk.url(), data={"version": "0", "body": long}, headers=JSON)
    assert script.status_code == 422
    assert script.json is not None
    assert "60,000" in script.json["message"]
    assert desk.section() is None


def test_text_at_the_limit_is_kept_whole(desk: Desk, database: Database) -> None:
    body = "กข" * (SECTION_LIMIT // 2)
    assert desk.client.post(desk.url(), data={"version": "0", "body": body}).status_code == 303
    section = desk.section()
    assert section is not None
    assert section.body == body


def test_ten_megabytes_are_answered_with_a_page_that_names_the_limit(desk: Desk) -> None:
    answer = desk.client.post(desk.url(), data={"version": "0", "body": "x" * 10_000_000})
    assert answer.status_code == 413
    assert "2 MB" in answer.get_data(as_text=True)


@pytest.mark.parametrize("body", ["น้ำ\x00สะอาด", "\x07", "a\x1bb"])
def test_control_characters_are_named_and_nothing_is_saved(desk: Desk, database: Database, body: str) -> None:
    answer = desk.client.post(desk.url(), data={"version": "0", "body": body})
    assert answer.status_code == 422
    assert "U+00" in answer.get_data(as_text=True)
    assert desk.section() is None


@pytest.mark.parametrize("body", ["👩🏽‍🌾 ปลูกข้าว", "مرحبا بالعالم", "שלום", "e\u0301", "ไทย\u200bไทย"])
def test_every_script_is_kept(desk: Desk, database: Database, body: str) -> None:
    assert desk.client.post(desk.url(), data={"version": "0", "body": body}).status_code == 303
    section = desk.section()
    assert section is not None
    assert section.body == ("é" if body == "e\u0301" else body)
    assert desk.client.get(desk.url()).status_code == 200


def test_missing_or_odd_version_is_refused_without_a_crash(desk: Desk) -> None:
    for version in ({}, {"version": "x"}, {"version": "9" * 14}):
        answer = desk.client.post(desk.url(), data={"body": "ข้อความ", **version})
        assert answer.status_code in (409, 422)


def test_heading_that_the_rules_do_not_have_is_not_found(desk: Desk) -> None:
    assert desk.client.get(desk.url("s8")).status_code == 404
    assert desk.client.post(desk.url("s8"), data={"version": "0", "body": "x"}).status_code == 404


def test_saving_by_hand_keeps_what_was_there(desk: Desk, database: Database) -> None:
    for version, body in enumerate(["หนึ่ง", "สอง", "สาม"]):
        desk.client.post(desk.url(), data={"version": str(version), "body": body})
    section = desk.section()
    assert section is not None
    kept = database.scalars(select(WorkSectionVersion).order_by(WorkSectionVersion.section_version)).all()
    assert [row.body for row in kept] == ["หนึ่ง", "สอง"]
    page = desk.client.get(f"{desk.url()}/history").get_data(as_text=True)
    assert page.index("สอง") < page.index("หนึ่ง")


def test_autosaves_in_quick_succession_keep_one_earlier_text(app: Flask, database: Database) -> None:
    desk = Desk(app)
    owner, work = database.get_one(User, desk.owner), database.get_one(Work, desk.work)
    base = "ย่อหน้าที่เขียนไว้นาน " * 20
    for minute in range(8):
        with frozen_at(MORNING + timedelta(minutes=minute)), transaction():
            operations.save_section(
                actor=owner, work=work, heading_code="s1", body=base + "ก" * minute, version=minute, autosave=True
            )
    lengths = [len(row.body) - len(base) for row in database.scalars(select(WorkSectionVersion))]
    assert lengths == [0, 5]


def test_autosave_that_deletes_much_keeps_what_it_deleted(app: Flask, database: Database) -> None:
    desk = Desk(app)
    owner, work = database.get_one(User, desk.owner), database.get_one(Work, desk.work)
    texts = ["ก" * 1000, "ก" * 1001, "ก" * 1002, ""]
    for version, body in enumerate(texts):
        with frozen_at(MORNING + timedelta(seconds=version)), transaction():
            operations.save_section(
                actor=owner, work=work, heading_code="s1", body=body, version=version, autosave=True
            )
    kept = database.scalars(select(WorkSectionVersion).order_by(WorkSectionVersion.section_version)).all()
    assert [len(row.body) for row in kept] == [1000, 1002]


def test_earlier_text_is_put_back_and_the_present_one_kept(desk: Desk, database: Database) -> None:
    desk.client.post(desk.url(), data={"version": "0", "body": "ฉบับแรก"})
    desk.client.post(desk.url(), data={"version": "1", "body": "ฉบับที่สอง"})
    kept = database.scalars(select(WorkSectionVersion)).one()
    answer = desk.client.post(f"{desk.url()}/history/{kept.id}/restoration", data={"version": "2"})
    assert answer.status_code == 303
    section = desk.section()
    assert section is not None
    assert section.body == "ฉบับแรก"
    assert {row.body for row in database.scalars(select(WorkSectionVersion))} == {"ฉบับแรก", "ฉบับที่สอง"}


def test_putting_back_over_a_newer_text_is_refused(desk: Desk, database: Database) -> None:
    for version, body in enumerate(["หนึ่ง", "สอง", "สาม"]):
        desk.client.post(desk.url(), data={"version": str(version), "body": body})
    kept = database.scalars(select(WorkSectionVersion).where(WorkSectionVersion.body == "หนึ่ง")).one()
    answer = desk.client.post(f"{desk.url()}/history/{kept.id}/restoration", data={"version": "2"})
    assert answer.status_code == 409
    section = desk.section()
    assert section is not None
    assert section.body == "สาม"


def test_kept_text_of_another_section_cannot_be_put_here(desk: Desk, database: Database) -> None:
    desk.client.post(desk.url("s1"), data={"version": "0", "body": "ก"})
    desk.client.post(desk.url("s2"), data={"version": "0", "body": "หนึ่ง"})
    desk.client.post(desk.url("s2"), data={"version": "1", "body": "สอง"})
    kept = database.scalars(select(WorkSectionVersion)).one()
    assert desk.client.post(f"{desk.url('s1')}/history/{kept.id}/restoration").status_code == 404


def test_operation_refuses_what_the_form_would(app: Flask, database: Database) -> None:
    desk = Desk(app)
    owner, work = database.get_one(User, desk.owner), database.get_one(Work, desk.work)
    for code, body in (("s9", "x"), ("s1", "x" * (SECTION_LIMIT + 1))):
        with pytest.raises(ValueError, match=r"heading|longer"), transaction():
            operations.save_section(actor=owner, work=work, heading_code=code, body=body, version=0)
    with transaction():
        make_section(work, "s1", "ก่อน")
    with pytest.raises(Stale), transaction():
        operations.save_section(actor=owner, work=work, heading_code="s1", body="หลัง", version=0)


def test_history_is_paged(desk: Desk, database: Database) -> None:
    for version in range(14):
        desk.client.post(desk.url(), data={"version": str(version), "body": f"ฉบับที่ {version}"})
    section = desk.section()
    assert section is not None
    assert len(queries.history(section, 1)) == 10
    assert len(queries.history(section, 2)) == 3
    assert "page=2" in desk.client.get(f"{desk.url()}/history").get_data(as_text=True)
