"""Whoever was asked to review and has neither handed in nor declined is waited for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import ngettext
from sqlalchemy import func, select

from portfolio.core.db import session
from portfolio.core.hooks import Hooks
from review.assignments.models import Assignment, AssignmentState, ReviewRound


def refuse(user: Any) -> Iterable[Any]:
    """Refuse erasure while a review is owed."""
    owed = (AssignmentState.INVITED, AssignmentState.ACCEPTED)
    count = session.scalar(
        select(func.count())
        .select_from(Assignment)
        .join(ReviewRound)
        .where(Assignment.reviewer_id == user.id, Assignment.state.in_(owed), ReviewRound.closed_at.is_(None))
    )
    if count:
        yield ngettext(
            "%(num)d review is waited for from you. Hand it in or decline it first.",
            "%(num)d reviews are waited for from you. Hand them in or decline them first.",
            count,
        )


def register(hooks: Hooks) -> None:
    """Say so."""
    hooks.erasure_refusals.append(refuse)
