"""The own profile and password."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts import passwords
from portfolio.accounts.models import Language, SignInSession, User
from portfolio.core.audit.models import AuditEntry
from portfolio.core.db import transaction
from portfolio.core.mail.models import MailMessage
from tests.builders.accounts import PASSWORD, make_user, signed_in
from tests.builders.queries import count_queries

Database = scoped_session[Session]
CHOSEN = "another long sentence"


@pytest.fixture
def somsri(database: Database) -> int:
    """A confirmed person's id."""
    with transaction():
        return make_user("somsri@people.example").id


@pytest.fixture
def at_home(app: Flask, somsri: int) -> FlaskClient:
    """A client signed in as that person."""
    return signed_in(app, somsri)


def save(client: FlaskClient, version: int, **more: str) -> Any:
    fields = {"given_name_th": "สมศรี", "family_name_en": "Testing", "language": "th", "version": str(version)}
    return client.post("/accounts/profile", data=fields | more)


def change(client: FlaskClient, current: str = PASSWORD, password: str = CHOSEN) -> Any:
    return client.post("/accounts/password", data={"current": current, "password": password, "again": password})


def test_profile_is_kept_in_both_languages(at_home: FlaskClient, somsri: int, database: Database) -> None:
    answer = save(at_home, 1, academic_title_th="ผศ. ดร.", given_name_en="Somsri", language="en")
    assert answer.status_code == 303
    database.rollback()
    person = database.get_one(User, somsri)
    assert (person.name_th, person.name_en, person.language) == ("ผศ. ดร.สมศรี", "Somsri Testing", Language.ENGLISH)
    assert 'lang="en"' in at_home.get("/accounts/profile").text[:200]


def test_stale_profile_is_not_saved_and_given_back(at_home: FlaskClient, somsri: int, database: Database) -> None:
    save(at_home, 1)
    answer = save(at_home, 1, given_name_th="ข้อความที่พิมพ์ไว้")
    assert answer.status_code == 409
    assert "ข้อความที่พิมพ์ไว้" in answer.text
    database.rollback()
    assert database.get_one(User, somsri).given_name_th == "สมศรี"


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999", "๑"])
def test_made_up_version_is_stale(at_home: FlaskClient, version: str) -> None:
    answer = at_home.post("/accounts/profile", data={"given_name_th": "สมศรี", "language": "th", "version": version})
    assert answer.status_code == 409


def test_unknown_language_and_long_name_are_refused(at_home: FlaskClient) -> None:
    assert save(at_home, 1, language="fr").status_code == 422
    answer = save(at_home, 1, given_name_th="ก" * 121)
    assert answer.status_code == 422
    assert "121" in answer.text


def test_nobody_can_change_address_or_rights_through_the_profile(
    at_home: FlaskClient, somsri: int, database: Database
) -> None:
    save(at_home, 1, email="other@people.example", email_confirmed_at="", id="99", disabled_at="2020-01-01")
    database.rollback()
    person = database.get_one(User, somsri)
    assert person.email == "somsri@people.example"
    assert person.is_active


def test_language_switch_stays_with_the_person(app: Flask, at_home: FlaskClient, somsri: int) -> None:
    at_home.post("/language", data={"language": "en", "next": "/accounts/profile"})
    other_browser = signed_in(app, somsri)
    assert 'lang="en"' in other_browser.get("/accounts/profile").text[:200]


def test_new_password_ends_every_other_session(
    app: Flask, at_home: FlaskClient, somsri: int, database: Database
) -> None:
    elsewhere = signed_in(app, somsri)
    assert change(at_home).status_code == 303
    assert elsewhere.get("/accounts/profile").status_code == 303
    assert at_home.get("/accounts/security").status_code == 200
    database.rollback()
    assert passwords.is_right(CHOSEN, database.get_one(User, somsri).password_hash)
    letter = database.scalars(select(MailMessage)).one()
    assert letter.purpose == "accounts_password_changed"
    assert CHOSEN not in letter.body


def test_wrong_or_weak_password_changes_nothing(at_home: FlaskClient, somsri: int, database: Database) -> None:
    assert change(at_home, current="not my password at all").status_code == 422
    assert change(at_home, password="short").status_code == 422
    assert change(at_home, password="somsri@people.example").status_code == 422
    database.rollback()
    assert passwords.is_right(PASSWORD, database.get_one(User, somsri).password_hash)


def test_password_cannot_be_guessed_from_an_open_session(at_home: FlaskClient, somsri: int) -> None:
    statuses = [change(at_home, current=f"guess number {turn}").status_code for turn in range(11)]
    assert statuses == [422] * 10 + [429]
    assert change(at_home).status_code == 429


def test_other_browsers_can_be_signed_out(app: Flask, at_home: FlaskClient, somsri: int, database: Database) -> None:
    elsewhere = signed_in(app, somsri)
    assert at_home.get("/accounts/security").text.count("เครื่องอื่น") >= 1
    assert at_home.post("/accounts/remote-sign-out").status_code == 303
    assert elsewhere.get("/accounts/profile").status_code == 303
    assert at_home.get("/accounts/profile").status_code == 200


def test_nobody_elses_session_ends_with_mine(app: Flask, at_home: FlaskClient, database: Database) -> None:
    with transaction():
        other = make_user().id
    other_client = signed_in(app, other)
    at_home.post("/accounts/remote-sign-out")
    change(at_home)
    assert other_client.get("/accounts/profile").status_code == 200
    database.rollback()
    assert database.scalar(select(SignInSession.id).where(SignInSession.user_id == other)) is not None


def test_record_tells_the_deed_and_no_name(at_home: FlaskClient, somsri: int, database: Database) -> None:
    save(at_home, 1)
    change(at_home)
    database.rollback()
    entries = database.scalars(select(AuditEntry).order_by(AuditEntry.position)).all()
    assert [entry.action for entry in entries] == ["account:update", "account:change_password"]
    assert {entry.subject_id for entry in entries} == {somsri}
    assert "somsri" not in str([entry.digests for entry in entries])


@pytest.mark.parametrize("path", ["/accounts/profile", "/accounts/security"])
def test_visitors_are_sent_to_sign_in(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.location.endswith(f"/accounts/sign-in?next={path}")


def test_profile_page_asks_the_same_with_one_and_with_many_sessions(
    app: Flask, somsri: int, database: Database
) -> None:
    client = signed_in(app, somsri)
    few = count_queries(app, lambda: client.get("/accounts/security"))
    for _turn in range(30):
        signed_in(app, somsri)
    assert count_queries(app, lambda: client.get("/accounts/security")) == few
