"""What a call asks of its panels."""

from __future__ import annotations

from sqlalchemy import select

from portfolio.core.db import session
from review.panels.models import DecisionRule, PanelRule

DEFAULT_REVIEWERS = 3
DEFAULT_DAYS = 30


def rule_of(call_id: int) -> PanelRule:
    """The rule of a call, or the usual one (three reviewers, majority, thirty days) as a row not yet kept."""
    known = session.scalars(select(PanelRule).where(PanelRule.call_id == call_id)).one_or_none()
    return known or PanelRule(
        call_id=call_id,
        reviewers=DEFAULT_REVIEWERS,
        decision_rule=DecisionRule.MAJORITY,
        review_days=DEFAULT_DAYS,
    )
