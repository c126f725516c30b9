"""Partners on the academic's side: written down, asked, reminded, listed; contacts sealed and in person only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import User
from portfolio.core.clock import frozen_at, now
from portfolio.core.db import engine_of, session, transaction
from portfolio.core.mail.models import MailMessage
from portfolio.organizations.models import Role
from portfolio.partners import operations, queries
from portfolio.partners.areas import AreaDoubt, districts_of, doubt_about
from portfolio.partners.models import Partner, PartnerInWork, PartnerLink
from portfolio.partners.operations import CannotAsk
from portfolio.partners.vocabulary import TYPE_LABELS, PartnerState, PartnerType
from portfolio.works.models import Work
from tests.builders.accounts import signed_in
from tests.builders.organizations import make_person
from tests.builders.partners import make_asked, make_in_work, make_partner, make_testimony
from tests.builders.queries import count_queries
from tests.builders.works import make_rule_set, make_work

Database = scoped_session[Session]


@dataclass
class Case:
    """An academic with a work and a partner in it."""

    app: Flask
    owner: int
    work: int
    partner: int
    client: FlaskClient

    @property
    def address(self) -> str:
        return f"/partners/{self.partner}/works/{self.work}"

    def in_work(self) -> PartnerInWork:
        session.rollback()
        return self.in_work_inside()

    def in_work_inside(self) -> PartnerInWork:
        """The same inside a transaction."""
        found = queries.find_in_work(session.get_one(User, self.owner), self.partner, self.work)
        assert found is not None
        return found


@pytest.fixture
def case(app: Flask, database: Database) -> Case:
    with transaction():
        owner = make_person(Role.ACADEMIC)
        work = make_work(owner, make_rule_set())
        partner = make_partner(owner)
        make_in_work(partner, work)
        ids = owner.id, work.id, partner.id
    return Case(app, *ids, signed_in(app, ids[0]))


def letters(purpose: str) -> list[MailMessage]:
    session.rollback()
    return list(session.scalars(select(MailMessage).where(MailMessage.purpose == purpose).order_by(MailMessage.id)))


def test_there_are_fourteen_kinds_and_all_have_a_name() -> None:
    assert len(PartnerType) == 14
    assert set(TYPE_LABELS) == set(PartnerType)


@pytest.mark.parametrize(
    ("district", "subdistrict", "doubt"),
    [
        ("แม่ริม", "แม่แรม", None),
        ("อำเภอแม่ริม", "ตำบลแม่แรม", None),
        ("Mae Rim", "", None),
        ("เมือง", "", None),
        ("", "", None),
        ("แม่รืม", "", AreaDoubt.DISTRICT),
        ("แม่ริม", "แม่แรง", AreaDoubt.SUBDISTRICT),
    ],
)
def test_odd_spelling_of_an_area_is_noticed(district: str, subdistrict: str, doubt: AreaDoubt | None) -> None:
    assert doubt_about("TH-50", district, subdistrict) is doubt


def test_areas_of_no_known_province_are_left_alone() -> None:
    assert doubt_about(None, "Somewhere", "Else") is None
    assert (districts_of(None), len(districts_of("TH-50"))) == ([], 25)


def test_partner_begun_from_a_work_is_added_to_it(case: Case, database: Database) -> None:
    fields = {"name_th": "เทศบาลตำบลใหม่", "type": "local_government", "province": "TH-50", "district": "ไม่มีจริง"}
    answer = case.client.post("/partners", data=fields | {"work": case.work, "email": "a@b.example"})
    assert answer.status_code == 303
    database.rollback()
    partner = database.scalars(select(Partner).where(Partner.name_th == "เทศบาลตำบลใหม่")).one()
    assert answer.headers["Location"].endswith(f"/partners/{partner.id}/works/{case.work}")
    assert [row.work_id for row in partner.in_works] == [case.work]
    assert "ไม่พบอำเภอชื่อนี้" in case.client.get(answer.headers["Location"]).text
    again = case.client.post("/partners", data=fields | {"work": case.work})
    assert again.headers["Location"] == answer.headers["Location"]


def test_bad_partner_is_refused_and_what_was_typed_stays(case: Case) -> None:
    fields = {"name_th": "กลุ่มดี", "type": "ngo", "address": "บ้านเลขที่ 1"}
    for changed in ({"name_th": ""}, {"type": "castle"}, {"email": "not an address"}, {"name_th": "ก" * 301}):
        answer = case.client.post("/partners", data=fields | changed)
        assert answer.status_code == 422
        assert "field-error" in answer.text
        assert "บ้านเลขที่ 1" in answer.text


def test_contact_is_unreadable_in_the_database(case: Case, database: Database) -> None:
    with engine_of(case.app).connect() as raw:
        row = raw.execute(text("SELECT contact_person, telephone, email FROM partners")).one()
    assert all(value and "5678" not in value and "ประสาน" not in value and "@" not in value for value in row)
    page = case.client.get(f"/partners/{case.partner}").text
    assert "08 1234 5678" in page


def test_stale_forms_show_both_texts(case: Case, database: Database) -> None:
    for address, name, version in (
        (f"/partners/{case.partner}/contact", "address", 1),
        (case.address, "done_th", 1),
    ):
        first = case.client.post(address, data={name: "แท็บแรก", "version": version})
        assert first.status_code == 303
        second = case.client.post(address, data={name: "แท็บที่สอง", "version": version})
        assert second.status_code == 409
        assert "แท็บแรก" in second.text
        assert "แท็บที่สอง" in second.text


def test_link_to_hand_over_is_shown_to_the_browser_that_made_it_only(case: Case, database: Database) -> None:
    assert case.client.get(f"{case.address}/link").text.count("/confirmations/") == 0
    answer = case.client.post(f"{case.address}/link")
    assert answer.status_code == 303
    page = case.client.get(f"{case.address}/link").text
    secret = page.split("/confirmations/")[1].split('"')[0]
    assert len(secret) == 43  # 256 bits
    assert '<svg aria-hidden="true"' in page
    assert "/confirmations/" not in signed_in(case.app, case.owner).get(f"{case.address}/link").text
    database.rollback()
    kept = database.scalars(select(PartnerLink)).one()
    assert secret not in kept.token_hash
    assert kept.expires_at is not None
    assert timedelta(days=59) < kept.expires_at - now() <= timedelta(days=60)
    assert case.app.test_client().get(f"/confirmations/{secret}").status_code == 200


def test_new_link_ends_the_one_before_and_a_reminder_does_not(case: Case, database: Database) -> None:
    with transaction():
        first = make_asked(case.in_work_inside())
    assert case.client.post(f"{case.address}/letter", data={"language": "en"}).status_code == 303
    assert case.app.test_client().get(f"/confirmations/{first}").status_code == 410
    (letter,) = letters("partners_asking")
    assert (letter.to_address, letter.language) == ("group@partners.example", "en")
    mailed = letter.body.split("/confirmations/")[1].split()[0]
    with frozen_at(now() + timedelta(days=4)):
        with transaction():
            operations.remind(actor=database.get_one(User, case.owner), in_work=case.in_work_inside(), language="th")
        visitor = case.app.test_client()
        assert visitor.get(f"/confirmations/{mailed}").status_code == 200
        reminded = letters("partners_reminder")[0].body.split("/confirmations/")[1].split()[0]
        assert visitor.get(f"/confirmations/{reminded}").status_code == 200
    assert case.client.post(f"{case.address}/revocation").status_code == 303
    for secret in (mailed, reminded):
        assert visitor.get(f"/confirmations/{secret}").status_code == 410


def test_reminders_are_few_and_far_between(case: Case, database: Database) -> None:
    actor = database.get_one(User, case.owner)
    with transaction():
        operations.ask_by_letter(actor=actor, in_work=case.in_work_inside(), language="th")
    codes = []
    for day in (1, 4, 8, 12, 16):
        with frozen_at(now() + timedelta(days=day)), transaction():
            try:
                operations.remind(actor=actor, in_work=case.in_work_inside(), language="th")
                codes.append("sent")
            except CannotAsk as refusal:
                codes.append(refusal.code)
    assert codes == ["too_soon", "sent", "sent", "sent", "too_often"]


@pytest.mark.parametrize("what", ["no_statement", "no_address", "answered"])
def test_whoever_cannot_be_asked_is_not_and_the_page_says_why(case: Case, database: Database, what: str) -> None:
    with transaction():
        row = case.in_work_inside()
        if what == "no_statement":
            row.done_th = ""
        elif what == "no_address":
            row.partner.email = None
        else:
            make_testimony(row)
    case.client.post(f"{case.address}/letter", data={"language": "th"})
    assert letters("partners_asking") == []
    page = case.client.get(case.address).text
    said = {"no_statement": "เขียนสิ่งที่ทำร่วมกันก่อน", "no_address": "ยังไม่มีอีเมล", "answered": "ภาคีตอบแล้ว"}[what]
    assert said in page


def test_states_follow_what_happens(case: Case, database: Database) -> None:
    def state() -> PartnerState:
        return case.in_work().state

    assert state() is PartnerState.NOT_ASKED
    with transaction():
        make_asked(case.in_work_inside())
    assert state() is PartnerState.ASKED
    with frozen_at(now() + timedelta(days=61)):
        assert state() is PartnerState.EXPIRED
    with transaction():
        make_testimony(case.in_work_inside())
    assert state() is PartnerState.CONFIRMED
    counted = queries.counted(select(Work.id))
    assert session.execute(select(counted)).all() == [(case.work, 1, 1)]


def test_text_changed_after_the_confirmation_is_marked(case: Case, database: Database) -> None:
    with transaction():
        make_testimony(case.in_work_inside())
    assert "ข้อความถูกแก้ไขหลังภาคียืนยัน" not in case.client.get(case.address).text
    version = case.in_work().version
    case.client.post(case.address, data={"done_th": "เขียนใหม่ให้ใหญ่กว่าเดิม", "version": version})
    assert "ข้อความถูกแก้ไขหลังภาคียืนยัน" in case.client.get(case.address).text


def test_partner_who_answered_is_set_aside_and_not_deleted(case: Case, database: Database) -> None:
    with transaction():
        _testimony, receipt = make_testimony(case.in_work_inside())
    assert case.client.post(f"{case.address}/removal").status_code == 303
    assert case.in_work().archived_at is not None
    assert queries.of_works([case.work]) == []
    assert case.app.test_client().get(f"/confirmations/receipts/{receipt}").status_code == 200
    case.client.post(f"/partners/of-works/{case.work}", data={"partner": case.partner})
    assert case.in_work().archived_at is None


def test_partner_who_never_answered_leaves_no_trace_in_the_work(case: Case, database: Database) -> None:
    case.client.post(f"{case.address}/removal")
    database.rollback()
    assert database.scalar(select(func.count(PartnerInWork.id))) == 0


def test_partner_set_aside_comes_back(case: Case, database: Database) -> None:
    with transaction():
        secret = make_asked(case.in_work_inside())
    case.client.post(f"/partners/{case.partner}/archive")
    assert case.app.test_client().get(f"/confirmations/{secret}").status_code == 410
    assert "กลุ่มผู้ใช้น้ำ" not in case.client.get("/partners").text
    assert "กลุ่มผู้ใช้น้ำ" in case.client.get("/partners?archived=1").text
    case.client.post(f"/partners/{case.partner}/restoration")
    assert "กลุ่มผู้ใช้น้ำ" in case.client.get("/partners?q=ผู้ใช้").text
    assert "กลุ่มผู้ใช้น้ำ" not in case.client.get("/partners?q=ไม่มี").text


def test_panel_of_the_work_names_the_state(case: Case, database: Database) -> None:
    page = case.client.get(f"/works/{case.work}").text
    assert "กลุ่มผู้ใช้น้ำ" in page
    assert "ยังไม่ได้ขอ" in page


def test_whoever_waits_long_stands_on_the_home_page(case: Case, database: Database) -> None:
    with frozen_at(now() - timedelta(days=20)), transaction():
        make_asked(case.in_work_inside())
    assert "ภาคีที่ยังไม่ตอบ" in case.client.get("/").text


def test_lists_cost_the_same_with_one_and_with_many(case: Case, database: Database) -> None:
    def load(address: str) -> int:
        assert case.client.get(address).status_code == 200
        return count_queries(case.app, lambda: case.client.get(address))

    addresses = ("/partners", f"/partners/of-works/{case.work}")
    before = [load(address) for address in addresses]
    with transaction():
        owner = database.get_one(User, case.owner)
        work = case.in_work_inside().work
        for number in range(8):
            make_testimony(make_in_work(make_partner(owner, name_th=f"กลุ่มที่ {number}"), work))
    assert [load(address) for address in addresses] == before


def test_strangers_find_nothing(case: Case, database: Database) -> None:
    with transaction():
        stranger = signed_in_as_academic()
    client = signed_in(case.app, stranger)
    for address in (f"/partners/{case.partner}", f"/partners/{case.partner}/contact", case.address):
        assert client.get(address).status_code == 404
    assert client.post(f"{case.address}/letter").status_code == 404
    assert letters("partners_asking") == []


def signed_in_as_academic() -> int:
    return make_person(Role.ACADEMIC).id


def test_erasing_a_person_keeps_what_partners_answered_and_nothing_else(case: Case, database: Database) -> None:
    with transaction():
        owner = database.get_one(User, case.owner)
        _said, receipt = make_testimony(case.in_work_inside())
        make_partner(owner, name_th="ไม่เคยตอบ")
        operations.erase_partners_of(owner=owner)
    database.rollback()
    (left,) = database.scalars(select(Partner)).all()
    assert (left.contact_person, left.telephone, left.email, left.address) == (None, None, None, None)
    assert case.app.test_client().get(f"/confirmations/receipts/{receipt}").status_code == 200


def test_copy_of_the_data_has_what_the_academic_wrote_and_not_what_the_partner_said(
    case: Case, database: Database
) -> None:
    with transaction():
        make_testimony(case.in_work_inside())
    copy = str(case.app.extensions["hooks"].personal_data["partners"](database.get_one(User, case.owner)))
    assert "08 1234 5678" in copy
    assert "ร่วมเลือกโจทย์" in copy
    assert "พวกเราลงแรงเอง" not in copy
    assert "สมหมาย" not in copy
