"""Portfolios: the works chosen for one position, and the academic's record (CV) that goes with them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words
from portfolio.criteria.models import RuleSet
from portfolio.works.models import Work


class Portfolio(Base):
    """What an academic assembles for one position: a selection of works in an order."""

    __tablename__ = "portfolios"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    rule_set_id: Mapped[int] = mapped_column(ForeignKey("rule_sets.id"))
    title_th: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300), default="")
    position_sought: Mapped[str | None] = mapped_column(String(20))
    field_th: Mapped[str] = mapped_column(String(200), default="")
    field_en: Mapped[str] = mapped_column(String(200), default="")
    statement_th: Mapped[str] = mapped_column(Text, default="")
    statement_en: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    owner: Mapped[User] = relationship()
    rule_set: Mapped[RuleSet] = relationship()
    chosen: Mapped[list[PortfolioWork]] = relationship(order_by="PortfolioWork.position", cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}

    def title_in(self, language: str) -> str:
        """The title in a language, or in the other one where that is all there is."""
        first, second = (self.title_th, self.title_en) if language == "th" else (self.title_en, self.title_th)
        return first or second

    @property
    def works(self) -> list[Work]:
        """The chosen works in their order."""
        return [chosen.work for chosen in self.chosen]


class PortfolioWork(Base):
    """A work chosen into a portfolio, at a place in its order."""

    __tablename__ = "portfolio_works"

    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolios.id", ondelete="CASCADE"), primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"), primary_key=True)
    position: Mapped[int]

    work: Mapped[Work] = relationship()

    __table_args__ = (UniqueConstraint("portfolio_id", "position"),)


class CvKind(StrEnum):
    """Parts of the academic's record."""

    EDUCATION = "education"
    APPOINTMENT = "appointment"
    TEACHING = "teaching"
    SERVICE = "service"


class CvEntry(Base):
    """A line of the academic's record, kept once for life and printed in every portfolio.

    education: title = degree and field, institution, year_to = year of graduation.
    appointment: title = position, institution, year_from/year_to. teaching: title = course, detail = semester,
    hours_per_week. service: title = activity, institution = for whom, hours_per_week.
    Years are CE.
    """

    __tablename__ = "cv_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    kind: Mapped[CvKind] = mapped_column(Word(CvKind))
    position: Mapped[int] = mapped_column(default=0)
    title_th: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300), default="")
    institution_th: Mapped[str] = mapped_column(String(300), default="")
    institution_en: Mapped[str] = mapped_column(String(300), default="")
    detail_th: Mapped[str] = mapped_column(Text, default="")
    detail_en: Mapped[str] = mapped_column(Text, default="")
    year_from: Mapped[int | None]
    year_to: Mapped[int | None]
    hours_per_week: Mapped[float | None] = mapped_column(Numeric(5, 1, asdecimal=False))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        words(CvKind, "kind"),
        CheckConstraint("year_from IS NULL OR year_from BETWEEN 1900 AND 2200", name="year_from_ce"),
        CheckConstraint("year_to IS NULL OR year_to BETWEEN 1900 AND 2200", name="year_to_ce"),
        CheckConstraint("hours_per_week IS NULL OR hours_per_week BETWEEN 0 AND 168", name="hours_of_a_week"),
    )
