"""Forms of a review: a level with its reason, and single texts."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectChoice
from wtforms.validators import Optional

from portfolio.core.web.fields import ProseField

TEXT_LIMIT = 8000


def _number_or_none(value: Any) -> int | None:
    return int(value) if str(value).strip().isdigit() else None


class ScoreForm(FlaskForm):
    """A criterion's level and the reason for it; both may wait until handing in."""

    level = RadioField(
        _l("Level"),
        coerce=_number_or_none,
        choices=[SelectChoice(value, str(value)) for value in range(6)],
        validators=[Optional()],
    )
    body = ProseField(_l("Reason"), max_chars=TEXT_LIMIT, rows=5)
    version = IntegerField(validators=[Optional()])


class OverallForm(FlaskForm):
    """A work's one advisory level and the reason for it."""

    grade = RadioField(
        _l("Overall level of the work"),
        choices=[
            SelectChoice("below_b", _l("Below B")),
            SelectChoice("b", "B"),
            SelectChoice("a", "A"),
            SelectChoice("a_plus", "A+"),
        ],
        validators=[Optional()],
        validate_choice=True,
    )
    body = ProseField(_l("Reason"), max_chars=TEXT_LIMIT, rows=5)
    version = IntegerField(validators=[Optional()])


class TextForm(FlaskForm):
    """One text with its version."""

    body = ProseField(_l("Text"), max_chars=TEXT_LIMIT, rows=5)
    version = IntegerField(validators=[Optional()])
