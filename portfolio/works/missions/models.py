"""Where a work is joined with teaching, research, academic service, and arts and culture."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words
from portfolio.works.models import Work
from portfolio.works.vocabulary import Mission


class Term(StrEnum):
    """When in the academic year a course was taught."""

    FIRST = "first"
    SECOND = "second"
    SUMMER = "summer"
    WHOLE_YEAR = "whole_year"


class MissionEntry(Base):
    """One course, project, service or activity in which a mission meets the work.

    `code` is a course's code or a grant's number; `people` students or participants; `partner` the funder, or for whom
    it was done; `outcome` what came of it: for a course, what the students learned from this work.
    """

    __tablename__ = "mission_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete="CASCADE"), index=True)
    mission: Mapped[Mission] = mapped_column(Word(Mission))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(60), default="")
    title_th: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300), default="")
    term: Mapped[Term | None] = mapped_column(Word(Term))
    year: Mapped[int | None]
    people: Mapped[int | None]
    partner_th: Mapped[str] = mapped_column(String(300), default="")
    partner_en: Mapped[str] = mapped_column(String(300), default="")
    outcome_th: Mapped[str] = mapped_column(Text, default="")
    outcome_en: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    work: Mapped[Work] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        words(Mission, "mission"),
        words(Term, "term"),
        CheckConstraint("people IS NULL OR people >= 0", name="people_from_0"),
        CheckConstraint("term IS NULL OR mission = 'teaching'", name="term_of_teaching"),
    )

    def title_in(self, language: str) -> str:
        """The title in a language, or in the other one where that is all there is."""
        first, second = (self.title_th, self.title_en) if language == "th" else (self.title_en, self.title_th)
        return first or second
