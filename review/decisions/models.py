"""Decisions per work, the letter to the applicant, and the register of certificates."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words
from portfolio.criteria.models import Grade
from portfolio.submissions.models import SnapshotWork
from review.assignments.models import ReviewRound


class Decision(Base):
    """The association's level for one work of a round: the panel's, or the chair's on an even split.

    `panel_grade` is what the rule gave (null on an even split), `grade` what was decided; where they differ the
    reason says why. `digest` is the SHA-256 over the canonical decision, named by editions.
    """

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("review_rounds.id"), index=True)
    snapshot_work_id: Mapped[int] = mapped_column(ForeignKey("snapshot_works.id"), unique=True)
    panel_grade: Mapped[Grade | None] = mapped_column(Word(Grade))
    grade: Mapped[Grade] = mapped_column(Word(Grade))
    by_chair: Mapped[bool] = mapped_column(default=False)
    reason_th: Mapped[str] = mapped_column(Text, default="")
    reason_en: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    decided_on: Mapped[date]
    decided_at: Mapped[datetime] = mapped_column(default=now)
    digest: Mapped[str] = mapped_column(String(64))

    round: Mapped[ReviewRound] = relationship()
    snapshot_work: Mapped[SnapshotWork] = relationship()
    decided_by: Mapped[User] = relationship()
    certificate: Mapped[Certificate | None] = relationship(back_populates="decision")

    __table_args__ = (
        words(Grade, "grade"),
        CheckConstraint("by_chair OR panel_grade = grade", name="panel_or_chair"),
    )


class DecisionLetter(Base):
    """The letter that told the applicant. It names no reviewer."""

    __tablename__ = "decision_letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("review_rounds.id"), unique=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    body_th: Mapped[str] = mapped_column(Text)
    body_en: Mapped[str] = mapped_column(Text, default="")
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    sent_at: Mapped[datetime] = mapped_column(default=now)

    round: Mapped[ReviewRound] = relationship()


class Certificate(Base):
    """A certificate of the association's level for a work; below B there is none."""

    __tablename__ = "certificates"

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), unique=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    issued_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(Text, default="")

    decision: Mapped[Decision] = relationship(back_populates="certificate")

    __table_args__ = (CheckConstraint("revoked_at IS NULL OR revoked_reason <> ''", name="revoked_with_reason"),)
