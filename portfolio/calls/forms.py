"""The form of a call. Days in either era; times on Bangkok's clock."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, ValidationError

from portfolio.calls.models import Anonymity, Call
from portfolio.calls.operations import CallTerms
from portfolio.core.clock import BANGKOK
from portfolio.core.i18n.digits import fold_thai_digits
from portfolio.core.web.fields import (
    ProseField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextField,
    ThaiDateField,
    WholeNumberField,
)
from portfolio.criteria.models import CriteriaSet, RuleSet

MOST_GRACE_MINUTES = 7 * 24 * 60
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)(?: ?น\.?)?")


class ClockField(TextField):
    """A time of day such as 16:30, also as 16.30 or ๑๖.๓๐ น."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, max_chars=12, **kwargs)

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Refuse what is no time of day."""
        super().post_validate(form, validation_stopped)
        if not validation_stopped and self.clock is None:
            raise ValidationError(_l("Write the time as hours and minutes, such as 16:30."))

    @property
    def clock(self) -> time | None:
        """The time of day, or None for anything else."""
        match = _TIME.fullmatch(fold_thai_digits(str(self.data or "")).strip())
        return None if match is None else time(int(match[1]), int(match[2]))


class CallForm(FlaskForm):
    """Everything an officer decides about a call."""

    code = TextField(_l("Code"), [DataRequired(_l("Write a code."))], description=_l("Such as 1/2569."), max_chars=40)
    title_th = TextField(_l("Title in Thai"), [DataRequired(_l("Write the title in Thai."))], max_chars=300)
    title_en = TextField(_l("Title in English"), [DataRequired(_l("Write the title in English."))], max_chars=300)
    description_th = ProseField(_l("Description in Thai"), max_chars=5000, rows=4)
    description_en = ProseField(_l("Description in English"), max_chars=5000, rows=4)
    criteria_set_id = SelectField(_l("Criteria set"), [InputRequired(_l("Choose from the list."))], coerce=int)
    rule_set_ids = SelectMultipleField(
        _l("Rule sets accepted"), [InputRequired(_l("Choose at least one rule set."))], coerce=int
    )
    anonymity = RadioField(
        _l("Who learns whose name"),
        [InputRequired(_l("Choose from the list."))],
        choices=[(Anonymity.DOUBLE.value, _l("Double-blind")), (Anonymity.SINGLE.value, _l("Single-blind"))],
        default=Anonymity.DOUBLE.value,
    )
    opens_on = ThaiDateField(_l("Opening day"), [DataRequired(_l("Write the day."))])
    opens_at_time = ClockField(_l("Opening time"), [DataRequired(_l("Write the time."))], default="08:30")
    closes_on = ThaiDateField(_l("Closing day"), [DataRequired(_l("Write the day."))])
    closes_at_time = ClockField(_l("Closing time"), [DataRequired(_l("Write the time."))], default="16:30")
    grace_minutes = WholeNumberField(
        _l("Grace after the closing, in minutes"),
        [
            InputRequired(_l("Write a number; 0 for none.")),
            NumberRange(0, MOST_GRACE_MINUTES, _l("The period of grace is at most 7 days.")),
        ],
        description=_l("Submissions are taken for so long after the closing. It is not announced."),
        default=0,
    )
    review_due_on = ThaiDateField(_l("Reviews due on"), [Optional()])
    meeting_on = ThaiDateField(_l("Committee meets on"), [Optional()])
    version = HiddenField()

    def offer(self, criteria_sets: Sequence[CriteriaSet], rule_sets: Sequence[RuleSet], language: str) -> None:
        """Fill both lists."""
        self.criteria_set_id.choices = [
            (row.id, f"{row.title_in(language)} ({row.code} v{row.set_version})") for row in criteria_sets
        ]
        self.rule_set_ids.choices = [
            (row.id, f"{row.title_in(language)} ({row.code} v{row.set_version})") for row in rule_sets
        ]

    def show(self, call: Call) -> None:
        """Fill the fields from a call."""
        opens, closes = call.opens_at.astimezone(BANGKOK), call.closes_at.astimezone(BANGKOK)
        for name in ("code", "title_th", "title_en", "description_th", "description_en", "grace_minutes"):
            self[name].data = getattr(call, name)
        self.criteria_set_id.data = call.criteria_set_id
        self.rule_set_ids.data = [row.id for row in call.rule_sets]
        self.anonymity.data = call.anonymity.value
        self.opens_on.data, self.opens_at_time.data = opens.date(), f"{opens:%H:%M}"
        self.closes_on.data, self.closes_at_time.data = closes.date(), f"{closes:%H:%M}"
        self.review_due_on.data, self.meeting_on.data = call.review_due_on, call.meeting_on
        self.version.data = str(call.version)

    def terms(self, criteria_sets: Sequence[CriteriaSet], rule_sets: Sequence[RuleSet]) -> CallTerms:
        """What was asked for; only of a form that has been found valid."""
        return CallTerms(
            code=str(self.code.data),
            title_th=str(self.title_th.data),
            title_en=str(self.title_en.data),
            description_th=self.description_th.data or "",
            description_en=self.description_en.data or "",
            criteria_set=next(row for row in criteria_sets if row.id == self.criteria_set_id.data),
            rule_sets=[row for row in rule_sets if row.id in (self.rule_set_ids.data or [])],
            anonymity=Anonymity(self.anonymity.data),
            opens_at=_moment(self.opens_on.data, self.opens_at_time.clock),
            closes_at=_moment(self.closes_on.data, self.closes_at_time.clock),
            grace_minutes=int(self.grace_minutes.data or 0),
            review_due_on=self.review_due_on.data,
            meeting_on=self.meeting_on.data,
        )

    def say(self, field: str, reason: Any) -> None:
        """Put a refusal of the operation beside the field that can mend it."""
        known = {"criteria_set": "criteria_set_id", "rule_sets": "rule_set_ids", "opens_at": "opens_on"}
        known["closes_at"] = "closes_on"
        self[known.get(field, field)].errors = [reason]

    @property
    def version_number(self) -> int:
        """The version that the form was made from; 0, which is never right, for anything else."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class VersionForm(FlaskForm):
    """A button that acts on what its page showed."""

    version = HiddenField()

    @property
    def version_number(self) -> int:
        """The version of the page."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _moment(day: date | None, clock: time | None) -> datetime:
    if day is None or clock is None:
        raise ValueError("the form was not found valid")
    return datetime.combine(day, clock, BANGKOK)
