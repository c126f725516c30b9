"""The forms of administration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, InputRequired, Length

from portfolio.core.web.fields import ProseField, SelectField
from portfolio.organizations.models import Organization, Role

ROLE_LABELS: dict[Role, Any] = {
    Role.ACADEMIC: _l("Academic"),
    Role.REVIEWER: _l("Reviewer"),
    Role.OFFICER: _l("Officer"),
    Role.HR: _l("HR of a university"),
    Role.ADMINISTRATOR: _l("Administrator"),
}


class GrantForm(FlaskForm):
    """A role for a person, and the university it is for."""

    role = SelectField(
        _l("Role"),
        [InputRequired(_l("Choose from the list."))],
        choices=[(role.value, label) for role, label in ROLE_LABELS.items()],
    )
    organization_id = SelectField(_l("University, for HR"), coerce=int, default=0)

    def offer(self, universities: Sequence[Organization], language: str) -> None:
        """Fill the list of universities."""
        self.organization_id.choices = [(0, "–"), *((row.id, row.name_in(language)) for row in universities)]


class DisableForm(FlaskForm):
    """Why an account is shut."""

    reason = ProseField(
        _l("Reason"),
        [DataRequired(_l("Write the reason.")), Length(min=10, message=_l("Write at least a short sentence."))],
        description=_l("The person is told this reason by letter."),
        max_chars=500,
        rows=3,
    )
