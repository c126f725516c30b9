"""Forms of assignments: the reviewer's answer, the officer's due date."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired, ValidationError

from portfolio.core.clock import today
from portfolio.core.web.fields import ProseField, ThaiDateField
from review.conflicts.models import ConflictGround
from review.conflicts.words import GROUND_LABELS

NONE = "none"
_GROUNDS = [SelectChoice(ground.value, label) for ground, label in GROUND_LABELS.items()]


class AcceptForm(FlaskForm):
    """The declaration that stands before the material opens."""

    ground = RadioField(
        _l("Is there a conflict of interest?"),
        choices=[SelectChoice(NONE, _l("None of these")), *_GROUNDS],
        validators=[InputRequired(_l("Choose what applies, or “None of these”."))],
    )
    detail = ProseField(_l("Details for the secretariat"), max_chars=2000, rows=2)

    @property
    def conflict(self) -> ConflictGround | None:
        """The ground declared, or None."""
        return None if self.ground.data == NONE else ConflictGround(self.ground.data)


class DeclineForm(FlaskForm):
    """Why the reviewer cannot, as far as they want to say."""

    reason = ProseField(_l("Reason"), max_chars=2000, rows=3)


class ConflictForm(FlaskForm):
    """A conflict seen only after accepting."""

    ground = RadioField(
        _l("Ground"),
        choices=_GROUNDS,
        validators=[InputRequired(_l("Choose what applies."))],
    )
    detail = ProseField(_l("Details for the secretariat"), max_chars=2000, rows=2)


class DueForm(FlaskForm):
    """Another day."""

    due_on = ThaiDateField(_l("New due date"), validators=[InputRequired(_l("Write the new day."))])

    def validate_due_on(self, field: ThaiDateField) -> None:
        """A due date lies ahead."""
        if field.data is not None and field.data < today():
            raise ValidationError(_l("The day has passed already."))
