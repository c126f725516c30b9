"""Forms of this room: ask for an edition, release it, revoke it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import InputRequired

from portfolio.core.web.fields import ProseField, SelectField
from portfolio.dossier.models import EditionKind

LONGEST_REASON = 2000


class EditionForm(FlaskForm):
    """For whom, in which language, with which digits."""

    kind = SelectField(
        _l("Edition"),
        choices=[
            (EditionKind.FULL.value, _l("Full edition")),
            (EditionKind.HR.value, _l("Edition for human resources")),
        ],
    )
    language = SelectField(_l("Language"), choices=[("th", _l("Thai")), ("en", _l("English"))])
    thai_digits = BooleanField(_l("Thai numerals"))


class ReleaseForm(FlaskForm):
    """To which university."""

    university_id = SelectField(_l("University"), coerce=int)


class RevocationForm(FlaskForm):
    """Why an edition is no longer valid."""

    reason = ProseField(
        _l("Reason, which the owner will read"),
        validators=[InputRequired(_l("State the reason."))],
        max_chars=LONGEST_REASON,
    )
