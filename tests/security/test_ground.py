"""What holds for every route: hosts, keys of forms, headers, oracles, sessions, methods, addresses to go on to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from portfolio.accounts.models import SignInSession
from portfolio.accounts.sessions import COOKIE
from portfolio.core.clock import now
from portfolio.core.db import session, transaction
from portfolio.organizations.models import Organization
from portfolio.portfolios.models import PortfolioWork
from tests.builders.accounts import PASSWORD
from tests.security.people import PEOPLE, PERSONAS
from tests.security.sweep import Row, Sweep
from tests.security.test_access import TABLE_ROWS

pytestmark = pytest.mark.parametrize("world_url", ["sqlite"], indirect=True, scope="session")
"""One database is enough here: that both hide the same is what test_access.py shows."""

Reading = list[tuple[Row, str, str]]


def reading() -> Reading:
    """Every reading cell: row, person, outcome."""
    return [
        (row, persona, cells[persona])
        for row, cells in TABLE_ROWS.items()
        if row.method == "GET" and row.endpoint != "static"
        for persona in PERSONAS
    ]


@pytest.fixture
def with_keys(sweep: Sweep) -> Iterator[Flask]:
    """The application as it runs: forms need their key."""
    sweep.app.config["WTF_CSRF_ENABLED"] = True
    yield sweep.app
    sweep.app.config["WTF_CSRF_ENABLED"] = False


def test_form_without_its_key_changes_nothing(sweep: Sweep, with_keys: Flask) -> None:
    changed = []
    with sweep.plain_errors():
        for row, cells in TABLE_ROWS.items():
            may = [name for name in PERSONAS if cells[name] in ("303", "204", "422", "409")]
            if row.method != "POST" or not may:
                continue
            response = sweep.ask(row, may[0])
            if response.status_code != 400 or sweep.writes:
                changed.append(f"{row.endpoint} for {may[0]}: {response.status_code}, {sweep.writes[:1]}")
                sweep.restore()
    assert changed == []


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::2]"])
def test_unknown_host_is_answered_400(sweep: Sweep, host: str) -> None:
    for row, persona in [(row, persona) for row, persona, outcome in reading() if outcome == "200"][::9]:
        response = sweep.ask(row, persona, headers={"Host": host})
        assert response.status_code == 400, row
        assert host not in response.get_data(as_text=True)


def test_what_is_somebody_elses_looks_like_what_is_not_there(sweep: Sweep) -> None:
    """Byte for byte, but for the page's own address and the key of its forms: no answer tells that an id exists."""
    told = []
    absent = {(row.endpoint, row.method): row for row in TABLE_ROWS if row.subject == "missing"}
    for row, cells in TABLE_ROWS.items():
        missing = absent.get((row.endpoint, row.method))
        hidden = [name for name in PERSONAS if cells[name] == "404" and missing and TABLE_ROWS[missing][name] == "404"]
        if missing is None or row is missing or not hidden:
            continue
        if _plain(sweep, row, hidden[-1]) != _plain(sweep, missing, hidden[-1]):
            told.append(f"{row.method} {row.endpoint} of {row.subject} for {hidden[-1]}")
    assert told == []


def _plain(sweep: Sweep, row: Row, persona: str) -> tuple[int, Any, str]:
    response = sweep.ask(row, persona, form={} if row.method == "POST" else None)
    body = response.get_data(as_text=True)
    path = response.request.path
    for address in (path, path.replace("/", "%2F")):
        body = body.replace(address, "HERE")
    body = re.sub(r'(name="csrf_token"[^>]*value|content)="[^"]{20,}"', "KEY", body)
    headers = sorted((name, value) for name, value in response.headers if name not in ("Content-Length", "Date"))
    return response.status_code, [pair for pair in headers if pair[0] != "Set-Cookie"], body


def test_downloads_are_attachments_in_a_sandbox(sweep: Sweep) -> None:
    seen = set()
    for row, persona, outcome in reading():
        if outcome != "200":
            continue
        response = sweep.ask(row, persona)
        if response.mimetype in ("text/html", "application/json"):
            continue
        seen.add(row.endpoint)
        assert response.headers["X-Content-Type-Options"] == "nosniff", row
        assert response.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'"), row
        if response.mimetype == "image/png":
            assert response.headers["Content-Disposition"] == "inline", row
        else:
            assert response.headers["Content-Disposition"].startswith("attachment;"), row
    sweep.restore()
    assert seen == {
        "confirmations.photo", "partners.photo", "evidence.download_version", "evidence.thumbnail", "packages.download",
        "personal.download", "record.show_lines", "record.show_template", "transfer.export_file",
        "dossier.download", "dossier.inbox_download", "evidence.download", "evidence.picture",
        "scoring.original", "scoring.partner_photo", "scoring.picture",
    }  # fmt: skip


def test_no_answer_to_a_person_may_be_kept(sweep: Sweep) -> None:
    kept = []
    for row, persona, outcome in reading():
        if outcome in ("200", "303", "403") and persona != "visitor":
            response = sweep.ask(row, persona)
            if "no-store" not in response.headers.get("Cache-Control", ""):
                kept.append(f"{row.endpoint}: {response.headers.get('Cache-Control')}")
            assert not response.headers.get("ETag"), row
    sweep.restore()
    assert sorted(set(kept)) == []


def test_head_is_answered_as_get_is(sweep: Sweep) -> None:
    different = []
    with sweep.plain_errors():
        for row, persona, outcome in reading():
            if outcome == "404" and persona not in ("colleague", "newcomer", "accepted"):
                continue
            response = sweep.ask(row, persona, method="HEAD")
            if sweep.status(response) != outcome or response.get_data():
                different.append(f"{row.endpoint} of {row.subject} for {persona}: {response.status_code}")
    sweep.restore()
    assert different == []


OTHER_PROTOCOL = "uploads."
"""Resumable uploads speak tus, which has methods and answers of its own: tests/portfolio/evidence/uploads."""


def test_options_tells_methods_and_nothing_else(sweep: Sweep) -> None:
    for row in TABLE_ROWS:
        if row.subject not in ("owner", "-", "under_review", "accepted") or row.endpoint.startswith(OTHER_PROTOCOL):
            continue
        for persona in ("visitor", "newcomer"):
            response = sweep.ask(row, persona, method="OPTIONS")
            assert (response.status_code, response.get_data()) == (200, b""), row
            assert {"TRACE", "PUT", "DELETE", "PATCH"}.isdisjoint(response.allow or ()), row
            assert sweep.writes == [], row


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_other_methods_are_refused(sweep: Sweep, method: str) -> None:
    for row in TABLE_ROWS:
        if row.subject in ("owner", "-") and not row.endpoint.startswith(OTHER_PROTOCOL):
            assert sweep.ask(row, "owner", method=method).status_code == 405, row
            assert sweep.writes == []


# Sessions ---------------------------------------------------------------------------------------


def test_planted_cookie_does_not_become_the_session(sweep: Sweep) -> None:
    client = sweep.app.test_client()
    client.set_cookie(COOKIE, "planted-by-somebody-else")
    form = {"email": PEOPLE["newcomer"].email, "password": PASSWORD}
    with sweep.undone():
        assert client.post("/accounts/sign-in", data=form).status_code == 303
        given = client.get_cookie(COOKIE)
        assert given is not None
        assert given.value != "planted-by-somebody-else"
        assert (given.http_only, given.same_site) == (True, "Lax")
        assert sweep.app.test_client().get("/accounts/profile").status_code == 303


def test_signing_in_again_ends_the_session_that_was_there(sweep: Sweep) -> None:
    client = sweep.app.test_client()
    form = {"email": PEOPLE["newcomer"].email, "password": PASSWORD}
    with sweep.undone():
        client.set_cookie(COOKIE, sweep.world.secrets["owner"])
        assert client.post("/accounts/sign-in", data=form).status_code == 303
        assert sweep.status(sweep.open("/works", "owner")) == "sign-in"


def test_session_that_is_over_opens_nothing(sweep: Sweep) -> None:
    with sweep.undone():
        with sweep.app.app_context(), transaction():
            session.execute(update(SignInSession).values(expires_at=now() - timedelta(seconds=1)))
        for address in ("/works", "/submissions/", "/admin/people", "/dossier/inbox"):
            assert {sweep.status(sweep.open(address, name)) for name in PEOPLE} == {"sign-in"}


def test_signed_out_secret_opens_nothing(sweep: Sweep) -> None:
    with sweep.undone():
        assert sweep.open("/accounts/sign-out", "owner", method="POST").status_code == 303
        assert sweep.status(sweep.open("/works", "owner")) == "sign-in"


def test_role_taken_back_opens_nothing(sweep: Sweep) -> None:
    row = Row("admin.revoke_role", "POST", "hr")
    with sweep.undone():
        arguments = sweep.arguments(row)
        address = f"/admin/people/{arguments['user_id']}/roles/{arguments['grant_id']}/revocation"
        assert sweep.open(address, "administrator", method="POST").status_code == 303
        assert sweep.status(sweep.open("/dossier/inbox", "hr")) == "sign-in"


def test_secrets_are_kept_as_digests(sweep: Sweep) -> None:
    with sweep.engine.connect() as connection:
        for table in ("sign_in_sessions", "tokens"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            assert rows
            stored = " ".join(str(value) for row in rows for value in row)
            assert [secret for secret in sweep.world.secrets.values() if secret in stored] == []


# Where to go on to ------------------------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "http:evil.example",
    "javascript:alert(1)", "/\t/evil.example", " //evil.example", "///evil.example", "data:text/html,x",
]  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_sent_elsewhere(sweep: Sweep, target: str) -> None:
    form = {"email": PEOPLE["newcomer"].email, "password": PASSWORD, "next": target, "language": "en"}
    place = sweep.world.things["organization"]["faculty"]["organization_id"]
    with sweep.undone():
        asked = [
            sweep.open("/accounts/sign-in", "visitor", method="POST", data=form),
            sweep.open("/accounts/sign-in", "owner", query_string={"next": target}),
            sweep.open("/language", "visitor", method="POST", data=form),
            sweep.open("/language", "owner", method="POST", data={"language": "th"}, headers={"Referer": target}),
            sweep.open("/organizations/membership", "owner", method="POST", data={"organization_id": place, **form}),
        ]
    for response in asked:
        assert response.status_code == 303
        assert re.match(r"/(?![/\\])", response.headers["Location"]), response.headers["Location"]
        assert "evil" not in response.headers["Location"]


# Ids of others inside a form of one's own -------------------------------------------------------


def test_colleagues_work_cannot_be_chosen_into_a_portfolio(sweep: Sweep) -> None:
    things = sweep.world.things
    own, foreign = things["portfolio"]["owner"]["portfolio_id"], things["work"]["colleague"]["work_id"]
    response = sweep.open(f"/portfolios/{own}/works", "owner", method="POST", data={"work": foreign})
    assert response.status_code == 404
    assert sweep.writes == []
    with sweep.app.app_context():
        statement = select(PortfolioWork).where(PortfolioWork.portfolio_id == own, PortfolioWork.work_id == foreign)
        assert session.scalar(statement) is None


def test_evidence_cannot_be_tied_to_a_colleagues_work(sweep: Sweep) -> None:
    things = sweep.world.things
    own, foreign = things["item"]["owner"]["item_id"], things["work"]["colleague"]["work_id"]
    form = {"work": foreign, f"tied-{foreign}": "1", "version": 1}
    with sweep.undone():
        sweep.open(f"/evidence/{own}/ties", "owner", method="POST", data=form)
        with sweep.app.app_context():
            found = session.execute(
                text("SELECT count(*) FROM evidence_uses WHERE evidence_id = :item AND work_id = :work"),
                {"item": own, "work": foreign},
            ).scalar()
    assert found == 0


def test_portfolio_cannot_be_submitted_to_a_draft_call(sweep: Sweep) -> None:
    things = sweep.world.things
    own, draft = things["portfolio"]["owner"]["portfolio_id"], things["call"]["draft"]["call_id"]
    form = {"call": draft, "own_work": "y", "permission": "y", "judged": "y"}
    response = sweep.open(f"/submissions/portfolios/{own}", "owner", method="POST", data=form)
    assert response.status_code == 422
    assert sweep.writes == []


def test_dossier_is_released_to_universities_only(sweep: Sweep) -> None:
    things = sweep.world.things
    own, faculty = things["edition"]["owner"]["edition_id"], things["organization"]["faculty"]["organization_id"]
    response = sweep.open(f"/dossier/editions/{own}/releases", "owner", method="POST", data={"university_id": faculty})
    assert response.status_code == 422
    assert sweep.writes == []


@pytest.mark.parametrize("reviewer", ["owner", "colleague", "officer_reviewer", "officer", "newcomer"])
def test_nobody_unfit_can_be_invited(sweep: Sweep, reviewer: str) -> None:
    """The applicant, a colleague without the role, an officer in a double-blind call, somebody without a role."""
    submission = sweep.world.things["submission"]["owner"]["id"]
    address, form = f"/assignments/submissions/{submission}/invitations", {"reviewer": PEOPLE[reviewer].number}
    with sweep.undone():
        response = sweep.open(address, "officer", method="POST", data=form)
        assert response.status_code == 303
        with sweep.app.app_context():
            asked = session.execute(
                text(
                    "SELECT count(*) FROM assignments JOIN review_rounds ON review_rounds.id = assignments.round_id"
                    " WHERE review_rounds.submission_id = :id"
                ),
                {"id": submission},
            ).scalar()
    assert asked == 0


@pytest.mark.parametrize("role", ["officer", "reviewer", "hr", "administrator"])
def test_administrator_gives_no_role_to_herself(sweep: Sweep, role: str) -> None:
    person = PEOPLE["administrator"].number
    with sweep.app.app_context():
        university = session.scalars(select(Organization.id).where(Organization.code == "UNI-A")).one()
    form = {"role": role, "organization_id": university if role == "hr" else 0}
    response = sweep.open(f"/admin/people/{person}/roles", "administrator", method="POST", data=form)
    assert response.status_code == 422
    assert sweep.writes == []
