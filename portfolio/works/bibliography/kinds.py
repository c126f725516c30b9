"""Which forms of publication a kind of work comes in, and which facts each form has. Pure tables."""

from __future__ import annotations

from portfolio.works.bibliography.reference import PublicationForm as Form
from portfolio.works.vocabulary import WorkKind

KIND_FORMS: dict[WorkKind, tuple[Form, ...]] = {
    WorkKind.RESEARCH: (
        Form.JOURNAL_ARTICLE,
        Form.CONFERENCE_PAPER,
        Form.REPORT,
        Form.CHAPTER,
        Form.BOOK,
        Form.DATASET,
    ),
    WorkKind.INDUSTRY: (Form.REPORT, Form.DOCUMENT, Form.JOURNAL_ARTICLE, Form.PATENT),
    WorkKind.TEACHING_DEVELOPMENT: (
        Form.REPORT,
        Form.DOCUMENT,
        Form.JOURNAL_ARTICLE,
        Form.WEBPAGE,
        Form.MOTION_PICTURE,
    ),
    WorkKind.PUBLIC_POLICY: (Form.REPORT, Form.DOCUMENT, Form.WEBPAGE),
    WorkKind.CASE_STUDY: (Form.REPORT, Form.JOURNAL_ARTICLE, Form.CHAPTER, Form.DOCUMENT),
    WorkKind.TRANSLATION: (Form.BOOK, Form.CHAPTER, Form.JOURNAL_ARTICLE),
    WorkKind.REFERENCE_WORK: (Form.BOOK, Form.CHAPTER, Form.WEBPAGE),
    WorkKind.CREATIVE_SCIENCE: (Form.DOCUMENT, Form.REPORT, Form.DATASET, Form.GRAPHIC),
    WorkKind.CREATIVE_ARTS: (Form.PERFORMANCE, Form.GRAPHIC, Form.MOTION_PICTURE, Form.DOCUMENT),
    WorkKind.PATENT: (Form.PATENT,),
    WorkKind.SOFTWARE: (Form.SOFTWARE, Form.WEBPAGE),
    WorkKind.SOCIAL: (Form.DOCUMENT, Form.REPORT, Form.JOURNAL_ARTICLE, Form.WEBPAGE),
    WorkKind.INNOVATION: (Form.DOCUMENT, Form.PATENT, Form.SOFTWARE, Form.REPORT),
    WorkKind.TEXTBOOK: (Form.BOOK, Form.CHAPTER),
    WorkKind.BOOK: (Form.BOOK, Form.CHAPTER),
    WorkKind.ARTICLE: (
        Form.JOURNAL_ARTICLE,
        Form.MAGAZINE_ARTICLE,
        Form.NEWSPAPER_ARTICLE,
        Form.CONFERENCE_PAPER,
        Form.CHAPTER,
        Form.WEBPAGE,
    ),
}
"""The forms in which each kind appears, its usual one first."""

_EVERY = ("year", "month", "day", "url", "language", "abstract", "keywords", "note")
_SERIAL = ("container_title", "volume", "issue", "pages", "doi", "issn")
_CITED = ("citations", "citations_database", "citations_as_at", "other_databases")
_INDEXED = ("tci_tier", "scopus_quartile", "impact_factor", "impact_factor_year", *_CITED)
_EVENT = ("event", "event_place")
_PRINTED = ("publisher", "publisher_place")

FORM_FIELDS: dict[Form, frozenset[str]] = {
    form: frozenset((*_EVERY, *more))
    for form, more in {
        Form.JOURNAL_ARTICLE: (*_SERIAL, *_INDEXED),
        Form.CONFERENCE_PAPER: (*_SERIAL, *_EVENT, *_PRINTED, "isbn", "editors", *_INDEXED),
        Form.BOOK: (*_PRINTED, "edition", "volume", "isbn", "doi", "editors", *_CITED),
        Form.CHAPTER: (*_PRINTED, "container_title", "edition", "volume", "pages", "isbn", "doi", "editors", *_CITED),
        Form.REPORT: (*_PRINTED, "number", "genre", "doi", "isbn"),
        Form.THESIS: (*_PRINTED, "genre", "number"),
        Form.PATENT: ("number", "genre", "publisher"),
        Form.SOFTWARE: ("publisher", "edition", "genre", "number", "doi"),
        Form.DATASET: ("publisher", "edition", "doi", *_CITED),
        Form.MAGAZINE_ARTICLE: ("container_title", "volume", "issue", "pages", "issn"),
        Form.NEWSPAPER_ARTICLE: ("container_title", "pages"),
        Form.WEBPAGE: ("container_title", "publisher"),
        Form.MOTION_PICTURE: ("publisher", "genre"),
        Form.GRAPHIC: (*_EVENT, "genre", "publisher"),
        Form.PERFORMANCE: (*_EVENT, "genre", "publisher"),
        Form.DOCUMENT: (*_PRINTED, *_EVENT, "genre", "number", "doi"),
    }.items()
}
"""The bibliographic facts that each form has."""

HAS_HEADINGS = frozenset({WorkKind.SOCIAL})
"""Kinds whose text the headings of a rule set are about; other works may use them but need not."""


def usual_form(kind: WorkKind) -> Form:
    """The form in which works of a kind mostly appear."""
    return KIND_FORMS[kind][0]


def forms_of(kind: WorkKind, present: Form | None = None) -> tuple[Form, ...]:
    """The forms to choose from; one that a work has already is among them whatever its kind."""
    forms = KIND_FORMS[kind]
    return forms if present is None or present in forms else (present, *forms)


def fields_of(kind: WorkKind, present: Form | None = None) -> frozenset[str]:
    """Every bibliographic fact that a kind may have."""
    return frozenset().union(*(FORM_FIELDS[form] for form in forms_of(kind, present)))


def forms_with(field: str) -> frozenset[Form]:
    """The forms that have a fact."""
    return frozenset(form for form, fields in FORM_FIELDS.items() if field in fields)


def asks_headings(kind: WorkKind) -> bool:
    """Whether the seven headings are asked of a kind of work."""
    return kind in HAS_HEADINGS
