"""Self-assessments of works. Asked for by those who assemble the works, and by nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, Subquery, func, select
from sqlalchemy.orm import joinedload, selectinload

from portfolio.core.db import session
from portfolio.core.hooks import Hooks
from portfolio.portfolios.self_assessment.models import SelfAssessment, SelfScore
from portfolio.works.models import Work


def assessments_of(work_ids: Iterable[int], criteria_set_code: str) -> dict[int, SelfAssessment]:
    """The assessments of these works against one criteria set, by work."""
    statement = (
        select(SelfAssessment)
        .where(SelfAssessment.work_id.in_(list(work_ids)), SelfAssessment.criteria_set_code == criteria_set_code)
        .options(selectinload(SelfAssessment.scores))
    )
    return {row.work_id: row for row in session.scalars(statement)}


def assessment_of(work: Work, criteria_set_code: str) -> SelfAssessment | None:
    """The assessment of one work."""
    return assessments_of([work.id], criteria_set_code).get(work.id)


def levels_of(work_ids: Iterable[int], criteria_set_code: str) -> dict[int, dict[str, int]]:
    """The levels that were given, by work and criterion."""
    return {
        work_id: {score.criterion_code: score.level for score in row.scores if score.level is not None}
        for work_id, row in assessments_of(work_ids, criteria_set_code).items()
    }


def counted(works: Select[Any], criteria_set_code: str) -> Subquery:
    """How many levels each of these works was given: columns `work_id` and `levels`, to be joined to a select of works.
    Works without any have no row."""
    return (
        select(SelfAssessment.work_id, func.count().label("levels"))
        .join(SelfAssessment.scores)
        .where(SelfAssessment.work_id.in_(works), SelfAssessment.criteria_set_code == criteria_set_code)
        .where(SelfScore.level.is_not(None))
        .group_by(SelfAssessment.work_id)
        .subquery("levels_counted")
    )


def _personal_data(user: Any) -> list[dict[str, Any]]:
    """What a person said of their own works, for the copy of their data that they may ask for."""
    statement = (
        select(SelfAssessment)
        .join(SelfAssessment.work)
        .where(Work.owner_id == user.id)
        .options(joinedload(SelfAssessment.work), selectinload(SelfAssessment.scores))
        .order_by(SelfAssessment.id)
    )
    return [
        {
            "work": row.work.title_th or row.work.title_en,
            "criteria": row.criteria_set_code,
            "criterion": score.criterion_code,
            "level": score.level,
            "reason": score.reason,
        }
        for row in session.scalars(statement)
        for score in row.scores
    ]


def register(hooks: Hooks) -> None:
    """Bring them to the copy of a person's data."""
    hooks.personal_data["self_assessments"] = _personal_data
