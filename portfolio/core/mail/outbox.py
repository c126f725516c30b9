"""Sending what waits: one letter at a time, under a lease, with pauses that double after a failure."""

from __future__ import annotations

from datetime import timedelta

import structlog
from flask import current_app
from sqlalchemy import or_, select, update

from portfolio.core.clock import now
from portfolio.core.db import own_look, own_transaction
from portfolio.core.mail.models import MailMessage, MailState
from portfolio.core.mail.transports import NotSentError, Transport, compose, transport_for

LEASE = timedelta(minutes=3)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=4)
MOST_ATTEMPTS = 12

log = structlog.get_logger(__name__)


def drain(limit: int = 50, transport: Transport | None = None) -> int:
    """Send what is due, at most so many letters. Returns how many left. Opens its own short transactions.

    A letter whose success was noted never leaves again. A process killed after the server took a letter and before
    that was noted sends it once more after the lease, under the same Message-ID.
    """
    config = current_app.extensions["config"]
    transport = transport or transport_for(config)
    sent = 0
    for _turn in range(limit):
        message = _claim()
        if message is None:
            break
        try:
            transport.send(compose(message, config), message.id)
        except NotSentError as error:
            _note_failure(message, error)
        else:
            _note_success(message)
            sent += 1
    return sent


def _claim() -> MailMessage | None:
    waiting = (
        select(MailMessage)
        .where(
            or_(MailMessage.state == MailState.QUEUED, MailMessage.state == MailState.SENDING),
            MailMessage.next_try <= now(),
        )
        .order_by(MailMessage.next_try, MailMessage.id)
        .limit(1)
    )
    with own_look() as look:  # an empty outbox must not take the lock and disturb writers
        if look.scalar(waiting) is None:
            return None
    with own_transaction() as own:
        message = own.scalar(waiting.with_for_update(skip_locked=True))
        if message is not None:
            message.state = MailState.SENDING
            message.attempts += 1
            message.next_try = now() + LEASE
        return message


def _note_success(message: MailMessage) -> None:
    """Only the newest attempt notes it; the text goes, because it may hold a link with a token."""
    with own_transaction() as own:
        own.execute(
            update(MailMessage)
            .where(MailMessage.id == message.id, MailMessage.state == MailState.SENDING)
            .values(state=MailState.SENT, sent_at=now(), body="")
        )


def _note_failure(message: MailMessage, error: NotSentError) -> None:
    over = error.lasting or message.attempts >= MOST_ATTEMPTS
    pause = min(FIRST_PAUSE * 2 ** (message.attempts - 1), LONGEST_PAUSE)
    with own_transaction() as own:
        own.execute(
            update(MailMessage)
            .where(
                MailMessage.id == message.id,
                MailMessage.attempts == message.attempts,
                MailMessage.state == MailState.SENDING,
            )
            .values(state=MailState.FAILED if over else MailState.QUEUED, next_try=now() + pause)
        )
    log.warning("mail.not_sent", id=message.id, attempt=message.attempts, reason=str(error), over=over)
