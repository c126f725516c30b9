"""How a work was made known: forums in its area, visits to it, the public, and a record that others can cite."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words
from portfolio.works.models import Work


class Way(StrEnum):
    """The four ways, by the words of the rules (`dissemination` in `criteria/schemas.py`), in the order of pages."""

    FORUM = "forum"
    VISIT = "visit"
    PUBLIC = "public"
    RECORD = "record"


class Dissemination(Base):
    """One forum, visit, publication to the public or written record.

    `place` is also a medium, or where a record is kept; `audience` who held it, came or received it; `year` (CE) is
    that of `begun_on` where a day is known, and stands alone where it is not. `ended_on` ends a period.
    """

    __tablename__ = "disseminations"

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete="CASCADE"), index=True)
    way: Mapped[Way] = mapped_column(Word(Way))
    position: Mapped[int]
    title_th: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300), default="")
    place_th: Mapped[str] = mapped_column(String(300), default="")
    place_en: Mapped[str] = mapped_column(String(300), default="")
    audience_th: Mapped[str] = mapped_column(String(300), default="")
    audience_en: Mapped[str] = mapped_column(String(300), default="")
    people: Mapped[int | None]
    year: Mapped[int | None]
    begun_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    url: Mapped[str] = mapped_column(String(2000), default="")
    note_th: Mapped[str] = mapped_column(Text, default="")
    note_en: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    work: Mapped[Work] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        words(Way, "way"),
        CheckConstraint("people IS NULL OR people >= 0", name="people_from_0"),
        CheckConstraint("begun_on IS NULL OR year IS NOT NULL", name="year_of_the_day"),
        CheckConstraint(
            "ended_on IS NULL OR (begun_on IS NOT NULL AND ended_on >= begun_on)", name="ends_after_it_begins"
        ),
    )

    def title_in(self, language: str) -> str:
        """The title in a language, or in the other one where that is all there is."""
        first, second = (self.title_th, self.title_en) if language == "th" else (self.title_en, self.title_th)
        return first or second
