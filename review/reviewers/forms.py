"""The form of a reviewer's profile."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import InputRequired, NumberRange

from portfolio.core.web.fields import ProseField, ThaiDateField, WholeNumberField


class ProfileForm(FlaskForm):
    """What a reviewer is expert in, and how much is welcome."""

    expertise_th = ProseField(_l("Expertise, in Thai"), max_chars=2000, rows=3)
    expertise_en = ProseField(_l("Expertise, in English"), max_chars=2000, rows=3)
    engaged_scholarship = BooleanField(_l("I have experience in socially engaged scholarship."))
    capacity = WholeNumberField(
        _l("Portfolios at a time"),
        validators=[
            InputRequired(_l("Write a whole number in digits, such as 25.")),
            NumberRange(0, 50, _l("Between 0 and 50.")),
        ],
    )
    away_until = ThaiDateField(_l("Away until"))
