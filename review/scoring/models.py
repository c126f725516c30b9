"""Reviews: a level and a reason per work and criterion, an overall level per work, a remark, a confidential word."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words
from portfolio.criteria.models import Grade
from portfolio.submissions.models import SnapshotWork
from review.assignments.models import Assignment


class Review(Base):
    """What one reviewer says of one snapshot. Closed by handing in; `handed_in_at` lives on the assignment.

    Every text has a version of its own, counted when the text changes, so that saving a level beside it or another
    text in another tab never makes it stale.
    """

    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), unique=True)
    remark: Mapped[str] = mapped_column(Text, default="")
    remark_version: Mapped[int] = mapped_column(default=1)
    confidential_note: Mapped[str] = mapped_column(Text, default="")
    confidential_note_version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    assignment: Mapped[Assignment] = relationship()
    scores: Mapped[list[Score]] = relationship(cascade="all, delete-orphan")
    overall: Mapped[list[OverallLevel]] = relationship(cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}


class Score(Base):
    """(review, work in the snapshot, criterion, level 0 to 5, reason). No level yet: null."""

    __tablename__ = "scores"

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id", ondelete="CASCADE"))
    snapshot_work_id: Mapped[int] = mapped_column(ForeignKey("snapshot_works.id"), index=True)
    criterion_code: Mapped[str] = mapped_column(String(20))
    level: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    reason_version: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)

    snapshot_work: Mapped[SnapshotWork] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("review_id", "snapshot_work_id", "criterion_code"),
        CheckConstraint("level IS NULL OR level BETWEEN 0 AND 5", name="level_0_to_5"),
    )


class OverallLevel(Base):
    """A reviewer's one advisory level for a work, with the reason for it."""

    __tablename__ = "overall_levels"

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id", ondelete="CASCADE"))
    snapshot_work_id: Mapped[int] = mapped_column(ForeignKey("snapshot_works.id"), index=True)
    grade: Mapped[Grade | None] = mapped_column(Word(Grade))
    reason: Mapped[str] = mapped_column(Text, default="")
    reason_version: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)

    snapshot_work: Mapped[SnapshotWork] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (UniqueConstraint("review_id", "snapshot_work_id"), words(Grade, "grade"))
