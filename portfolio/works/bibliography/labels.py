"""Words for forms of publication, languages, results and the facts of a publication."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.works.bibliography.models import EarlierResult
from portfolio.works.bibliography.reference import PublicationForm

FORM_LABELS: dict[PublicationForm, Any] = {
    PublicationForm.JOURNAL_ARTICLE: _l("Journal article"),
    PublicationForm.CONFERENCE_PAPER: _l("Conference paper"),
    PublicationForm.BOOK: _l("Book"),
    PublicationForm.CHAPTER: _l("Chapter of a book"),
    PublicationForm.REPORT: _l("Report"),
    PublicationForm.THESIS: _l("Thesis"),
    PublicationForm.PATENT: _l("Patent"),
    PublicationForm.SOFTWARE: _l("Software"),
    PublicationForm.DATASET: _l("Data set"),
    PublicationForm.MAGAZINE_ARTICLE: _l("Magazine article"),
    PublicationForm.NEWSPAPER_ARTICLE: _l("Newspaper article"),
    PublicationForm.WEBPAGE: _l("Web page"),
    PublicationForm.MOTION_PICTURE: _l("Film or video"),
    PublicationForm.GRAPHIC: _l("Picture or design"),
    PublicationForm.PERFORMANCE: _l("Performance"),
    PublicationForm.DOCUMENT: _l("Other document"),
}

RESULT_LABELS: dict[EarlierResult, Any] = {
    EarlierResult.PASSED: _l("Judged and passed"),
    EarlierResult.NOT_PASSED: _l("Judged and not passed"),
    EarlierResult.PENDING: _l("Still being judged"),
}

MONTHS: tuple[Any, ...] = (
    _l("January"),
    _l("February"),
    _l("March"),
    _l("April"),
    _l("May"),
    _l("June"),
    _l("July"),
    _l("August"),
    _l("September"),
    _l("October"),
    _l("November"),
    _l("December"),
)

TCI_LABELS: dict[int, Any] = {1: _l("TCI tier 1"), 2: _l("TCI tier 2"), 3: _l("TCI tier 3")}
