"""How letters leave: to files on this machine, or by SMTP."""

from __future__ import annotations

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import structlog

from portfolio.config import Config
from portfolio.core.mail.models import MailMessage

TIMEOUT_SECONDS = 20

log = structlog.get_logger(__name__)


class NotSentError(Exception):
    """The letter did not leave. `lasting`: trying again is of no use."""

    def __init__(self, reason: str, *, lasting: bool = False) -> None:
        super().__init__(reason)
        self.lasting = lasting


class Transport(Protocol):
    """Sends one letter, or raises NotSentError."""

    def send(self, letter: EmailMessage, message_id: int) -> None:
        """Hand the letter over; returning means that the other side has taken it."""
        ...


class ConsoleTransport:
    """Writes each letter to `var/mail/<id>.eml` and one line to the log, without address, subject or link."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, letter: EmailMessage, message_id: int) -> None:
        """Write the file; the same letter again replaces it."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            (self.folder / f"{message_id}.eml").write_bytes(letter.as_bytes(policy=SMTP))
        except OSError as error:
            raise NotSentError(error.strerror or "the folder cannot be written") from error
        log.info("mail.kept", id=message_id, file=f"{message_id}.eml")


class SmtpTransport:
    """Sends by `smtp://user:password@host:port` (STARTTLS, refused without it unless on this machine or ?tls=no) or `smtps://`."""

    def __init__(self, url: SplitResult) -> None:
        self.host = url.hostname or "localhost"
        self.implicit = url.scheme == "smtps"
        self.port = url.port or (465 if self.implicit else 587)
        self.user = unquote(url.username or "")
        self.password = unquote(url.password or "")
        local = self.host in ("localhost", "127.0.0.1", "::1")
        self.starttls = not self.implicit and not local and parse_qs(url.query).get("tls") != ["no"]

    def send(self, letter: EmailMessage, message_id: int) -> None:
        """Hand the letter to the server. A 5xx answer to sender, recipient or text is lasting."""
        try:
            with self._connected() as server:
                server.send_message(letter)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
            code = _code(error)
            raise NotSentError(f"answer {code}", lasting=500 <= code < 600 and not _ours(error)) from error
        except (smtplib.SMTPException, OSError, ssl.SSLError) as error:
            raise NotSentError(type(error).__name__) from error
        log.info("mail.sent", id=message_id)

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.implicit:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            if self.starttls:
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server


def transport_for(config: Config) -> Transport:
    """The transport that the configuration names."""
    url = urlsplit(config.mail_url)
    return ConsoleTransport(config.var / "mail") if url.scheme == "console" else SmtpTransport(url)


def compose(message: MailMessage, config: Config) -> EmailMessage:
    """The letter as it travels. Its Message-ID follows from the row, so a second copy would be known as one."""
    letter = EmailMessage(policy=SMTP)
    name, sender = parseaddr(config.mail_from)
    letter["From"] = Address(name, addr_spec=sender)
    letter["To"] = Address(addr_spec=message.to_address)
    letter["Subject"] = message.subject
    letter["Date"] = format_datetime(message.created_at)
    letter["Message-ID"] = f"<mail-{message.id}.{int(message.created_at.timestamp())}@{sender.rsplit('@', 1)[-1]}>"
    letter["Content-Language"] = message.language
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.body, charset="utf-8", cte="base64")
    return letter


def _code(error: smtplib.SMTPException) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((answer[0] for answer in error.recipients.values()), default=450)
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 450


def _ours(error: smtplib.SMTPException) -> bool:
    """A refused sign-in or greeting is our configuration's fault and can be mended while the letter waits."""
    return isinstance(error, (smtplib.SMTPAuthenticationError, smtplib.SMTPConnectError, smtplib.SMTPHeloError))
