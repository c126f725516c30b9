"""Forms of works: facts, texts, people, indicators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import InputRequired, Optional, ValidationError

from portfolio.core.i18n.language import current_language
from portfolio.core.web.fields import (
    ProseField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextField,
    ThaiDateField,
    WholeNumberField,
)
from portfolio.criteria.models import RuleSet
from portfolio.works.operations import ContributionFields, WorkFacts
from portfolio.works.vocabulary import (
    CHANGE_DOMAIN_LABELS,
    KIND_LABELS,
    MISSION_LABELS,
    ROLE_LABELS,
    THEME_LABELS,
    ChangeDomain,
    ContributionRole,
    Mission,
    Theme,
    WorkKind,
    provinces,
    sdgs,
)

SUMMARY_LIMIT = 6_000


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
    title_th = TextField(_l("Title in Thai"), max_chars=500)
    title_en = TextField(_l("Title in English"), max_chars=500)
    kind = SelectField(_l("Kind of work"), validators=[Optional()])
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
        self.kind.choices = [(word.value, KIND_LABELS[word]) for word in WorkKind]
        self.province_code.choices = [("", _l("Not chosen"))] + [
            (place.code, place.name_in(language)) for place in provinces().values()
        ]
        self.theme.choices = [("", _l("Not chosen"))] + [(word.value, THEME_LABELS[word]) for word in Theme]
        self.change_domains.choices = [(word.value, CHANGE_DOMAIN_LABELS[word]) for word in ChangeDomain]
        self.sdgs.choices = [(str(number), f"{number} {goal.name_in(language)}") for number, goal in sdgs().items()]
        self.missions.choices = [(word.value, MISSION_LABELS[word]) for word in Mission]

    def validate_title_en(self, field: TextField) -> None:
        """A title in one language is enough: many works have no Thai one."""
        if not field.data and not self.title_th.data:
            raise ValidationError(_l("Write the title in Thai or in English."))

    def validate_period_end(self, field: ThaiDateField) -> None:
        """The last day lies on or after the first."""
        if field.data and self.period_start.data and field.data < self.period_start.data:
            raise ValidationError(_l("The last day lies before the first one."))

    def facts(self) -> WorkFacts:
        """What was typed, in the domain's words."""
        return WorkFacts(
            kind=WorkKind(self.kind.data) if self.kind.data else None,
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

    title_th = TextField(_l("Title in Thai"), max_chars=500)
    title_en = TextField(_l("Title in English"), max_chars=500)
    kind = RadioField(_l("Kind of work"), default=WorkKind.SOCIAL.value)
    rule_set = SelectField(_l("Rules it is written under"), [InputRequired()])

    def __init__(self, rule_sets: Sequence[RuleSet], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        thai = current_language() == "th"
        self.rule_set.choices = [(str(rules.id), rules.title_th if thai else rules.title_en) for rules in rule_sets]
        self.kind.choices = [(word.value, KIND_LABELS[word]) for word in WorkKind]

    def validate_title_en(self, field: TextField) -> None:
        """A title in one language is enough."""
        if not field.data and not self.title_th.data:
            raise ValidationError(_l("Write the title in Thai or in English."))


class ContributionForm(FlaskForm):
    """Who did what."""

    name_th = TextField(_l("Name in Thai"), max_chars=200)
    name_en = TextField(_l("Name in English"), max_chars=200)
    family_en = TextField(_l("Family name in citations, in English"), max_chars=120)
    given_en = TextField(_l("Given names in citations, in English"), max_chars=120)
    is_literal = BooleanField(_l("This is an organisation or a pen name."))
    is_author = BooleanField(_l("Named as an author when the work is cited."), default=True)
    role = SelectField(_l("Role"), [InputRequired()])
    also_corresponding = BooleanField(_l("Is the corresponding author as well."))
    also_intellectual = BooleanField(_l("Is an essentially intellectual contributor as well."))
    part_th = ProseField(_l("Part and responsibility, in Thai"), max_chars=4_000, rows=4)
    part_en = ProseField(_l("Part and responsibility, in English"), max_chars=4_000, rows=4)
    is_owner = BooleanField(_l("This is me."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [(word.value, ROLE_LABELS[word]) for word in ContributionRole]

    def validate_name_en(self, field: TextField) -> None:
        """A name in one language is enough: many authors have no Thai one."""
        if not field.data and not self.name_th.data:
            raise ValidationError(_l("Write the name in Thai or in English."))

    def fields(self) -> ContributionFields:
        """What was typed."""
        return ContributionFields(
            name_th=self.name_th.data or self.name_en.data or "",
            name_en=self.name_en.data or "",
            family_en=self.family_en.data or "",
            given_en=self.given_en.data or "",
            is_literal=bool(self.is_literal.data),
            is_author=bool(self.is_author.data),
            also_corresponding=bool(self.also_corresponding.data),
            also_intellectual=bool(self.also_intellectual.data),
            role=ContributionRole(self.role.data),
            part_th=self.part_th.data or "",
            part_en=self.part_en.data or "",
            is_owner=bool(self.is_owner.data),
        )
