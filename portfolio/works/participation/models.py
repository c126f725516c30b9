"""Who did what in a work by the rows of its form, who was asked to sign, who signed, and who could not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.accounts.models import Language, User
from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words
from portfolio.core.sealed import Sealed, Unreadable
from portfolio.works.models import Contribution, Work
from portfolio.works.participation.vocabulary import (
    AbsenceReason,
    Closing,
    DutyRow,
    EthicsApproval,
    FormVariant,
    ReplyKind,
    SignatureMethod,
    TransferRow,
)


class ParticipationForm(Base):
    """Which form a work uses. Without a row it is the form of the work's rule set."""

    __tablename__ = "participation_forms"

    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete="CASCADE"), primary_key=True)
    variant: Mapped[FormVariant] = mapped_column(Word(FormVariant))

    __table_args__ = (words(FormVariant, "variant"),)


class Duty(Base):
    """What one person did, under one row of part 1. Each form keeps its own texts, since its rows ask other things."""

    __tablename__ = "participation_duties"

    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    variant: Mapped[FormVariant] = mapped_column(Word(FormVariant), primary_key=True)
    row: Mapped[DutyRow] = mapped_column(Word(DutyRow), primary_key=True)
    text: Mapped[str] = mapped_column(Text)

    __table_args__ = (words(FormVariant, "variant"), words(DutyRow, "row"))


class Transfer(Base):
    """Where a work was shown or handed on, under one row of part 2."""

    __tablename__ = "participation_transfers"

    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete="CASCADE"), primary_key=True)
    row: Mapped[TransferRow] = mapped_column(Word(TransferRow), primary_key=True)
    text: Mapped[str] = mapped_column(Text)

    __table_args__ = (words(TransferRow, "row"),)


class Contact(Base):
    """Where a co-author is written to. The address is sealed; `user_id` is the account that has it, if one does."""

    __tablename__ = "participation_contacts"

    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    address: Mapped[str | Unreadable] = mapped_column(Sealed(str))
    language: Mapped[Language] = mapped_column(Word(Language), default=Language.THAI)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)

    __table_args__ = (words(Language, "language"),)


class SigningRequest(Base):
    """One person asked to sign one text, which `text_digest` names. Open until it is closed or its time is over."""

    __tablename__ = "signing_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), index=True)
    text_digest: Mapped[str] = mapped_column(String(64))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    last_sent_at: Mapped[datetime] = mapped_column(default=now)
    reminders: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None]
    closing: Mapped[Closing | None] = mapped_column(Word(Closing))

    contribution: Mapped[Contribution] = relationship()

    __table_args__ = (
        words(Closing, "closing"),
        CheckConstraint("length(text_digest) = 64", name="digest_is_hex"),
        CheckConstraint("(closed_at IS NULL) = (closing IS NULL)", name="closed_for_a_reason"),
        CheckConstraint("reminders BETWEEN 0 AND 3", name="three_reminders"),
        # Two open requests to one person cannot be: of two presses at once, one wins.
        Index(
            "uq_signing_requests_open",
            "contribution_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )


class SigningLink(Base):
    """The secret of one letter, stored hashed. A reminder carries another secret of the same request."""

    __tablename__ = "signing_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("signing_requests.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)

    request: Mapped[SigningRequest] = relationship()


class Signature(Base):
    """A person's signature under one text, with that text as it was. One person signs one text once."""

    __tablename__ = "participation_signatures"

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"))
    text_digest: Mapped[str] = mapped_column(String(64))
    signed_text: Mapped[str] = mapped_column(Text)
    signed_name: Mapped[str] = mapped_column(String(200))
    method: Mapped[SignatureMethod] = mapped_column(Word(SignatureMethod))
    signed_at: Mapped[datetime] = mapped_column(default=now)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("signing_requests.id", ondelete="SET NULL"), unique=True)

    __table_args__ = (
        words(SignatureMethod, "method"),
        CheckConstraint("length(text_digest) = 64", name="digest_is_hex"),
        Index("uq_participation_signatures_text", "contribution_id", "text_digest", unique=True),
    )


class Reply(Base):
    """What a person answered instead of signing."""

    __tablename__ = "signing_replies"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("signing_requests.id", ondelete="CASCADE"), unique=True)
    kind: Mapped[ReplyKind] = mapped_column(Word(ReplyKind))
    text: Mapped[str] = mapped_column(Text, default="")
    replied_at: Mapped[datetime] = mapped_column(default=now)

    request: Mapped[SigningRequest] = relationship()

    __table_args__ = (words(ReplyKind, "kind"),)


class Absence(Base):
    """Why a person cannot sign, as the applicant states it."""

    __tablename__ = "participation_absences"

    contribution_id: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    reason: Mapped[AbsenceReason] = mapped_column(Word(AbsenceReason))
    note: Mapped[str] = mapped_column(Text)
    evidence_item_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_items.id", ondelete="SET NULL"))
    stated_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    stated_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (words(AbsenceReason, "reason"),)


class EthicsDeclaration(Base):
    """The academic's certification of the six points of ethics and code of conduct for a work."""

    __tablename__ = "ethics_declarations"

    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete="CASCADE"), primary_key=True)
    approval: Mapped[EthicsApproval] = mapped_column(Word(EthicsApproval))
    approval_note: Mapped[str] = mapped_column(String(300), default="")
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    declared_at: Mapped[datetime] = mapped_column(default=now)

    work: Mapped[Work] = relationship()
    declared_by: Mapped[User] = relationship()

    __table_args__ = (words(EthicsApproval, "approval"),)
