"""The form behind which everything goes."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import DataRequired, ValidationError

from portfolio.core.web.fields import TextField


class ErasureForm(FlaskForm):
    """The own address typed out, and the password."""

    address = TextField(
        _l("Your e-mail address, typed out"), [DataRequired(_l("Write your e-mail address."))], max_chars=254
    )
    password = PasswordField(_l("Your password"), [DataRequired(_l("Write your password."))])
    email = ""

    def validate_address(self, field: Any) -> None:
        """It must be the account's."""
        if str(field.data or "").strip().lower() != self.email:
            raise ValidationError(_l("This is not the address of this account."))
