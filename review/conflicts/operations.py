"""Declaring a conflict, or that there is none."""

from __future__ import annotations

from typing import Any

from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import session
from portfolio.submissions.models import Submission
from review.conflicts import queries
from review.conflicts.models import Conflict, ConflictGround
from review.conflicts.permissions import ConflictAction


def declare(
    *, submission: Submission, reviewer: Any, ground: ConflictGround | None, detail: str = "", actor: Any
) -> Conflict:
    """Keep a reviewer's declaration, in place of an earlier one. `ground` None: free of conflict.

    Whether the actor may is asked by the caller, who knows the assignment.
    """
    row = queries.declared(submission.id, [reviewer.id]).get(reviewer.id)
    if row is None:
        row = Conflict(submission_id=submission.id, reviewer_id=reviewer.id)
        session.add(row)
    row.ground, row.detail = ground, detail
    row.declared_by_id, row.declared_at = actor.id, now()
    session.flush()
    record(
        action=ConflictAction.DECLARE if ground else ConflictAction.DECLARE_NONE,
        actor_id=actor.id,
        subject_type="conflict",
        subject_id=row.id,
    )
    return row
