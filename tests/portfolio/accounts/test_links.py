"""Sign-up and password reset by letter: nobody learns who exists, links work once, for one thing, for a while."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts import operations, passwords, throttle
from portfolio.accounts.models import Language, SignInSession, Token, User
from portfolio.core.clock import frozen_at, now
from portfolio.core.db import transaction
from portfolio.core.mail.models import MailMessage
from tests.builders.accounts import PASSWORD, make_user, signed_in

Database = scoped_session[Session]
NEW = "new@people.example"
KNOWN = "somsri@people.example"
CHOSEN = "another long sentence"


def sign_up(client: FlaskClient, email: str = NEW, given_name_th: str = "สมศรี", **more: str) -> Any:
    return client.post("/accounts/sign-up", data={"email": email, "given_name_th": given_name_th, **more})


def ask_for_reset(client: FlaskClient, email: str = KNOWN) -> Any:
    return client.post("/accounts/password-resets", data={"email": email})


def open_link(client: FlaskClient, path: str, password: str = CHOSEN) -> Any:
    return client.post(path, data={"password": password, "again": password})


def letters(database: Database) -> list[MailMessage]:
    database.rollback()
    return list(database.scalars(select(MailMessage).order_by(MailMessage.id)))


def link_of(letter: MailMessage) -> str:
    found = re.search(r"http://localhost(/\S+/[\w-]{40,})", letter.body)
    assert found is not None
    return found[1]


def users(database: Database) -> int:
    database.rollback()
    return database.scalar(select(func.count()).select_from(User)) or 0


@pytest.fixture
def somsri(database: Database) -> int:
    """A confirmed person's id."""
    with transaction():
        return make_user(KNOWN).id


def test_letter_leads_to_an_account(client: FlaskClient, database: Database) -> None:
    answer = sign_up(client, family_name_th="ทดสอบดี")
    assert answer.status_code == 303
    (letter,) = letters(database)
    assert letter.to_address == NEW
    assert "สมศรี" in letter.body
    assert client.get(link_of(letter)).status_code == 200
    assert open_link(client, link_of(letter)).status_code == 303
    assert client.get("/accounts/profile").status_code == 200
    database.rollback()
    person = database.scalars(select(User)).one()
    assert person.is_active
    assert passwords.is_right(CHOSEN, person.password_hash)


def test_link_does_nothing_until_the_form_is_sent(client: FlaskClient, database: Database) -> None:
    sign_up(client)
    (letter,) = letters(database)
    for _turn in range(3):
        page = client.get(link_of(letter))
        assert page.status_code == 200
        assert client.head(link_of(letter)).status_code == 200
    database.rollback()
    assert database.scalars(select(User)).one().email_confirmed_at is None
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"


def test_nobody_can_sign_in_before_the_letter_is_opened(client: FlaskClient, database: Database) -> None:
    sign_up(client)
    assert client.post("/accounts/sign-in", data={"email": NEW, "password": CHOSEN}).status_code == 422


def test_bad_password_keeps_the_link_good(client: FlaskClient, database: Database) -> None:
    sign_up(client)
    (letter,) = letters(database)
    assert open_link(client, link_of(letter), "short").status_code == 422
    different = client.post(link_of(letter), data={"password": CHOSEN, "again": CHOSEN + "!"})
    assert different.status_code == 422
    assert "ไม่ตรงกัน" in different.text
    assert open_link(client, link_of(letter)).status_code == 303


@pytest.mark.parametrize("form", ["sign-up", "reset"])
def test_answer_does_not_tell_whether_there_is_an_account(
    app: Flask, database: Database, somsri: int, form: str
) -> None:
    with transaction():
        make_user("unconfirmed@people.example", confirmed=False)
        disabled = make_user("disabled@people.example")
        disabled.disabled_at, disabled.disabled_reason = now(), "a reason that is long enough"
    answers = set()
    for email in (NEW, KNOWN, "unconfirmed@people.example", "disabled@people.example"):
        client = app.test_client()
        answer = sign_up(client, email) if form == "sign-up" else ask_for_reset(client, email)
        page = client.get(answer.location)
        told = re.sub(r'name="csrf_token" value="[^"]*"', "", page.text)
        answers.add((answer.status_code, answer.location, answer.data, str(list(answer.headers.keys())), told))
    assert len(answers) == 1


@pytest.mark.parametrize("form", ["sign-up", "reset"])
def test_every_answer_writes_one_letter(client: FlaskClient, database: Database, somsri: int, form: str) -> None:
    with transaction():
        make_user("unconfirmed@people.example", confirmed=False)
    for number, email in enumerate((NEW, KNOWN, "unconfirmed@people.example"), start=1):
        sign_up(client, email) if form == "sign-up" else ask_for_reset(client, email)
        found = letters(database)
        assert len(found) == number
        assert found[-1].to_address == email


def test_who_has_an_account_is_told_by_letter_and_nothing_changes(
    client: FlaskClient, database: Database, somsri: int
) -> None:
    kept = database.get_one(User, somsri).password_hash
    sign_up(client, KNOWN, "คนอื่น")
    (letter,) = letters(database)
    assert letter.purpose == "accounts_known"
    assert "คนอื่น" not in letter.body
    person = database.get_one(User, somsri)
    assert (person.given_name_th, person.password_hash) == ("สมมติ", kept)
    assert database.scalar(select(func.count()).select_from(Token)) == 0


def test_form_sent_twice_makes_one_person_and_one_letter(client: FlaskClient, database: Database) -> None:
    assert sign_up(client).status_code == sign_up(client).status_code == 303
    assert users(database) == 1
    assert len(letters(database)) == 1


def test_sign_up_again_later_sends_a_new_link_with_the_newer_name(client: FlaskClient, database: Database) -> None:
    sign_up(client, given_name_th="ผู้แอบอ้าง")
    with frozen_at(now() + timedelta(minutes=2)):
        sign_up(client, given_name_th="สมศรี")
    first, second = letters(database)
    assert link_of(first) != link_of(second)
    assert open_link(client, link_of(second)).status_code == 303
    database.rollback()
    assert database.scalars(select(User)).one().given_name_th == "สมศรี"
    assert client.get(link_of(first)).status_code == 410


def test_address_gets_no_more_than_five_letters_an_hour(client: FlaskClient, database: Database) -> None:
    start = now()
    for minutes in range(0, 20, 2):
        with frozen_at(start + timedelta(minutes=minutes)):
            assert sign_up(client).status_code == 303
    assert len(letters(database)) == throttle.LETTERS_ADDRESS.most


def test_one_network_address_cannot_write_to_the_whole_country(client: FlaskClient, database: Database) -> None:
    for number in range(throttle.LETTERS_NETWORK.most + 3):
        assert ask_for_reset(client, f"nobody{number}@people.example").status_code == 303
    assert len(letters(database)) == throttle.LETTERS_NETWORK.most


@pytest.mark.parametrize(
    "email", ["", "somsri", "somsri@", "@people.example", "a b@people.example", "ก@people.example"]
)
def test_bad_address_is_refused_at_its_field(client: FlaskClient, database: Database, email: str) -> None:
    answer = sign_up(client, email)
    assert answer.status_code == 422
    assert "email-error" in answer.text
    assert "สมศรี" in answer.text
    assert users(database) == 0


def test_somebody_without_any_name_is_asked_for_one(client: FlaskClient, database: Database) -> None:
    answer = sign_up(client, given_name_th="   ")
    assert answer.status_code == 422
    assert users(database) == 0


@pytest.mark.parametrize("name", ["🐘 ช้างน้อย", "שלום", "\u202eevil", "<b>bold</b>", "O’Brien"])
def test_unusual_names_are_kept_and_shown_apart(client: FlaskClient, database: Database, name: str) -> None:
    sign_up(client, given_name_th="", given_name_en=name)
    (letter,) = letters(database)
    open_link(client, link_of(letter))
    database.rollback()
    assert database.scalars(select(User)).one().given_name_en == name
    page = client.get("/accounts/profile").text
    shown = name.replace("<", "&lt;").replace(">", "&gt;")
    assert f"<bdi>{shown}</bdi>" in page
    assert "<b>bold</b>" not in page


@pytest.mark.parametrize("name", ["สม\x00ศรี", "สม\x1bศรี", "\x85"])
def test_control_characters_in_a_name_are_refused(client: FlaskClient, database: Database, name: str) -> None:
    assert sign_up(client, given_name_th=name).status_code == 422
    assert users(database) == 0


def test_reset_sets_the_password_and_ends_every_session(app: Flask, database: Database, somsri: int) -> None:
    elsewhere = signed_in(app, somsri)
    client = app.test_client()
    ask_for_reset(client)
    (letter,) = letters(database)
    assert open_link(client, link_of(letter)).status_code == 303
    assert elsewhere.get("/accounts/profile").status_code == 303
    assert client.get("/accounts/profile").status_code == 200
    fresh = app.test_client()
    assert fresh.post("/accounts/sign-in", data={"email": KNOWN, "password": PASSWORD}).status_code == 422
    assert fresh.post("/accounts/sign-in", data={"email": KNOWN, "password": CHOSEN}).status_code == 303


def test_reset_ends_the_wait_of_the_throttle(client: FlaskClient, database: Database, somsri: int) -> None:
    for _turn in range(11):
        client.post("/accounts/sign-in", data={"email": KNOWN, "password": "wrong again and again"})
    ask_for_reset(client)
    open_link(client, link_of(letters(database)[0]))
    client.post("/accounts/sign-out")
    assert client.post("/accounts/sign-in", data={"email": KNOWN, "password": CHOSEN}).status_code == 303


def test_link_works_once(client: FlaskClient, database: Database, somsri: int) -> None:
    ask_for_reset(client)
    path = link_of(letters(database)[0])
    open_link(client, path)
    assert client.get(path).status_code == 410
    assert open_link(client, path, "a third long sentence").status_code == 410
    database.rollback()
    assert passwords.is_right(CHOSEN, database.get_one(User, somsri).password_hash)


def test_link_expires(client: FlaskClient, database: Database, somsri: int) -> None:
    ask_for_reset(client)
    path = link_of(letters(database)[0])
    with frozen_at(now() + operations.RESET_LENGTH + timedelta(seconds=1)):
        assert client.get(path).status_code == 410
        assert open_link(client, path).status_code == 410
    database.rollback()
    assert passwords.is_right(PASSWORD, database.get_one(User, somsri).password_hash)


def test_link_is_good_for_its_own_purpose_only(client: FlaskClient, database: Database, somsri: int) -> None:
    ask_for_reset(client)
    sign_up(client)
    reset, confirmation = (link_of(letter).rsplit("/", 1)[1] for letter in letters(database))
    assert client.get(f"/accounts/confirmations/{reset}").status_code == 410
    assert client.get(f"/accounts/password-resets/{confirmation}").status_code == 410
    assert open_link(client, f"/accounts/password-resets/{confirmation}").status_code == 410


def test_link_dies_with_the_address_it_was_sent_to(client: FlaskClient, database: Database, somsri: int) -> None:
    ask_for_reset(client)
    path = link_of(letters(database)[0])
    with transaction():
        database.get_one(User, somsri).email = "moved@people.example"
    assert client.get(path).status_code == 410


def test_link_dies_with_the_account(client: FlaskClient, database: Database, somsri: int) -> None:
    ask_for_reset(client)
    path = link_of(letters(database)[0])
    with transaction():
        admin = make_user()
        operations.disable(actor=admin, user=database.get_one(User, somsri), reason="a reason that is long enough")
    assert open_link(client, path).status_code == 410


def test_made_up_link_is_dead(client: FlaskClient, database: Database) -> None:
    for secret in ("x", "a" * 43, "%00", "ก"):
        assert client.get(f"/accounts/password-resets/{secret}").status_code == 410


def test_secrets_are_kept_hashed(client: FlaskClient, database: Database, somsri: int) -> None:
    ask_for_reset(client)
    secret = link_of(letters(database)[0]).rsplit("/", 1)[1]
    assert secret not in str(database.execute(select(Token.__table__)).all())


def test_of_two_who_open_a_link_at_once_one_is_told(database: Database, somsri: int) -> None:
    with transaction():
        operations.ask_for_reset(email=KNOWN, language=Language.THAI, network="n")
    secret = link_of(letters(database)[0]).rsplit("/", 1)[1]
    with transaction():
        operations.reset_password(secret=secret, password_hash=passwords.hash_password(CHOSEN))
    with pytest.raises(operations.LinkDead), transaction():
        operations.reset_password(secret=secret, password_hash=passwords.hash_password("a third long sentence"))
    assert database.scalar(select(func.count()).select_from(SignInSession)) == 0


@pytest.mark.parametrize(("language", "words"), [("th", "ตั้งรหัสผ่านใหม่"), ("en", "Choose a new password")])
def test_letters_speak_the_persons_language(
    client: FlaskClient, database: Database, somsri: int, language: str, words: str
) -> None:
    with transaction():
        database.get_one(User, somsri).language = Language(language)
    ask_for_reset(client)
    assert words in letters(database)[0].subject
