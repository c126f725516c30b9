"""The form of a forum, visit, publication to the public or written record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, Optional, ValidationError

from portfolio.core.clock import today
from portfolio.core.hooks import Exhibit
from portfolio.core.web.addresses import is_web_address
from portfolio.core.web.fields import (
    ProseField,
    SelectMultipleField,
    TextField,
    ThaiDateField,
    ThaiYearField,
    WholeNumberField,
)
from portfolio.works.dissemination.models import Way
from portfolio.works.dissemination.operations import DisseminationFields
from portfolio.works.dissemination.vocabulary import WORDS

MOST_PEOPLE = 100_000_000
FIRST_YEAR = 1950
URL_LIMIT = 2_000
NOTE_LIMIT = 2_000
NAMED = ("title_th", "title_en", "place_th", "place_en", "audience_th", "audience_en", "people")


class DisseminationForm(FlaskForm):
    """What each way asks; fields that it does not ask are taken away."""

    version = WholeNumberField(validators=[Optional()])
    title_th = TextField(validators=[DataRequired(_l("Write the name in Thai."))], max_chars=300)
    title_en = TextField(max_chars=300)
    place_th = TextField(max_chars=300)
    place_en = TextField(max_chars=300)
    audience_th = TextField(max_chars=300)
    audience_en = TextField(max_chars=300)
    people = WholeNumberField()
    begun_on = ThaiDateField(_l("Date, or first day of a period"))
    ended_on = ThaiDateField(_l("Last day of a period"))
    year = ThaiYearField(_l("Year, where the day is not known"))
    url = TextField(_l("Web address"), max_chars=URL_LIMIT)
    note_th = ProseField(_l("Note in Thai"), max_chars=NOTE_LIMIT, rows=3)
    note_en = ProseField(_l("Note in English"), max_chars=NOTE_LIMIT, rows=3)
    exhibits = SelectMultipleField(_l("Exhibits that bear this out"), coerce=int)

    def __init__(self, way: Way, exhibits: Sequence[Exhibit], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in NAMED:
            self[name].label.text = getattr(WORDS[way], name)
        if not WORDS[way].people:
            del self.people
        self.exhibits.choices = [(one.item_id, f"{one.number}. {one.title}") for one in exhibits]

    def validate_people(self, field: WholeNumberField) -> None:
        """None, or somebody."""
        if field.data is not None and not 0 <= field.data <= MOST_PEOPLE:
            raise ValidationError(_l("Write a number from 0 to %(most)s.", most=f"{MOST_PEOPLE:,}"))

    def validate_begun_on(self, field: ThaiDateField) -> None:
        """What is only planned has not made anything known yet."""
        if field.data is not None and field.data > today():
            raise ValidationError(_l("This day lies in the future."))

    def validate_ended_on(self, field: ThaiDateField) -> None:
        """A period has a beginning, and ends after it."""
        if field.data is None or self.begun_on.errors:
            return
        if self.begun_on.data is None:
            raise ValidationError(_l("Write the first day as well."))
        if field.data < self.begun_on.data:
            raise ValidationError(_l("This day lies before the first day."))

    def validate_year(self, field: ThaiYearField) -> None:
        """A year of our time, and the one of the day where both are given."""
        if field.data is None:
            return
        if not FIRST_YEAR <= field.data <= today().year:
            raise ValidationError(_l("This year lies too far from today."))
        if self.begun_on.data is not None and self.begun_on.data.year != field.data:
            raise ValidationError(_l("This is not the year of the first day. Leave it empty where the day is known."))

    def validate_url(self, field: TextField) -> None:
        """A whole address that a browser opens, without a name or password in it."""
        text = field.data or ""
        if text and not is_web_address(text):
            raise ValidationError(_l("Write the whole address, beginning with https://"))

    def fields(self) -> DisseminationFields:
        """What was typed; what the way does not ask stays empty."""
        texts = ("title_th", "title_en", "place_th", "place_en", "audience_th", "audience_en", "url")
        return DisseminationFields(
            **{name: self[name].data or "" for name in (*texts, "note_th", "note_en")},
            people=self.people.data if "people" in self else None,
            year=self.year.data,
            begun_on=self.begun_on.data,
            ended_on=self.ended_on.data,
        )
