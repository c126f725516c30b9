"""What only a real server shows: two presses at the same instant, files over the limit, bodies that lie."""

from __future__ import annotations

import http.client
import re
import socket
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from portfolio.accounts import operations
from portfolio.accounts.models import User
from portfolio.accounts.sessions import COOKIE
from portfolio.core.db import session, transaction
from portfolio.core.mail.models import MailMessage
from portfolio.criteria.models import Grade
from portfolio.dossier.models import Edition, EditionState, Release
from portfolio.evidence.models import EvidenceItem
from portfolio.organizations.models import Role
from portfolio.submissions.models import Snapshot, Submission
from review.assignments.models import Assignment, AssignmentState
from review.decisions.models import Decision, DecisionLetter
from tests.builders.organizations import make_person
from tests.builders.review import LETTER, World, make_accepted, write_review
from tests.builders.submissions import make_ready_portfolio
from tests.e2e.browsing import Service

PRESSES = 2
MEGABYTE = 1024 * 1024


class Browser:
    """The little of a browser that these tests need: one sign-in, one key for forms."""

    def __init__(self, service: Service, user: User | None = None) -> None:
        self.port = int(service.settings["PORT"])
        self.cookies: dict[str, str] = {}
        if user is not None:
            with transaction():
                self.cookies[COOKIE] = operations.start_session(user)

    def ask(
        self, method: str, path: str, body: bytes | None = None, kind: str = "application/x-www-form-urlencoded"
    ) -> tuple[int, str]:
        """One request on a connection of its own; the status and the text of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = kind
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _, rest = value.partition("=")
                    self.cookies[key] = rest.partition(";")[0]
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def key(self, page: str) -> str:
        """The key of the forms on a page."""
        status, text = self.ask("GET", page)
        assert status == 200, text[:500]
        return re.findall(r'name="csrf_token" value="([^"]+)"', text)[0]

    def press_twice(self, page: str, action: str, **fields: str) -> list[int]:
        """Send the same form from several threads at once; the statuses."""
        body = urlencode({"csrf_token": self.key(page), **fields}).encode()
        start, statuses = threading.Barrier(PRESSES), []

        def press() -> None:
            start.wait()
            statuses.append(self.ask("POST", action, body)[0])

        threads = [threading.Thread(target=press) for _number in range(PRESSES)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(statuses)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A server process with its worker, which takes files of one megabyte."""
    folder: Path = tmp_path_factory.mktemp("server")
    with Service(folder, PORTFOLIO_MAX_UPLOAD_MB="1") as running:
        yield running


def count(model: type) -> int:
    """The rows of a table as they are now."""
    session.rollback()
    return int(session.scalar(select(func.count()).select_from(model)) or 0)


def test_two_presses_at_once_act_once(service: Service) -> None:
    """Submit, hand in, decide and release: one row each, and nobody sees an error."""
    with service.rows():
        with transaction():
            world = World(reviewers=3)
            second = make_ready_portfolio(world.applicant, world.rules)
            second_id, call_id, submission_id = second.id, world.call.id, world.submission.id
            university_id = world.home.id
        before = (count(Submission), count(Snapshot))
        applicant = Browser(service, world.applicant)
        page = f"/submissions/portfolios/{second_id}"
        agreed = {"own_work": "y", "permission": "y", "judged": "y", "call": str(call_id)}
        assert applicant.press_twice(page, page, **agreed) == [303, 303]
        assert (count(Submission), count(Snapshot)) == (before[0] + 1, before[1] + 1)

        with transaction():
            assignments = [make_accepted(world, reviewer) for reviewer in world.reviewers]
            for assignment in assignments:
                write_review(world, assignment, [Grade.A])
            ids = [assignment.id for assignment in assignments]
        for assignment_id, reviewer in zip(ids, world.reviewers, strict=True):
            statuses = Browser(service, reviewer).press_twice(
                f"/scoring/{assignment_id}", f"/scoring/{assignment_id}/hand-in"
            )
            assert statuses[0] == 303
            assert statuses[1] in (303, 403, 409)
        assert {session.get_one(Assignment, one).state for one in ids} == {AssignmentState.HANDED_IN}

        officer, page = Browser(service, world.officer), f"/decisions/submissions/{submission_id}"
        _status, text = officer.ask("GET", page)
        version = re.findall(r'name="version" value="(\d+)"', text)[0]
        statuses = officer.press_twice(page, page, grade_1="a", letter_th=LETTER, version=version)
        assert statuses[0] == 303
        assert statuses[1] in (303, 409)
        assert (count(Decision), count(DecisionLetter)) == (1, 1)

        page = f"/dossier/portfolios/{world.portfolio.id}"
        action = f"{page}/editions"
        assert applicant.press_twice(page, action, kind="hr", language="th") == [303, 303]
        assert count(Edition) == 1
        edition_id = session.scalars(select(Edition.id)).one()

        def is_done() -> bool:
            session.rollback()
            return session.get_one(Edition, edition_id).state is not EditionState.WAITING

        service.wait_for(is_done)
        with transaction():  # the builders' exhibits are no real files, so that nothing could be bound
            session.get_one(Edition, edition_id).state = EditionState.READY
        page = f"/dossier/editions/{edition_id}"
        statuses = applicant.press_twice(page, f"{page}/releases", university_id=str(university_id))
        assert statuses[0] == 303
        assert statuses[1] in (303, 403, 409)
        assert count(Release) == 1


def test_two_presses_of_sign_up_make_one_account(service: Service) -> None:
    address = f"{uuid.uuid4().hex}@twice.example"
    fields = {"email": address, "given_name_th": "สอง", "family_name_th": "ครั้ง"}
    assert Browser(service).press_twice("/accounts/sign-up", "/accounts/sign-up", **fields) == [303, 303]
    with service.rows():
        accounts = session.scalar(select(func.count()).select_from(User).where(User.email == address))
        letters = session.scalar(select(func.count()).select_from(MailMessage).where(MailMessage.to_address == address))
        assert accounts == 1
        assert 1 <= int(letters or 0) <= PRESSES


@pytest.mark.parametrize("size", [2 * MEGABYTE, 6 * MEGABYTE, 40 * MEGABYTE])
def test_file_over_the_limit_is_refused_by_a_page_that_names_it(service: Service, size: int) -> None:
    """In a form as browsers send it, below and above what the server itself lets in."""
    with service.rows():
        with transaction():
            owner = make_person(Role.ACADEMIC)
        browser, before = Browser(service, owner), count(EvidenceItem)
        key = browser.key("/evidence/new")
        parts = [
            f'--edge\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{key}\r\n'.encode(),
            b'--edge\r\nContent-Disposition: form-data; name="type"\r\n\r\nother\r\n',
            b'--edge\r\nContent-Disposition: form-data; name="files"; filename="large.pdf"\r\n'
            b"Content-Type: application/pdf\r\n\r\n%PDF-1.7\n" + b"x" * size + b"\r\n--edge--\r\n",
        ]
        try:
            status, text = browser.ask("POST", "/evidence", b"".join(parts), "multipart/form-data; boundary=edge")
        except (BrokenPipeError, ConnectionResetError):
            pytest.fail("the connection broke before the answer could be read")
        assert status in (413, 422)
        assert "<h1" in text
        assert " MB" in text
        assert count(EvidenceItem) == before


@pytest.mark.parametrize(
    "lie",
    [
        b"Content-Length: 900\r\n\r\nemail=x",
        b"Content-Length: -5\r\n\r\nemail=x",
        b"Content-Length: many\r\n\r\nemail=x",
        b"Content-Length: 5\r\nContent-Length: 9\r\n\r\nemail=x",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\nemail=x\r\n0\r\n\r\n",
        b"Transfer-Encoding: gzip\r\n\r\nemail=x",
        b"Content-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nemail=x\r\n0\r\n\r\n",
    ],
    ids=["too long", "negative", "no number", "two lengths", "broken chunks", "unknown coding", "both"],
)
def test_body_that_lies_about_its_length_breaks_nothing(service: Service, lie: bytes) -> None:
    port = int(service.settings["PORT"])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(
            b"POST /accounts/sign-up HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n" + lie
        )
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := line.recv(65536):
            answer += piece
    assert not answer.startswith(b"HTTP/1.1 5") or answer.startswith(b"HTTP/1.1 501")
    assert not answer.startswith(b"HTTP/1.1 2")
    assert service.is_ready()
