"""The academic's pages: writing the form, signing it, excusing, certifying, and who may do what."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import User
from portfolio.core.audit.models import AuditEntry
from portfolio.core.clock import now
from portfolio.core.db import session, transaction
from portfolio.organizations.delegations.models import Delegation
from portfolio.works.models import Contribution, Work
from portfolio.works.participation.form import rows_digest
from portfolio.works.participation.models import Absence, Duty, EthicsDeclaration, Signature, SigningRequest
from portfolio.works.participation.vocabulary import FormVariant, SignatureMethod, Standing
from tests.builders.accounts import signed_in
from tests.builders.evidence import make_link
from tests.builders.participation import ADDRESSES, Participation, make_participation, sheet
from tests.conftest import ApartClient

Database = scoped_session[Session]
ETHICS = {"honesty": "y", "sources": "y", "rights": "y", "method": "y", "results": "y"}


@pytest.fixture
def case(app: Flask) -> Participation:
    app.test_client_class = ApartClient
    return make_participation(app)


def test_a_work_of_one_author_says_that_it_needs_no_form(app: Flask, case: Participation, database: Database) -> None:
    with transaction():
        for person in case.people:
            session.delete(session.get_one(Contribution, person))
    client = signed_in(app, case.owner)
    page = client.get(f"/works/{case.work}/participation").get_data(as_text=True)
    assert "จึงไม่ต้องใช้แบบแสดงการมีส่วนร่วม" in page
    assert sheet(case).missing == ()


def test_the_form_is_written_row_by_row_and_another_form_keeps_its_own_rows(
    app: Flask, case: Participation, database: Database
) -> None:
    client, place = signed_in(app, case.owner), f"/works/{case.work}/contributors/{case.mine}/duties"
    body = {"row_a": "ตั้งโจทย์", "row_e": " เรียบเรียง ", "row_g": "", "seen": rows_digest({})}
    assert client.post(place, data=body).status_code == 303
    assert {row.row: row.text for row in database.scalars(select(Duty).where(Duty.contribution_id == case.mine))} == {
        "a": "ตั้งโจทย์",
        "e": "เรียบเรียง",
    }
    before = sheet(case).form.digest
    variant = f"/works/{case.work}/participation/variant"
    assert client.post(variant, data={"variant": "social"}).status_code == 303
    assert sheet(case).form.variant.code is FormVariant.SOCIAL
    assert sheet(case).form.applicant is not None
    assert sheet(case).form.applicant.duties == {}  # type: ignore[union-attr]
    page = client.get(f"/works/{case.work}/participation").get_data(as_text=True)
    assert "มิใช่แบบของทางราชการ" in page
    client.post(variant, data={"variant": "roles"})
    assert sheet(case).form.variant.code is FormVariant.SOCIAL, "not a form of these rules"
    client.post(variant, data={"variant": "general"})
    assert sheet(case).form.digest == before


def test_a_page_made_from_earlier_rows_overwrites_nothing(app: Flask, case: Participation, database: Database) -> None:
    client = signed_in(app, case.owner)
    for place in (f"contributors/{case.mine}/duties", "participation/transfers"):
        address = f"/works/{case.work}/{place}"
        first = {"row_a": "ของแท็บแรก", "seen": rows_digest({})}
        assert client.post(address, data=first).status_code == 303
        stale = client.post(address, data={"row_a": "ของแท็บสอง", "seen": rows_digest({})})
        assert stale.status_code == 409
        page = stale.get_data(as_text=True)
        assert "ของแท็บแรก" in page
        assert "ของแท็บสอง" in page
        assert client.post(address, data={"row_a": "ก" * 2_001, "seen": rows_digest({})}).status_code == 422
        assert "ของแท็บแรก" in client.get(address).get_data(as_text=True)


def test_the_academic_signs_the_form_that_was_read(app: Flask, case: Participation, database: Database) -> None:
    client, place = signed_in(app, case.owner), f"/works/{case.work}/participation/signature"
    digest = sheet(case).form.digest
    body = {"signed_name": "กานต์ธิดา วงศ์ธารา", "certified": "y", "digest": digest}
    assert client.post(place, data=body | {"signed_name": "คนอื่น"}).status_code == 422
    assert client.post(place, data=body | {"digest": "0" * 64}).status_code == 303
    session.rollback()
    assert database.scalar(select(func.count(Signature.id))) == 0
    for _again in range(2):
        assert client.post(place, data=body).status_code == 303
    session.rollback()
    kept = database.scalars(select(Signature)).one()
    assert (kept.method, kept.user_id, kept.text_digest) == (SignatureMethod.OWNER, case.owner, digest)
    paper = client.get(f"/works/{case.work}/participation/paper").get_data(as_text=True)
    assert "ลงนามทางดิจิทัลด้วยชื่อ “กานต์ธิดา วงศ์ธารา”" in paper
    assert paper.count("ลงชื่อ <span") == 3, "room for ink for everybody else"


def test_an_assistant_writes_the_form_but_asks_and_signs_nothing(
    app: Flask, case: Participation, database: Database
) -> None:
    with transaction():
        owner, helper = session.get_one(User, case.owner), session.get_one(User, case.colleague)
        row = Delegation(owner_id=owner.id, delegate_id=helper.id, address=helper.email, accepted_at=now())
        session.add(row)
        session.flush()
        delegation = row.id
    client = signed_in(app, case.colleague)
    with client.session_transaction() as browser:
        browser["working_for"] = delegation
    base = f"/works/{case.work}"
    assert client.get(f"{base}/participation").status_code == 200
    body = {"row_a": "ผู้ช่วยเขียน", "seen": rows_digest({})}
    assert client.post(f"{base}/contributors/{case.mine}/duties", data=body).status_code == 303
    for place in (
        f"contributors/{case.people[0]}/signing-request",
        "participation/signing-requests",
        "participation/signature",
        f"contributors/{case.people[0]}/absence",
        "ethics",
    ):
        assert client.post(f"{base}/{place}", data={}).status_code == 403
    session.rollback()
    assert database.scalar(select(func.count(SigningRequest.id))) == 0
    entry = database.scalars(
        select(AuditEntry).where(AuditEntry.action == "participation:write").order_by(AuditEntry.id.desc())
    ).first()
    assert entry is not None
    assert entry.actor_id == case.colleague


def test_who_cannot_sign_is_excused_with_reason_and_evidence(
    app: Flask, case: Participation, database: Database
) -> None:
    with transaction():
        exhibit = make_link(session.get_one(User, case.owner), title_th="หนังสือตีกลับ").id
        foreign = make_link(session.get_one(User, case.colleague), title_th="ของผู้อื่น").id
    client, place = signed_in(app, case.owner), f"/works/{case.work}/contributors/{case.people[2]}/absence"
    page = client.get(place).get_data(as_text=True)
    assert "มหาวิทยาลัยมหิดล" in page
    assert "หนังสือตีกลับ" in page
    assert "ของผู้อื่น" not in page
    assert client.post(place, data={"reason": "died", "note": " "}).status_code == 422
    assert client.post(place, data={"reason": "abroad", "note": "ย้าย", "exhibit": str(foreign)}).status_code == 422
    assert client.post(place, data={"reason": "abroad", "note": "ย้าย", "exhibit": str(exhibit)}).status_code == 303
    session.rollback()
    assert database.scalars(select(Absence.evidence_item_id)).all() == [exhibit]
    line = sheet(case).line(case.people[2])
    assert line is not None
    assert line.standing is Standing.EXCUSED
    assert line not in sheet(case).missing
    page = client.get(f"/works/{case.work}/participation").get_data(as_text=True)
    assert "อยู่ต่างประเทศ" in page
    assert client.post(f"{place}/removal").status_code == 303
    session.rollback()
    assert database.scalar(select(func.count()).select_from(Absence)) == 0
    own = f"/works/{case.work}/contributors/{case.mine}/absence"
    client.post(own, data={"reason": "abroad", "note": "ย้าย"})
    session.rollback()
    assert database.scalar(select(func.count()).select_from(Absence)) == 0, "the applicant signs in person"


def test_ethics_are_certified_point_by_point_and_taken_back(
    app: Flask, case: Participation, database: Database
) -> None:
    client, place = signed_in(app, case.owner), f"/works/{case.work}/ethics"
    for short in (
        {**ETHICS, "honesty": ""} | {"approval": "not_involved"},
        ETHICS,
        ETHICS | {"approval": "approved"},
        ETHICS | {"approval": "unheard_of"},
    ):
        data = {key: value for key, value in short.items() if value}
        assert client.post(place, data=data).status_code == 422
    body = ETHICS | {"approval": "approved", "approval_note": "เลขที่ 12/2568"}
    assert client.post(place, data=body).status_code == 303
    session.rollback()
    kept = database.scalars(select(EthicsDeclaration)).one()
    assert (kept.work_id, kept.declared_by_id, kept.approval_note) == (case.work, case.owner, "เลขที่ 12/2568")
    assert "เลขที่ 12/2568" in client.get(place).get_data(as_text=True)
    assert client.post(f"{place}/withdrawal").status_code == 303
    session.rollback()
    assert database.scalar(select(func.count()).select_from(EthicsDeclaration)) == 0


def test_no_page_shows_an_address_in_full(app: Flask, case: Participation, database: Database) -> None:
    client = signed_in(app, case.owner)
    base = f"/works/{case.work}"
    for place in (
        "",
        "/participation",
        "/participation/paper",
        "/contributors",
        f"/contributors/{case.people[0]}/duties",
    ):
        page = client.get(base + place).get_data(as_text=True)
        assert [address for address in ADDRESSES if address in page] == []
    shown = client.get(f"{base}/participation").get_data(as_text=True)
    assert "p•••@mail.example" in shown


def test_a_person_taken_off_the_work_takes_everything_along(
    app: Flask, case: Participation, database: Database
) -> None:
    client = signed_in(app, case.owner)
    client.post(f"/works/{case.work}/participation/signing-requests")
    for person in case.people:
        assert client.post(f"/works/{case.work}/contributors/{person}/removal").status_code == 303
    session.rollback()
    assert database.scalar(select(func.count()).select_from(SigningRequest)) == 0
    assert database.scalar(select(func.count()).select_from(Duty)) == 0
    assert session.get_one(Work, case.work).contributions[0].id == case.mine
