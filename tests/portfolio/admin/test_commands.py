"""The verbs that look after an installation."""

from __future__ import annotations

import io
import json
from argparse import Namespace
from collections.abc import Iterable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts import passwords
from portfolio.accounts import queries as accounts
from portfolio.accounts.models import User
from portfolio.accounts.sample_data import PASSWORD as SAMPLE_PASSWORD
from portfolio.accounts.sample_data import refusal
from portfolio.admin import commands
from portfolio.calls.models import Call
from portfolio.core.audit.models import AuditEntry
from portfolio.core.db import transaction
from portfolio.core.hooks import Hooks, Violation
from portfolio.organizations.models import Organization, Role, RoleGrant
from portfolio.organizations.queries import has_role
from portfolio.organizations.sample_data import start_lines
from tests.builders.accounts import make_user
from tests.builders.calls import make_call
from tests.builders.organizations import make_person, make_university
from tests.conftest import app_with, engine_of

Database = scoped_session[Session]
GOOD = "a long sentence for tests"
OWN_ROOMS = ("accounts", "organizations", "calls")


def create(app: Flask, email: str = "first@people.example", name: str = "") -> int:
    return commands.create_admin(app, Namespace(email=email, name=name))


def test_first_administrator_can_sign_in(
    app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(commands.PASSWORD_VARIABLE, GOOD)
    assert create(app, "First@People.example", "First Admin") == 0
    user = accounts.by_email("first@people.example")
    assert user is not None
    assert has_role(user, Role.ADMINISTRATOR)
    answer = app.test_client().post("/accounts/sign-in", data={"email": user.email, "password": GOOD})
    assert answer.status_code == 303
    assert GOOD not in capsys.readouterr().out


def test_password_is_read_from_standard_input(app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(commands.PASSWORD_VARIABLE, raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO(GOOD + "\n"))
    assert create(app) == 0
    user = accounts.by_email("first@people.example")
    assert user is not None
    assert passwords.is_right(GOOD, user.password_hash)


@pytest.mark.parametrize(
    ("email", "password"), [("no address", GOOD), ("first@people.example", "short"), ("first@people.example", "")]
)
def test_refused_with_one_line_and_nothing_made(
    app: Flask,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    email: str,
    password: str,
) -> None:
    monkeypatch.setenv(commands.PASSWORD_VARIABLE, password)
    assert create(app, email) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert database.scalar(select(func.count()).select_from(User)) == 0


def test_existing_person_becomes_administrator_and_keeps_the_password(
    app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction():
        user = make_user("first@people.example")
    kept = user.password_hash
    monkeypatch.setenv(commands.PASSWORD_VARIABLE, "some other long sentence")
    assert create(app) == create(app) == 0
    database.rollback()
    assert has_role(user, Role.ADMINISTRATOR)
    assert user.password_hash == kept
    assert database.scalar(select(func.count()).select_from(RoleGrant)) == 1


def sample(config: Any, **changes: Any) -> Flask:
    app = app_with(config, sample_data=True, **changes)
    hooks: Hooks = app.extensions["hooks"]
    hooks.sample_data = [entry for entry in hooks.sample_data if entry[1] in OWN_ROOMS]
    return app


def counts(database: Any) -> list[int]:
    database.rollback()
    tables = (User, Organization, RoleGrant, Call, AuditEntry)
    return [database.scalar(select(func.count()).select_from(table)) for table in tables]


def test_sample_data_again_changes_nothing(config: Any, database: Database) -> None:
    app = sample(config)
    with app.app_context():
        assert commands.sample_data(app, Namespace()) == 0
    first = counts(database)
    with app.app_context():
        assert commands.sample_data(app, Namespace()) == 0
    assert counts(database) == first
    assert first[:1] == [16]
    assert first[3] == 2
    engine_of(app).dispose()


def test_sample_accounts_are_told_at_the_start_and_work(config: Any, database: Database) -> None:
    app = sample(config)
    with app.app_context():
        assert start_lines() == []
        commands.sample_data(app, Namespace())
        lines = "\n".join(start_lines())
    client = app.test_client()
    for email in ("kantida@lanthara.example", "sirada@ent.example", "wilai@lanthara.example", "admin@ent.example"):
        assert email in lines
        answer = client.post("/accounts/sign-in", data={"email": email, "password": SAMPLE_PASSWORD})
        assert answer.status_code == 303
    assert SAMPLE_PASSWORD in lines
    engine_of(app).dispose()


@pytest.mark.parametrize("changes", [{"host": "0.0.0.0"}, {"sample_data": False}])  # noqa: S104 - what is refused
def test_sample_data_is_refused_where_others_can_reach_it(
    config: Any, database: Database, capsys: pytest.CaptureFixture[str], changes: dict[str, Any]
) -> None:
    app = app_with(config, **({"sample_data": True} | changes))
    with app.app_context():
        assert commands.sample_data(app, Namespace()) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert database.scalar(select(func.count()).select_from(User)) == 0
    engine_of(app).dispose()


def test_sample_accounts_keep_a_service_from_being_opened_to_others(app: Flask, database: Database) -> None:
    assert refusal() == ""
    with transaction():
        make_user("somebody@university.ac.th")
    assert refusal() == ""
    with transaction():
        make_user("kantida@lanthara.example")
    assert "sample accounts" in refusal()
    assert refusal in app.extensions["hooks"].start_refusals


def test_lists_are_arrays_with_ids(app: Flask, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    with transaction():
        person = make_person(Role.ACADEMIC, Role.REVIEWER, university=make_university("LTU"))
        call = make_call("1/2569")
    assert commands.list_rows(app, Namespace(kind="people", json=True)) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["id"], row["email"], row["roles"]) == (person.id, person.email, "academic,reviewer")
    assert (row["university"], row["active"]) == ("LTU", True)
    commands.list_rows(app, Namespace(kind="calls", json=True))
    assert json.loads(capsys.readouterr().out)[0]["id"] == call.id
    commands.list_rows(app, Namespace(kind="calls", json=False))
    assert "1/2569" in capsys.readouterr().out


def test_check_names_what_is_broken(app: Flask, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    hooks: Hooks = app.extensions["hooks"]
    hooks.invariants.clear()

    def sound() -> Iterable[Violation]:
        return []

    def broken() -> Iterable[Violation]:
        yield Violation("moon is round", "moon 1", "has a corner")

    hooks.invariants["sun shines"] = sound
    assert commands.check(app, Namespace()) == 0
    hooks.invariants["moon is round"] = broken
    assert commands.check(app, Namespace()) == 1
    told = capsys.readouterr()
    assert "moon 1: has a corner" in told.out
    assert len(told.err.splitlines()) == 1


def test_fresh_service_breaks_none_of_its_own_rules(app: Flask, database: Database) -> None:
    assert commands.check(app, Namespace()) == 0
