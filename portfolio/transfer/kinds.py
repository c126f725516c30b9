"""Which kind of work an entry probably is. A suggestion: the person says."""

from __future__ import annotations

import re

from portfolio.works.bibliography.reference import PublicationForm, Reference
from portfolio.works.vocabulary import WorkKind

_BY_FORM = {
    PublicationForm.JOURNAL_ARTICLE: WorkKind.RESEARCH,
    PublicationForm.CONFERENCE_PAPER: WorkKind.RESEARCH,
    PublicationForm.REPORT: WorkKind.RESEARCH,
    PublicationForm.THESIS: WorkKind.RESEARCH,
    PublicationForm.DATASET: WorkKind.RESEARCH,
    PublicationForm.DOCUMENT: WorkKind.RESEARCH,
    PublicationForm.BOOK: WorkKind.BOOK,
    PublicationForm.CHAPTER: WorkKind.BOOK,
    PublicationForm.PATENT: WorkKind.PATENT,
    PublicationForm.SOFTWARE: WorkKind.SOFTWARE,
    PublicationForm.MAGAZINE_ARTICLE: WorkKind.ARTICLE,
    PublicationForm.NEWSPAPER_ARTICLE: WorkKind.ARTICLE,
    PublicationForm.WEBPAGE: WorkKind.ARTICLE,
    PublicationForm.MOTION_PICTURE: WorkKind.CREATIVE_ARTS,
    PublicationForm.GRAPHIC: WorkKind.CREATIVE_ARTS,
    PublicationForm.PERFORMANCE: WorkKind.CREATIVE_ARTS,
}
_BOOKS = frozenset({PublicationForm.BOOK, PublicationForm.CHAPTER})
_CLUES = (
    (re.compile(r"ตำรา|textbook", re.IGNORECASE), WorkKind.TEXTBOOK),
    (re.compile(r"พจนานุกรม|สารานุกรม|dictionary|encyclop|glossary", re.IGNORECASE), WorkKind.REFERENCE_WORK),
)


def suggest_kind(reference: Reference) -> WorkKind:
    """The kind by the form of publication, and for books by a word that says which kind of book."""
    if any("translator" in name.lower() for name in reference.extra):
        return WorkKind.TRANSLATION
    if reference.form in _BOOKS:
        words = " ".join((reference.title, reference.title_other, reference.genre, reference.extra.get("type", "")))
        for pattern, kind in _CLUES:
            if pattern.search(words):
                return kind
    return _BY_FORM[reference.form]
