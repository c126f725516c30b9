"""Forms of indicators and their follow-ups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from portfolio.core.clock import today
from portfolio.core.i18n.dates import format_date
from portfolio.core.i18n.digits import fold_thai_digits
from portfolio.core.web.fields import ProseField, RadioField, TextField, ThaiDateField, WholeNumberField
from portfolio.works.indicators.models import Measurer
from portfolio.works.indicators.operations import ChangeRecordFields, Measurement
from portfolio.works.indicators.vocabulary import DIRECTION_LABELS, MEASURER_LABELS
from portfolio.works.vocabulary import Direction

LARGEST_FIGURE = Decimal("99999999999999")
PLACES = 4
NOTE_LIMIT = 2_000
MOST_YEARS_AHEAD = 20


class FigureField(StringField):
    """A figure, also in Thai digits and with thousands separators; at most four decimal places."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data.normalize():f}"

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the figure; an empty field is None, which is not zero."""
        self.data = None
        if not valuelist or not str(valuelist[0]).strip():
            return
        typed = fold_thai_digits(str(valuelist[0])).strip().replace(",", "").replace("−", "-")
        try:
            value = Decimal(typed) if len(typed) <= 30 and typed.isascii() else None
        except InvalidOperation:
            value = None
        if value is None or not value.is_finite() or "e" in typed.lower() or "_" in typed:
            raise ValueError(_l("Write a figure in digits, such as 41 or 12.5."))
        if abs(value) > LARGEST_FIGURE or value != round(value, PLACES):
            raise ValueError(_l("The figure has too many digits. Four decimal places can be kept."))
        self.data = value


class ChangeRecordForm(FlaskForm):
    """An indicator before and after."""

    PROSE = ("method", "attribution", "other_causes", "note")

    version = WholeNumberField(validators=[Optional()])
    name_th = TextField(_l("Indicator in Thai"), [DataRequired(_l("Name the indicator in Thai."))], max_chars=300)
    name_en = TextField(_l("Indicator in English"), max_chars=300)
    unit_th = TextField(_l("Unit in Thai"), [DataRequired(_l("Write the unit in Thai."))], max_chars=80)
    unit_en = TextField(_l("Unit in English"), max_chars=80)
    direction = RadioField(_l("Which way is better"), validators=[Optional()], default="")
    method_th = ProseField(_l("How it is measured, in Thai"), max_chars=NOTE_LIMIT, rows=3)
    method_en = ProseField(_l("How it is measured, in English"), max_chars=NOTE_LIMIT, rows=3)
    baseline_value = FigureField(_l("Value before"))
    baseline_date = ThaiDateField(_l("Measured on (before)"))
    baseline_source = TextField(_l("Source (before)"), max_chars=500)
    outcome_value = FigureField(_l("Value after"))
    outcome_date = ThaiDateField(_l("Measured on (after)"))
    outcome_source = TextField(_l("Source (after)"), max_chars=500)
    target_value = FigureField(_l("Target"))
    attribution_th = ProseField(_l("Why the change is put down to this work, in Thai"), max_chars=NOTE_LIMIT, rows=3)
    attribution_en = ProseField(_l("Why the change is put down to this work, in English"), max_chars=NOTE_LIMIT, rows=3)
    other_causes_th = ProseField(_l("What else may have caused it, in Thai"), max_chars=NOTE_LIMIT, rows=3)
    other_causes_en = ProseField(_l("What else may have caused it, in English"), max_chars=NOTE_LIMIT, rows=3)
    note_th = ProseField(_l("Note in Thai"), max_chars=NOTE_LIMIT, rows=3)
    note_en = ProseField(_l("Note in English"), max_chars=NOTE_LIMIT, rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.direction.choices = [(word.value, label) for word, label in DIRECTION_LABELS.items()] + [
            ("", _l("Not said; it follows from the target"))
        ]

    def validate_outcome_date(self, field: ThaiDateField) -> None:
        """After is not before before."""
        if field.data and self.baseline_date.data and field.data < self.baseline_date.data:
            raise ValidationError(_l("This day lies before the first measurement."))

    def fields(self) -> ChangeRecordFields:
        """What was typed."""
        said = {
            f"{name}_{language}": self[f"{name}_{language}"].data or ""
            for name in self.PROSE
            for language in ("th", "en")
        }
        return ChangeRecordFields(
            name_th=self.name_th.data or "",
            name_en=self.name_en.data or "",
            unit_th=self.unit_th.data or "",
            unit_en=self.unit_en.data or "",
            baseline_value=self.baseline_value.data,
            baseline_date=self.baseline_date.data,
            baseline_source=self.baseline_source.data or "",
            outcome_value=self.outcome_value.data,
            outcome_date=self.outcome_date.data,
            outcome_source=self.outcome_source.data or "",
            target_value=self.target_value.data,
            direction=Direction(self.direction.data) if self.direction.data else None,
            **said,
        )


class MeasurementForm(FlaskForm):
    """What was measured in a follow-up."""

    version = WholeNumberField(validators=[Optional()])
    measured_on = ThaiDateField(_l("Measured on"), [InputRequired(_l("Write the day of the measurement."))])
    value = FigureField(_l("Value"), [InputRequired(_l("Write the value. Zero is a value; an empty field is not."))])
    measured_by = RadioField(_l("Who measured"), [InputRequired(_l("Choose who measured."))])
    measurer_name = TextField(_l("Name of who measured"), max_chars=200)
    source = TextField(_l("Source"), max_chars=500)
    note_th = ProseField(_l("Note in Thai"), max_chars=NOTE_LIMIT, rows=3)
    note_en = ProseField(_l("Note in English"), max_chars=NOTE_LIMIT, rows=3)

    def __init__(self, *args: Any, since: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.since = since
        self.measured_by.choices = [(word.value, label) for word, label in MEASURER_LABELS.items()]

    def validate_measured_on(self, field: ThaiDateField) -> None:
        """Not in the future, and not before the value before."""
        if field.data is None:
            return
        if field.data > today():
            raise ValidationError(_l("This day has not come yet. Plan a follow-up for it instead."))
        if self.since and field.data < self.since:
            raise ValidationError(
                _l("This day lies before the value before, which was measured on %(day)s.", day=format_date(self.since))
            )

    def validate_measurer_name(self, field: TextField) -> None:
        """A third party has a name."""
        if self.measured_by.data == Measurer.THIRD_PARTY.value and not field.data:
            raise ValidationError(_l("Name the third party that measured."))

    def measurement(self) -> Measurement:
        """What was typed."""
        assert self.measured_on.data is not None
        assert self.value.data is not None
        return Measurement(
            measured_on=self.measured_on.data,
            value=self.value.data,
            measured_by=Measurer(self.measured_by.data),
            measurer_name=self.measurer_name.data or "",
            source=self.source.data or "",
            note_th=self.note_th.data or "",
            note_en=self.note_en.data or "",
        )


class PlanForm(FlaskForm):
    """By when an indicator is to be measured again."""

    version = WholeNumberField(validators=[Optional()])
    due_on = ThaiDateField(_l("To be measured by"), [InputRequired(_l("Write the day by which it is to be measured."))])

    def validate_due_on(self, field: ThaiDateField) -> None:
        """From today on, and within a career."""
        if field.data is None:
            return
        if field.data < today():
            raise ValidationError(_l("This day has passed. Write down what was measured instead."))
        if field.data.year > today().year + MOST_YEARS_AHEAD:
            raise ValidationError(_l("This day lies more than %(years)s years ahead.", years=MOST_YEARS_AHEAD))
