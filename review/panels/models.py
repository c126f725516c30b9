"""Panel rules: how many reviewers a call asks for and how their levels become the panel's."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.calls.models import Call
from portfolio.core.db import Base, Word, words


class DecisionRule(StrEnum):
    """How levels become one. Majority: the highest level that a strict majority reach or exceed."""

    MAJORITY = "majority"


class PanelRule(Base):
    """What a call asks of its panels."""

    __tablename__ = "panel_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), unique=True)
    reviewers: Mapped[int] = mapped_column(default=3)
    decision_rule: Mapped[DecisionRule] = mapped_column(Word(DecisionRule), default=DecisionRule.MAJORITY)
    review_days: Mapped[int] = mapped_column(default=30)

    call: Mapped[Call] = relationship()

    __table_args__ = (
        words(DecisionRule, "decision_rule"),
        CheckConstraint("reviewers BETWEEN 1 AND 15", name="reviewers_1_to_15"),
        CheckConstraint("review_days BETWEEN 1 AND 365", name="review_days_1_to_365"),
    )
