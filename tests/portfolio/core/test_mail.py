"""Letters: written with their change, sent once, carrying nothing they should not."""

from __future__ import annotations

import email
import email.policy
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import select

from portfolio.config import Config
from portfolio.core.clock import frozen_at, now
from portfolio.core.db import session, transaction
from portfolio.core.mail import outbox
from portfolio.core.mail.addresses import BadAddressError, checked_address, checked_line
from portfolio.core.mail.links import absolute_url
from portfolio.core.mail.models import MailMessage, MailState
from portfolio.core.mail.operations import enqueue_mail, render_mail
from portfolio.core.mail.outbox import LEASE, MOST_ATTEMPTS, drain
from portfolio.core.mail.transports import NotSentError, SmtpTransport, compose, transport_for

TOKEN = "token-that-nobody-else-may-see"
TEMPLATES = {
    "emails/th/probe.txt": (
        'คำเชิญ: {{ title }}\n\nเรียน {{ name }}\n{{ absolute_url("jobs.show", job_id=7, t=token) }}\n'
    ),
    "emails/en/probe.txt": "Invitation: {{ title }}\n\nDear {{ name }}\n{{ public_url }}\n",
    "emails/th/laid_out.txt": (
        '{% extends "emails/th/_layout.txt" %}{% block subject %}หัวเรื่อง{% endblock %}'
        "{% block addressee %}{{ name }}{% endblock %}{% block body %}เนื้อหา{% endblock %}"
    ),
    "emails/en/laid_out.txt": (
        '{% extends "emails/en/_layout.txt" %}{% block subject %}Subject{% endblock %}'
        "{% block body %}Body{% endblock %}"
    ),
    "emails/en/broken.txt": "{{ sly }}\n\nbody",
}
CONTEXT = {"title": "งาน <b> & ผล", "name": "ดร.สมมติ", "token": TOKEN, "sly": "One\rBcc: all@example.org"}


@pytest.fixture
def post(ground: Flask) -> Flask:
    ground.jinja_env.loader = ChoiceLoader([DictLoader(TEMPLATES), ground.jinja_env.loader])  # type: ignore[list-item]
    return ground


def put(key: str = "k", to: str = "alice@example.org", language: str = "th", template: str = "probe") -> int:
    with transaction():
        return enqueue_mail(to=to, language=language, template=template, context=CONTEXT, key=key).id


def letter(number: int) -> MailMessage:
    session.rollback()
    return session.get_one(MailMessage, number)


def read(path: Path) -> EmailMessage:
    found = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


class Recording:
    """A transport that remembers, and fails as told."""

    def __init__(self, *failures: NotSentError) -> None:
        self.failures = list(failures)
        self.sent: list[int] = []

    def send(self, letter: EmailMessage, message_id: int) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(message_id)


class TestOutbox:
    def test_letter_is_rendered_when_it_is_written(self, post: Flask) -> None:
        found = letter(put())
        assert found.subject == "คำเชิญ: งาน <b> & ผล"
        assert found.body == f"เรียน ดร.สมมติ\nhttp://localhost/jobs/7?t={TOKEN}\n"
        assert (found.language, found.purpose, found.state) == ("th", "probe", MailState.QUEUED)

    def test_letter_goes_with_a_change_that_failed(self, post: Flask) -> None:
        with pytest.raises(RuntimeError), transaction():
            enqueue_mail(to="a@example.org", language="th", template="probe", context=CONTEXT, key="k")
            raise RuntimeError("the change failed")
        assert session.scalar(select(MailMessage)) is None

    def test_same_occasion_is_told_once(self, post: Flask) -> None:
        number = put("decision:5:alice")
        drain(transport=Recording())
        assert put("decision:5:alice") == number
        assert letter(number).state == MailState.SENT

    def test_same_occasion_at_once(self, post: Flask) -> None:
        numbers: list[int] = []

        def work() -> None:
            with post.app_context():
                numbers.append(put("the same"))

        threads = [threading.Thread(target=work) for _turn in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(numbers) == 6
        assert len(set(numbers)) == 1

    def test_letters_are_laid_out_in_both_languages(self, post: Flask) -> None:
        subject, body = render_mail(language="th", template="laid_out", context=CONTEXT)
        assert (subject, body.splitlines()[0]) == ("หัวเรื่อง", "เรียน ดร.สมมติ")
        assert "เนื้อหา" in body
        subject, body = render_mail(language="en", template="laid_out", context=CONTEXT)
        assert (subject, body.splitlines()[0]) == ("Subject", "Dear colleague,")

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "alice",
            "alice@example.org\nBcc: all@example.org",
            "alice@example.org\r\nSubject: x",
            "alice@example.org, bob@example.org",
            "Alice <alice@example.org>",
            "alice@exa mple.org",
            "alice@example.org\x00",
            "a" * 250 + "@example.org",
            "@example.org",
            "alice@",
        ],
    )
    def test_address_that_could_carry_more_is_refused(self, address: str) -> None:
        with pytest.raises(BadAddressError) as caught:
            checked_address(address)
        assert not address or address not in str(caught.value)

    @pytest.mark.parametrize("address", ["alice@example.org", "a.b+c@mail.example.ac.th", "ผู้ใช้@ตัวอย่าง.ไทย"])
    def test_plain_addresses_pass(self, address: str) -> None:
        assert checked_address(address) == address

    @pytest.mark.parametrize("line", ["", "a\nb", "a\rb", "a\u2028b", "a\x00b", "a\x85b"])
    def test_header_that_breaks_is_refused(self, line: str) -> None:
        with pytest.raises(BadAddressError):
            checked_line(line)

    def test_long_subject_is_cut(self) -> None:
        assert len(checked_line("ก" * 500)) == 300

    def test_template_cannot_break_the_subject(self, post: Flask) -> None:
        with pytest.raises(BadAddressError):
            put(language="en", template="broken")


class TestDrain:
    def test_sent_once_and_its_text_forgotten(self, post: Flask) -> None:
        number = put()
        transport = Recording()
        assert drain(transport=transport) == 1
        assert drain(transport=transport) == 0
        found = letter(number)
        assert transport.sent == [number]
        assert (found.state, found.body, found.attempts) == (MailState.SENT, "", 1)
        assert found.sent_at is not None

    def test_failure_is_tried_again_after_a_pause_that_doubles(self, post: Flask) -> None:
        number = put()
        transport = Recording(NotSentError("away"), NotSentError("away"))
        instant = now()
        for pause in (30, 60):
            with frozen_at(instant):
                assert drain(transport=transport) == 0
                assert drain(transport=transport) == 0
            found = letter(number)
            assert (found.state, found.next_try) == (MailState.QUEUED, instant + timedelta(seconds=pause))
            instant = found.next_try
        with frozen_at(instant):
            assert drain(transport=transport) == 1
        assert transport.sent == [number]

    def test_lasting_refusal_is_final(self, post: Flask) -> None:
        number = put()
        drain(transport=Recording(NotSentError("answer 550", lasting=True)))
        assert letter(number).state == MailState.FAILED
        with frozen_at(now() + timedelta(days=3)):
            assert drain(transport=Recording()) == 0

    def test_gives_up_after_long(self, post: Flask) -> None:
        number = put()
        instant = now()
        for _turn in range(MOST_ATTEMPTS):
            with frozen_at(instant):
                drain(transport=Recording(NotSentError("away")))
            instant = letter(number).next_try
        assert (letter(number).state, letter(number).attempts) == (MailState.FAILED, MOST_ATTEMPTS)

    def test_letter_of_a_killed_process_is_sent_after_the_lease(self, post: Flask) -> None:
        number = put()

        class Killed(BaseException):
            pass

        class Killing:
            def send(self, letter: EmailMessage, message_id: int) -> None:
                raise Killed

        with pytest.raises(Killed):
            drain(transport=Killing())
        transport = Recording()
        assert drain(transport=transport) == 0
        with frozen_at(now() + LEASE + timedelta(seconds=1)):
            assert drain(transport=transport) == 1
        assert (transport.sent, letter(number).attempts) == ([number], 2)

    def test_many_senders_send_each_letter_once(self, post: Flask) -> None:
        expected = [put(f"k{number}") for number in range(20)]
        transport = Recording()

        def work() -> None:
            with post.app_context():
                drain(transport=transport)

        threads = [threading.Thread(target=work) for _turn in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(transport.sent) == expected

    def test_one_bad_letter_does_not_hold_the_others(self, post: Flask) -> None:
        numbers = [put(f"k{number}") for number in range(3)]
        transport = Recording(NotSentError("answer 550", lasting=True))
        assert drain(transport=transport) == 2
        assert transport.sent == numbers[1:]


class TestConsole:
    def test_letter_lies_in_a_file_and_the_log_tells_no_secret(
        self, post: Flask, config: Config, capsys: pytest.CaptureFixture[str]
    ) -> None:
        number = put()
        assert drain() == 1
        found = read(config.var / "mail" / f"{number}.eml")
        assert found["To"] == "alice@example.org"
        assert found["Subject"] == "คำเชิญ: งาน <b> & ผล"
        assert TOKEN in found.get_content()
        printed = "".join(capsys.readouterr())
        assert f"id={number}" in printed.replace("\x1b[0m", "").replace("\x1b[36m", "").replace("\x1b[35m", "")
        for secret in (TOKEN, "alice", "คำเชิญ"):
            assert secret not in printed

    def test_folder_that_cannot_be_written_is_tried_again(self, post: Flask, config: Config) -> None:
        config.var.mkdir(parents=True, exist_ok=True)
        (config.var / "mail").write_text("in the way")
        number = put()
        assert drain() == 0
        assert letter(number).state == MailState.QUEUED


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Sink:
    """An SMTP server that keeps what it takes."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.answers: list[str] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - its API
        if self.answers:
            return self.answers.pop(0)
        self.taken.append(envelope)
        return "250 taken"

    async def handle_RCPT(  # noqa: N802 - its API
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 ok"


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port(), decode_data=False)
    controller.start()
    assert controller.server is not None
    yield handler, controller.server.sockets[0].getsockname()[1]
    controller.stop()


class TestSmtp:
    def transport(self, port: int, credentials: str = "") -> SmtpTransport:
        return SmtpTransport(urlsplit(f"smtp://{credentials}127.0.0.1:{port}"))

    def test_letter_arrives_whole(self, post: Flask, sink: tuple[Sink, int]) -> None:
        handler, port = sink
        number = put()
        assert drain(transport=self.transport(port)) == 1
        [envelope] = handler.taken
        assert envelope.rcpt_tos == ["alice@example.org"]
        assert envelope.mail_from == "no-reply@localhost"
        found = email.message_from_bytes(envelope.content, policy=email.policy.default)  # type: ignore[arg-type]
        assert isinstance(found, EmailMessage)
        assert found["Subject"] == "คำเชิญ: งาน <b> & ผล"
        assert found["From"] == "EnT Portfolio <no-reply@localhost>"
        assert found["Auto-Submitted"] == "auto-generated"
        assert found["Message-ID"].startswith(f"<mail-{number}.")
        assert found.get_content().replace("\r\n", "\n") == f"เรียน ดร.สมมติ\nhttp://localhost/jobs/7?t={TOKEN}\n"
        assert letter(number).state == MailState.SENT

    def test_busy_server_is_asked_again_and_takes_it_once(self, post: Flask, sink: tuple[Sink, int]) -> None:
        handler, port = sink
        handler.answers = ["451 later", "451 later"]
        number = put()
        instant = now()
        for _turn in range(4):
            with frozen_at(instant):
                drain(transport=self.transport(port))
            instant += timedelta(minutes=5)
        assert len(handler.taken) == 1
        assert (letter(number).state, letter(number).attempts) == (MailState.SENT, 3)

    def test_unknown_mailbox_is_final(self, post: Flask, sink: tuple[Sink, int]) -> None:
        number = put(to="nobody@example.org")
        drain(transport=self.transport(sink[1]))
        assert letter(number).state == MailState.FAILED

    def test_refused_text_is_final(self, post: Flask, sink: tuple[Sink, int]) -> None:
        sink[0].answers = ["554 not wanted"]
        number = put()
        drain(transport=self.transport(sink[1]))
        assert letter(number).state == MailState.FAILED

    def test_server_that_is_away_is_tried_later(self, post: Flask, sink: tuple[Sink, int]) -> None:
        number = put()
        drain(transport=SmtpTransport(urlsplit("smtp://127.0.0.1:1")))
        assert letter(number).state == MailState.QUEUED

    def test_same_letter_composed_twice_is_the_same(self, post: Flask, config: Config) -> None:
        found = letter(put())
        assert compose(found, config).as_bytes() == compose(found, config).as_bytes()

    def test_sign_in_and_its_refusal(self, post: Flask) -> None:
        def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
            assert isinstance(data, LoginPassword)
            return AuthResult(success=data.password == b"p@ss word", handled=False)

        handler = Sink()
        controller = Controller(
            handler, hostname="127.0.0.1", port=free_port(), authenticator=check, auth_require_tls=False
        )
        controller.start()
        try:
            assert controller.server is not None
            port = controller.server.sockets[0].getsockname()[1]
            first, second = put("first"), put("second")
            assert drain(limit=1, transport=self.transport(port, "post:p%40ss%20word@")) == 1
            assert drain(transport=self.transport(port, "post:wrong@")) == 0
        finally:
            controller.stop()
        assert letter(first).state == MailState.SENT
        assert letter(second).state == MailState.QUEUED  # a password can be mended, so the letter waits


class TestTransports:
    def test_configuration_chooses(self, config: Config) -> None:
        smtp = transport_for(replace(config, mail_url="smtp://post:secret@mail.example.org"))
        assert isinstance(smtp, SmtpTransport)
        assert (smtp.host, smtp.port, smtp.starttls, smtp.implicit) == ("mail.example.org", 587, True, False)
        smtps = transport_for(replace(config, mail_url="smtps://mail.example.org"))
        assert isinstance(smtps, SmtpTransport)
        assert (smtps.port, smtps.starttls, smtps.implicit) == (465, False, True)
        plain = transport_for(replace(config, mail_url="smtp://mail.example.org:25?tls=no"))
        assert isinstance(plain, SmtpTransport)
        assert (plain.port, plain.starttls) == (25, False)

    def test_server_without_starttls_gets_nothing(self, post: Flask, sink: tuple[Sink, int]) -> None:
        handler, port = sink
        number = put()
        transport = self.demanding(port)
        drain(transport=transport)
        assert handler.taken == []
        assert letter(number).state == MailState.QUEUED

    def demanding(self, port: int) -> SmtpTransport:
        transport = SmtpTransport(urlsplit(f"smtp://127.0.0.1:{port}"))
        transport.starttls = True
        return transport


class TestLinks:
    def test_links_come_from_the_public_address(self, ground: Flask, config: Config) -> None:
        ground.extensions["config"] = replace(config, public_url="https://ent.example.ac.th/portfolio")
        assert absolute_url("jobs.show", job_id=7) == "https://ent.example.ac.th/portfolio/jobs/7"
        with ground.test_request_context("/", headers={"Host": "evil.example"}):
            assert absolute_url("jobs.show", job_id=7, t="ก") == (
                "https://ent.example.ac.th/portfolio/jobs/7?t=%E0%B8%81"
            )


def test_worker_drains_by_the_configured_transport(post: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    transport = Recording()
    monkeypatch.setattr(outbox, "transport_for", lambda config: transport)
    number = put()
    drain()
    assert transport.sent == [number]
