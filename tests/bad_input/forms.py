"""What a person finds when walking the sample data: every page that links lead to, and every form on them."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from portfolio.accounts.models import User
from portfolio.accounts.queries import by_email
from portfolio.core.db import Base, session
from review.assignments.models import Assignment, AssignmentState
from tests.builders.accounts import signed_in

PAGES_OF_A_KIND = 2
"""Of each route so many addresses are looked at: the others differ in their ids only."""

VISITOR = ""
PEOPLE = (
    VISITOR,
    "kantida@lanthara.example",
    "thira@sichalasin.example",
    "kriang@thungsuwan.example",
    "sirada@ent.example",
    "wilai@lanthara.example",
    "admin@ent.example",
)
# Rows about the visit itself: counters of the throttle, sign-ins, when somebody was last seen.
NOT_COUNTED = ("throttle", "sign_in", "session")


@dataclass(frozen=True)
class Field:
    """A control of a form as the page brought it."""

    name: str
    kind: str
    value: str
    is_date: bool = False

    @property
    def is_text(self) -> bool:
        """True where a person types."""
        return self.kind in ("text", "textarea", "email", "url", "search")


@dataclass(frozen=True)
class Form:
    """A form that somebody found on a page."""

    person: str
    page: str
    action: str
    endpoint: str
    has_files: bool
    fields: tuple[Field, ...]

    def __str__(self) -> str:
        return f"{self.endpoint} by {self.person or 'a visitor'}"

    @property
    def texts(self) -> list[Field]:
        """The fields in which a person writes."""
        return [one for one in self.fields if one.is_text]

    def filled(self, **changes: str) -> dict[str, Any]:
        """What the browser would send, with some fields written anew."""
        data: dict[str, Any] = {}
        for one in self.fields:
            if one.kind != "file":
                data.setdefault(one.name, []).append(one.value)
        return data | changes


@dataclass
class Walk:
    """Everything that was found."""

    endpoints: dict[tuple[str, str], str] = field(default_factory=dict)
    """The route of each page, by the person who found it and its address."""
    forms: list[Form] = field(default_factory=list)


def walk(app: Flask) -> Walk:
    """Follow every link of every person from the first page on."""
    found = Walk()
    for person in PEOPLE:
        _walk_as(app, person, found)
    return found


def client_of(app: Flask, person: str) -> FlaskClient:
    """A browser without scripts, signed in as this person; the empty name is a visitor."""
    if person == VISITOR:
        return app.test_client()
    with app.app_context():
        user = by_email(person)
        assert isinstance(user, User)
        user_id = user.id
    return signed_in(app, user_id)


def fingerprint(app: Flask) -> dict[str, tuple[int, str]]:
    """The number of rows of every table, and a digest over what stands in them."""
    found = {}
    with app.app_context():
        for table in Base.metadata.sorted_tables:
            if any(word in table.name for word in NOT_COUNTED):
                continue
            digest, count = hashlib.sha256(), 0
            for row in session.execute(select(table).order_by(*table.primary_key)):
                digest.update(repr(tuple(row)).encode("utf-8", "surrogatepass"))
                count += 1
            found[table.name] = (count, digest.hexdigest())
        session.rollback()
    return found


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The tables that differ."""
    return [name for name in before if before[name] != after[name]]


def has_unfinished_review(app: Flask) -> str:
    """The address of a reviewer who has accepted and not yet handed in."""
    with app.app_context():
        assignment = session.scalars(
            select(Assignment).where(Assignment.state == AssignmentState.ACCEPTED).order_by(Assignment.id)
        ).first()
        assert assignment is not None
        return str(assignment.reviewer.email)


def _walk_as(app: Flask, person: str, found: Walk) -> None:
    client = client_of(app, person)
    waiting, seen, often = deque(["/", "/verify", "/accounts/sign-in", "/accounts/sign-up"]), set(), dict[str, int]()
    known = {(form.endpoint, form.person) for form in found.forms}
    while waiting:
        address = waiting.popleft()
        endpoint = _endpoint(app, urlsplit(address).path, "GET")
        if address in seen or endpoint in (None, "static") or often.get(str(endpoint), 0) >= PAGES_OF_A_KIND:
            continue
        seen.add(address)
        answer = client.get(address, buffered=True)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            if answer.status_code in (302, 303):
                waiting.append(urlsplit(answer.location).path)
            continue
        often[str(endpoint)] = often.get(str(endpoint), 0) + 1
        found.endpoints[person, address] = str(endpoint)
        page = _read(answer)
        waiting.extend(link for link in page.links if link.startswith("/") and not link.startswith("//"))
        for action, has_files, fields in page.forms:
            target = _endpoint(app, urlsplit(action or address).path, "POST")
            if target is None or (target, person) in known:
                continue
            known.add((target, person))
            found.forms.append(Form(person, address, action or address, target, has_files, tuple(fields)))


def _endpoint(app: Flask, path: str, method: str) -> str | None:
    try:
        rule, _values = app.url_map.bind("localhost").match(path, method)
    except HTTPException:
        return None
    return str(rule)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, bool, list[Field]]] = []
        self._open: list[Field] | None = None
        self._area: tuple[str, str] | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Links, forms and their controls."""
        have = {name: value or "" for name, value in attributes}
        if tag == "a" and "href" in have:
            self.links.append(have["href"].split("#")[0])
        elif tag == "form" and have.get("method") == "post":
            self._open = []
            self.forms.append((have.get("action", ""), "enctype" in have, self._open))
        elif self._open is None or not have.get("name"):
            if tag == "option" and self._open is not None and self._select and "selected" in have:
                self._open.append(Field(self._select, "select", have.get("value", "")))
        elif tag == "textarea":
            self._area = (have["name"], "")
        elif tag == "select":
            self._select = have["name"]
        elif tag == "input":
            kind = have.get("type", "text")
            if kind in ("radio", "checkbox") and "checked" not in have:
                return
            is_date = have.get("inputmode") == "text"
            self._open.append(Field(have["name"], kind, have.get("value", ""), is_date))

    def handle_data(self, data: str) -> None:
        """The text of a long field."""
        if self._area:
            self._area = (self._area[0], self._area[1] + data)

    def handle_endtag(self, tag: str) -> None:
        """What was open is whole now."""
        if tag == "textarea" and self._area and self._open is not None:
            self._open.append(Field(self._area[0], "textarea", self._area[1].removeprefix("\n")))
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag == "form":
            self._open = None


def _read(answer: TestResponse) -> _Page:
    page = _Page()
    page.feed(answer.text)
    return page


def said(answer: TestResponse) -> Iterator[str]:
    """The sentences with which a page refuses: of a field, of a notice, or of an error page."""
    parser = _Said()
    parser.feed(answer.text)
    yield from parser.found


class _Said(HTMLParser):
    MARKS = ("field-error", "notice", "lead")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Begin to listen."""
        classes = (dict(attributes).get("class") or "").split()
        if tag in ("p", "div", "section") and any(mark in classes for mark in self.MARKS):
            self._depth += 1

    def handle_data(self, data: str) -> None:
        """Keep what is said."""
        if self._depth and data.strip():
            self.found.append(data.strip())
