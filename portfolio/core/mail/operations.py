"""Writing letters: rendered in the recipient's language, kept in the outbox with the change they tell of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portfolio.core.db import session
from portfolio.core.mail.addresses import ERASED_DOMAIN, checked_address, checked_line
from portfolio.core.mail.links import absolute_url
from portfolio.core.mail.models import MailMessage


def enqueue_mail(
    *, to: str, language: str, template: str, context: Mapping[str, Any] | None = None, key: str
) -> MailMessage:
    """Put a letter into the outbox, in the caller's transaction.

    `template` names `emails/<language>/<template>.txt`, whose first line is the subject; it knows `absolute_url`. The
    key names the occasion and the person: the same key again gives the letter that is there, whether sent or not. A
    letter to an erased account is written nowhere.
    Raises BadAddressError for an address or a subject that could carry headers of its own.
    """
    address = checked_address(to)
    known = session.scalar(select(MailMessage).where(MailMessage.key == key))
    if known is not None:
        return known
    subject, body = render_mail(language=language, template=template, context=context)
    message = MailMessage(key=key, purpose=template, to_address=address, language=language, subject=subject, body=body)
    if address.endswith(f"@{ERASED_DOMAIN}"):
        return message  # nobody is there to read it, so it is not kept
    try:
        with session.begin_nested():
            session.add(message)
    except IntegrityError:
        # The same occasion was told by another process between our look and our write (PostgreSQL only).
        return session.scalars(select(MailMessage).where(MailMessage.key == key)).one()
    return message


def render_mail(*, language: str, template: str, context: Mapping[str, Any] | None = None) -> tuple[str, str]:
    """Subject and text of a letter in a language, for the outbox and for previews."""
    public_url = current_app.extensions["config"].public_url
    values = {"absolute_url": absolute_url, "public_url": public_url, **(context or {})}
    with force_locale(language):
        text = render_template(f"emails/{language}/{template}.txt", **values)
    subject, _, body = text.strip().partition("\n")
    return checked_line(subject.strip()), body.strip() + "\n"
