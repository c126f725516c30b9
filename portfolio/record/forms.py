"""Forms of the record: a line of each part, the profile, and what only the academic sees."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileRequired
from wtforms import DecimalField, FileField, FloatField
from wtforms.validators import DataRequired, NumberRange, Optional, ValidationError

from portfolio.core.clock import today
from portfolio.core.i18n.digits import fold_thai_digits
from portfolio.core.web.fields import ProseField, SelectField, TextField, ThaiDateField, ThaiYearField, WholeNumberField
from portfolio.record.identifiers import tidy_orcid
from portfolio.record.models import CvKind, NamePrefix
from portfolio.record.operations import CvFields, PersonalFields, ProfileFields
from portfolio.record.vocabulary import ENUMS, PARTS, PREFIX_LABELS, WORDS_OF, Part

HOURS_OF_A_WEEK = 168
LARGEST_SALARY = 10_000_000
LARGEST_COUNT = 1_000_000

_LENGTHS = {
    "title_th": 300,
    "title_en": 300,
    "field_th": 200,
    "field_en": 200,
    "institution_th": 300,
    "institution_en": 300,
    "country_th": 100,
    "country_en": 100,
}
_PROSE = {"detail_th": 2_000, "detail_en": 2_000, "thesis_th": 1_000, "thesis_en": 1_000, "publications": 4_000}


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


class BahtField(DecimalField):
    """An amount of money, also in Thai digits and with thousands separators, to two decimal places."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:,}"

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the amount; an empty field is None."""
        self.data = None
        if not valuelist or not str(valuelist[0]).strip():
            return
        typed = fold_thai_digits(str(valuelist[0])).strip().replace(",", "").removesuffix("บาท").strip()
        if re.fullmatch(r"\d{1,8}(\.\d{1,2})?", typed, re.ASCII) is None or Decimal(typed) > LARGEST_SALARY:
            raise ValueError(_l("Write the amount in digits, such as 58,390 or 58390.50."))
        self.data = Decimal(typed)


class CvForm(FlaskForm):
    """A line of the record; each part has its own fields, made by `form_for`."""

    part: ClassVar[Part]
    version = WholeNumberField(validators=[Optional()])

    def validate_year_to(self, field: ThaiYearField) -> None:
        """The last year is not before the first."""
        first = self._fields["year_from"].data if "year_from" in self._fields else None
        if field.data and first and field.data < first:
            raise ValidationError(_l("The last year lies before the first one."))

    def line(self) -> CvFields:
        """What was typed; a field that this part does not have is empty."""
        typed: dict[str, Any] = {}
        for column in self.part.columns:
            data = self._fields[column].data
            if column in ENUMS:
                typed[column] = ENUMS[column](data) if data else None
            else:
                typed[column] = (data or "") if column in _LENGTHS or column in _PROSE else data
        return CvFields(**typed)


@functools.cache
def form_for(kind: CvKind) -> type[CvForm]:
    """The form of a part's lines."""
    part = PARTS[kind]
    fields = {column: _field(part, column) for column in part.columns}
    return type(f"{kind.name.title()}Form", (CvForm,), {"part": part, **fields})


def _field(part: Part, column: str) -> Any:
    label = part.label_of(column)
    if column in ENUMS:
        choices = [("", _l("Not chosen yet"))] + [(word.value, text) for word, text in WORDS_OF[column].items()]
        wanted = [DataRequired(_l("Choose one."))] if column in part.required else [Optional()]
        return SelectField(label, wanted, choices=choices)
    if column == "dated":
        return ThaiDateField(label)
    if column in ("year_from", "year_to"):
        return ThaiYearField(label)
    if column == "hours_per_week":
        return HoursField(label)
    if column in _PROSE:
        return ProseField(label, max_chars=_PROSE[column], rows=2 if column.startswith("thesis") else 3)
    wanted = [DataRequired(_l("Write this in Thai."))] if column in part.required else []
    return TextField(label, wanted, max_chars=_LENGTHS[column])


def _code(digits: int) -> Any:
    def check(_form: Any, field: TextField) -> None:
        field.data = fold_thai_digits(field.data or "")
        if field.data and (len(field.data) != digits or not field.data.isascii() or not field.data.isdigit()):
            raise ValidationError(_l("The code has %(count)s digits.", count=digits))

    return check


def _orcid(_form: Any, field: TextField) -> None:
    if field.data:
        tidy = tidy_orcid(fold_thai_digits(field.data))
        if tidy is None:
            raise ValidationError(_l("This is not an ORCID iD. It looks like 0000-0002-1825-0097."))
        field.data = tidy


def _digits(_form: Any, field: TextField) -> None:
    field.data = fold_thai_digits(field.data or "")
    if field.data and not (field.data.isascii() and field.data.isdigit()):
        raise ValidationError(_l("A Scopus author ID has digits only."))


def _count(label: Any) -> WholeNumberField:
    words = _l("Write a number from 0 to %(most)s.", most=f"{LARGEST_COUNT:,}")
    return WholeNumberField(label, [Optional(), NumberRange(0, LARGEST_COUNT, words)])


def _past(_form: Any, field: ThaiDateField) -> None:
    if field.data is not None and field.data > today():
        raise ValidationError(_l("This day has not come yet."))


class ProfileForm(FlaskForm):
    """What the form asks once."""

    version = WholeNumberField(validators=[Optional()])
    prefix = SelectField(_l("Prefix of the name in the form"), [Optional()])
    service_rank_th = TextField(_l("Military or police rank in Thai"), max_chars=80)
    service_rank_en = TextField(_l("Military or police rank in English"), max_chars=80)
    position_th = TextField(_l("Present position in Thai"), max_chars=300)
    position_en = TextField(_l("Present position in English"), max_chars=300)
    employed_on = ThaiDateField(_l("First day of service"), [_past])
    field_th = TextField(_l("Field in Thai"), max_chars=200)
    field_en = TextField(_l("Field in English"), max_chars=200)
    field_code = TextField(_l("Code of the field, 4 digits"), [_code(4)], max_chars=4)
    subfield_th = TextField(_l("Sub-field in Thai"), max_chars=200)
    subfield_en = TextField(_l("Sub-field in English"), max_chars=200)
    subfield_code = TextField(_l("Code of the sub-field, 6 digits"), [_code(6)], max_chars=6)
    orcid = TextField(_l("ORCID iD"), [_orcid], max_chars=60)
    scopus_id = TextField(_l("Scopus author ID"), [_digits], max_chars=20)
    researcher_id = TextField(_l("Web of Science ResearcherID"), max_chars=40)
    h_index = _count(_l("Lifetime h-index in Scopus"))
    works_cited = _count(_l("Number of works cited in Scopus"))
    citations = _count(_l("Number of citations in Scopus"))
    counted_on = ThaiDateField(_l("Figures as at"), [_past])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prefix.choices = [("", _l("Not chosen yet"))] + [
            (word.value, text) for word, text in PREFIX_LABELS.items()
        ]

    def validate_service_rank_th(self, field: TextField) -> None:
        """A rank is written where the prefix is a rank."""
        if self.prefix.data == NamePrefix.RANK and not field.data:
            raise ValidationError(_l("Write the rank."))

    def profile(self) -> ProfileFields:
        """What was typed; a rank counts only where the prefix is one."""
        typed: dict[str, Any] = {}
        for name, column in ProfileFields.__dataclass_fields__.items():
            data = self._fields[name].data
            typed[name] = "" if data is None and column.default == "" else data
        typed["prefix"] = NamePrefix(typed["prefix"]) if typed["prefix"] else None
        if typed["prefix"] is not NamePrefix.RANK:
            typed["service_rank_th"] = typed["service_rank_en"] = ""
        return ProfileFields(**typed)


class PersonalForm(FlaskForm):
    """What only the academic sees."""

    version = WholeNumberField(validators=[Optional()])
    birth_date = ThaiDateField(_l("Date of birth"), [_past])
    salary = BahtField(_l("Salary in baht"), [Optional()])
    telephone = TextField(_l("Telephone"), max_chars=60)

    def personal(self) -> PersonalFields:
        """What was typed; what is empty is erased."""
        return PersonalFields(
            birth_date=self.birth_date.data, salary=self.salary.data, telephone=self.telephone.data or None
        )


class TableForm(FlaskForm):
    """A table of lines to be read."""

    file = FileField(_l("CSV file"), [FileRequired(_l("Choose a file."))])
