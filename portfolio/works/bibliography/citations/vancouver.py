"""Vancouver (ICMJE recommendations; Citing Medicine, 2nd edition), and its Thai use: given name first, และคณะ, พ.ศ."""

from __future__ import annotations

import re
from collections.abc import Sequence

from portfolio.works.bibliography.citations import parts
from portfolio.works.bibliography.citations.runs import CitationRun, Runs, roman, sentences
from portfolio.works.bibliography.reference import AuthorName, PublicationForm, Reference

MOST = 6
"""Six authors are named, and that there are more."""

_MEDIA = {
    PublicationForm.SOFTWARE: ("โปรแกรมคอมพิวเตอร์", "computer program"),
    PublicationForm.DATASET: ("ชุดข้อมูล", "dataset"),
    PublicationForm.MOTION_PICTURE: ("ภาพยนตร์", "film"),
    PublicationForm.GRAPHIC: ("ผลงานศิลปะ", "artwork"),
    PublicationForm.PERFORMANCE: ("การแสดง", "performance"),
    PublicationForm.WEBPAGE: ("อินเทอร์เน็ต", "Internet"),
}
_UNDATED = parts.Undated("Forthcoming", "[date unknown]")


def cite(reference: Reference) -> Runs:
    """A reference as an entry of the list, without its number. The style has no italics."""
    thai = parts.in_thai(reference)
    people = _names(reference.authors, thai, more=reference.has_more_authors)
    if not people and reference.editors and reference.form is PublicationForm.BOOK:
        people = f"{_names(reference.editors, thai)}, {_editors(reference.editors, thai)}"
    if reference.form is PublicationForm.PATENT and people:
        mark = "ผู้ประดิษฐ์" if thai else ("inventors" if len(reference.authors) > 1 else "inventor")
        people = f"{people}, {mark}"
    body: list[Sequence[CitationRun]] = [roman(text) for text in _body(reference)]
    doi = roman(f"doi: {reference.doi}" if reference.doi else "")
    lead = "เข้าถึงได้จาก" if thai else "Available from"
    link = f"{lead}: {reference.url}" if reference.url and not reference.doi else ""
    return sentences([roman(people), roman(_title(reference)), *body, doi], link)


def _names(people: Sequence[AuthorName], thai: bool, *, more: bool = False) -> str:
    names = [_short(person) for person in people[:MOST]]
    if more or len(people) > MOST:
        names.append("และคณะ" if thai else "et al")
    return ", ".join(names)


def _short(person: AuthorName) -> str:
    if person.literal or person.is_thai or not person.given:
        return person.full
    letters = "".join(initial.replace(".", "").replace("-", "") for initial in parts.initials(person.given))
    suffix = parts.suffix_of(person.given).rstrip(".")
    return " ".join(part for part in (person.family, letters[:2], suffix) if part)


def _editors(people: Sequence[AuthorName], thai: bool) -> str:
    if thai:
        return "บรรณาธิการ"
    return "editors" if len(people) > 1 else "editor"


def _title(reference: Reference) -> str:
    thai = parts.in_thai(reference)
    medium = ""
    if reference.form in _MEDIA:
        medium = reference.genre if reference.form is not PublicationForm.WEBPAGE else ""
        medium = medium or _MEDIA[reference.form][0 if thai else 1]
    elif reference.form is PublicationForm.THESIS:
        medium = reference.genre or ("วิทยานิพนธ์" if thai else "thesis")
    elif reference.form is PublicationForm.DOCUMENT:
        medium = reference.genre
    return f"{reference.title} [{medium}]" if medium and reference.title else reference.title


def _date(reference: Reference) -> str:
    year = parts.year_of(reference)
    if not year:
        return parts.no_date(reference, _UNDATED)
    if reference.month is None:
        return year
    if parts.in_thai(reference):
        day = f"{reference.day} " if reference.day else ""
        return f"{day}{parts.MONTHS_TH_SHORT[reference.month - 1]} {year}"
    day = f" {reference.day}" if reference.day else ""
    return f"{year} {parts.MONTHS_VANCOUVER[reference.month - 1]}{day}"


def _pages(reference: Reference) -> str:
    """Pages with the repeated figures left out: 284-287 is 284-7."""
    pages = parts.pages_of(reference, "-")
    found = re.fullmatch(r"(\d+)-(\d+)", pages)
    if not found or len(found[1]) != len(found[2]) or found[1] == found[2]:
        return pages
    shared = next(place for place, sign in enumerate(found[1]) if sign != found[2][place])
    return f"{found[1]}-{found[2][shared:]}"


def _at_pages(reference: Reference) -> str:
    pages = _pages(reference)
    if not pages:
        return ""
    return f"หน้า {pages}" if parts.in_thai(reference) else f"p. {pages}"


def _imprint(reference: Reference, publisher: str = "") -> str:
    names = publisher or reference.publisher
    place = f"{reference.publisher_place}: " if reference.publisher_place and names else reference.publisher_place
    return "; ".join(part for part in (f"{place}{names}", parts.year_or_none(reference, _UNDATED)) if part)


def _body(reference: Reference) -> list[str]:
    form, thai = reference.form, parts.in_thai(reference)
    if form in (PublicationForm.JOURNAL_ARTICLE, PublicationForm.MAGAZINE_ARTICLE, PublicationForm.NEWSPAPER_ARTICLE):
        return [reference.container_title, _serial(reference)]
    if form is PublicationForm.CONFERENCE_PAPER and not reference.container_title:
        lead = "นำเสนอใน" if thai else "Paper presented at"
        event = f"{lead}: {reference.event}" if reference.event else ""
        return ["; ".join(part for part in (event, _date(reference), reference.event_place) if part)]
    if form in (PublicationForm.CONFERENCE_PAPER, PublicationForm.CHAPTER):
        return _within(reference)
    if form is PublicationForm.PATENT:
        kind = reference.genre or ("สิทธิบัตร" if thai else "Patent")
        number = f" {'เลขที่ ' if thai else ''}{reference.number}" if reference.number else ""
        return [f"{kind}{number}", _date(reference)]
    edition = parts.edition_of(reference)
    if form in (PublicationForm.SOFTWARE, PublicationForm.DATASET):
        edition = parts.version_of(reference)
    volume = ""
    if form is PublicationForm.BOOK and reference.volume:
        volume = f"เล่ม {reference.volume}" if thai else f"Vol. {reference.volume}"
    number = ""
    if reference.number and form in (PublicationForm.REPORT, PublicationForm.DOCUMENT):
        number = f"รายงานเลขที่: {reference.number}" if thai else f"Report No.: {reference.number}"
        if form is PublicationForm.DOCUMENT:
            number = f"เลขที่: {reference.number}" if thai else f"No.: {reference.number}"
    event = parts.where(reference) if form is not PublicationForm.WEBPAGE else ""
    site = reference.container_title if form is PublicationForm.WEBPAGE else ""
    return [volume, edition, event, _imprint(reference, site), number]


def _serial(reference: Reference) -> str:
    """2021;5(2):12-4. Magazines and newspapers carry their day."""
    dated = reference.form is not PublicationForm.JOURNAL_ARTICLE
    when = _date(reference) if dated else parts.year_or_none(reference, _UNDATED)
    issue = f"({reference.issue})" if reference.issue else ""
    number = f";{reference.volume}{issue}" if reference.volume or issue else ""
    pages = _pages(reference)
    return f"{when}{number}{':' if pages else ''}{pages}"


def _within(reference: Reference) -> list[str]:
    thai = parts.in_thai(reference)
    lead = "ใน: " if thai else "In: "
    editors = ""
    title = f"{lead}{reference.container_title}" if reference.container_title else ""
    if reference.editors and title:
        editors = f"{lead}{_names(reference.editors, thai)}, {_editors(reference.editors, thai)}"
        title = reference.container_title
    if reference.form is PublicationForm.CONFERENCE_PAPER and (reference.event or reference.event_place):
        held = (title, _date(reference), reference.event_place)
        title = "; ".join(part for part in held if part)
    volume = ""
    if reference.volume:
        volume = f"เล่ม {reference.volume}" if thai else f"Vol. {reference.volume}"
    return [editors, title, volume, parts.edition_of(reference), _imprint(reference), _at_pages(reference)]
