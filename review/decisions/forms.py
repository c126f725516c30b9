"""The form of a decision, made for the works at hand."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectChoice
from wtforms.validators import InputRequired, Optional

from portfolio.core.web.fields import ProseField
from portfolio.criteria.models import Grade
from review.decisions.operations import Choice
from review.decisions.panel import Panel

LETTER_LIMIT = 12_000


def decision_form(panel: Panel, letter_th: str, letter_en: str) -> Any:
    """A level and a reason per work, and the letter in both languages."""
    fields: dict[str, Any] = {
        "letter_th": ProseField(
            _l("Letter in Thai"), [InputRequired(_l("Write the letter."))], max_chars=LETTER_LIMIT, rows=14
        ),
        "letter_en": ProseField(_l("Letter in English"), max_chars=LETTER_LIMIT, rows=14),
        "version": IntegerField(validators=[Optional()]),
    }
    words = [SelectChoice(grade.value, _("Below B") if grade is Grade.BELOW_B else grade.label) for grade in Grade]
    data: dict[str, Any] = {"letter_th": letter_th, "letter_en": letter_en}
    for one in panel.works:
        position = one.work.position
        fields[f"grade_{position}"] = RadioField(
            _l("Level of work %(n)s", n=position), choices=words, validators=[InputRequired(_l("Choose the level."))]
        )
        fields[f"reason_th_{position}"] = ProseField(_l("Reason in Thai"), max_chars=4000, rows=3)
        fields[f"reason_en_{position}"] = ProseField(_l("Reason in English"), max_chars=4000, rows=3)
        data[f"grade_{position}"] = str(one.grade) if one.grade else None
    return type("DecisionForm", (FlaskForm,), fields)(data=data)


def choices_of(form: Any, panel: Panel) -> dict[int, Choice]:
    """What was chosen, by position."""
    return {
        one.work.position: Choice(
            grade=Grade(form[f"grade_{one.work.position}"].data),
            reason_th=form[f"reason_th_{one.work.position}"].data or "",
            reason_en=form[f"reason_en_{one.work.position}"].data or "",
        )
        for one in panel.works
    }
