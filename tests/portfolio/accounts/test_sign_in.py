"""Signing in and out: what it says, what it keeps, when it ends."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts import operations, passwords, throttle
from portfolio.accounts.models import SignInAttempt, SignInSession, User
from portfolio.accounts.sessions import COOKIE
from portfolio.core.clock import frozen_at, now
from portfolio.core.db import transaction
from tests.builders.accounts import PASSWORD, make_user, signed_in

Database = scoped_session[Session]
KNOWN = "somsri@people.example"


@pytest.fixture
def somsri(database: Database) -> int:
    """A confirmed person's id."""
    with transaction():
        return make_user(KNOWN).id


def try_in(client: FlaskClient, email: str = KNOWN, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/accounts/sign-in", data={"email": email, "password": password, **more})


def page_of(response: Any, email: str) -> str:
    """A page without what the person typed and without what differs on every page."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", response.text.replace(email, "TYPED"))


def count(database: Database, table: Any) -> int:
    database.rollback()
    return database.scalar(select(func.count()).select_from(table)) or 0


def test_right_password_signs_in(client: FlaskClient, somsri: int, database: Database) -> None:
    response = try_in(client)
    assert response.status_code == 303
    assert client.get("/accounts/profile").status_code == 200
    row = database.scalars(select(SignInSession)).one()
    assert row.user_id == somsri


def test_address_is_taken_in_any_case_and_with_blanks(client: FlaskClient, somsri: int) -> None:
    assert try_in(client, f"  {KNOWN.upper()} ").status_code == 303


def test_cookie_holds_a_random_secret_and_nothing_else(client: FlaskClient, somsri: int, database: Database) -> None:
    header = next(line for line in try_in(client).headers.getlist("Set-Cookie") if line.startswith(COOKIE))
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    secret = header.split(";")[0].removeprefix(f"{COOKIE}=")
    assert len(secret) >= 40
    kept = database.scalars(select(SignInSession)).one().token_hash
    assert kept != secret
    assert secret not in str(database.execute(select(SignInSession.__table__)).all())


def test_cookie_is_secure_behind_https(config: Any, somsri: int) -> None:
    from tests.conftest import app_with, engine_of

    app = app_with(config, public_url="https://localhost")
    response = app.test_client().post(
        "/accounts/sign-in", data={"email": KNOWN, "password": PASSWORD}, base_url="https://localhost"
    )
    header = next(line for line in response.headers.getlist("Set-Cookie") if line.startswith(COOKIE))
    assert "Secure" in header
    engine_of(app).dispose()


@pytest.fixture
def strangers(database: Database, somsri: int) -> dict[str, str]:
    """Every way not to get in: kind → address."""
    with transaction():
        make_user("unconfirmed@people.example", confirmed=False)
        disabled = make_user("disabled@people.example")
        disabled.disabled_at, disabled.disabled_reason = now(), "a reason that is long enough"
    return {
        "unknown": "nobody@people.example",
        "wrong password": KNOWN,
        "unconfirmed": "unconfirmed@people.example",
        "disabled": "disabled@people.example",
    }


def test_every_failure_gives_the_same_answer(app: Flask, strangers: dict[str, str]) -> None:
    answers = {}
    for kind, email in strangers.items():
        password = PASSWORD if kind in ("disabled", "unknown") else "not the password at all"
        response = try_in(app.test_client(), email, password)
        answers[kind] = (response.status_code, page_of(response, email), sorted(response.headers.keys()))
    assert answers["unknown"][0] == 422
    assert len({repr(answer) for answer in answers.values()}) == 1


def test_every_failure_does_the_same_work(
    client: FlaskClient, strangers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []
    real = PasswordHasher.verify

    def verify(self: PasswordHasher, kept: Any, password: Any) -> Any:
        looks.append(str(kept).split("$")[3])
        return real(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    for email in strangers.values():
        try_in(client, email, "not the password at all")
    assert len(looks) == len(strangers)
    assert len(set(looks)) == 1  # one hash of the same cost each


def test_too_many_attempts_close_the_account_for_a_while(client: FlaskClient, somsri: int) -> None:
    for _turn in range(throttle.SIGN_IN_ACCOUNT.most):
        assert try_in(client, password="wrong again and again").status_code == 422
    closed = try_in(client)
    assert closed.status_code == 429
    assert int(closed.headers["Retry-After"]) > 0
    with frozen_at(now() + throttle.SIGN_IN_ACCOUNT.span + timedelta(seconds=1)):
        assert try_in(client).status_code == 303


def test_unknown_address_is_throttled_just_the_same(client: FlaskClient, somsri: int) -> None:
    statuses = [try_in(client, "nobody@people.example").status_code for _turn in range(11)]
    assert statuses == [422] * 10 + [429]


def test_throttle_of_one_account_leaves_the_others(client: FlaskClient, somsri: int) -> None:
    for _turn in range(11):
        try_in(client, "nobody@people.example", "x")
    assert try_in(client).status_code == 303


def test_one_network_address_cannot_try_many_accounts(client: FlaskClient, somsri: int, database: Database) -> None:
    network = throttle.network_of("127.0.0.1")
    with transaction():
        for _turn in range(throttle.SIGN_IN_NETWORK.most):
            assert throttle.take(throttle.SIGN_IN_NETWORK, network)
    assert try_in(client).status_code == 429


def test_signing_in_pardons_own_slips_but_not_the_network(client: FlaskClient, somsri: int, database: Database) -> None:
    for _turn in range(3):
        try_in(client, password="wrong again and again")
    try_in(client)
    database.rollback()
    account = throttle.key_of(throttle.SIGN_IN_ACCOUNT, KNOWN)
    network = throttle.key_of(throttle.SIGN_IN_NETWORK, throttle.network_of("127.0.0.1"))
    kept = database.scalars(select(SignInAttempt.key)).all()
    assert list(kept).count(account) == 0
    assert list(kept).count(network) == 3


def test_attempts_name_nobody_and_go_when_they_count_no_more(
    client: FlaskClient, somsri: int, database: Database
) -> None:
    try_in(client, password="wrong again and again")
    rows = database.execute(select(SignInAttempt.__table__)).all()
    assert len(rows) == 2
    assert KNOWN not in str(rows)
    assert "127.0.0.1" not in str(rows)
    with frozen_at(now() + throttle.KEPT + timedelta(seconds=1)):
        try_in(client, password="wrong again and again")
    assert count(database, SignInAttempt) == 2


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        (None, "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_network_of_an_address(address: str | None, network: str) -> None:
    assert throttle.network_of(address) == network


def test_old_hash_is_made_anew_at_sign_in(client: FlaskClient, somsri: int, database: Database) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with transaction():
        database.get_one(User, somsri).password_hash = old
    assert try_in(client).status_code == 303
    database.rollback()
    kept = database.get_one(User, somsri).password_hash
    assert kept is not None
    assert kept != old
    assert not passwords.needs_rehash(kept)
    assert passwords.is_right(PASSWORD, kept)


def test_password_changed_between_check_and_session_is_no_sign_in(app: Flask, somsri: int, database: Database) -> None:
    verified = operations.verify(email=KNOWN, password=PASSWORD)
    assert verified is not None
    with transaction():
        database.get_one(User, somsri).password_hash = passwords.hash_password("another long sentence")
    with transaction():
        assert operations.sign_in(verified=verified, network="n") is None


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil",
        "/\t/evil.example",
        "/ok\r\nSet-Cookie: a=b",
    ],
)
def test_next_leads_nowhere_else(client: FlaskClient, somsri: int, target: str) -> None:
    response = try_in(client, next=target)
    assert response.status_code == 303
    assert response.location in ("/", "http://localhost/", "/accounts/profile")
    assert "a=b" not in str(response.headers)


def test_next_leads_to_where_the_person_was(client: FlaskClient, somsri: int) -> None:
    asked = client.get("/accounts/security")
    assert asked.status_code == 303
    assert "next=/accounts/security" in asked.location
    page = client.get(asked.location)
    assert 'name="next" value="/accounts/security"' in page.text
    assert try_in(client, next="/accounts/security").location.endswith("/accounts/security")


def test_failed_sign_in_keeps_where_to_go_and_what_was_typed(client: FlaskClient, somsri: int) -> None:
    page = try_in(client, password="wrong again and again", next="/accounts/security")
    assert 'value="/accounts/security"' in page.text
    assert KNOWN in page.text
    assert "wrong again" not in page.text


def test_signing_in_again_ends_the_session_of_before(client: FlaskClient, somsri: int, database: Database) -> None:
    try_in(client)
    first = client.get_cookie(COOKIE)
    assert first is not None
    try_in(client)
    assert count(database, SignInSession) == 1
    client.set_cookie(COOKIE, first.value)
    assert client.get("/accounts/profile").status_code == 303


def test_signing_out_deletes_the_row(client: FlaskClient, somsri: int, database: Database) -> None:
    try_in(client)
    secret = client.get_cookie(COOKIE)
    assert secret is not None
    assert client.post("/accounts/sign-out").status_code == 303
    assert count(database, SignInSession) == 0
    client.set_cookie(COOKIE, secret.value)
    assert client.get("/accounts/profile").status_code == 303


def test_signing_out_is_no_link(client: FlaskClient, somsri: int) -> None:
    try_in(client)
    assert client.get("/accounts/sign-out").status_code == 405
    assert client.get("/accounts/profile").status_code == 200


def test_session_ends_after_twelve_idle_hours(app: Flask, somsri: int) -> None:
    client = signed_in(app, somsri)
    with frozen_at(now() + timedelta(hours=11, minutes=59)):
        assert client.get("/accounts/profile").status_code == 200
    client = signed_in(app, somsri)
    with frozen_at(now() + timedelta(hours=12, seconds=1)):
        assert client.get("/accounts/profile").status_code == 303
        assert "หมดเวลา" in client.get("/accounts/sign-in").text


def test_session_in_use_slides(app: Flask, somsri: int) -> None:
    client = signed_in(app, somsri)
    start = now()
    for hours in (10, 20, 30):
        with frozen_at(start + timedelta(hours=hours)):
            assert client.get("/accounts/profile").status_code == 200
    with frozen_at(start + timedelta(hours=42, seconds=1)):
        assert client.get("/accounts/profile").status_code == 303


def test_session_is_not_written_on_every_page(app: Flask, somsri: int, database: Database) -> None:
    client = signed_in(app, somsri)
    before = database.scalars(select(SignInSession)).one().last_seen_at
    client.get("/accounts/profile")
    database.rollback()
    assert database.scalars(select(SignInSession)).one().last_seen_at == before


@pytest.mark.parametrize("secret", ["", "x", "a" * 43, "a" * 3000, "'; drop table users; --", "ก"])
def test_made_up_secret_is_nobody(client: FlaskClient, somsri: int, secret: str) -> None:
    client.set_cookie(COOKIE, secret)
    assert client.get("/accounts/profile").status_code == 303


def test_disabling_ends_sessions_at_once(app: Flask, somsri: int, database: Database) -> None:
    client = signed_in(app, somsri)
    with transaction():
        admin = make_user()
        operations.disable(actor=admin, user=database.get_one(User, somsri), reason="a reason that is long enough")
    assert count(database, SignInSession) == 0
    assert client.get("/accounts/profile").status_code == 303


def test_form_key_planted_before_does_not_outlive_the_sign_in(client: FlaskClient, somsri: int) -> None:
    with client.session_transaction() as browser:
        browser["csrf_token"] = "planted by somebody else"
    try_in(client)
    with client.session_transaction() as browser:
        assert "csrf_token" not in browser


def test_sign_in_page_of_a_signed_in_person_goes_on(client: FlaskClient, somsri: int) -> None:
    try_in(client)
    assert client.get("/accounts/sign-in?next=/accounts/security").location.endswith("/accounts/security")


def test_empty_fields_are_named_and_not_counted(client: FlaskClient, somsri: int, database: Database) -> None:
    response = client.post("/accounts/sign-in", data={"email": "", "password": ""})
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text
    assert count(database, SignInAttempt) == 0
