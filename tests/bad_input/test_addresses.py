"""Addresses that nobody meant: ids of strangers and of nothing, signs that no row can hold, hosts that are not ours."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.routing.converters import IntegerConverter

from portfolio.accounts.queries import by_email
from portfolio.core.db import transaction
from portfolio.organizations.models import Role
from portfolio.organizations.queries import university_of
from tests.bad_input.forms import PEOPLE, VISITOR, Walk, changed, client_of, fingerprint
from tests.builders.organizations import grant_role

NUMBERS = ("0", "-1", "2147483648", "9" * 40, "1.5", "๙๙๙๙๙๙", "1%00", "%FF")
WORDS = ("%00", "%FF%FE", "x" * 3000, "..%2F..%2Fetc%2Fpasswd", "%F0%9F%98%80", "%D7%A9%E2%80%AE", "'%22%3E%3Cb%3E")
QUERIES = (
    "page=0",
    "page=-7",
    f"page={'9' * 60}",
    "page=%00",
    "page=%E0%B9%91",
    "q=%00",
    "q=%FF%FE",
    f"q={'%E0%B8%81' * 5000}",
    "q=%25_%27%22%3B--",
    "call=%00&state=%00&work=%00&new=%00&university=%00&archived=%00",
    f"call={'9' * 40}&state=nothing&work={'9' * 40}&university={'9' * 40}",
    "next=//elsewhere.example&next=%00",
    "doc=e%00&page=%00&c=%00",
    f"doc=e{'9' * 40}&page={'9' * 40}&c={'x' * 999}",
    "language=%00&code=%00",
)


def junk_addresses(rule: Rule) -> Iterator[str]:
    """The address of a rule with each kind of junk in the place of its first argument, and then of all."""
    if not rule.arguments:
        return
    plain = {
        name: "1" if isinstance(converter, IntegerConverter) else "s1" for name, converter in rule._converters.items()
    }
    for name, converter in rule._converters.items():
        for junk in NUMBERS if isinstance(converter, IntegerConverter) else WORDS:
            address = rule.rule
            for other in plain:
                value = junk if other == name else plain[other]
                for written in (f"<int:{other}>", f"<{other}>", f"<path:{other}>"):
                    address = address.replace(written, value)
            yield address


def holds_every_role(app: Flask) -> FlaskClient:
    """A browser of one person with every role, whom no missing role stops before an address is looked up."""
    with app.app_context(), transaction():
        user = by_email(PEOPLE[1])
        assert user is not None
        for role in Role:
            if role is Role.HR:
                grant_role(user, role, university_of(user))
            elif role is not Role.ACADEMIC:
                grant_role(user, role)
    return client_of(app, PEOPLE[1])


def test_junk_in_the_place_of_an_id_is_refused(sample_app: Flask) -> None:
    client = holds_every_role(sample_app)
    before = fingerprint(sample_app)
    wrong = []
    for rule in sample_app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        for address in junk_addresses(rule):
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                answer = client.open(address, method=method)
                if answer.status_code >= 500 or (method == "POST" and answer.status_code < 300):
                    wrong.append(f"{answer.status_code} {method} {address[:120]}")
    assert wrong == []
    assert changed(before, fingerprint(sample_app)) == []


def test_junk_behind_the_question_mark_opens_a_page_or_is_refused(sample_app: Flask, found: Walk) -> None:
    clients = {person: client_of(sample_app, person) for person in PEOPLE}
    before, seen = fingerprint(sample_app), set[str]()
    wrong = []
    for (person, address), endpoint in found.endpoints.items():
        if endpoint in seen:
            continue
        seen.add(endpoint)
        path = address.split("?")[0]
        for query in QUERIES:
            answer = clients[person].get(f"{path}?{query}")
            if answer.status_code >= 500:
                wrong.append(f"{answer.status_code} {path}?{query[:60]}")
            elif answer.status_code in (301, 302, 303) and "elsewhere" in answer.location.split("?")[0]:
                wrong.append(f"leads away: {path}?{query[:60]}")
    assert wrong == []
    assert changed(before, fingerprint(sample_app)) == []


def test_unknown_host_is_refused_everywhere(sample_app: Flask) -> None:
    client = sample_app.test_client()
    answered = set()
    for rule in sample_app.url_map.iter_rules():
        address = rule.rule
        for name in rule.arguments:
            for written in (f"<int:{name}>", f"<{name}>", f"<path:{name}>"):
                address = address.replace(written, "1")
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = client.open(address, method=method, headers={"Host": "elsewhere.example"})
            answered.add((answer.status_code, "elsewhere" in answer.text))
    assert answered == {(400, False)}


def test_forms_of_somebody_else_are_refused(sample_app: Flask, found: Walk) -> None:
    """Every form that was found is sent by everybody who did not find that address on a page of their own."""
    clients = {person: client_of(sample_app, person) for person in PEOPLE}
    own = {(form.person, form.action) for form in found.forms} | set(found.endpoints)
    before = fingerprint(sample_app)
    wrong = []
    for form in found.forms:
        if form.person == VISITOR or not any(sign.isdigit() for sign in form.action):
            continue
        for person in PEOPLE:
            if (person, form.action) in own or (person, form.page) in own:
                continue
            answer = clients[person].post(form.action, data=form.filled())
            if answer.status_code not in (400, 401, 403, 404, 413):
                wrong.append(f"{answer.status_code} {person or 'visitor'} {form.action}")
    assert wrong == []
    assert changed(before, fingerprint(sample_app)) == []
