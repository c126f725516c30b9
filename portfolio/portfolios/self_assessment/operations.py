"""What can be done with self-assessments. Nothing here commits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portfolio.accounts.models import User
from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import Stale, lock, session
from portfolio.core.permissions import demand
from portfolio.portfolios.self_assessment.models import SelfAssessment, SelfScore
from portfolio.portfolios.self_assessment.permissions import SelfAssessmentAction
from portfolio.portfolios.self_assessment.queries import assessment_of
from portfolio.works.models import Work
from portfolio.works.permissions import WorkPermission


@dataclass(frozen=True)
class Judgement:
    """A level from 0 to 5, or none yet, and why."""

    level: int | None = None
    reason: str = ""


def save(
    *, actor: User, work: Work, criteria_set_code: str, judgements: Mapping[str, Judgement], version: int
) -> SelfAssessment:
    """Keep all judgements of a work at once. Raises Stale where somebody saved meanwhile; the first is version 0."""
    demand(WorkPermission.EDIT, actor, work)
    lock(work)
    row = assessment_of(work, criteria_set_code)
    if version != (row.version if row is not None else 0):
        raise Stale
    if row is None:
        row = SelfAssessment(work_id=work.id, criteria_set_code=criteria_set_code)
        session.add(row)
    there = {score.criterion_code: score for score in row.scores}
    for code, judgement in judgements.items():
        score = there.get(code)
        if score is not None:
            score.level, score.reason = judgement.level, judgement.reason
        elif judgement != Judgement():
            row.scores.append(SelfScore(criterion_code=code, level=judgement.level, reason=judgement.reason))
    row.updated_at = now()
    session.flush()
    record(action=SelfAssessmentAction.SAVE, actor_id=actor.id, subject_type="self_assessment", subject_id=row.id)
    return row
