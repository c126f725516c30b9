"""What was measured after a work's own before and after, and what is planned to be."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words
from portfolio.works.models import ChangeRecord


class Measurer(StrEnum):
    """Who measured: independence of the source is part of how far a figure carries."""

    UNIVERSITY = "university"
    PARTNER = "partner"
    THIRD_PARTY = "third_party"


class FollowUp(Base):
    """One more measurement of an indicator: done (`measured_on`), planned (only `due_on`), or called off."""

    __tablename__ = "follow_ups"

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("change_records.id", ondelete="CASCADE"), index=True)
    due_on: Mapped[date | None] = mapped_column(index=True)
    measured_on: Mapped[date | None]
    value: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    source: Mapped[str] = mapped_column(Text, default="")
    measured_by: Mapped[Measurer | None] = mapped_column(Word(Measurer))
    measurer_name: Mapped[str] = mapped_column(String(200), default="")
    note_th: Mapped[str] = mapped_column(Text, default="")
    note_en: Mapped[str] = mapped_column(Text, default="")
    cancelled_at: Mapped[datetime | None]
    reminded_for: Mapped[date | None]  # the due date that the owner was last reminded of
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    record: Mapped[ChangeRecord] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        words(Measurer, "measured_by"),
        CheckConstraint("measured_on IS NOT NULL OR due_on IS NOT NULL", name="planned_or_measured"),
        CheckConstraint(
            "(measured_on IS NULL AND value IS NULL AND measured_by IS NULL)"
            " OR (measured_on IS NOT NULL AND value IS NOT NULL AND measured_by IS NOT NULL)",
            name="measured_whole",
        ),
        CheckConstraint("cancelled_at IS NULL OR measured_on IS NULL", name="cancelled_or_measured"),
    )

    @property
    def is_planned(self) -> bool:
        """Whether it is still to be measured."""
        return self.measured_on is None and self.cancelled_at is None
