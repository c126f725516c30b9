"""Verbs of run.py that look after an installation: its first administrator, sample data, lists, and the check."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask import Flask
from flask_babel import force_locale

from portfolio.accounts import operations as accounts
from portfolio.accounts import passwords
from portfolio.accounts import queries as people
from portfolio.accounts.models import Language
from portfolio.admin import queries
from portfolio.calls import queries as calls
from portfolio.config import Config
from portfolio.core.clock import now
from portfolio.core.db import session, transaction
from portfolio.core.hooks import Command, Hooks
from portfolio.organizations import operations as organizations
from portfolio.organizations.models import Role

PASSWORD_VARIABLE = "PORTFOLIO_ADMIN_PASSWORD"  # noqa: S105 - the name of a variable


def create_admin(_app: Flask, words: argparse.Namespace) -> int:
    """Make an account an administrator's; a new one gets the password that was given."""
    try:
        email = validate_email(words.email, check_deliverability=False, allow_smtputf8=False).normalized.lower()
    except EmailNotValidError:
        return _refuse(f"{words.email!r} is not an e-mail address")
    known = people.by_email(email)
    password_hash = None
    if known is None or known.password_hash is None:
        password = _read_password()
        with force_locale("en"):
            problem = passwords.problem_with(password, email)
            if problem is not None:
                return _refuse(f"the password is not taken: {problem}")
        password_hash = passwords.hash_password(password)
    with transaction():
        user = people.by_email(email)
        if user is None:
            names = accounts.Names(given_name_en=words.name or email.partition("@")[0])
            user = accounts.create_user(email=email, names=names, language=Language.THAI)
        if user.disabled_at is not None:
            return _refuse(f"{email} is disabled")
        if password_hash is not None:
            user.password_hash = password_hash
            user.email_confirmed_at = user.email_confirmed_at or now()
        organizations.grant(actor=None, user=user, role=Role.ADMINISTRATOR)
    _say(f"{email} is an administrator")
    return 0


def sample_data(app: Flask, _words: argparse.Namespace) -> int:
    """Run every room's loader in order. What is there already stays as it is."""
    config: Config = app.extensions["config"]
    hooks: Hooks = app.extensions["hooks"]
    if not config.sample_data:
        return _refuse("PORTFOLIO_SAMPLE_DATA=no: this installation wants no sample data")
    if not config.serves_loopback_only:
        return _refuse(f"HOST={config.host} can be reached by others: sample accounts have a password everybody knows")
    for seed in hooks.seed:
        seed()
    for _order, _room, load in sorted(hooks.sample_data, key=lambda entry: entry[:2]):
        load()
        session.rollback()  # the next one sees what this one wrote
    return 0


def list_rows(app: Flask, words: argparse.Namespace) -> int:
    """Print the rows of one kind, as an array of JSON or a line each."""
    hooks: Hooks = app.extensions["hooks"]
    rows = hooks.listings[words.kind]()
    if words.json:
        _say(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for row in rows:
        _say("  ".join("–" if value in (None, "") else str(value) for value in row.values()))
    return 0


def check(app: Flask, _words: argparse.Namespace) -> int:
    """Ask every invariant; one line for each that does not hold."""
    hooks: Hooks = app.extensions["hooks"]
    violations = 0
    for name, look in sorted(hooks.invariants.items()):
        for violation in look():
            violations += 1
            _say(f"{name}: {violation.subject}: {violation.detail}")
        session.rollback()
    if violations:
        return _refuse(f"{violations} of the service's own rules are broken, see above")
    _say(f"{len(hooks.invariants)} rules hold")
    return 0


def register(hooks: Hooks) -> None:
    """Add the verbs and the lists of people and calls."""
    hooks.command(
        "create-admin", Command("make somebody an administrator; asks for a password", create_admin, _for_admin)
    )
    hooks.command("sample-data", Command("add fictional people, calls and works; again changes nothing", sample_data))
    hooks.command("list", Command("list what there is, with the ids other commands take", list_rows, _for_list(hooks)))
    hooks.command("check", Command("check the rules that must hold among the rows", check))
    hooks.lists("people", queries.people_listing)
    hooks.lists("calls", calls.listing)


def _for_admin(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", help="address of the account")
    parser.add_argument("--name", default="", help="name in Latin letters, for a new account")
    parser.epilog = f"The password is asked for, read from standard input, or taken from {PASSWORD_VARIABLE}."


def _for_list(hooks: Hooks) -> Callable[[argparse.ArgumentParser], None]:
    def arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("kind", choices=sorted(hooks.listings), help="what to list")
        parser.add_argument("--json", action="store_true", help="print an array of JSON")

    return arguments


def _read_password() -> str:
    given = os.environ.get(PASSWORD_VARIABLE)
    if given is not None:
        return given
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    return sys.stdin.readline().rstrip("\r\n")


def _say(line: Any) -> None:
    print(line)  # noqa: T201 - what the person asked for


def _refuse(reason: str) -> int:
    print(f"run.py: {reason}", file=sys.stderr)  # noqa: T201 - the one line of a refusal
    return 1
