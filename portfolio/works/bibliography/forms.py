"""Forms of a work as a publication, and of its earlier uses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields as fields_of_class
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from portfolio.core.clock import today
from portfolio.core.i18n.digits import fold_thai_digits
from portfolio.core.web.fields import (
    ProseField,
    RadioField,
    SelectField,
    TextField,
    ThaiDateField,
    ThaiYearField,
    WholeNumberField,
)
from portfolio.criteria.models import RulePosition
from portfolio.works.bibliography import identifiers
from portfolio.works.bibliography.identifiers import IdentifierError
from portfolio.works.bibliography.kinds import fields_of, forms_of
from portfolio.works.bibliography.labels import FORM_LABELS, MONTHS, RESULT_LABELS, TCI_LABELS
from portfolio.works.bibliography.models import Bibliography, EarlierResult, ScopusQuartile
from portfolio.works.bibliography.names import is_thai, latin_author, thai_author
from portfolio.works.bibliography.operations import LIMITS, PROSE_LIMIT, PublicationFields, UseFields
from portfolio.works.bibliography.reference import OTHERS_KEPT, AuthorName, PublicationForm
from portfolio.works.vocabulary import WorkKind

LARGEST_FACTOR = Decimal("999999")


class CheckedField(TextField):
    """A number or address that is brought into its one spelling and checked."""

    def __init__(self, label: Any, check: Callable[[str], str], *, max_chars: int, **kwargs: Any) -> None:
        super().__init__(label, max_chars=max_chars, **kwargs)
        self.check = check

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Normalise; what was typed stays in the field when it is refused."""
        super().process_formdata(valuelist)
        try:
            self.data = self.check(self.data or "")
        except IdentifierError as error:
            raise ValueError(error.message) from error


class FactorField(StringField):
    """An impact factor, also in Thai digits; three decimal places are kept."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data.normalize():f}"

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the figure; an empty field is None."""
        self.data = None
        if not valuelist or not str(valuelist[0]).strip():
            return
        typed = fold_thai_digits(str(valuelist[0])).strip()
        try:
            value = Decimal(typed) if typed.isascii() and typed.replace(".", "", 1).isdigit() else None
        except InvalidOperation:
            value = None
        if value is None or value > LARGEST_FACTOR or value != round(value, 3):
            raise ValueError(_l("Write an impact factor in digits, such as 2.345."))
        self.data = value


class BibliographyForm(FlaskForm):
    """A work as a publication. `shown` are the facts that its kind has; the others keep what they say."""

    version = WholeNumberField(validators=[Optional()])
    authors_are_whole = BooleanField(_l("All authors are named now"))
    form = SelectField(_l("Form of publication"), [InputRequired()])
    container_title = TextField(_l("Journal, proceedings or book"), max_chars=LIMITS["container_title"])
    volume = TextField(_l("Volume"), max_chars=LIMITS["volume"])
    issue = TextField(_l("Issue"), max_chars=LIMITS["issue"])
    pages = TextField(_l("Pages"), max_chars=LIMITS["pages"])
    edition = TextField(_l("Edition"), max_chars=LIMITS["edition"])
    editors = ProseField(_l("Editors"), max_chars=4_000, rows=3)
    publisher = TextField(_l("Publisher"), max_chars=LIMITS["publisher"])
    publisher_place = TextField(_l("Place of publication"), max_chars=LIMITS["publisher_place"])
    event = TextField(_l("Conference or event"), max_chars=LIMITS["event"])
    event_place = TextField(_l("Place of the event"), max_chars=LIMITS["event_place"])
    number = TextField(_l("Number"), max_chars=LIMITS["number"])
    genre = TextField(_l("Genre"), max_chars=LIMITS["genre"])
    year = ThaiYearField(_l("Year"), [Optional()])
    month = SelectField(_l("Month"), validators=[Optional()])
    day = WholeNumberField(_l("Day"), [Optional(), NumberRange(1, 31, _l("A day of the month is from 1 to 31."))])
    doi = CheckedField("DOI", identifiers.normalise_doi, max_chars=300)
    isbn = CheckedField("ISBN", identifiers.normalise_isbn, max_chars=30)
    issn = CheckedField("ISSN", identifiers.normalise_issn, max_chars=30)
    url = CheckedField(_l("Web address"), identifiers.normalise_url, max_chars=LIMITS["url"])
    language = SelectField(_l("Language of the publication"), validators=[Optional()])
    abstract = ProseField(_l("Abstract"), max_chars=PROSE_LIMIT, rows=6)
    keywords = TextField(_l("Keywords"), max_chars=1_000)
    note = ProseField(_l("Note"), max_chars=4_000, rows=3)
    tci_tier = SelectField(_l("Thai-Journal Citation Index (TCI)"), validators=[Optional()])
    scopus_quartile = SelectField(_l("Scopus quartile"), validators=[Optional()])
    other_databases = TextField(_l("Other databases"), max_chars=300)
    impact_factor = FactorField(_l("Journal impact factor"))
    impact_factor_year = ThaiYearField(_l("Year of the impact factor"), [Optional()])
    citations = WholeNumberField(
        _l("Number of citations"), [Optional(), NumberRange(0, 9_999_999, _l("A number of citations is 0 or more."))]
    )
    citations_database = TextField(_l("Counted in which database"), max_chars=120)
    citations_as_at = ThaiDateField(_l("Counted on"))

    def __init__(self, kind: WorkKind, present: Bibliography | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form = present.form if present else None
        self.shown = fields_of(kind, form)
        self.present = present
        self.has_more_authors = present is not None and present.extra.get(OTHERS_KEPT) == "yes"
        self.form.choices = [(word.value, FORM_LABELS[word]) for word in forms_of(kind, form)]
        self.month.choices = [("", _l("Not given"))] + [(str(n), word) for n, word in enumerate(MONTHS, start=1)]
        languages = {"": _l("As its title"), "th": _l("Thai"), "en": _l("English")}
        own = present.language if present else ""
        self.language.choices = list(languages.items()) + ([] if own in languages else [(own, own)])
        self.tci_tier.choices = [("", _l("Not listed"))] + [(str(tier), word) for tier, word in TCI_LABELS.items()]
        self.scopus_quartile.choices = [("", _l("Not listed"))] + [(q.value, q.value.upper()) for q in ScopusQuartile]

    def validate_month(self, field: SelectField) -> None:
        """A month belongs to a year."""
        if field.data and not self.year.data:
            raise ValidationError(_l("Write the year as well."))

    def validate_day(self, field: WholeNumberField) -> None:
        """A day belongs to a month that has it."""
        if field.data is None:
            return
        if not self.month.data:
            raise ValidationError(_l("Choose the month as well."))
        try:
            date(self.year.data or 2024, int(self.month.data), field.data)
        except ValueError:
            raise ValidationError(_l("This month has no such day.")) from None

    def validate_year(self, field: ThaiYearField) -> None:
        """Not before printing, nor far ahead of today."""
        if field.data is not None and not 1400 <= field.data <= today().year + 3:
            raise ValidationError(_l("This year lies too far from today."))

    def validate_citations_as_at(self, field: ThaiDateField) -> None:
        """Nothing is counted in the future."""
        if field.data and field.data > today():
            raise ValidationError(_l("This day lies in the future."))

    def fields(self) -> PublicationFields:
        """What was typed, and what the kind does not show as it was."""
        typed = PublicationFields(
            form=PublicationForm(self.form.data),
            **{name: getattr(self, name).data or "" for name in _TEXTS},
            year=self.year.data,
            month=int(self.month.data) if self.month.data else None,
            day=self.day.data,
            keywords=_keywords(self.keywords.data or ""),
            editors=_people(self.editors.data or ""),
            tci_tier=int(self.tci_tier.data) if self.tci_tier.data else None,
            scopus_quartile=ScopusQuartile(self.scopus_quartile.data) if self.scopus_quartile.data else None,
            impact_factor=self.impact_factor.data,
            impact_factor_year=self.impact_factor_year.data,
            citations=self.citations.data,
            citations_as_at=self.citations_as_at.data,
        )
        hidden = {field.name for field in fields_of_class(PublicationFields)} - self.shown - {"form"}
        if self.present is None:
            return replace(typed, **{name: getattr(_EMPTY, name) for name in hidden})
        kept = {name: getattr(self.present, name) for name in hidden}
        if "editors" in kept:
            kept["editors"] = [AuthorName(**entry) for entry in kept["editors"]]
        return replace(typed, **kept)


_EMPTY = PublicationFields(form=PublicationForm.DOCUMENT)
_TEXTS = (*(name for name in LIMITS if name != "key"), "doi", "isbn", "issn", "other_databases", "citations_database")


def form_data(row: Bibliography) -> dict[str, Any]:
    """A row as the form shows it."""
    data = {field.name: getattr(row, field.name) for field in fields_of_class(PublicationFields)}
    return data | {
        "form": row.form.value,
        "month": str(row.month or ""),
        "keywords": ", ".join(row.keywords),
        "editors": "\n".join(_written(AuthorName(**entry)) for entry in row.editors),
        "tci_tier": str(row.tci_tier or ""),
        "scopus_quartile": row.scopus_quartile.value if row.scopus_quartile else "",
    }


def _written(person: AuthorName) -> str:
    return person.full if person.is_thai or person.literal or not person.family else f"{person.family}, {person.given}"


def _people(text: str) -> list[AuthorName]:
    """People one to a line, Thai or Latin."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [thai_author(line) if is_thai(line) else latin_author(line) for line in lines]


def _keywords(text: str) -> list[str]:
    found = (word.strip() for word in text.replace(";", ",").split(","))
    return list(dict.fromkeys(word for word in found if word))


class UseForm(FlaskForm):
    """An earlier request in which a work was used."""

    version = WholeNumberField(validators=[Optional()])
    position_code = SelectField(_l("Position that was asked for"), [InputRequired()])
    year = ThaiYearField(_l("Year of the request"), [InputRequired(_l("Write the year."))])
    rules = TextField(_l("Rules"), max_chars=200)
    field = TextField(_l("Field of study"), max_chars=200)
    result = RadioField(_l("Result"), [InputRequired(_l("Choose the result."))])
    level = TextField(_l("Level of quality"), max_chars=60)

    def __init__(self, positions: Sequence[RulePosition], thai: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.position_code.choices = [(row.code, row.label_th if thai else row.label_en) for row in positions]
        self.result.choices = [(word.value, RESULT_LABELS[word]) for word in EarlierResult]

    def validate_year(self, field: ThaiYearField) -> None:
        """An earlier request lies in the past."""
        if field.data is not None and not 1950 <= field.data <= today().year:
            raise ValidationError(_l("Write a year that is not in the future."))

    def fields(self) -> UseFields:
        """What was typed."""
        return UseFields(
            position_code=self.position_code.data,
            year=self.year.data or 0,
            rules=self.rules.data or "",
            field=self.field.data or "",
            level=self.level.data or "",
            result=EarlierResult(self.result.data),
        )
