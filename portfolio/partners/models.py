"""Community partners, what was done with them in a work, the links by which they answer, and what they say."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words
from portfolio.core.sealed import Sealed, Unreadable
from portfolio.core.storage.models import StoredFile
from portfolio.partners.vocabulary import Answer, Channel, LinkPurpose, PartnerState, PartnerType
from portfolio.works.models import Work

ANSWER_STATES = {
    Answer.CONFIRMED: PartnerState.CONFIRMED,
    Answer.REFUSED: PartnerState.REFUSED,
    Answer.NOT_US: PartnerState.NOT_US,
}


class Partner(Base):
    """A community, group or body that an academic works with. Contact values stand sealed."""

    __tablename__ = "partners"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    name_th: Mapped[str] = mapped_column(String(300))
    name_en: Mapped[str] = mapped_column(String(300), default="")
    type: Mapped[PartnerType] = mapped_column(Word(PartnerType))
    province_code: Mapped[str | None] = mapped_column(String(5))
    district: Mapped[str] = mapped_column(String(120), default="")
    subdistrict: Mapped[str] = mapped_column(String(120), default="")
    contact_person: Mapped[str | Unreadable | None] = mapped_column(Sealed())
    telephone: Mapped[str | Unreadable | None] = mapped_column(Sealed())
    email: Mapped[str | Unreadable | None] = mapped_column(Sealed())
    address: Mapped[str | Unreadable | None] = mapped_column(Sealed())
    created_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    owner: Mapped[User] = relationship()
    in_works: Mapped[list[PartnerInWork]] = relationship(
        back_populates="partner", order_by="PartnerInWork.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (words(PartnerType, "type"), Index("ix_partners_owner_id_name_th", "owner_id", "name_th"))

    def name_in(self, language: str) -> str:
        """The name in a language, or in the other one where that is all there is."""
        first, second = (self.name_th, self.name_en) if language == "th" else (self.name_en, self.name_th)
        return first or second


class PartnerInWork(Base):
    """What an academic says of a partner in one work: what was done together, when, and who gained what."""

    __tablename__ = "partners_in_works"

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id", ondelete="CASCADE"))
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    role_th: Mapped[str] = mapped_column(String(300), default="")
    role_en: Mapped[str] = mapped_column(String(300), default="")
    since_year: Mapped[int | None]
    until_year: Mapped[int | None]
    done_th: Mapped[str] = mapped_column(Text, default="")
    done_en: Mapped[str] = mapped_column(Text, default="")
    benefit_partner_th: Mapped[str] = mapped_column(Text, default="")
    benefit_partner_en: Mapped[str] = mapped_column(Text, default="")
    benefit_university_th: Mapped[str] = mapped_column(Text, default="")
    benefit_university_en: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    partner: Mapped[Partner] = relationship(back_populates="in_works")
    work: Mapped[Work] = relationship()
    links: Mapped[list[PartnerLink]] = relationship(
        back_populates="in_work", order_by="PartnerLink.id", cascade="all, delete-orphan"
    )
    testimony: Mapped[Testimony | None] = relationship(back_populates="in_work", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("partner_id", "work_id"),
        CheckConstraint("until_year IS NULL OR since_year IS NULL OR until_year >= since_year", name="years"),
    )

    @property
    def state(self) -> PartnerState:
        """Where the partner's confirmation stands at this moment."""
        if self.testimony is not None:
            if self.testimony.withdrawn_at is not None:
                return PartnerState.WITHDRAWN
            return ANSWER_STATES[self.testimony.answer]
        asked = [link for link in self.links if link.purpose is LinkPurpose.ASK]
        if any(link.is_live for link in asked):
            return PartnerState.ASKED
        if any(link.ended_at is None for link in asked):
            return PartnerState.EXPIRED
        return PartnerState.NOT_ASKED

    @property
    def statement_digest(self) -> str:
        """What the partner was asked about, as one SHA-256: a later change of it is noticed."""
        names = ("done", "benefit_partner", "benefit_university")
        parts = [getattr(self, f"{name}_{language}") for name in names for language in ("th", "en")]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    def said(self, what: str, language: str) -> str:
        """`done`, `benefit_partner`, `benefit_university` or `role` in a language, else in the other one."""
        both = (getattr(self, f"{what}_th"), getattr(self, f"{what}_en"))
        first, second = both if language == "th" else both[::-1]
        return str(first or second)


class PartnerLink(Base):
    """The secret of a link, stored hashed, bound to one partner in one work and one purpose."""

    __tablename__ = "partner_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    in_work_id: Mapped[int] = mapped_column(ForeignKey("partners_in_works.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(Word(LinkPurpose))
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    is_reminder: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    in_work: Mapped[PartnerInWork] = relationship(back_populates="links")

    __table_args__ = (
        words(LinkPurpose, "purpose"),
        words(Channel, "channel"),
        CheckConstraint("purpose <> 'ask' OR expires_at IS NOT NULL", name="asking_expires"),
    )

    @property
    def is_live(self) -> bool:
        """Whether the link still opens what it is for."""
        return self.ended_at is None and (self.expires_at is None or self.expires_at > now())

    @property
    def takes_answers(self) -> bool:
        """Whether a partner can answer by it: not while its work is set aside."""
        return self.is_live and self.in_work.work.archived_at is None


class Testimony(Base):
    """What a partner answered about one work, and to which uses of it the partner consents.

    Withdrawing consent empties the words and ends every use; that it was given and withdrawn stays.
    """

    __tablename__ = "testimonies"

    id: Mapped[int] = mapped_column(primary_key=True)
    in_work_id: Mapped[int] = mapped_column(ForeignKey("partners_in_works.id"), unique=True)
    answer: Mapped[Answer] = mapped_column(Word(Answer))
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    language: Mapped[str] = mapped_column(String(2), default="th")
    statement_digest: Mapped[str] = mapped_column(String(64))
    person: Mapped[str | Unreadable | None] = mapped_column(Sealed())
    person_role: Mapped[str | Unreadable | None] = mapped_column(Sealed())
    done_agrees: Mapped[bool | None]
    done_words: Mapped[str] = mapped_column(Text, default="")
    benefit_partner_agrees: Mapped[bool | None]
    benefit_partner_words: Mapped[str] = mapped_column(Text, default="")
    benefit_university_agrees: Mapped[bool | None]
    benefit_university_words: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    consent_name: Mapped[bool] = mapped_column(default=False)
    consent_person: Mapped[bool] = mapped_column(default=False)
    consent_words: Mapped[bool] = mapped_column(default=False)
    consent_photo: Mapped[bool] = mapped_column(default=False)
    consent_contact: Mapped[bool] = mapped_column(default=False)
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"), index=True)
    answered_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    frozen_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    in_work: Mapped[PartnerInWork] = relationship(back_populates="testimony")
    photo: Mapped[StoredFile | None] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        words(Answer, "answer"),
        words(Channel, "channel"),
        CheckConstraint("language IN ('th', 'en')", name="language_known"),
        CheckConstraint("photo_id IS NULL OR consent_photo", name="photo_by_consent"),
        CheckConstraint(
            "(answer = 'confirmed' AND withdrawn_at IS NULL) OR NOT"
            " (consent_name OR consent_person OR consent_words OR consent_photo OR consent_contact)",
            name="consent_of_the_confirmed",
        ),
        CheckConstraint(
            "withdrawn_at IS NULL OR (person IS NULL AND person_role IS NULL AND photo_id IS NULL"
            " AND done_words = '' AND benefit_partner_words = '' AND benefit_university_words = '' AND reason = '')",
            name="nothing_kept_after_withdrawal",
        ),
    )

    @property
    def confirms(self) -> bool:
        """Whether the partner confirmed, and has not taken it back."""
        return self.answer is Answer.CONFIRMED and self.withdrawn_at is None
