"""How academics judge their own works, on the scale of the reviewers. For their eyes only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.core.clock import now
from portfolio.core.db import Base
from portfolio.works.models import Work


class SelfAssessment(Base):
    """One work against one criteria set. It belongs to the work, so every portfolio shows the same.

    Reviewers and officers never see it, and no snapshot holds it.
    """

    __tablename__ = "self_assessments"

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete="CASCADE"))
    criteria_set_code: Mapped[str] = mapped_column(String(60))
    updated_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    work: Mapped[Work] = relationship()
    scores: Mapped[list[SelfScore]] = relationship(order_by="SelfScore.id", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (UniqueConstraint("work_id", "criteria_set_code"),)


class SelfScore(Base):
    """A level from 0 to 5 for a criterion, and why; either may still be missing."""

    __tablename__ = "self_scores"

    id: Mapped[int] = mapped_column(primary_key=True)
    self_assessment_id: Mapped[int] = mapped_column(ForeignKey("self_assessments.id", ondelete="CASCADE"))
    criterion_code: Mapped[str] = mapped_column(String(20))
    level: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        UniqueConstraint("self_assessment_id", "criterion_code"),
        CheckConstraint("level IS NULL OR level BETWEEN 0 AND 5", name="level_0_to_5"),
    )
