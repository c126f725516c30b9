"""The form of a course, project, service or activity."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, Optional, ValidationError

from portfolio.core.clock import today
from portfolio.core.web.fields import ProseField, SelectField, TextField, ThaiYearField, WholeNumberField
from portfolio.works.missions.models import Term
from portfolio.works.missions.operations import EntryFields
from portfolio.works.missions.vocabulary import TERM_LABELS, WORDS
from portfolio.works.vocabulary import Mission

MOST_PEOPLE = 10_000_000
YEARS_AHEAD = 2
OUTCOME_LIMIT = 2_000


class EntryForm(FlaskForm):
    """What each mission asks; fields that it does not ask are taken away."""

    version = WholeNumberField(validators=[Optional()])
    code = TextField(max_chars=60)
    title_th = TextField(validators=[DataRequired(_l("Write the name in Thai."))], max_chars=300)
    title_en = TextField(max_chars=300)
    term = SelectField(_l("Semester"), validators=[Optional()])
    year = ThaiYearField(_l("Year"))
    people = WholeNumberField()
    partner_th = TextField(max_chars=300)
    partner_en = TextField(max_chars=300)
    outcome_th = ProseField(max_chars=OUTCOME_LIMIT, rows=4)
    outcome_en = ProseField(max_chars=OUTCOME_LIMIT, rows=4)

    def __init__(self, mission: Mission, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = WORDS[mission]
        self.title_th.label.text, self.title_en.label.text = words.title_th, words.title_en
        self.outcome_th.label.text = _l("%(what)s, in Thai", what=words.outcome)
        self.outcome_en.label.text = _l("%(what)s, in English", what=words.outcome)
        self.people.label.text, self.code.label.text = words.people, words.code
        self.term.choices = [("", _l("Not chosen"))] + [(word.value, label) for word, label in TERM_LABELS.items()]
        if mission is Mission.TEACHING:
            self.year.label.text = _l("Academic year")
        else:
            del self.term
        if words.partner:
            self.partner_th.label.text = _l("%(what)s, in Thai", what=words.partner)
            self.partner_en.label.text = _l("%(what)s, in English", what=words.partner)
        else:
            del self.partner_th, self.partner_en
        if not words.code:
            del self.code
        if not words.people:
            del self.people

    def validate_year(self, field: ThaiYearField) -> None:
        """A year that a work can have: not far ahead."""
        if field.data is not None and field.data > today().year + YEARS_AHEAD:
            raise ValidationError(_l("This year lies too far ahead."))

    def validate_people(self, field: WholeNumberField) -> None:
        """None, or somebody."""
        if field.data is not None and not 0 <= field.data <= MOST_PEOPLE:
            raise ValidationError(_l("Write a number from 0 to %(most)s.", most=f"{MOST_PEOPLE:,}"))

    def fields(self) -> EntryFields:
        """What was typed; what the mission does not ask stays empty."""

        def said(name: str) -> Any:
            return self[name].data if name in self else None

        return EntryFields(
            title_th=self.title_th.data or "",
            title_en=self.title_en.data or "",
            code=said("code") or "",
            term=Term(said("term")) if said("term") else None,
            year=self.year.data,
            people=said("people"),
            partner_th=said("partner_th") or "",
            partner_en=said("partner_en") or "",
            outcome_th=self.outcome_th.data or "",
            outcome_en=self.outcome_en.data or "",
        )
