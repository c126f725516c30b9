"""Forms of works: facts, texts, people, indicators."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from portfolio.core.i18n.digits import fold_thai_digits
from portfolio.core.i18n.language import current_language
from portfolio.core.web.fields import (
    ProseField,
    SelectField,
    SelectMultipleField,
    TextField,
    ThaiDateField,
    WholeNumberField,
)
from portfolio.criteria.models import RuleSet
from portfolio.works.operations import SECTION_LIMIT, ChangeRecordFields, ContributionFields, WorkFacts
from portfolio.works.vocabulary import (
    CHANGE_DOMAIN_LABELS,
    MISSION_LABELS,
    ROLE_LABELS,
    THEME_LABELS,
    ChangeDomain,
    ContributionRole,
    Mission,
    Theme,
    provinces,
    sdgs,
)

SUMMARY_LIMIT = 6_000
LARGEST_FIGURE = Decimal("99999999999999")
PLACES = 4


class FigureField(StringField):
    """A figure, also in Thai digits and with thousands separators; at most four decimal places."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data.normalize():f}"

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the figure; an empty field is None."""
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


class FactsForm(FlaskForm):
    """What is coded about a work."""

    PLAIN = (
        "title_th",
        "title_en",
        "summary_th",
        "summary_en",
        "discipline_th",
        "discipline_en",
        "district",
        "subdistrict",
        "period_start",
        "period_end",
        "not_for_profit",
    )

    version = WholeNumberField(validators=[Optional()])
    title_th = TextField(_l("Title in Thai"), [DataRequired(_l("Write the title in Thai."))], max_chars=500)
    title_en = TextField(_l("Title in English"), max_chars=500)
    summary_th = ProseField(_l("Summary in Thai"), max_chars=SUMMARY_LIMIT, rows=6)
    summary_en = ProseField(_l("Summary in English"), max_chars=SUMMARY_LIMIT, rows=6)
    discipline_th = TextField(_l("Discipline in Thai"), max_chars=200)
    discipline_en = TextField(_l("Discipline in English"), max_chars=200)
    province_code = SelectField(_l("Province"), validators=[Optional()])
    district = TextField(_l("District"), max_chars=120)
    subdistrict = TextField(_l("Sub-district"), max_chars=120)
    theme = SelectField(_l("Theme"), validators=[Optional()])
    period_start = ThaiDateField(_l("First day of the work"))
    period_end = ThaiDateField(_l("Last day of the work"))
    change_domains = SelectMultipleField(_l("Areas in which the work brought change"))
    sdgs = SelectMultipleField(_l("Sustainable Development Goals"))
    missions = SelectMultipleField(_l("Missions of the university that the work joins"))
    not_for_profit = BooleanField(_l("This work was not done for profit or for personal business returns."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = current_language()
        self.province_code.choices = [("", _l("Not chosen"))] + [
            (place.code, place.name_in(language)) for place in provinces().values()
        ]
        self.theme.choices = [("", _l("Not chosen"))] + [(word.value, THEME_LABELS[word]) for word in Theme]
        self.change_domains.choices = [(word.value, CHANGE_DOMAIN_LABELS[word]) for word in ChangeDomain]
        self.sdgs.choices = [(str(number), f"{number} {goal.name_in(language)}") for number, goal in sdgs().items()]
        self.missions.choices = [(word.value, MISSION_LABELS[word]) for word in Mission]

    def validate_period_end(self, field: ThaiDateField) -> None:
        """The last day lies on or after the first."""
        if field.data and self.period_start.data and field.data < self.period_start.data:
            raise ValidationError(_l("The last day lies before the first one."))

    def facts(self) -> WorkFacts:
        """What was typed, in the domain's words."""
        return WorkFacts(
            title_th=self.title_th.data or "",
            title_en=self.title_en.data or "",
            summary_th=self.summary_th.data or "",
            summary_en=self.summary_en.data or "",
            discipline_th=self.discipline_th.data or "",
            discipline_en=self.discipline_en.data or "",
            province_code=self.province_code.data or None,
            district=self.district.data or "",
            subdistrict=self.subdistrict.data or "",
            theme=Theme(self.theme.data) if self.theme.data else None,
            period_start=self.period_start.data,
            period_end=self.period_end.data,
            not_for_profit=bool(self.not_for_profit.data),
            sdgs=[int(goal) for goal in self.sdgs.data or []],
            change_domains=[ChangeDomain(word) for word in self.change_domains.data or []],
            missions=[Mission(word) for word in self.missions.data or []],
        )


class NewWorkForm(FlaskForm):
    """The little that a work begins with."""

    title_th = TextField(_l("Title in Thai"), [DataRequired(_l("Write the title in Thai."))], max_chars=500)
    title_en = TextField(_l("Title in English"), max_chars=500)
    rule_set = SelectField(_l("Rules it is written under"), [InputRequired()])

    def __init__(self, rule_sets: Sequence[RuleSet], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        thai = current_language() == "th"
        self.rule_set.choices = [(str(rules.id), rules.title_th if thai else rules.title_en) for rules in rule_sets]


class SectionForm(FlaskForm):
    """The text under one heading."""

    version = WholeNumberField(validators=[InputRequired()])
    body = ProseField(_l("Text"), max_chars=SECTION_LIMIT, rows=20)


class ContributionForm(FlaskForm):
    """Who did what."""

    name_th = TextField(_l("Name in Thai"), [DataRequired(_l("Write the name in Thai."))], max_chars=200)
    name_en = TextField(_l("Name in English"), max_chars=200)
    role = SelectField(_l("Role"), [InputRequired()])
    part_th = ProseField(_l("Part and responsibility, in Thai"), max_chars=4_000, rows=4)
    part_en = ProseField(_l("Part and responsibility, in English"), max_chars=4_000, rows=4)
    is_owner = BooleanField(_l("This is me."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [(word.value, ROLE_LABELS[word]) for word in ContributionRole]

    def fields(self) -> ContributionFields:
        """What was typed."""
        return ContributionFields(
            name_th=self.name_th.data or "",
            name_en=self.name_en.data or "",
            role=ContributionRole(self.role.data),
            part_th=self.part_th.data or "",
            part_en=self.part_en.data or "",
            is_owner=bool(self.is_owner.data),
        )


class ChangeRecordForm(FlaskForm):
    """An indicator before and after."""

    name_th = TextField(_l("Indicator in Thai"), [DataRequired(_l("Name the indicator in Thai."))], max_chars=300)
    name_en = TextField(_l("Indicator in English"), max_chars=300)
    unit_th = TextField(_l("Unit in Thai"), [DataRequired(_l("Write the unit in Thai."))], max_chars=80)
    unit_en = TextField(_l("Unit in English"), max_chars=80)
    baseline_value = FigureField(_l("Value before"))
    baseline_date = ThaiDateField(_l("Measured on (before)"))
    baseline_source = TextField(_l("Source (before)"), max_chars=500)
    outcome_value = FigureField(_l("Value after"))
    outcome_date = ThaiDateField(_l("Measured on (after)"))
    outcome_source = TextField(_l("Source (after)"), max_chars=500)
    target_value = FigureField(_l("Target"))
    note_th = ProseField(_l("Note in Thai"), max_chars=2_000, rows=3)
    note_en = ProseField(_l("Note in English"), max_chars=2_000, rows=3)

    def validate_outcome_date(self, field: ThaiDateField) -> None:
        """After is not before before."""
        if field.data and self.baseline_date.data and field.data < self.baseline_date.data:
            raise ValidationError(_l("This day lies before the first measurement."))

    def fields(self) -> ChangeRecordFields:
        """What was typed."""
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
            note_th=self.note_th.data or "",
            note_en=self.note_en.data or "",
        )
