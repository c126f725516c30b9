"""Review rounds and the assignments of reviewers to them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words
from portfolio.submissions.models import Snapshot, Submission


class AssignmentState(StrEnum):
    """Where an assignment stands. Nothing opens before `accepted`."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    HANDED_IN = "handed_in"


LIVE_STATES = (AssignmentState.INVITED, AssignmentState.ACCEPTED, AssignmentState.HANDED_IN)


class ReviewRound(Base):
    """One round of review of one snapshot. A submission has at most one open round."""

    __tablename__ = "review_rounds"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id"), index=True)
    sequence: Mapped[int]
    reviewers_wanted: Mapped[int]
    due_on: Mapped[date]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    opened_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]

    submission: Mapped[Submission] = relationship()
    snapshot: Mapped[Snapshot] = relationship()
    assignments: Mapped[list[Assignment]] = relationship(back_populates="round", order_by="Assignment.seat")

    __table_args__ = (
        UniqueConstraint("submission_id", "sequence"),
        Index(
            "uq_review_rounds_open",
            "submission_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )


class Assignment(Base):
    """A reviewer asked to review in a round. `seat` is the neutral name: reviewer 1, 2, 3."""

    __tablename__ = "assignments"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("review_rounds.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    seat: Mapped[int]
    state: Mapped[AssignmentState] = mapped_column(Word(AssignmentState), default=AssignmentState.INVITED)
    due_on: Mapped[date]
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    invited_at: Mapped[datetime] = mapped_column(default=now)
    answered_at: Mapped[datetime | None]
    decline_reason: Mapped[str] = mapped_column(Text, default="")
    handed_in_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    round: Mapped[ReviewRound] = relationship(back_populates="assignments")
    reviewer: Mapped[User] = relationship(foreign_keys=[reviewer_id])

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        words(AssignmentState, "state"),
        UniqueConstraint("round_id", "reviewer_id"),
        UniqueConstraint("round_id", "seat"),
        CheckConstraint("(state = 'handed_in') = (handed_in_at IS NOT NULL)", name="handed_in_when"),
        Index("ix_assignments_reviewer_id_state", "reviewer_id", "state"),
    )
