"""Partners for tests: one in a work, with what was done together, and the links that ask and answer."""

from __future__ import annotations

from portfolio.accounts.models import User
from portfolio.core.db import session
from portfolio.partners import operations
from portfolio.partners.confirmations.operations import Words, confirm
from portfolio.partners.models import Partner, PartnerInWork, Testimony
from portfolio.partners.vocabulary import PartnerType
from portfolio.works.models import Work

FULL = Words(
    person="สมหมาย ใจกว้าง",
    person_role="ประธานกลุ่ม",
    done_agrees=True,
    done_words="พวกเราลงแรงเองทุกวันหยุด",
    consent_name=True,
    consent_person=True,
    consent_words=True,
    consent_contact=True,
)
"""A confirmation with every consent but that to a picture."""


def make_partner(
    owner: User, *, name_th: str = "กลุ่มผู้ใช้น้ำ", email: str | None = "group@partners.example", archived: bool = False
) -> Partner:
    """A community with an address and a telephone number."""
    partner = Partner(
        owner_id=owner.id,
        name_th=name_th,
        type=PartnerType.COMMUNITY,
        province_code="TH-55",
        contact_person="นายติดต่อ ประสานงาน",
        telephone="08 1234 5678",
        email=email,
    )
    session.add(partner)
    session.flush()
    if archived:
        operations.archive_partner(actor=owner, partner=partner)
    return partner


def make_in_work(partner: Partner, work: Work, *, done_th: str = "ร่วมเลือกโจทย์และลงแรงทำบ่อกรอง") -> PartnerInWork:
    """That the partner took part in the work."""
    row = PartnerInWork(partner=partner, work=work, done_th=done_th)
    session.add(row)
    session.flush()
    return row


def make_asked(in_work: PartnerInWork) -> str:
    """The secret of a link that the academic hands over."""
    return operations.ask_by_hand(actor=in_work.partner.owner, in_work=in_work)


def make_testimony(in_work: PartnerInWork, words: Words = FULL) -> tuple[Testimony, str]:
    """A confirmation, and the secret of its receipt."""
    secret = confirm(secret=make_asked(in_work), words=words, language="th")
    session.expire(in_work, ["testimony", "links"])
    assert in_work.testimony is not None
    return in_work.testimony, secret
