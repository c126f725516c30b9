"""Forms of portfolios and of the academic's record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FloatField, SelectField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from portfolio.core.i18n.digits import fold_thai_digits
from portfolio.core.i18n.language import current_language
from portfolio.core.web.fields import ProseField, TextField, ThaiYearField, WholeNumberField
from portfolio.criteria.models import RulePosition, RuleSet
from portfolio.portfolios.models import CvKind
from portfolio.portfolios.operations import CvFields, PortfolioFields

STATEMENT_LIMIT = 12_000
HOURS_OF_A_WEEK = 168

KIND_LABELS: dict[CvKind, Any] = {
    CvKind.EDUCATION: _l("Education"),
    CvKind.APPOINTMENT: _l("Positions held"),
    CvKind.TEACHING: _l("Teaching load"),
    CvKind.SERVICE: _l("Academic service"),
}


class HoursField(FloatField):
    """Hours of a week, also in Thai digits, to one decimal place."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:g}"

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the hours; an empty field is None."""
        self.data = None
        if not valuelist or not str(valuelist[0]).strip():
            return
        typed = fold_thai_digits(str(valuelist[0])).strip()
        whole, point, part = typed.partition(".")
        if not whole.isascii() or not whole.isdigit() or len(whole) > 3 or (point and not part.isdigit()):
            raise ValueError(_l("Write the hours in digits, such as 3 or 4.5."))
        hours = round(float(f"{whole}.{part[:3] or 0}"), 1)
        if hours > HOURS_OF_A_WEEK:
            raise ValueError(_l("A week has %(hours)s hours.", hours=HOURS_OF_A_WEEK))
        self.data = hours


class PortfolioForm(FlaskForm):
    """What is said of a portfolio as a whole."""

    version = WholeNumberField(validators=[Optional()])
    title_th = TextField(_l("Title in Thai"), [DataRequired(_l("Write the title in Thai."))], max_chars=300)
    title_en = TextField(_l("Title in English"), max_chars=300)
    position_sought = SelectField(_l("Position sought"), validators=[Optional()])
    field_th = TextField(_l("Field in Thai"), max_chars=200)
    field_en = TextField(_l("Field in English"), max_chars=200)
    statement_th = ProseField(_l("Statement in Thai"), max_chars=STATEMENT_LIMIT, rows=8)
    statement_en = ProseField(_l("Statement in English"), max_chars=STATEMENT_LIMIT, rows=8)

    def __init__(self, positions: Sequence[RulePosition], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        thai = current_language() == "th"
        self.position_sought.choices = [("", _l("Not chosen yet"))] + [
            (position.code, position.label_th if thai else position.label_en) for position in positions
        ]

    def fields(self) -> PortfolioFields:
        """What was typed."""
        return PortfolioFields(
            title_th=self.title_th.data or "",
            title_en=self.title_en.data or "",
            position_sought=self.position_sought.data or None,
            field_th=self.field_th.data or "",
            field_en=self.field_en.data or "",
            statement_th=self.statement_th.data or "",
            statement_en=self.statement_en.data or "",
        )


class NewPortfolioForm(FlaskForm):
    """The little that a portfolio begins with."""

    title_th = TextField(_l("Title in Thai"), [DataRequired(_l("Write the title in Thai."))], max_chars=300)
    title_en = TextField(_l("Title in English"), max_chars=300)
    rule_set = SelectField(_l("Rules of the application"), [InputRequired()])

    def __init__(self, rule_sets: Sequence[RuleSet], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        thai = current_language() == "th"
        self.rule_set.choices = [(str(rules.id), rules.title_th if thai else rules.title_en) for rules in rule_sets]


class CvForm(FlaskForm):
    """A line of the academic's record; each part has the fields it prints."""

    version = WholeNumberField(validators=[Optional()])
    title_th = TextField(_l("In Thai"), [DataRequired(_l("Write this in Thai."))], max_chars=300)
    title_en = TextField(_l("In English"), max_chars=300)
    institution_th = TextField(_l("Institution in Thai"), max_chars=300)
    institution_en = TextField(_l("Institution in English"), max_chars=300)
    detail_th = ProseField(_l("Detail in Thai"), max_chars=2_000, rows=3)
    detail_en = ProseField(_l("Detail in English"), max_chars=2_000, rows=3)
    year_from = ThaiYearField(_l("From the year"))
    year_to = ThaiYearField(_l("To the year"))
    hours_per_week = HoursField(_l("Hours per week"))

    def __init__(self, kind: CvKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            CvKind.EDUCATION: (_l("Degree and field in Thai"), _l("Degree and field in English")),
            CvKind.APPOINTMENT: (_l("Position in Thai"), _l("Position in English")),
            CvKind.TEACHING: (_l("Course in Thai"), _l("Course in English")),
            CvKind.SERVICE: (_l("Activity in Thai"), _l("Activity in English")),
        }
        self.title_th.label.text, self.title_en.label.text = words[kind]
        if kind is CvKind.EDUCATION:
            self.year_to.label.text = _l("Year of graduation")
            del self.year_from
        if kind is CvKind.TEACHING:
            self.detail_th.label.text = _l("Semester and further detail, in Thai")
            self.detail_en.label.text = _l("Semester and further detail, in English")
            del self.institution_th
            del self.institution_en
        if kind is CvKind.SERVICE:
            self.institution_th.label.text = _l("For whom, in Thai")
            self.institution_en.label.text = _l("For whom, in English")
        if kind in (CvKind.EDUCATION, CvKind.APPOINTMENT):
            del self.hours_per_week

    def validate_year_to(self, field: ThaiYearField) -> None:
        """The last year is not before the first."""
        first = self.year_from.data if "year_from" in self else None
        if field.data and first and field.data < first:
            raise ValidationError(_l("The last year lies before the first one."))

    def fields(self) -> CvFields:
        """What was typed; a field that this part does not have is empty."""
        typed = {name: field.data for name, field in self._fields.items()}
        return CvFields(
            title_th=typed["title_th"] or "",
            title_en=typed["title_en"] or "",
            institution_th=typed.get("institution_th") or "",
            institution_en=typed.get("institution_en") or "",
            detail_th=typed["detail_th"] or "",
            detail_en=typed["detail_en"] or "",
            year_from=typed.get("year_from"),
            year_to=typed["year_to"],
            hours_per_week=typed.get("hours_per_week"),
        )
