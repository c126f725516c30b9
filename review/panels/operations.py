"""Setting what a call asks of its panels."""

from __future__ import annotations

from typing import Any

from portfolio.calls.models import Call
from portfolio.core.audit.operations import record
from portfolio.core.db import session
from portfolio.core.permissions import demand
from review.panels import queries
from review.panels.models import PanelRule
from review.panels.permissions import PanelAction, PanelPermission


def set_rule(*, call: Call, reviewers: int, review_days: int, actor: Any) -> PanelRule:
    """Say how many reviewers a call asks for and how long they have; rounds already open keep what they had."""
    demand(PanelPermission.EDIT, actor, call)
    rule = queries.rule_of(call.id)
    rule.reviewers, rule.review_days = reviewers, review_days
    session.add(rule)
    session.flush()
    record(action=PanelAction.EDIT, actor_id=actor.id, subject_type="call", subject_id=call.id)
    return rule
