"""Forms of imports and exports: what to read, what to do with each entry, what to take along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileRequired
from werkzeug.datastructures import MultiDict
from wtforms import FileField
from wtforms.validators import DataRequired, ValidationError

from portfolio.core.i18n.language import current_language
from portfolio.core.web.fields import ProseField, RadioField, SelectField, SelectMultipleField, TextField
from portfolio.portfolios.models import Portfolio
from portfolio.transfer import lookup
from portfolio.transfer.formats import values
from portfolio.transfer.formats.reading import FileFormat
from portfolio.transfer.formats.recognising import NAMES, WRITERS
from portfolio.transfer.models import Choice, ImportEntry
from portfolio.transfer.operations import EntryChoice
from portfolio.works.models import Work
from portfolio.works.vocabulary import WorkKind

LONGEST_TEXT = 500_000
MOST_CHOSEN = 500
ALL_WORKS = "all"


class FileForm(FlaskForm):
    """A file of another program."""

    file = FileField(_l("File"), [FileRequired(_l("Choose a file."))])


class TextForm(FlaskForm):
    """Text copied from another page."""

    text = ProseField(_l("Text"), [DataRequired(_l("Paste the text."))], max_chars=LONGEST_TEXT, rows=8)


class DoiForm(FlaskForm):
    """A list of DOIs."""

    dois = ProseField("DOI", [DataRequired(_l("Write at least one DOI."))], max_chars=20_000, rows=4)

    def validate_dois(self, field: ProseField) -> None:
        """Not more than one look-up may ask, and one DOI at least."""
        words = lookup.split_dois(field.data or "")
        if len(words) > lookup.MOST_DOIS:
            raise ValidationError(_l("At most %(count)s DOIs at once.", count=lookup.MOST_DOIS))
        if not any(values.read_doi(word) for word in words):
            raise ValidationError(_l("There is no DOI in it. A DOI begins with 10. and has a slash."))

    @property
    def asked(self) -> list[str]:
        """What to look up."""
        return lookup.split_dois(self.dois.data or "")


class OrcidForm(FlaskForm):
    """An ORCID iD."""

    orcid = TextField("ORCID iD", [DataRequired(_l("Write the ORCID iD."))], max_chars=60)

    def validate_orcid(self, field: TextField) -> None:
        """The last digit tells whether the others were copied right."""
        if not lookup.read_orcid(field.data or ""):
            raise ValidationError(_l("This is no ORCID iD. Copy all sixteen digits, such as 0000-0002-1825-0097."))

    @property
    def asked(self) -> list[str]:
        """Whose works to look up."""
        return [lookup.read_orcid(self.orcid.data or "")]


class ExportForm(FlaskForm):
    """What to take along, and how it is to be written."""

    class Meta:
        """Read by GET: nothing is changed."""

        csrf = False

    format = RadioField(
        _l("Format"), choices=[(kind.value, NAMES[kind]) for kind in WRITERS], default=FileFormat.BIBTEX.value
    )
    portfolio = SelectField(_l("Which works"), default=ALL_WORKS)
    work = SelectMultipleField(_l("Only these works"))

    def __init__(self, portfolios: Iterable[Portfolio], works: Iterable[Work], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = current_language()
        self.portfolio.choices = [(ALL_WORKS, _l("All works"))] + [
            (str(each.id), each.title_in(language) or str(each.id)) for each in portfolios
        ]
        self.work.choices = [(str(work.id), work.title_in(language) or str(work.id)) for work in works]


def read_choices(form: MultiDict[str, str], entries: Iterable[ImportEntry]) -> Mapping[int, EntryChoice]:
    """What the preview page says of the entries it showed; words that it does not offer are passed over."""
    found = {}
    for entry in entries:
        word = form.get(f"choice-{entry.id}", "")
        if word not in {choice.value for choice in Choice} or entry.choice is None:
            continue
        kind = form.get(f"kind-{entry.id}", "")
        known = kind in {each.value for each in WorkKind}
        shown = form.getlist(f"fields-{entry.id}")
        theirs = [field for field in shown if form.get(f"field-{entry.id}-{field}") == "theirs"] if shown else None
        chosen = WorkKind(kind) if known else entry.kind or WorkKind.RESEARCH
        found[entry.id] = EntryChoice(Choice(word), chosen, theirs, form.get(f"seen-{entry.id}", "")[:64] or None)
    return found
