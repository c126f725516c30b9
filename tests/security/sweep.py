"""Asks the service as any person for any thing, and puts the database back as it was."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from flask import Flask
from sqlalchemy import event, text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portfolio.accounts.sessions import COOKIE
from portfolio.core.db import Base, engine_of
from portfolio.core.web import errors
from portfolio.organizations.delegations.queries import CHOSEN
from tests.security.bodies import body_of
from tests.security.people import VISITOR
from tests.security.world import World

SIGN_IN = "sign-in"
NO_SUBJECT = "-"
ASKED_METHODS = ("GET", "POST")
READS = ("SELECT", "PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "WITH")
_addresses = itertools.count(1)

# A person or a role of everybody would be the same rows again; these stand for the others.
FEW = {
    "person": ("owner", "handed_in", "administrator", "missing"),
    "grant": ("colleague", "crossed", "missing"),
}


@dataclass(frozen=True, order=True)
class Row:
    """A row of access.csv: a route, a method, and whose thing is asked for."""

    endpoint: str
    method: str
    subject: str

    @property
    def room(self) -> str:
        """The room of the route."""
        return self.endpoint.partition(".")[0]


class Sweep:
    """One database of one kind, with its world."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app = app
        self.world = world
        self.engine = engine_of(app)
        self.writes: list[str] = []
        self.rules = {
            (rule.endpoint, method): rule
            for rule in app.url_map.iter_rules()
            for method in ASKED_METHODS
            if method in (rule.methods or ())
        }
        event.listen(self.engine, "before_cursor_execute", self._note)
        self._keep()

    def close(self) -> None:
        """Let go of the kept copy."""
        event.remove(self.engine, "before_cursor_execute", self._note)
        if self.engine.dialect.name == "sqlite":
            self._copy.close()

    def rows(self) -> list[Row]:
        """Every row that access.csv must have."""
        return sorted(
            Row(endpoint, method, subject)
            for (endpoint, method), rule in self.rules.items()
            for subject in self.subjects(rule)
        )

    def subjects(self, rule: Rule) -> tuple[str, ...]:
        """Whose things a route can be asked for."""
        kind = kind_of(rule)
        if kind is None:
            return (NO_SUBJECT,)
        return FEW.get(kind) or tuple(self.world.things[kind])

    def arguments(self, row: Row) -> dict[str, Any]:
        """The URL arguments of a row."""
        rule = self.rules[row.endpoint, row.method]
        kind = kind_of(rule)
        if kind is None:
            return {}
        thing = self.world.things[kind][row.subject]
        if row.endpoint in OF_PORTFOLIO:
            thing = {"id": thing["portfolio_id"]}
        return {name: thing[name] for name in rule.arguments}

    def ask(
        self,
        row: Row,
        persona: str,
        *,
        method: str | None = None,
        language: str | None = None,
        form: Any = None,
        **options: Any,
    ) -> TestResponse:
        """The answer to a row for a person; nothing is put back."""
        arguments = self.arguments(row)
        with self.app.test_request_context():
            address = self.app.url_for(row.endpoint, **arguments)
        data = form
        if form is None and (method or row.method) == "POST":
            with self.app.app_context():
                data = body_of(row.endpoint, self.world, arguments, persona)
        if row.endpoint in ("organizations.membership", "organizations.set_membership"):
            address += f"?university={self.world.things['organization']['university']['organization_id']}"
        return self.open(address, persona, method=method or row.method, data=data, language=language, **options)

    def open(
        self, address: str, persona: str, *, method: str = "GET", language: str | None = None, **options: Any
    ) -> TestResponse:
        """The answer to an address for a person, from a browser of its own."""
        client = self.app.test_client()
        if persona != VISITOR:
            client.set_cookie(COOKIE, self.world.secrets[persona])
        if persona in self.world.desks:
            with client.session_transaction() as browser:
                browser[CHOSEN] = self.world.desks[persona]
        if language is not None:
            client.set_cookie("language", language)
        number = next(_addresses)
        remote = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self.writes.clear()
        return client.open(address, method=method, environ_overrides={"REMOTE_ADDR": remote}, buffered=True, **options)

    def outcome(self, row: Row, persona: str) -> str:
        """The status of a cell, or `sign-in`; what was changed is put back."""
        response = self.ask(row, persona)
        outcome = self.status(response)
        if self.writes:
            self.restore()
        return outcome

    @staticmethod
    def status(response: TestResponse) -> str:
        """A status as access.csv says it."""
        location = response.headers.get("Location", "")
        if response.status_code == 303 and location.startswith("/accounts/sign-in?next="):
            return SIGN_IN
        return str(response.status_code)

    @contextmanager
    def plain_errors(self) -> Iterator[None]:
        """Leave error pages undrawn: most cells are refusals, and drawing nine thousand of them takes minutes."""
        with mock.patch.object(errors, "render_template", _undrawn):
            yield

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever is changed inside is put back."""
        try:
            yield
        finally:
            self.restore()

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(READS):
            self.writes.append(statement)

    def _keep(self) -> None:
        if self.engine.dialect.name == "sqlite":
            self._copy = sqlite3.connect(":memory:")
            with _driver(self.engine.url.database) as source:
                source.backup(self._copy)
            return
        with self.engine.begin() as connection:
            connection.execute(text("CREATE SCHEMA kept"))
            for table in Base.metadata.sorted_tables:
                connection.execute(text(f"CREATE TABLE kept.{table.name} AS TABLE public.{table.name}"))
        tables = [table.name for table in Base.metadata.sorted_tables]
        self._putting_back = "; ".join(
            ["SET LOCAL session_replication_role = replica"]
            + [f"DELETE FROM public.{name}" for name in tables]
            + [f"INSERT INTO public.{name} SELECT * FROM kept.{name}" for name in tables]
        )

    def restore(self) -> None:
        """Put the database back."""
        if self.engine.dialect.name == "sqlite":
            with _driver(self.engine.url.database) as target:
                self._copy.backup(target)
        else:
            with self.engine.begin() as connection:
                connection.execute(text(self._putting_back))
        self.writes.clear()


def _undrawn(template: str, **values: Any) -> str:
    return f"{template} {values.get('code')}"


@contextmanager
def _driver(path: str | None) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(Path(str(path)))
    try:
        yield connection
    finally:
        connection.close()


OF_PORTFOLIO = ("submissions.new", "submissions.create")
_BY_ARGUMENTS: dict[frozenset[str], str] = {
    frozenset({"work_id"}): "work",
    frozenset({"work_id", "heading_code"}): "section",
    frozenset({"work_id", "heading_code", "kept_id"}): "section",
    frozenset({"work_id", "contribution_id"}): "contributor",
    frozenset({"work_id", "use_id"}): "earlier_use",
    frozenset({"work_id", "mission"}): "mission",
    frozenset({"work_id", "mission_entry_id"}): "mission_entry",
    frozenset({"work_id", "way"}): "way",
    frozenset({"work_id", "dissemination_id"}): "dissemination",
    frozenset({"work_id", "record_id"}): "indicator",
    frozenset({"work_id", "record_id", "follow_up_id"}): "follow_up",
    frozenset({"partner_id"}): "partner",
    frozenset({"partner_id", "work_id"}): "partner_in_work",
    frozenset({"request_id"}): "signing_request",
    frozenset({"item_id"}): "item",
    frozenset({"batch_id"}): "batch",
    frozenset({"item_id", "page"}): "item",
    frozenset({"item_id", "number"}): "item",
    frozenset({"upload_id"}): "upload",
    frozenset({"item_id", "work_id"}): "use",
    frozenset({"portfolio_id"}): "portfolio",
    frozenset({"portfolio_id", "work_id"}): "choice",
    frozenset({"entry_id"}): "cv_entry",
    frozenset({"kind"}): "cv_kind",
    frozenset({"edition_id"}): "edition",
    frozenset({"edition_id", "file_format"}): "edition",
    frozenset({"release_id"}): "release",
    frozenset({"release_id", "file_format"}): "release",
    frozenset({"job_id"}): "job",
    frozenset({"call_id"}): "call",
    frozenset({"delegation_id"}): "delegation",
    frozenset({"transfer_id"}): "package",
    frozenset({"copy_id"}): "personal_copy",
    frozenset({"criteria_set_id"}): "criteria_set",
    frozenset({"rule_set_id"}): "rule_set",
    frozenset({"organization_id"}): "organization",
    frozenset({"user_id"}): "person",
    frozenset({"user_id", "grant_id"}): "grant",
    frozenset({"code"}): "code",
    frozenset({"filename"}): "static",
}
_SUBMISSIONS = ("submissions", "decisions", "assignments.edit", "assignments.invite")


def kind_of(rule: Rule) -> str | None:
    """What a route is about, told from its arguments; None where it has no subject. A new kind belongs in here."""
    if not rule.arguments:
        return None
    if rule.endpoint in OF_PORTFOLIO:
        return "portfolio"
    if "secret" in rule.arguments:
        if rule.endpoint.startswith("confirmations."):
            return "partner_receipt" if "/receipts/" in rule.rule else "asking"
        if rule.endpoint.startswith("signing."):
            return "signing_link"
        return "confirmation" if rule.endpoint == "accounts.confirmation" else "reset"
    if "id" in rule.arguments:
        return "submission" if rule.endpoint.startswith(_SUBMISSIONS) else "assignment"
    return _BY_ARGUMENTS[frozenset(rule.arguments)]
