"""Words for imports: kinds of work, forms of publication, fields; their Thai stands in this room's catalogue."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portfolio.core.i18n.dates import format_year
from portfolio.transfer.models import BatchState, Choice, ImportSource, Likeness, Outcome
from portfolio.works.bibliography.reference import AuthorName, PublicationForm

SOURCE_LABELS: dict[ImportSource, Any] = {
    ImportSource.FILE: _l("File"),
    ImportSource.TEXT: _l("Pasted text"),
    ImportSource.DOI: _l("Looked up by DOI"),
    ImportSource.ORCID: _l("Looked up in ORCID"),
}
# Word, kind and icon of a state tag.
STATE_TAGS: dict[BatchState, tuple[Any, str, str]] = {
    BatchState.READING: (_l("Being read"), "wait", "hourglass-split"),
    BatchState.READY: (_l("Waits for your word"), "info", "pencil"),
    BatchState.WRITING: (_l("Being written"), "wait", "hourglass-split"),
    BatchState.WRITTEN: (_l("Imported"), "ok", "check-circle"),
    BatchState.FAILED: (_l("Could not be read"), "bad", "x-octagon"),
}
CHOICE_LABELS: dict[Choice, Any] = {
    Choice.ADD: _l("Add as a new work"),
    Choice.MERGE: _l("Complete the work that is there"),
    Choice.SKIP: _l("Leave out"),
}
OUTCOME_TAGS: dict[Outcome, tuple[Any, str, str]] = {
    Outcome.ADDED: (_l("Added"), "ok", "check-circle"),
    Outcome.MERGED: (_l("Completed"), "ok", "check-circle"),
    Outcome.SKIPPED: (_l("Left out"), "", "circle"),
}
LIKENESS_LABELS: dict[Likeness, Any] = {
    Likeness.DOI: _l("same DOI"),
    Likeness.TITLE: _l("same title"),
}
FIELD_LABELS: dict[str, Any] = {
    "form": _l("Form of publication"),
    "title": _l("Title"),
    "title_other": _l("Title in the other language"),
    "authors": _l("Authors"),
    "editors": _l("Editors"),
    "year": _l("Year"),
    "month": _l("Month"),
    "day": _l("Day"),
    "container_title": _l("Journal, proceedings or book"),
    "volume": _l("Volume"),
    "issue": _l("Issue"),
    "pages": _l("Pages"),
    "edition": _l("Edition"),
    "publisher": _l("Publisher"),
    "publisher_place": _l("Place of publication"),
    "event": _l("Conference or event"),
    "event_place": _l("Place of the event"),
    "number": _l("Number"),
    "genre": _l("Genre"),
    "doi": "DOI",
    "isbn": "ISBN",
    "issn": "ISSN",
    "url": _l("Web address"),
    "language": _l("Language"),
    "abstract": _l("Abstract"),
    "keywords": _l("Keywords"),
    "note": _l("Note"),
}


def sentence(stored: Any) -> str:
    """A remark as it is kept in a row, in the reader's language."""
    values = {name: str(value) for name, value in stored.get("values", {}).items()}
    words = stored["text"]
    return str(_(words, **values))


def shown(field: str, value: Any, forms: Any) -> str:
    """The value of a field for a person to read."""
    if value in ("", None, ()):
        return "–"
    if field in ("authors", "editors"):
        return "; ".join(name.full for name in value if isinstance(name, AuthorName))
    if field == "year":
        return format_year(value)
    if field == "keywords":
        return "; ".join(value)
    if isinstance(value, PublicationForm):
        return str(forms.get(value, value.value))
    text = str(value)
    return text if len(text) <= 400 else text[:400] + " …"
