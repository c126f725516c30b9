"""The form of a panel rule."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired, NumberRange

from portfolio.core.web.fields import WholeNumberField


class PanelRuleForm(FlaskForm):
    """How many reviewers, and how many days they have."""

    reviewers = WholeNumberField(
        _l("Reviewers for each portfolio"),
        validators=[
            InputRequired(_l("Write a whole number in digits, such as 25.")),
            NumberRange(1, 15, _l("Between 1 and 15.")),
        ],
    )
    review_days = WholeNumberField(
        _l("Days for a review"),
        validators=[
            InputRequired(_l("Write a whole number in digits, such as 25.")),
            NumberRange(1, 365, _l("Between 1 and 365.")),
        ],
    )
