"""What a partner does by a link: answer, correct, add a picture, withdraw. Nobody has an account, so no actor."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import select

from portfolio.accounts.queries import digest_of
from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import check_version, lock, session
from portfolio.core.hooks import current_hooks
from portfolio.core.mail.links import absolute_url
from portfolio.core.mail.operations import enqueue_mail
from portfolio.core.sealed import readable
from portfolio.core.storage.models import StoredFile
from portfolio.core.storage.operations import Intake, record_file
from portfolio.partners.models import PartnerInWork, PartnerLink, Testimony
from portfolio.partners.operations import ASKABLE, SECRET_BYTES
from portfolio.partners.permissions import PartnerAction
from portfolio.partners.queries import link_of
from portfolio.partners.vocabulary import Answer, Channel, LinkPurpose

_PAUSE = timedelta(minutes=10)


class LinkDead(Exception):
    """The link does not open what it was for any more: used, replaced, taken back or expired."""


class Fixed(Exception):
    """The testimony cannot be changed: it stands in something submitted, or was withdrawn."""


@dataclass(frozen=True)
class Words:
    """What a partner says of one work, and to which uses of it they consent."""

    person: str | None = None
    person_role: str | None = None
    done_agrees: bool | None = None
    done_words: str = ""
    benefit_partner_agrees: bool | None = None
    benefit_partner_words: str = ""
    benefit_university_agrees: bool | None = None
    benefit_university_words: str = ""
    consent_name: bool = False
    consent_person: bool = False
    consent_words: bool = False
    consent_contact: bool = False


def receipt_secret(*, secret: str, browser: str) -> str:
    """The secret of the receipt that this browser gets for this link: pressed twice, it comes to the same one.

    `browser` is random and known to that browser alone, so that nobody else who holds the link finds the receipt.
    """
    digest = hmac.digest(browser.encode(), secret.encode(), "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")


def confirm(*, secret: str, words: Words, language: str, receipt: str | None = None) -> str:
    """Take a partner's confirmation. Returns the secret of the receipt, which is kept nowhere. Raises LinkDead."""
    return _answer(secret, Answer.CONFIRMED, language, receipt, words=words)


def decline(*, secret: str, not_us: bool, reason: str, language: str, receipt: str | None = None) -> str:
    """Take it that a partner will not confirm, or that it was somebody else. Returns as `confirm` does."""
    return _answer(secret, Answer.NOT_US if not_us else Answer.REFUSED, language, receipt, reason=reason)


def correct(*, testimony: Testimony, words: Words, version: int) -> None:
    """Change words and consents before they are used in a submission. Raises Fixed and Stale."""
    _lock_open(testimony)
    check_version(testimony, version)
    for name, value in asdict(words).items():
        setattr(testimony, name, value)
    testimony.updated_at = now()
    session.flush()
    _audit(PartnerAction.CORRECT, testimony)


def add_photo(*, testimony: Testimony, intake: Intake) -> None:
    """Keep a picture that the partner consents to show; it takes the place of an earlier one. Raises Fixed."""
    _lock_open(testimony)
    is_another = testimony.photo_id is not None
    _drop_photo(testimony)
    stored = record_file(intake, None)
    testimony.photo, testimony.consent_photo, testimony.updated_at = stored, True, now()
    session.flush()
    _audit(PartnerAction.ADD_PHOTO, testimony)
    if is_another:
        _tell_taken_back(testimony)


def remove_photo(*, testimony: Testimony) -> None:
    """Take the picture back. Raises Fixed."""
    _lock_open(testimony)
    if testimony.photo_id is not None:
        _drop_photo(testimony)
        testimony.updated_at = now()
        session.flush()
        _audit(PartnerAction.REMOVE_PHOTO, testimony)
        _tell_taken_back(testimony)


def withdraw_consent(*, testimony: Testimony) -> None:
    """End every use of what a partner gave, and erase it here and in all that was frozen. A second time does nothing.

    That there was a confirmation, and when it was withdrawn, stays.
    """
    lock(testimony)
    if testimony.withdrawn_at is not None:
        return
    _drop_photo(testimony)
    testimony.person = testimony.person_role = None
    testimony.done_words = testimony.benefit_partner_words = testimony.benefit_university_words = ""
    testimony.reason = ""
    testimony.done_agrees = testimony.benefit_partner_agrees = testimony.benefit_university_agrees = None
    testimony.consent_name = testimony.consent_person = testimony.consent_words = testimony.consent_contact = False
    testimony.withdrawn_at = now()
    session.flush()
    _audit(PartnerAction.WITHDRAW_CONSENT, testimony)
    for receiver in current_hooks().consent_withdrawn:
        receiver(testimony.in_work_id)
    _tell_academic(testimony, "partners_withdrawn")


def hold(*, work_ids: Iterable[int]) -> None:
    """Hold what partners answered of these works until the transaction ends: whoever withdraws a consent has done so
    before it is read, or comes after what was frozen is there, and finds it."""
    statement = select(Testimony.id).join(PartnerInWork).where(PartnerInWork.work_id.in_(list(work_ids)))
    session.execute(statement.order_by(Testimony.id).with_for_update(of=Testimony, key_share=True))


def freeze(*, work_ids: list[int]) -> None:
    """Note that what partners confirmed of these works now stands in a submission: it can be withdrawn, not changed."""
    statement = (
        select(Testimony)
        .join(PartnerInWork, PartnerInWork.id == Testimony.in_work_id)
        .where(PartnerInWork.work_id.in_(work_ids), PartnerInWork.archived_at.is_(None))
        .where(Testimony.frozen_at.is_(None), Testimony.withdrawn_at.is_(None))
    )
    for testimony in session.scalars(statement.order_by(Testimony.id)):
        testimony.frozen_at = now()
        session.flush()
        _audit(PartnerAction.FREEZE, testimony)


def send_receipt_again(*, secret: str) -> bool:
    """Write to the partner's own address once more with a new link of the receipt. Whether there is such an address.

    Only where the question itself came by our letter to that address: whoever was handed a link on paper cannot
    learn in this way what the partner answered.
    """
    link = link_of(secret, LinkPurpose.ASK)
    testimony = link.in_work.testimony if link is not None else None
    if link is None or testimony is None or testimony.channel is not Channel.MAIL:
        return False
    lock(link.in_work)
    newest = [one for one in link.in_work.links if one.purpose is LinkPurpose.RECEIPT and one.ended_at is None]
    if newest and newest[-1].created_at > now() - _PAUSE:
        return True
    receipt = _new_receipt(link.in_work, testimony.channel)
    return _write_receipt(testimony, receipt)


def _answer(
    secret: str, answer: Answer, language: str, receipt: str | None, *, words: Words | None = None, reason: str = ""
) -> str:
    link = link_of(secret, LinkPurpose.ASK)
    if link is None:
        raise LinkDead
    in_work = link.in_work
    lock(in_work)
    session.refresh(link)
    session.expire(in_work, ["testimony", "links"])
    if not link.takes_answers or in_work.state not in ASKABLE or in_work.archived_at or in_work.partner.archived_at:
        raise LinkDead
    testimony = in_work.testimony
    if testimony is None:
        testimony = Testimony(in_work=in_work)
        session.add(testimony)
    testimony.answer, testimony.channel, testimony.language = answer, link.channel, language
    testimony.statement_digest = in_work.statement_digest
    testimony.reason = reason
    testimony.answered_at = testimony.updated_at = now()
    testimony.frozen_at = None
    for name, value in asdict(words or Words()).items():
        setattr(testimony, name, value)
    for one in in_work.links:
        one.ended_at = one.ended_at or now()
    session.flush()
    _audit(PartnerAction.ANSWER, testimony)
    receipt = _new_receipt(in_work, link.channel, receipt)
    if link.channel is Channel.MAIL:
        _write_receipt(testimony, receipt)
    _tell_academic(testimony, "partners_answered")
    return receipt


def _new_receipt(in_work: PartnerInWork, channel: Channel, secret: str | None = None) -> str:
    secret = secret or secrets.token_urlsafe(SECRET_BYTES)
    in_work.links.append(
        PartnerLink(purpose=LinkPurpose.RECEIPT, channel=channel, token_hash=digest_of(secret), created_at=now())
    )
    session.flush()
    return secret


def _write_receipt(testimony: Testimony, secret: str) -> bool:
    in_work = testimony.in_work
    address = readable(in_work.partner.email)
    if not address:
        return False
    language = testimony.language
    enqueue_mail(
        to=str(address),
        language=language,
        template="partners_receipt",
        context={
            "partner": in_work.partner.name_in(language),
            "academic": in_work.partner.owner.name_in(language),
            "title": in_work.work.title_in(language),
            "secret": secret,
        },
        key=f"partner-receipt:{digest_of(secret)}",
    )
    return True


def _tell_academic(testimony: Testimony, template: str) -> None:
    in_work, owner = testimony.in_work, testimony.in_work.partner.owner
    language = str(owner.language)
    enqueue_mail(
        to=owner.email,
        language=language,
        template=template,
        context={
            "name": owner.name_in(language),
            "partner": in_work.partner.name_in(language),
            "title": in_work.work.title_in(language),
            "confirmed": testimony.answer is Answer.CONFIRMED,
            "url": absolute_url("partners.show_in_work", partner_id=in_work.partner_id, work_id=in_work.work_id),
        },
        key=f"{template}:{testimony.id}:{int(testimony.answered_at.timestamp())}",
    )


def _lock_open(testimony: Testimony) -> None:
    lock(testimony)
    if testimony.frozen_at is not None or not testimony.confirms:
        raise Fixed


def _tell_taken_back(testimony: Testimony) -> None:
    """The earlier picture may stand in what was frozen for printing alone: what was submitted is fixed."""
    for receiver in current_hooks().picture_taken_back:
        receiver(testimony.in_work_id)


def _drop_photo(testimony: Testimony) -> None:
    photo: StoredFile | None = testimony.photo
    testimony.photo, testimony.consent_photo = None, False
    session.flush()
    if photo is not None:
        session.delete(photo)
        session.flush()


def _audit(action: PartnerAction, testimony: Testimony) -> None:
    record(action=action, actor_id=None, subject_type="partner_in_work", subject_id=testimony.in_work_id)
