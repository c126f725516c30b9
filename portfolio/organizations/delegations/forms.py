"""The form that asks somebody to edit on one's behalf."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, Email

from portfolio.core.web.fields import TextField


class DelegationForm(FlaskForm):
    """Whom to ask."""

    address = TextField(
        _l("E-mail address of the person"),
        [DataRequired(_l("Write the e-mail address.")), Email(_l("This is not an e-mail address."))],
        max_chars=254,
    )
