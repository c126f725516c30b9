"""Calls: when portfolios are received, against which criteria, and how blind the review is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words
from portfolio.criteria.models import CriteriaSet, RuleSet


class Anonymity(StrEnum):
    """Single: reviewers know the applicant. Double: they do not. Applicants never learn who reviewed."""

    SINGLE = "single"
    DOUBLE = "double"


class Call(Base):
    """A round in which the association receives portfolios."""

    __tablename__ = "calls"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title_th: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300))
    description_th: Mapped[str] = mapped_column(Text, default="")
    description_en: Mapped[str] = mapped_column(Text, default="")
    criteria_set_id: Mapped[int] = mapped_column(ForeignKey("criteria_sets.id"))
    anonymity: Mapped[Anonymity] = mapped_column(Word(Anonymity), default=Anonymity.DOUBLE)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    grace_minutes: Mapped[int] = mapped_column(default=0)
    review_due_on: Mapped[date | None]
    meeting_on: Mapped[date | None]
    published_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    criteria_set: Mapped[CriteriaSet] = relationship()
    rule_sets: Mapped[list[RuleSet]] = relationship(secondary="call_rule_sets", order_by=RuleSet.id)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        words(Anonymity, "anonymity"),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("grace_minutes >= 0", name="grace_not_negative"),
    )

    def title_in(self, language: str) -> str:
        """The title in a language."""
        return self.title_th if language == "th" else self.title_en

    def takes(self, rule_set: RuleSet) -> bool:
        """Whether portfolios under these rules are taken. A later version of rules that the call names is the same."""
        return rule_set.code in {accepted.code for accepted in self.rule_sets}

    @property
    def last_moment(self) -> datetime:
        """Closing plus grace: until then a submission is taken."""
        return self.closes_at + timedelta(minutes=self.grace_minutes)

    @property
    def is_open(self) -> bool:
        """Whether a portfolio can be submitted at this moment."""
        return self.published_at is not None and self.opens_at <= now() <= self.last_moment


class CallRuleSet(Base):
    """That a call accepts works written under a rule set."""

    __tablename__ = "call_rule_sets"

    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    rule_set_id: Mapped[int] = mapped_column(ForeignKey("rule_sets.id"), primary_key=True)
