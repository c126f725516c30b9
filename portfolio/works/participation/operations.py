"""Verbs of the participation form: write it, ask for signatures, sign, answer, excuse, certify. Nothing commits."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from portfolio.accounts.models import Language, User
from portfolio.accounts.queries import by_email, digest_of
from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import Stale, lock, session
from portfolio.core.hooks import Hooks
from portfolio.core.mail.operations import enqueue_mail
from portfolio.core.permissions import demand
from portfolio.core.sealed import readable
from portfolio.works.models import Contribution, Work
from portfolio.works.participation.form import Form, rows_digest
from portfolio.works.participation.models import (
    Absence,
    Contact,
    Duty,
    EthicsDeclaration,
    ParticipationForm,
    Reply,
    Signature,
    SigningLink,
    SigningRequest,
    Transfer,
)
from portfolio.works.participation.permissions import ParticipationAction, ParticipationPermission
from portfolio.works.participation.queries import (
    Signing,
    contacts_at,
    duties_of,
    open_request_of,
    sheet_of,
    transfers_of,
)
from portfolio.works.participation.vocabulary import (
    AbsenceReason,
    Closing,
    DutyRow,
    EthicsApproval,
    FormVariant,
    ReplyKind,
    SignatureMethod,
    Standing,
    TransferRow,
)
from portfolio.works.permissions import WorkPermission

REQUEST_LENGTH = timedelta(days=45)
"""How long a link lasts: three reminders and some holidays."""

SECRET_BYTES = 32

BETWEEN_LETTERS = timedelta(hours=1)
"""Somebody who was just written to is not written to again about the same text."""

LETTERS_A_DAY = 100
"""The most letters that one academic sends out in 24 hours."""

BETWEEN_REMINDERS = timedelta(days=7)
MOST_REMINDERS = 3


class Refused(Exception):
    """Something that cannot be done as things stand; `reason` is a sentence for the person."""

    def __init__(self, reason: Any) -> None:
        super().__init__(str(reason))
        self.reason = reason


class NotOpen(Exception):
    """What was asked for cannot be signed or answered any more; the page says why."""


def choose_variant(*, actor: User, work: Work, variant: FormVariant) -> None:
    """Use another form. What is written under the rows of the earlier one is kept with it."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    kept = session.get(ParticipationForm, work.id)
    if kept is None:
        session.add(ParticipationForm(work_id=work.id, variant=variant))
    else:
        kept.variant = variant
    session.flush()
    _record(ParticipationAction.WRITE, actor, "work", work.id)


def write_duties(
    *,
    actor: User,
    work: Work,
    contribution: Contribution,
    variant: FormVariant,
    texts: Mapping[str, str],
    seen: str | None = None,
) -> None:
    """Say what a person did, under the rows of a form. An empty text takes its row away.

    `seen` names the texts that the writer started from. Raises Stale where others were saved meanwhile.
    """
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    if seen is not None and seen != rows_digest(duties_of(contribution, variant)):
        raise Stale
    session.execute(delete(Duty).where(Duty.contribution_id == contribution.id, Duty.variant == variant))
    session.add_all(
        Duty(contribution_id=contribution.id, variant=variant, row=DutyRow(code), text=text)
        for code, text in texts.items()
        if text
    )
    session.flush()
    _record(ParticipationAction.WRITE, actor, "contribution", contribution.id)


def write_transfers(*, actor: User, work: Work, texts: Mapping[str, str], seen: str | None = None) -> None:
    """Say where the work was shown or handed on. An empty text takes its row away. Raises Stale as `write_duties`."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    if seen is not None and seen != rows_digest(transfers_of(work)):
        raise Stale
    session.execute(delete(Transfer).where(Transfer.work_id == work.id))
    session.add_all(Transfer(work_id=work.id, row=TransferRow(code), text=text) for code, text in texts.items() if text)
    session.flush()
    _record(ParticipationAction.WRITE, actor, "work", work.id)


def write_contact(*, actor: User, work: Work, contribution: Contribution, address: str, language: Language) -> None:
    """Where a person is written to. Another address ends what was sent to the earlier one; an empty one forgets it.

    Raises Refused for the academic's own address, by which nobody else could answer.
    """
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    _refuse_own(address.strip(), work)
    kept = session.get(Contact, contribution.id)
    known = readable(kept.address) if kept is not None else None
    address = address.strip().lower()
    if kept is not None and known == address:
        kept.language = language
        session.flush()
        return
    _close_open(contribution, Closing.REVOKED)
    if kept is not None:
        session.delete(kept)
        session.flush()
    if address:
        user = by_email(address)
        session.add(
            Contact(
                contribution_id=contribution.id,
                address=address,
                language=language,
                user_id=user.id if user is not None and user.is_active else None,
            )
        )
        session.flush()
    _record(ParticipationAction.WRITE, actor, "contribution", contribution.id)


def meet(user: User) -> None:
    """A person who was asked to sign before having an account finds at home what waits."""
    mine = [contact.contribution_id for contact in contacts_at(user)]
    # Read again under a lock: meanwhile another address may have taken the place of one of them.
    held = select(Contact).where(Contact.contribution_id.in_(mine)).order_by(Contact.contribution_id)
    held = held.with_for_update(key_share=True).execution_options(populate_existing=True)
    for contact in session.scalars(held).all():
        if readable(contact.address) == user.email:
            contact.user_id = user.id
    session.flush()


def ask(*, actor: User, work: Work, contribution: Contribution) -> SigningRequest:
    """Write to a person with a link to the form as it reads now. A link sent earlier ends. Raises Refused."""
    demand(ParticipationPermission.CERTIFY, actor, work)
    lock(work)
    contact = session.get(Contact, contribution.id)
    address = readable(contact.address) if contact is not None else None
    sheet = sheet_of(work)
    line = sheet.line(contribution.id)
    if contribution.is_owner or line is None or not sheet.form.is_needed:
        raise Refused(_l("This person does not sign this form by a link."))
    if line.is_settled:
        raise Refused(_l("Nothing is waited for from this person."))
    if contact is None or not address:
        raise Refused(_l("Write the person's e-mail address first."))
    _refuse_own(address, work)
    if not sheet.form.is_written(line.person):
        raise Refused(_l("Write first what this person did; there is nothing to sign yet."))
    earlier = open_request_of(contribution)
    if (
        earlier is not None
        and earlier.text_digest == sheet.form.digest
        and earlier.last_sent_at > now() - BETWEEN_LETTERS
    ):
        raise Refused(_l("A letter went to this person less than an hour ago."))
    if _letters_of(actor) >= LETTERS_A_DAY:
        raise Refused(_l("As many letters went out today as one person may send. Go on tomorrow."))
    _close_open(contribution, Closing.REPLACED)
    user = by_email(address)
    contact.user_id = user.id if user is not None and user.is_active else None
    request = SigningRequest(
        contribution_id=contribution.id,
        text_digest=sheet.form.digest,
        asked_by_id=actor.id,
        expires_at=now() + REQUEST_LENGTH,
    )
    session.add(request)
    session.flush()
    _send(request, contact, address, work, "participation_request")
    _record(ParticipationAction.ASK, actor, "contribution", contribution.id, request.text_digest)
    return request


def ask_everybody(*, actor: User, work: Work) -> int:
    """Write to everybody who can be asked and has not been asked about the text as it reads now. How many."""
    demand(ParticipationPermission.CERTIFY, actor, work)
    lock(work)
    asked = 0
    for line in sheet_of(work).missing:
        if line.person.is_owner or line.standing in (Standing.ASKED, Standing.REFUSED, Standing.CHANGE_WANTED):
            continue
        try:
            ask(actor=actor, work=work, contribution=session.get_one(Contribution, line.person.id))
        except Refused:
            continue
        asked += 1
    return asked


def remind(*, request_id: int) -> bool:
    """Write once more, with another link of the same request, if that is due. Whether a letter was written."""
    request = session.get(SigningRequest, request_id, with_for_update=True)
    if request is None or not _is_due(request):
        return False
    contribution = session.get_one(Contribution, request.contribution_id)
    work = session.get_one(Work, contribution.work_id)
    contact = session.get(Contact, contribution.id)
    address = readable(contact.address) if contact is not None else None
    line = sheet_of(work).line(contribution.id)
    if contact is None or not address or line is None or line.standing is not Standing.ASKED or work.archived_at:
        return False
    request.reminders += 1
    request.last_sent_at = now()
    session.flush()
    _send(request, contact, address, work, "participation_reminder")
    _record(ParticipationAction.REMIND, None, "contribution", contribution.id, request.text_digest)
    return True


def revoke(*, actor: User, work: Work, contribution: Contribution) -> bool:
    """End what was sent to a person. Whether there was anything to end."""
    demand(ParticipationPermission.CERTIFY, actor, work)
    lock(work)
    ended = _close_open(contribution, Closing.REVOKED)
    if ended:
        _record(ParticipationAction.REVOKE, actor, "contribution", contribution.id)
    return ended


def sign_own(*, actor: User, work: Work, name: str, digest: str) -> Signature:
    """The academic signs the form that the page showed. Raises Refused where it reads otherwise by now."""
    demand(ParticipationPermission.CERTIFY, actor, work)
    lock(work)
    form = sheet_of(work).form
    person = form.applicant
    if person is None or not form.is_needed:
        raise Refused(_l("Name yourself among the people of the work first."))
    if form.digest != digest:
        raise Refused(_l("The form was changed in the meantime. Read it again before you sign."))
    return _sign(form, person.id, name, SignatureMethod.OWNER, user=actor, request=None)


def sign(*, signing: Signing, name: str, digest: str, user: User | None) -> Signature:
    """A person signs what they were asked to, once. Raises NotOpen where it can be signed no more."""
    _close(signing, digest, Closing.SIGNED)
    method = SignatureMethod.LINK if user is None else SignatureMethod.ACCOUNT
    signature = _sign(signing.sheet.form, signing.contribution.id, name, method, user=user, request=signing.request)
    _tell(signing, "participation_signed")
    return signature


def reply(*, signing: Signing, kind: ReplyKind, text: str, digest: str, user: User | None) -> Reply:
    """A person answers otherwise: a change is wanted, they decline, or it is not them. Raises NotOpen."""
    _close(signing, digest, Closing.ANSWERED)
    answer = Reply(request_id=signing.request.id, kind=kind, text=text)
    session.add(answer)
    session.flush()
    _record(ParticipationAction.REPLY, user, "contribution", signing.contribution.id, signing.request.text_digest)
    _tell(signing, "participation_replied")
    return answer


def excuse(
    *, actor: User, work: Work, contribution: Contribution, reason: AbsenceReason, note: str, exhibit_id: int | None
) -> Absence:
    """State why a person cannot sign. What was sent to them ends. `exhibit_id` is one of the academic's own."""
    demand(ParticipationPermission.CERTIFY, actor, work)
    lock(work)
    if contribution.is_owner:
        raise Refused(_l("The applicant signs in person."))
    kept = session.get(Absence, contribution.id)
    if kept is None:
        kept = Absence(contribution_id=contribution.id)
        session.add(kept)
    kept.reason, kept.note, kept.evidence_item_id = reason, note, exhibit_id
    kept.stated_by_id, kept.stated_at = actor.id, now()
    session.flush()
    _close_open(contribution, Closing.REVOKED)
    _record(ParticipationAction.EXCUSE, actor, "contribution", contribution.id)
    return kept


def take_excuse_back(*, actor: User, work: Work, contribution: Contribution) -> None:
    """The person can sign after all."""
    demand(ParticipationPermission.CERTIFY, actor, work)
    lock(work)
    if session.execute(delete(Absence).where(Absence.contribution_id == contribution.id)).rowcount:  # type: ignore[attr-defined]
        _record(ParticipationAction.TAKE_EXCUSE_BACK, actor, "contribution", contribution.id)


def declare_ethics(*, actor: User, work: Work, approval: EthicsApproval, note: str) -> EthicsDeclaration:
    """Certify the six points of ethics and code of conduct for a work, today."""
    demand(ParticipationPermission.CERTIFY, actor, work)
    lock(work)
    kept = session.get(EthicsDeclaration, work.id)
    if kept is None:
        kept = EthicsDeclaration(work_id=work.id)
        session.add(kept)
    kept.approval, kept.approval_note = approval, note
    kept.declared_by_id, kept.declared_at = actor.id, now()
    session.flush()
    _record(ParticipationAction.DECLARE_ETHICS, actor, "work", work.id)
    return kept


def take_ethics_back(*, actor: User, work: Work) -> None:
    """The certification holds no more."""
    demand(ParticipationPermission.CERTIFY, actor, work)
    lock(work)
    if session.execute(delete(EthicsDeclaration).where(EthicsDeclaration.work_id == work.id)).rowcount:  # type: ignore[attr-defined]
        _record(ParticipationAction.TAKE_ETHICS_BACK, actor, "work", work.id)


def due_reminders(limit: int = 200) -> list[int]:
    """Requests that wait for their next reminder."""
    statement = (
        select(SigningRequest.id)
        .where(
            SigningRequest.closed_at.is_(None),
            SigningRequest.expires_at > now(),
            SigningRequest.reminders < MOST_REMINDERS,
            SigningRequest.last_sent_at <= now() - BETWEEN_REMINDERS,
        )
        .order_by(SigningRequest.id)
        .limit(limit)
    )
    return list(session.scalars(statement))


def _is_due(request: SigningRequest) -> bool:
    return (
        request.closed_at is None
        and request.expires_at > now()
        and request.reminders < MOST_REMINDERS
        and request.last_sent_at <= now() - BETWEEN_REMINDERS
    )


def _refuse_own(address: str, work: Work) -> None:
    """A signature asked for at the academic's own address would be the academic's."""
    if address.casefold() == work.owner.email.casefold():
        raise Refused(_l("This is the applicant's own address. Write the co-author's."))


def _close(signing: Signing, digest: str, closing: Closing) -> None:
    """Take the request, once: of two who come at the same time one finds it closed.

    The work is held first, as by everybody who changes its people, so that nobody waits for the other.
    """
    request = signing.request
    lock(signing.work)
    if signing.standing is not Standing.ASKED or digest != request.text_digest:
        raise NotOpen
    taken = session.execute(
        update(SigningRequest)
        .where(SigningRequest.id == request.id, SigningRequest.closed_at.is_(None))
        .values(closed_at=now(), closing=closing)
        .returning(SigningRequest.id)
        .execution_options(synchronize_session=False)
    ).first()
    if taken is None:
        raise NotOpen
    session.refresh(request)


def _sign(
    form: Form,
    contribution_id: int,
    name: str,
    method: SignatureMethod,
    *,
    user: User | None,
    request: SigningRequest | None,
) -> Signature:
    """The signature under a text; the one that is there if the person signed this text before."""
    digest = form.digest
    signature = Signature(
        contribution_id=contribution_id,
        text_digest=digest,
        signed_text=form.text,
        signed_name=name,
        method=method,
        user_id=user.id if user is not None else None,
        request_id=request.id if request is not None else None,
    )
    try:
        with session.begin_nested():
            session.add(signature)
    except IntegrityError:
        known = select(Signature).where(Signature.contribution_id == contribution_id, Signature.text_digest == digest)
        return session.scalars(known).one()
    _record(ParticipationAction.SIGN, user, "contribution", contribution_id, digest)
    return signature


def _close_open(contribution: Contribution, closing: Closing) -> bool:
    done = session.execute(
        update(SigningRequest)
        .where(SigningRequest.contribution_id == contribution.id, SigningRequest.closed_at.is_(None))
        .values(closed_at=now(), closing=closing)
        .returning(SigningRequest.id)
        .execution_options(synchronize_session="fetch")
    ).all()
    return bool(done)


def _letters_of(actor: User) -> int:
    """How many requests this person made in the last 24 hours."""
    statement = select(func.count()).where(
        SigningRequest.asked_by_id == actor.id, SigningRequest.asked_at > now() - timedelta(days=1)
    )
    return session.scalar(statement) or 0


def _send(request: SigningRequest, contact: Contact, address: str, work: Work, template: str) -> None:
    """A letter with a new secret, which stands nowhere else."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    link = SigningLink(request_id=request.id, token_hash=digest_of(secret))
    session.add(link)
    session.flush()
    language = contact.language.value
    owner = session.get_one(User, work.owner_id)
    contribution = session.get_one(Contribution, request.contribution_id)
    name = contribution.name_th if language == "th" else contribution.name_en or contribution.name_th
    enqueue_mail(
        to=address,
        language=language,
        template=template,
        context={
            "secret": secret,
            "name": name,
            "applicant": owner.name_in(language),
            "work": work.title_in(language),
            "expires_at": request.expires_at,
        },
        key=f"participation-link-{link.id}",
    )


def _tell(signing: Signing, template: str) -> None:
    """Tell the academic that somebody signed or answered; what was answered stands on the page."""
    language = signing.owner.language.value
    enqueue_mail(
        to=signing.owner.email,
        language=language,
        template=template,
        context={
            "name": signing.owner.name_in(language),
            "person": signing.person.name.said(language),
            "work": signing.work.title_in(language),
            "work_id": signing.work.id,
        },
        key=f"{template}-{signing.request.id}",
    )


def _record(action: ParticipationAction, actor: Any, subject: str, subject_id: int, digest: str = "") -> None:
    record(
        action=action,
        actor_id=actor.id if actor is not None else None,
        subject_type=subject,
        subject_id=subject_id,
        digests={"text": digest} if digest else None,
    )


def register(hooks: Hooks) -> None:
    """Listen to who opens an account."""
    hooks.account_opened.append(meet)
