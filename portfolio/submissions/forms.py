"""Forms of submissions: handing in, withdrawing, returning with a note per point."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import InputRequired

from portfolio.core.web.fields import ProseField, RadioField

NOTE_LIMIT = 2000


class SubmitForm(FlaskForm):
    """Which call, and what the applicant declares."""

    call = RadioField(
        _l("Call"), coerce=int, validators=[InputRequired(_l("Choose the call to submit to."))], validate_choice=True
    )
    own_work = BooleanField(
        _l("The works are mine or those of the people named in them, and others' work is cited."),
        validators=[InputRequired(_l("Without this declaration the portfolio cannot be submitted."))],
    )
    permission = BooleanField(
        _l("I may show the evidence: persons in it agreed, and ethics approval was obtained where it is needed."),
        validators=[InputRequired(_l("Without this declaration the portfolio cannot be submitted."))],
    )
    judged = BooleanField(
        _l("I agree that the portfolio is judged against the call's criteria by reviewers who stay unnamed."),
        validators=[InputRequired(_l("Without this declaration the portfolio cannot be submitted."))],
    )


class WithdrawForm(FlaskForm):
    """Why, if the applicant wants to say."""

    note = ProseField(_l("Reason"), max_chars=NOTE_LIMIT, rows=4)


def return_form(points: list[tuple[str, str]]) -> FlaskForm:
    """A form with one note per point of the completeness check; points of (code, label)."""
    fields: dict[str, Any] = {
        code: ProseField(label, max_chars=NOTE_LIMIT, rows=2, description="") for code, label in points
    }
    form: FlaskForm = type("ReturnForm", (FlaskForm,), fields)()
    return form


def joined_notes(form: FlaskForm, points: list[tuple[str, str]]) -> str:
    """The notes as one text, a line per point, in the order of the check."""
    lines = [(label, form[code].data or "") for code, label in points]
    return "\n".join(_("%(point)s: %(note)s", point=label, note=note) for label, note in lines if note)
