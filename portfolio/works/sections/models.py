"""The texts under the headings of works, and what they said before."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words


class TextOrigin(StrEnum):
    """How a text came to say what it says: somebody wrote it, or its references followed exhibits to other numbers."""

    WRITTEN = "written"
    RENUMBERED = "renumbered"


class WorkSection(Base):
    """The present text under one heading, with its own version: two tabs on two headings never collide.

    `saved_by_id` is empty in texts from before it was kept.
    """

    __tablename__ = "work_sections"

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete="CASCADE"))
    heading_code: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text, default="")
    word_count: Mapped[int] = mapped_column(default=0)
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    origin: Mapped[TextOrigin] = mapped_column(Word(TextOrigin), default=TextOrigin.WRITTEN)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    saved_by: Mapped[User | None] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (words(TextOrigin, "origin"), UniqueConstraint("work_id", "heading_code"))


class WorkSectionVersion(Base):
    """What a section said before. Savings in quick succession keep one text, unless much of it was deleted."""

    __tablename__ = "work_section_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("work_sections.id", ondelete="CASCADE"))
    section_version: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    origin: Mapped[TextOrigin] = mapped_column(Word(TextOrigin), default=TextOrigin.WRITTEN)
    saved_at: Mapped[datetime] = mapped_column(default=now)

    saved_by: Mapped[User] = relationship()

    __table_args__ = (words(TextOrigin, "origin"), UniqueConstraint("section_id", "section_version"))


class SectionRenumbering(Base):
    """That exhibits of the work came to have other numbers while a section stood in this version, and which.

    A text of that version or an older one speaks in the earlier numbers: it is brought up to date by these before it is
    put back or joined with the present one. `numbers` is a line of `references_in_text.spelled`.
    """

    __tablename__ = "section_renumberings"

    id: Mapped[int] = mapped_column(primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("work_sections.id", ondelete="CASCADE"), index=True)
    section_version: Mapped[int]
    numbers: Mapped[str] = mapped_column(Text)
