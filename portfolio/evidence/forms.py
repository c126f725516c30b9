"""Forms of evidence: files, links, descriptions, and what an item is tied to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileRequired, MultipleFileField
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FileField, SelectField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from portfolio.core.i18n.language import current_language
from portfolio.core.web.fields import ProseField, TextField, ThaiDateField, WholeNumberField
from portfolio.evidence.models import EvidenceType
from portfolio.evidence.operations import TITLE_LIMIT, EvidenceFields, Ties
from portfolio.evidence.reports import REWRITE, STRIP
from portfolio.evidence.vocabulary import TYPE_LABELS
from portfolio.works.missions.models import MissionEntry
from portfolio.works.models import Work

MOST_FILES = 20


def _type_choices() -> list[tuple[str, Any]]:
    return [(kind.value, label) for kind, label in TYPE_LABELS.items()]


class _WorkChoice(FlaskForm):
    """Forms that may tie the new item to a work at once."""

    type = SelectField(_l("Kind of evidence"), [InputRequired()], default=EvidenceType.OTHER.value)
    work = SelectField(_l("It proves this work"), validators=[Optional()])

    def __init__(self, works: Sequence[Work], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type.choices = _type_choices()
        self.work.choices = [("", _l("None yet"))] + [
            (str(work.id), work.title_in(current_language()) or str(work.id)) for work in works
        ]

    @property
    def work_id(self) -> int | None:
        """The chosen work."""
        return int(self.work.data) if self.work.data else None


class FilesForm(_WorkChoice):
    """One or several files."""

    files = MultipleFileField(_l("Files"), [FileRequired(_l("Choose at least one file."))])

    def validate_files(self, field: MultipleFileField) -> None:
        """Not more files than a person can look through afterwards."""
        if len(field.data or []) > MOST_FILES:
            raise ValidationError(_l("At most %(count)s files at once.", count=MOST_FILES))


class _Described:
    """Fields that say what an item is."""

    title_th: TextField
    title_en: TextField
    type: SelectField
    caption_th: ProseField
    caption_en: ProseField
    dated: ThaiDateField

    def fields(self) -> EvidenceFields:
        """What was typed."""
        return EvidenceFields(
            title_th=self.title_th.data or "",
            title_en=self.title_en.data or "",
            type=EvidenceType(self.type.data),
            caption_th=self.caption_th.data or "",
            caption_en=self.caption_en.data or "",
            dated=self.dated.data,
        )


def _check_address(_form: Any, field: TextField) -> None:
    text = field.data or ""
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        whole = False
    if not whole or " " in text:
        raise ValidationError(_l("Write the whole address, beginning with https://"))


class LinkForm(_Described, _WorkChoice):
    """An address that is named but not kept."""

    url = TextField(_l("Address"), [DataRequired(_l("Write the address.")), _check_address], max_chars=2_000)
    title_th = TextField(_l("Title in Thai"), [DataRequired(_l("Write the title in Thai."))], max_chars=TITLE_LIMIT)
    title_en = TextField(_l("Title in English"), max_chars=TITLE_LIMIT)
    caption_th = ProseField(_l("Caption in Thai"), max_chars=2_000, rows=3)
    caption_en = ProseField(_l("Caption in English"), max_chars=2_000, rows=3)
    dated = ThaiDateField(_l("Date of the document"))


class ItemForm(_Described, FlaskForm):
    """What is said of an item that is there."""

    version = WholeNumberField(validators=[InputRequired()])
    title_th = TextField(_l("Title in Thai"), [DataRequired(_l("Write the title in Thai."))], max_chars=TITLE_LIMIT)
    title_en = TextField(_l("Title in English"), max_chars=TITLE_LIMIT)
    type = SelectField(_l("Kind of evidence"), [InputRequired()])
    dated = ThaiDateField(_l("Date of the document"))
    caption_th = ProseField(_l("Caption in Thai"), max_chars=2_000, rows=3)
    caption_en = ProseField(_l("Caption in English"), max_chars=2_000, rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type.choices = _type_choices()


class LinkItemForm(ItemForm):
    """The same with its address."""

    url = TextField(_l("Address"), [DataRequired(_l("Write the address.")), _check_address], max_chars=2_000)


class ReplacementForm(FlaskForm):
    """Another file for an item."""

    file = FileField(_l("New file"), [FileRequired(_l("Choose a file."))])


class CopyForm(FlaskForm):
    """A copy without what the report found."""

    way = SelectField(choices=[REWRITE, STRIP], validators=[InputRequired()])
    forget = BooleanField(_l("Remove the original here as well"))


def read_ties(
    form: MultiDict[str, str],
    works: Iterable[Work],
    criteria: Iterable[str],
    entries: Mapping[int, Sequence[MissionEntry]] | None = None,
) -> dict[int, Ties]:
    """What the boxes of the item page say: of the works that it showed, those that are ticked or have a tick inside.

    Unknown works and codes are left out: the page offers none.
    """
    known = set(criteria)
    ties = {}
    for work in works:
        headings = [heading.code for heading in work.rule_set.headings]
        chosen = [code for code in headings if code in form.getlist(f"headings-{work.id}")]
        speaks = [code for code in form.getlist(f"criteria-{work.id}") if code in known]
        borne_out = [
            entry.id
            for entry in (entries or {}).get(work.id, ())
            if str(entry.id) in form.getlist(f"missions-{work.id}")
        ]
        if chosen or speaks or borne_out or form.get(f"tied-{work.id}"):
            ties[work.id] = Ties(tuple(chosen), tuple(dict.fromkeys(speaks)), tuple(borne_out))
    return ties
