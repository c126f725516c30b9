"""Portfolios: the works chosen for one position."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words
from portfolio.criteria.models import RuleSet
from portfolio.record.models import AppointmentMode
from portfolio.works.models import Work


class Method(StrEnum):
    """The ways, numbered in the rules, in which works may fill what a position asks for."""

    FIRST = "1"
    SECOND = "2"
    THIRD = "3"


class Portfolio(Base):
    """What an academic assembles for one position: a selection of works in an order."""

    __tablename__ = "portfolios"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    rule_set_id: Mapped[int] = mapped_column(ForeignKey("rule_sets.id"))
    title_th: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300), default="")
    position_sought: Mapped[str | None] = mapped_column(String(20))
    mode: Mapped[AppointmentMode | None] = mapped_column(Word(AppointmentMode))
    method: Mapped[Method | None] = mapped_column(Word(Method))
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
    __table_args__ = (words(AppointmentMode, "mode"), words(Method, "method"))

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
