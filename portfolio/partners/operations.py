"""What an academic does with partners: write them down, say what was done together, ask them to confirm it."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from portfolio.accounts.models import User
from portfolio.accounts.queries import digest_of
from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import check_version, lock, session
from portfolio.core.mail.operations import enqueue_mail
from portfolio.core.permissions import demand
from portfolio.core.sealed import readable
from portfolio.organizations.delegations.queries import whose
from portfolio.partners.models import Partner, PartnerInWork, PartnerLink
from portfolio.partners.permissions import PartnerAction, PartnerPermission
from portfolio.partners.vocabulary import Channel, LinkPurpose, PartnerState, PartnerType
from portfolio.works.models import Work
from portfolio.works.permissions import WorkPermission

SECRET_BYTES = 32
LINK_LIFE = timedelta(days=60)
MOST_REMINDERS = 3
BETWEEN_REMINDERS = timedelta(days=3)
ASKABLE = (
    PartnerState.NOT_ASKED,
    PartnerState.ASKED,
    PartnerState.EXPIRED,
    PartnerState.REFUSED,
    PartnerState.NOT_US,
)
"""Whoever has confirmed needs no asking; whoever has withdrawn is left in peace."""


class CannotAsk(Exception):
    """The partner cannot be asked now; `code` says why: answered, withdrawn, no_statement, no_address, own_address,
    not_asked, too_soon or too_often."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class PartnerFields:
    """Who a partner is, without the contact."""

    name_th: str
    type: PartnerType
    name_en: str = ""
    province_code: str | None = None
    district: str = ""
    subdistrict: str = ""


@dataclass(frozen=True)
class Contact:
    """How a partner is reached; each value is sealed in the database."""

    contact_person: str | None = None
    telephone: str | None = None
    email: str | None = None
    address: str | None = None


@dataclass(frozen=True)
class Statement:
    """What the academic says of a partner in one work. Years are CE."""

    done_th: str = ""
    done_en: str = ""
    role_th: str = ""
    role_en: str = ""
    since_year: int | None = None
    until_year: int | None = None
    benefit_partner_th: str = ""
    benefit_partner_en: str = ""
    benefit_university_th: str = ""
    benefit_university_en: str = ""


def create_partner(*, actor: User, fields: PartnerFields, contact: Contact = Contact()) -> Partner:
    """Write a partner down. The same name and type again gives the partner that is there (a form sent twice)."""
    demand(PartnerPermission.CREATE, actor)
    owner = whose(actor)
    session.scalar(select(User.id).where(User.id == owner.id).with_for_update(key_share=True))
    known = session.scalar(
        select(Partner)
        .where(Partner.owner_id == owner.id, Partner.archived_at.is_(None))
        .where(Partner.name_th == fields.name_th, Partner.type == fields.type)
        .where(Partner.district == fields.district, Partner.subdistrict == fields.subdistrict)
        .limit(1)
    )
    if known is not None:
        return known
    partner = Partner(owner_id=owner.id, **asdict(fields), **asdict(contact))
    session.add(partner)
    session.flush()
    _audit(PartnerAction.CREATE, actor, partner)
    return partner


def update_partner(*, actor: User, partner: Partner, fields: PartnerFields, version: int) -> None:
    """Change who a partner is. Raises Stale."""
    demand(PartnerPermission.EDIT, actor, partner)
    lock(partner)
    check_version(partner, version)
    for name, value in asdict(fields).items():
        setattr(partner, name, value)
    session.flush()
    _audit(PartnerAction.UPDATE, actor, partner)


def update_contact(*, actor: User, partner: Partner, contact: Contact, version: int) -> None:
    """Change how a partner is reached. Raises Stale."""
    demand(PartnerPermission.SEE_CONTACT, actor, partner)
    lock(partner)
    check_version(partner, version)
    for name, value in asdict(contact).items():
        setattr(partner, name, value)
    session.flush()
    _audit(PartnerAction.UPDATE_CONTACT, actor, partner)


def archive_partner(*, actor: User, partner: Partner) -> None:
    """Set a partner aside: it leaves lists and works, and can be taken back. Its open links end."""
    demand(PartnerPermission.EDIT, actor, partner)
    lock(partner)
    if partner.archived_at is None:
        partner.archived_at = now()
        for row in partner.in_works:
            _end(row, LinkPurpose.ASK)
        session.flush()
        _audit(PartnerAction.ARCHIVE, actor, partner)


def restore_partner(*, actor: User, partner: Partner) -> None:
    """Take a partner back."""
    demand(PartnerPermission.EDIT, actor, partner)
    lock(partner)
    if partner.archived_at is not None:
        partner.archived_at = None
        session.flush()
        _audit(PartnerAction.RESTORE, actor, partner)


def tie_to_work(*, actor: User, partner: Partner, work: Work, statement: Statement = Statement()) -> PartnerInWork:
    """Say that a partner took part in a work. A second time gives the row that is there, taken back if set aside."""
    demand(PartnerPermission.EDIT, actor, partner)
    demand(WorkPermission.EDIT, actor, work)
    if partner.owner_id != work.owner_id:
        raise ValueError("the partner and the work have different owners")
    lock(partner)
    known = session.scalar(
        select(PartnerInWork).where(PartnerInWork.partner_id == partner.id, PartnerInWork.work_id == work.id)
    )
    if known is not None:
        known.archived_at = None
        session.flush()
        return known
    last = session.scalar(select(func.max(PartnerInWork.position)).where(PartnerInWork.work_id == work.id))
    row = PartnerInWork(partner=partner, work=work, position=0 if last is None else last + 1, **asdict(statement))
    session.add(row)
    session.flush()
    _audit(PartnerAction.TIE, actor, row)
    return row


def state_together(*, actor: User, in_work: PartnerInWork, statement: Statement, version: int) -> None:
    """Change what is said to have been done together. A confirmation stays, marked as of the earlier text."""
    demand(PartnerPermission.EDIT, actor, in_work)
    lock(in_work)
    check_version(in_work, version)
    for name, value in asdict(statement).items():
        setattr(in_work, name, value)
    session.flush()
    _audit(PartnerAction.STATE, actor, in_work)


def take_off_work(*, actor: User, in_work: PartnerInWork) -> None:
    """Take a partner off a work. What the partner once answered is set aside and kept: the consent stays theirs to
    withdraw."""
    demand(PartnerPermission.EDIT, actor, in_work)
    lock(in_work)
    _end(in_work, LinkPurpose.ASK)
    _audit(PartnerAction.UNTIE, actor, in_work)
    if in_work.testimony is None:
        session.delete(in_work)
    else:
        in_work.archived_at = in_work.archived_at or now()
    session.flush()


def ask_by_letter(*, actor: User, in_work: PartnerInWork, language: str) -> PartnerLink:
    """Send the partner a letter with a link. Earlier links die. Raises CannotAsk."""
    demand(PartnerPermission.ASK, actor, in_work)
    _may_ask(in_work)
    why = cannot_write(in_work)
    if why is not None:
        raise CannotAsk(why)
    secret, link = _new_link(in_work, Channel.MAIL, actor)
    _write(in_work, "partners_asking", str(readable(in_work.partner.email)), language, secret, link)
    _audit(PartnerAction.ASK, actor, in_work)
    return link


def ask_by_hand(*, actor: User, in_work: PartnerInWork) -> str:
    """A link for the academic to hand over: the secret, which is kept nowhere. Earlier links die. Raises CannotAsk."""
    demand(PartnerPermission.ASK, actor, in_work)
    _may_ask(in_work)
    secret, _link = _new_link(in_work, Channel.HANDED, actor)
    _audit(PartnerAction.ASK, actor, in_work)
    return secret


def remind(*, actor: User, in_work: PartnerInWork, language: str) -> None:
    """Another letter to a partner who has not answered. The first link goes on working. Raises CannotAsk."""
    demand(PartnerPermission.ASK, actor, in_work)
    lock(in_work)
    why = cannot_remind(in_work)
    if why is not None:
        raise CannotAsk(why)
    newest = [link for link in in_work.links if link.purpose is LinkPurpose.ASK and link.is_live][-1]
    secret, link = _new_link(in_work, Channel.MAIL, actor, expires_at=newest.expires_at)
    _write(in_work, "partners_reminder", str(readable(in_work.partner.email)), language, secret, link)
    _audit(PartnerAction.REMIND, actor, in_work)


def end_links(*, actor: User, in_work: PartnerInWork) -> None:
    """Make the links that ask this partner die, because they went astray or were a mistake."""
    demand(PartnerPermission.ASK, actor, in_work)
    lock(in_work)
    if _end(in_work, LinkPurpose.ASK):
        session.flush()
        _audit(PartnerAction.END_LINKS, actor, in_work)


def cannot_ask(in_work: PartnerInWork) -> str | None:
    """Why this partner cannot be asked now (a code of CannotAsk), or None."""
    if in_work.state not in ASKABLE:
        return "withdrawn" if in_work.state is PartnerState.WITHDRAWN else "answered"
    return None if in_work.done_th.strip() or in_work.done_en.strip() else "no_statement"


def cannot_write(in_work: PartnerInWork) -> str | None:
    """Why no letter can go to this partner (a code of CannotAsk), or None. One to the academic would be answered by the
    academic, and yet count as asked by letter."""
    address = readable(in_work.partner.email)
    if not address:
        return "no_address"
    return "own_address" if str(address).casefold() == in_work.partner.owner.email.casefold() else None


def cannot_remind(in_work: PartnerInWork) -> str | None:
    """Why no reminder can be sent now (a code of CannotAsk), or None."""
    if in_work.state is not PartnerState.ASKED:
        return "not_asked"
    why = cannot_write(in_work)
    if why is not None:
        return why
    asked = [link for link in in_work.links if link.purpose is LinkPurpose.ASK and link.ended_at is None]
    if len([link for link in asked if link.is_reminder]) >= MOST_REMINDERS:
        return "too_often"
    return "too_soon" if max(link.created_at for link in asked) > now() - BETWEEN_REMINDERS else None


def erase_partners_of(*, owner: User) -> None:
    """Erase what a person keeps of partners, when the person's data are erased: contacts, open links, and every partner
    that never answered. What a partner answered stays with the works it was given for, and theirs to withdraw."""
    statement = select(Partner).where(Partner.owner_id == owner.id)
    for partner in session.scalars(statement.order_by(Partner.id)):
        partner.contact_person = partner.telephone = partner.email = partner.address = None
        ended = [_end(row, LinkPurpose.ASK) for row in partner.in_works]
        for row in list(partner.in_works):
            if row.testimony is None:
                partner.in_works.remove(row)
        if not partner.in_works:
            session.delete(partner)
        taken = any(ended) or session.is_modified(partner) or not partner.in_works
        session.flush()
        if taken:
            _audit(PartnerAction.ERASE, owner, partner)


def _may_ask(in_work: PartnerInWork) -> None:
    lock(in_work)
    why = cannot_ask(in_work)
    if why is not None:
        raise CannotAsk(why)


def _new_link(
    in_work: PartnerInWork, channel: Channel, actor: User, *, expires_at: datetime | None = None
) -> tuple[str, PartnerLink]:
    """A link that asks. Without `expires_at` it takes the place of all before it; with it, it is a reminder of them."""
    if expires_at is None:
        _end(in_work, LinkPurpose.ASK)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    link = PartnerLink(
        purpose=LinkPurpose.ASK,
        channel=channel,
        token_hash=digest_of(secret),
        is_reminder=expires_at is not None,
        created_by_id=actor.id,
        expires_at=expires_at or now() + LINK_LIFE,
    )
    in_work.links.append(link)
    session.flush()
    return secret, link


def _end(in_work: PartnerInWork, purpose: LinkPurpose) -> bool:
    ended = [link for link in in_work.links if link.purpose is purpose and link.ended_at is None]
    for link in ended:
        link.ended_at = now()
    return bool(ended)


def _write(in_work: PartnerInWork, template: str, address: str, language: str, secret: str, link: PartnerLink) -> None:
    owner = in_work.partner.owner
    enqueue_mail(
        to=address,
        language=language,
        template=template,
        context={
            "partner": in_work.partner.name_in(language),
            "person": readable(in_work.partner.contact_person),
            "academic": owner.name_in(language),
            "title": in_work.work.title_in(language),
            "secret": secret,
            "expires_at": link.expires_at,
        },
        key=f"partner-link:{link.id}",
    )


def _audit(action: PartnerAction, actor: User, subject: Partner | PartnerInWork) -> None:
    record(
        action=action,
        actor_id=actor.id,
        subject_type="partner" if isinstance(subject, Partner) else "partner_in_work",
        subject_id=subject.id,
    )
