"""Looking works up: a real server on this machine that answers as DOI's and ORCID's services do, and as they fail."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from portfolio.config import Config, ConfigurationError, load_config
from portfolio.core.db import session, transaction
from portfolio.core.jobs.worker import run_waiting
from portfolio.organizations.models import Role
from portfolio.transfer import lookup
from portfolio.transfer.lookup import Lookup, LookupFailed, read_orcid, split_dois
from portfolio.transfer.models import BatchState, ImportBatch, ImportEntry
from tests.builders.accounts import signed_in
from tests.builders.organizations import make_person
from tests.builders.works import make_rule_set
from tests.conftest import app_with

ORCID = "0000-0002-1825-0097"
CSL = {"type": "journal-article", "title": "Found", "DOI": "10.1234/ok", "issued": {"date-parts": [[2019]]}}


def _summary(code: int) -> dict[str, Any]:
    return {"put-code": code, "title": {"title": {"value": f"Work {code}"}}, "type": "book"}


class Service(BaseHTTPRequestHandler):
    """Speaks the shapes of doi.org and pub.orcid.org; the last part of a DOI says what goes wrong."""

    asked: list[tuple[str, str, str]] = []

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""

    def answer(self, status: int, body: bytes = b"", kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Accept"], self.headers["User-Agent"]))
        if self.path.startswith("/v3.0/"):
            self.orcid()
        else:
            self.doi(self.path.rsplit("/", 1)[1])

    def orcid(self) -> None:
        parts = self.path.split("/")
        if parts[2] != ORCID:
            return self.answer(404, b'{"response-code": 404}')
        if len(parts) == 4:
            groups = [{"work-summary": [_summary(code)]} for code in (1, 2)]
            return self.answer(200, json.dumps({"group": groups, "path": f"/{ORCID}/works"}).encode())
        if self.server.details is False:  # type: ignore[attr-defined]
            return self.answer(500)
        people = {"contributor": [{"credit-name": {"value": "Jane Doe"}}]}
        bulk = [{"work": {**_summary(int(code)), "contributors": people}} for code in parts[4].split(",")]
        return self.answer(200, json.dumps({"bulk": bulk}).encode())

    def doi(self, what: str) -> None:
        good = json.dumps(CSL).encode()
        kind = "application/vnd.citationstyles.csl+json"
        if what == "ok":
            self.answer(200, good, kind)
        elif what == "moved":
            self.answer(302, Location="/10.1234/ok")
        elif what == "elsewhere":
            self.answer(302, Location="http://127.0.0.2:9/secret")
        elif what == "file":
            self.answer(302, Location="file:///etc/passwd")
        elif what == "round":
            self.answer(302, Location="/10.1234/round")
        elif what == "busy":
            again = len([1 for path, *_ in self.asked if path.endswith("busy")]) > 1
            self.answer(200, good, kind) if again else self.answer(429, Retry_After="1")
        elif what == "closed":
            self.answer(503, Retry_After="3600")
        elif what == "broken-server":
            self.answer(500)
        elif what == "page":
            self.answer(200, b"<html>", "text/html")
        elif what == "torn":
            self.answer(200, good[:-5], kind)
        elif what == "latin":
            self.answer(200, b'{"title": "\xff"}', kind)
        elif what == "other":
            self.answer(200, b'{"latitude": 1}', kind)
        elif what == "huge":
            self.answer(200, b'{"title": "' + b"x" * 300_000 + b'"}', kind)
        elif what == "slow":
            self.server.released.wait(5)  # type: ignore[attr-defined]
            self.answer(200, good, kind)
        else:
            self.answer(404, b"", "text/html")


@pytest.fixture
def service() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.daemon_threads = True
    server.details, server.released = True, threading.Event()  # type: ignore[attr-defined]
    Service.asked = []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.released.set()  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


def looking_up(config: Config, service: ThreadingHTTPServer) -> Config:
    here = f"http://127.0.0.1:{service.server_address[1]}"
    return replace(config, lookup=True, doi_url=here, orcid_url=here, mail_from="EnT <desk@example.org>")


@pytest.fixture
def asking(service: ThreadingHTTPServer, tmp_path: Path) -> Config:
    """A configuration for what needs no database."""
    return looking_up(load_config({"PORTFOLIO_VAR": str(tmp_path)}), service)


def ask(config: Config, *dois: str, **settings: Any) -> list[str]:
    """The title of each DOI that was found, the msgid of why not for the others."""
    waited: list[float] = []
    with Lookup(config, pause=waited.append, **settings) as service:
        found = service.dois(dois)
    assert all(pause <= lookup.LONGEST_PAUSE for pause in waited)
    return [entry.reference.title if hasattr(entry, "reference") else entry.reason.text for entry in found.entries]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("ok", "Found"),
        ("moved", "Found"),
        ("busy", "Found"),
        ("unknown", lookup.NOT_THERE),
        ("elsewhere", lookup.ELSEWHERE),
        ("file", lookup.ELSEWHERE),
        ("round", lookup.ELSEWHERE),
        ("closed", lookup.TOO_BUSY),
        ("broken-server", lookup.TROUBLE),
        ("page", lookup.NOT_DATA),
        ("torn", lookup.NOT_DATA),
        ("latin", lookup.NOT_DATA),
        ("other", lookup.NOT_DATA),
    ],
)
def test_each_answer_of_the_service_has_its_sentence(asking: Config, what: str, said: str) -> None:
    assert ask(asking, f"10.1234/{what}") == [said]


def test_answers_are_limited_in_size_and_time(asking: Config) -> None:
    assert ask(asking, "10.1234/huge", most_bytes=200_000) == [lookup.TOO_BIG]
    assert ask(asking, "10.1234/slow", seconds_each=0.2) == [lookup.NO_ANSWER]


def test_service_that_asks_to_wait_is_not_asked_again(asking: Config) -> None:
    assert ask(asking, "10.1234/ok", "10.1234/closed", "10.1234/ok") == ["Found", lookup.TOO_BUSY, lookup.TOO_BUSY]
    assert len(Service.asked) == 2


def test_service_that_is_not_there_is_told(asking: Config, service: ThreadingHTTPServer) -> None:
    nowhere = replace(asking, doi_url="http://127.0.0.1:9")
    assert ask(nowhere, "10.1234/ok", "10.1234/ok") == [lookup.NO_ANSWER, lookup.NO_ANSWER]


def test_service_learns_who_asks_and_what_for(asking: Config) -> None:
    ask(asking, "https://doi.org/10.1234/OK")
    ((path, accept, agent),) = Service.asked
    assert (path, accept) == ("/10.1234/ok", "application/vnd.citationstyles.csl+json")
    assert "mailto:desk@example.org" in agent


@pytest.mark.parametrize("odd", ["10.1234/../../admin", "10.1234/a?x=1", "10.1234/a#b", "10.1234/a%2e%2e"])
def test_doi_stays_inside_of_its_path(asking: Config, odd: str) -> None:
    ask(asking, odd)
    assert all(path.startswith("/10.1234/") and "?" not in path and "#" not in path for path, *_more in Service.asked)


def test_what_is_no_doi_is_not_asked(asking: Config) -> None:
    assert ask(asking, "hello") == [lookup.NOT_DOI]
    assert Service.asked == []


def test_redirect_to_an_agency_is_followed_over_https_only(asking: Config) -> None:
    service = Lookup(asking)
    follow = service._next
    base, host = f"{asking.doi_url}/10.1/x", asking.doi_url.removeprefix("http://")
    assert follow(base, "https://data.crossref.org/10.1/x", host, lookup.AGENCIES).startswith(
        "https://data.crossref.org"
    )
    for bad in (
        "http://data.crossref.org/x",
        "https://data.crossref.org@evil.example/",
        "https://evil.example/",
        "//[",
    ):
        with pytest.raises(LookupFailed):
            follow(base, bad, host, lookup.AGENCIES)
    service.__exit__()


def test_orcid_works_come_in_full_or_else_as_listed(asking: Config, service: ThreadingHTTPServer) -> None:
    with Lookup(asking) as client:
        full = client.orcid(ORCID)
        service.details = False  # type: ignore[attr-defined]
        listed = client.orcid(ORCID)
        with pytest.raises(LookupFailed) as caught:
            client.orcid("0000-0001-5109-3700")
    assert [len(entry.reference.authors) for entry in full.understood] == [1, 1]
    assert [entry.reference.title for entry in listed.understood] == ["Work 1", "Work 2"]
    assert caught.value.remark.text == lookup.NOT_THERE


@pytest.mark.parametrize(
    ("typed", "iD"),
    [
        (ORCID, ORCID),
        (f"https://orcid.org/{ORCID}/", ORCID),
        ("0000000218250097", ORCID),
        ("0000-0002-1694-233X", "0000-0002-1694-233X"),
        ("0000-0002-1825-0098", ""),
        ("../../admin", ""),
        ("", ""),
    ],
)
def test_orcid_id_is_checked(typed: str, iD: str) -> None:  # noqa: N803 - its name
    assert read_orcid(typed) == iD


def test_dois_are_parted_and_each_is_asked_once() -> None:
    assert split_dois("10.1/a, 10.1/b;10.1/a\n10.1/c") == ["10.1/a", "10.1/b", "10.1/c"]


@pytest.mark.parametrize("url", ["ftp://doi.org", "doi.org", "https://", "https://me@doi.org", "https://doi.org?x"])
def test_wrong_address_of_a_service_stops_the_start(url: str, tmp_path: Any) -> None:
    with pytest.raises(ConfigurationError, match="PORTFOLIO_DOI_URL"):
        load_config({"PORTFOLIO_VAR": str(tmp_path), "PORTFOLIO_DOI_URL": url})


def test_page_asks_by_a_job_and_shows_what_came(
    config: Config, service: ThreadingHTTPServer, database: scoped_session[Session]
) -> None:
    app: Flask = app_with(looking_up(config, service))
    with app.app_context(), transaction():
        make_rule_set()
        owner = make_person(Role.ACADEMIC).id
    client = signed_in(app, owner)
    assert client.post("/transfer/imports/dois", data={"doi-dois": "10.1234/ok\n10.1234/unknown"}).status_code == 303
    assert client.post("/transfer/imports/records", data={"orcid-orcid": ORCID}).status_code == 303
    assert client.post("/transfer/imports/records", data={"orcid-orcid": "1"}).status_code == 422
    assert client.post("/transfer/imports/dois", data={"doi-dois": "none"}).status_code == 422
    with app.app_context():
        run_waiting(app)
        session.remove()
        states = list(session.scalars(select(ImportBatch.state).order_by(ImportBatch.id)))
        titles = [row.reference and row.reference["title"] for row in session.scalars(select(ImportEntry))]
    assert states == [BatchState.READY, BatchState.READY]
    assert titles == ["Found", None, "Work 1", "Work 2"]


def test_nothing_is_asked_where_it_is_switched_off(
    config: Config, service: ThreadingHTTPServer, database: scoped_session[Session]
) -> None:
    app: Flask = app_with(config, lookup=False)
    with app.app_context(), transaction():
        owner = make_person(Role.ACADEMIC).id
    client = signed_in(app, owner)
    assert "doi-dois" not in client.get("/transfer/imports").text
    assert client.post("/transfer/imports/dois", data={"doi-dois": "10.1234/ok"}).status_code == 422
    assert Service.asked == []
