"""The form of a self-assessment: a level and a reason for each criterion of a set, saved together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import Optional

from portfolio.core.web.fields import ProseField, RadioField, WholeNumberField
from portfolio.criteria.models import Criterion
from portfolio.portfolios.self_assessment.models import SelfAssessment
from portfolio.portfolios.self_assessment.operations import Judgement

REASON_LIMIT = 4000
LEVELS = [("", ""), *((str(level), str(level)) for level in range(6))]


class SelfAssessmentForm(FlaskForm):
    """What all these forms have; `form_of` adds the criteria."""

    version = WholeNumberField(validators=[Optional()])


def form_of(criteria: Sequence[Criterion], language: str, saved: SelfAssessment | None) -> SelfAssessmentForm:
    """The form for these criteria, filled with what was sent, else with what was saved."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {"version": saved.version if saved is not None else 0}
    scores = {score.criterion_code: score for score in saved.scores} if saved is not None else {}
    for criterion in criteria:
        code, name = criterion.code, criterion.label_in(language)
        score = scores.get(code)
        level = _l("%(code)s %(name)s: level", code=code, name=name)
        fields[level_name(code)] = RadioField(level, choices=LEVELS, validators=[Optional()])
        reason = _l("Reason for the level of %(code)s", code=code)
        fields[reason_name(code)] = ProseField(reason, max_chars=REASON_LIMIT, rows=3)
        data[level_name(code)] = str(score.level) if score is not None and score.level is not None else ""
        data[reason_name(code)] = score.reason if score is not None else ""
    made: SelfAssessmentForm = type("CriteriaForm", (SelfAssessmentForm,), fields)(data=data)
    return made


def saved_values_of(criteria: Sequence[Criterion], saved: SelfAssessment | None) -> dict[str, str]:
    """What stands saved, field by field, to be shown beside what was typed."""
    scores = {score.criterion_code: score for score in saved.scores} if saved is not None else {}
    found = {}
    for criterion in criteria:
        score = scores.get(criterion.code)
        found[level_name(criterion.code)] = "" if score is None or score.level is None else str(score.level)
        found[reason_name(criterion.code)] = score.reason if score is not None else ""
    return found


def level_name(code: str) -> str:
    """The field of a criterion's level."""
    return f"level-{code}"


def reason_name(code: str) -> str:
    """The field of the reason for it."""
    return f"reason-{code}"


def judgements_in(form: SelfAssessmentForm, criteria: Sequence[Criterion]) -> dict[str, Judgement]:
    """What was chosen and typed, by criterion."""
    return {
        criterion.code: Judgement(
            int(form[level_name(criterion.code)].data) if form[level_name(criterion.code)].data else None,
            (form[reason_name(criterion.code)].data or "").strip(),
        )
        for criterion in criteria
    }
