"""The forms of organisations and places of work."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, InputRequired, ValidationError

from portfolio.core.web.fields import SelectField, TextField
from portfolio.organizations.models import Organization, OrganizationKind

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]*")


class OrganizationForm(FlaskForm):
    """Code and names of a university or a faculty."""

    code = TextField(
        _l("Code"),
        [DataRequired(_l("Write a code."))],
        description=_l("Capital letters, digits and hyphens, such as LTU or LTU-ENG."),
        max_chars=40,
    )
    name_th = TextField(_l("Name in Thai"), [DataRequired(_l("Write the name in Thai."))], max_chars=200)
    name_en = TextField(_l("Name in English"), [DataRequired(_l("Write the name in English."))], max_chars=200)

    def validate_code(self, field: Any) -> None:
        """A code stands in addresses and files."""
        field.data = (field.data or "").upper()
        if not _CODE.fullmatch(field.data):
            raise ValidationError(_l("Only capital letters, digits and hyphens."))


class KindForm(OrganizationForm):
    """A new organisation at the top."""

    kind = SelectField(
        _l("Kind"),
        [InputRequired(_l("Choose from the list."))],
        choices=[
            (OrganizationKind.UNIVERSITY.value, _l("University")),
            (OrganizationKind.ASSOCIATION.value, _l("Association")),
        ],
    )


class MembershipForm(FlaskForm):
    """Where a person works within the university that was chosen before."""

    organization_id = SelectField(_l("Faculty"), [InputRequired(_l("Choose from the list."))], coerce=int)
    department_th = TextField(_l("Department in Thai"), max_chars=200, default="")
    department_en = TextField(_l("Department in English"), max_chars=200, default="")

    def offer(self, university: Organization, faculties: list[Organization], language: str) -> None:
        """Fill the list with the faculties, and with the university for those whose faculty is not in it."""
        whole = _l("The university as a whole")
        pairs = [(faculty.id, faculty.name_in(language)) for faculty in faculties]
        self.organization_id.choices = [*pairs, (university.id, whole)]
