"""Assistants: what they may edit for an academic, what stays the academic's own, and the record of it."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import User
from portfolio.core.audit.models import AuditEntry
from portfolio.core.db import transaction
from portfolio.core.mail.models import MailMessage
from portfolio.core.permissions import Forbidden
from portfolio.organizations.delegations import operations, queries
from portfolio.organizations.delegations.models import DelegatedDeed, Delegation
from portfolio.organizations.delegations.operations import MOST_AT_ONCE, DelegationRefused
from portfolio.organizations.models import Role
from portfolio.works.models import Work
from portfolio.works.sections.models import WorkSectionVersion
from tests.builders.accounts import signed_in
from tests.builders.organizations import grant_role, make_person
from tests.builders.portfolios import make_portfolio
from tests.builders.works import make_rule_set, make_section, make_work

Database = scoped_session[Session]


@dataclass
class Desk:
    """An academic with a work and a portfolio, and an assistant who has accepted."""

    owner: User
    assistant: User
    work_id: int
    portfolio_id: int
    delegation_id: int
    rule_set_id: int


@pytest.fixture
def desk(database: Database) -> Desk:
    """One academic, one assistant."""
    with transaction():
        owner, assistant = make_person(Role.ACADEMIC), make_person()
        rules = make_rule_set()
        work = make_work(owner, rules)
        make_section(work, "s1", "ข้อความแรก")
        portfolio = make_portfolio(owner, rules, work)
        delegation = operations.ask(actor=owner, address=assistant.email.upper())
        operations.accept(actor=assistant, delegation=delegation)
        return Desk(owner, assistant, work.id, portfolio.id, delegation.id, rules.id)


@pytest.fixture
def helping(app: Flask, desk: Desk) -> FlaskClient:
    """The assistant's browser, seated at the academic's desk."""
    client = signed_in(app, desk.assistant)
    assert client.post(f"/delegations/{desk.delegation_id}/desk").status_code == 303
    return client


def test_assistant_sees_nothing_before_sitting_down_and_the_desk_afterwards(app: Flask, desk: Desk) -> None:
    client = signed_in(app, desk.assistant)
    assert client.get(f"/works/{desk.work_id}").status_code == 404
    client.post(f"/delegations/{desk.delegation_id}/desk")
    assert client.get(f"/works/{desk.work_id}").status_code == 200
    assert client.get(f"/portfolios/{desk.portfolio_id}").status_code == 200
    client.post("/delegations/desk/end")
    assert client.get(f"/works/{desk.work_id}").status_code == 404


def test_what_the_assistant_writes_is_the_academics_and_names_the_assistant(
    helping: FlaskClient, desk: Desk, database: Database
) -> None:
    answer = helping.post("/works", data={"title_th": "งานที่ผู้ช่วยเริ่มให้", "rule_set": desk.rule_set_id, "kind": "social"})
    assert answer.status_code == 303
    work = database.scalars(select(Work).where(Work.title_th == "งานที่ผู้ช่วยเริ่มให้")).one()
    assert work.owner_id == desk.owner.id
    assert [row.name_th for row in work.contributions if row.is_owner] == [desk.owner.name_th]
    entry = database.scalars(select(AuditEntry).where(AuditEntry.action == "work:create")).one()
    assert (entry.actor_id, entry.subject_id) == (desk.assistant.id, work.id)
    assert [deed.audit_entry_id for deed in database.scalars(select(DelegatedDeed))] == [entry.id]


def test_texts_keep_who_saved_them(helping: FlaskClient, desk: Desk, database: Database) -> None:
    page = f"/works/{desk.work_id}/sections/s1"
    answer = helping.post(page, data={"body": "ข้อความของผู้ช่วย", "version": "1"})
    assert answer.status_code == 303
    assert {row.saved_by_id for row in database.scalars(select(WorkSectionVersion))} == {desk.assistant.id}


@pytest.mark.parametrize("address", ["/submissions/portfolios/{portfolio_id}", "/dossier/portfolios/{portfolio_id}"])
def test_acts_of_will_stay_the_academics(helping: FlaskClient, desk: Desk, address: str) -> None:
    assert helping.get(address.format(portfolio_id=desk.portfolio_id)).status_code in (403, 404)


def test_every_page_says_for_whom_one_edits(helping: FlaskClient, desk: Desk) -> None:
    for address in ("/", "/works", "/portfolios", "/evidence"):
        assert desk.owner.name_th in helping.get(address).get_data(as_text=True)


@pytest.mark.parametrize("who", ["owner", "assistant"])
def test_either_side_ends_it_at_once(app: Flask, helping: FlaskClient, desk: Desk, who: str) -> None:
    ending = helping if who == "assistant" else signed_in(app, desk.owner)
    assert ending.post(f"/delegations/{desk.delegation_id}/end").status_code == 303
    assert helping.get(f"/works/{desk.work_id}").status_code == 404
    assert helping.post(f"/delegations/{desk.delegation_id}/desk").status_code == 403


def test_somebody_else_cannot_sit_down_with_a_borrowed_number(app: Flask, desk: Desk) -> None:
    with app.app_context(), transaction():
        stranger = make_person(Role.ACADEMIC)
    client = signed_in(app, stranger)
    assert client.post(f"/delegations/{desk.delegation_id}/desk").status_code == 404
    with client.session_transaction() as browser:
        browser[queries.CHOSEN] = desk.delegation_id
    assert client.get(f"/works/{desk.work_id}").status_code == 404


def test_an_officer_never_assists(app: Flask, helping: FlaskClient, desk: Desk) -> None:
    with app.app_context(), transaction():
        grant_role(desk.assistant, Role.OFFICER)
    assert helping.get(f"/works/{desk.work_id}").status_code == 404
    assert helping.post(f"/delegations/{desk.delegation_id}/desk").status_code == 403


def test_an_academic_disabled_is_worked_for_no_longer(app: Flask, helping: FlaskClient, desk: Desk) -> None:
    with app.app_context(), transaction() as database:
        owner = database.get_one(User, desk.owner.id)
        owner.disabled_at, owner.disabled_reason = owner.created_at, "left"
    assert helping.get(f"/works/{desk.work_id}").status_code == 404


def test_asking_twice_is_one_request_and_one_letter(app: Flask, database: Database) -> None:
    with transaction():
        owner = make_person(Role.ACADEMIC)
    client = signed_in(app, owner)
    for _press in range(2):
        assert client.post("/delegations", data={"address": "nobody.yet@people.example"}).status_code == 303
    assert len(list(database.scalars(select(Delegation)))) == 1
    assert [row.to_address for row in database.scalars(select(MailMessage))] == ["nobody.yet@people.example"]


@pytest.mark.parametrize("address", ["", "not an address", "a@b", "own"])
def test_an_address_that_cannot_be_is_refused_at_the_field(app: Flask, database: Database, address: str) -> None:
    with transaction():
        owner = make_person(Role.ACADEMIC)
    typed = owner.email if address == "own" else address
    answer = signed_in(app, owner).post("/delegations", data={"address": typed})
    assert answer.status_code == 422
    assert database.scalars(select(Delegation)).all() == []


def test_who_has_no_works_lets_nobody_edit_them(database: Database) -> None:
    with transaction():
        person = make_person(Role.REVIEWER)
    with pytest.raises(Forbidden), transaction():
        operations.ask(actor=person, address="someone@people.example")


def test_not_more_than_ten_stand_at_once(database: Database) -> None:
    with transaction():
        owner = make_person(Role.ACADEMIC)
        for number in range(MOST_AT_ONCE):
            operations.ask(actor=owner, address=f"a{number}@people.example")
    with pytest.raises(DelegationRefused), transaction():
        operations.ask(actor=owner, address="one.more@people.example")


def test_owner_reads_what_was_done_and_the_assistant_does_not(app: Flask, helping: FlaskClient, desk: Desk) -> None:
    helping.post("/works", data={"title_th": "งานใหม่", "rule_set": desk.rule_set_id, "kind": "social"})
    page = signed_in(app, desk.owner).get(f"/delegations/{desk.delegation_id}/deeds")
    assert "ผลงาน: เริ่มใหม่" in page.get_data(as_text=True)
    assert helping.get(f"/delegations/{desk.delegation_id}/deeds").status_code == 404


def test_who_ever_assisted_is_known_to_those_who_choose_reviewers(desk: Desk, database: Database) -> None:
    with transaction():
        operations.end(actor=desk.owner, delegation=database.get_one(Delegation, desk.delegation_id))
    assert queries.has_assisted(desk.owner.id, [desk.assistant.id, desk.owner.id]) == {desk.assistant.id}


def test_a_page_of_a_desk_that_was_closed_is_not_saved_at_the_assistants_own(
    app: Flask, helping: FlaskClient, desk: Desk, database: Database
) -> None:
    with transaction():
        grant_role(desk.assistant, Role.ACADEMIC)
    signed_in(app, desk.owner).post(f"/delegations/{desk.delegation_id}/end")
    announced = {"Tus-Resumable": "1.0.0", "Upload-Length": "5", "Upload-Metadata": "filename YS5wZGY="}
    form = {"title_th": "งานที่พิมพ์ให้อาจารย์", "rule_set": desk.rule_set_id, "kind": "social"}
    for _again in range(2):
        refused = helping.post("/works", data=form)
        assert refused.status_code == 403
        assert "งานที่พิมพ์ให้อาจารย์" in refused.text, "what was typed is given back"
        assert helping.post("/evidence/uploads", headers=announced).status_code == 403
    assert database.scalars(select(Work.id)).all() == [desk.work_id]
    assert desk.owner.name_th in helping.get("/works", headers={"Accept": "text/html"}).text
    assert helping.post("/works", data=form).status_code == 303
    database.rollback()
    own = database.scalars(select(Work).where(Work.owner_id == desk.assistant.id)).one()
    assert own.title_th == "งานที่พิมพ์ให้อาจารย์"


def test_pressed_by_many_at_once_it_begins_and_ends_once(app: Flask, database: Database) -> None:
    with transaction():
        owner, assistant = make_person(Role.ACADEMIC), make_person()
        place = f"/delegations/{operations.ask(actor=owner, address=assistant.email).id}"
    presses = [(assistant, f"{place}/acceptance")] * 3 + [(owner, f"{place}/end")] * 3
    gate, seen = threading.Barrier(len(presses)), []

    def press(client: FlaskClient, address: str) -> None:
        gate.wait()
        seen.append(client.post(address).status_code)

    threads = [threading.Thread(target=press, args=(signed_in(app, who), address)) for who, address in presses]
    database.rollback()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(seen) == {303}
    of_delegation = select(AuditEntry.action).where(AuditEntry.subject_type == "delegation").order_by(AuditEntry.id)
    done = list(database.scalars(of_delegation))
    assert done in (["delegation:ask", "delegation:end"], ["delegation:ask", "delegation:accept", "delegation:end"])
