"""IEEE (IEEE Reference Guide), and its Thai use: given name first, ปีที่, ฉบับที่, หน้า, และคณะ, พ.ศ."""

from __future__ import annotations

import re
from collections.abc import Sequence

from portfolio.works.bibliography.citations import parts
from portfolio.works.bibliography.citations.runs import CitationRun, Runs, italic, joined, merged, plain, roman
from portfolio.works.bibliography.reference import AuthorName, PublicationForm, Reference

MOST = 6
"""Up to six authors are named; of more, the first."""

_MEDIA = {
    PublicationForm.MOTION_PICTURE: ("ภาพยนตร์", "Film"),
    PublicationForm.GRAPHIC: ("ผลงานศิลปะ", "Artwork"),
    PublicationForm.PERFORMANCE: ("การแสดง", "Performance"),
}
_INNER = re.compile('[“"]([^“”"]*)[”"]')
_UNDATED = parts.Undated("to be published", "n.d.")

Clauses = list[Sequence[CitationRun]]


def cite(reference: Reference) -> Runs:
    """A reference as an entry of the list, without its number."""
    form = reference.form
    if form in (PublicationForm.JOURNAL_ARTICLE, PublicationForm.MAGAZINE_ARTICLE, PublicationForm.NEWSPAPER_ARTICLE):
        lines = [_serial(reference)]
    elif form is PublicationForm.CONFERENCE_PAPER:
        lines = [_paper(reference)]
    elif form in (PublicationForm.BOOK, PublicationForm.CHAPTER):
        lines = _book(reference)
    elif form in (PublicationForm.REPORT, PublicationForm.THESIS, PublicationForm.PATENT):
        lines = [_numbered(reference)]
    else:
        lines = _alone(reference)
    lines[0].insert(0, _people(reference))
    lines[-1].append(roman(f"doi: {reference.doi}" if reference.doi else ""))
    found = joined([_line(clauses) for clauses in lines], " ")
    if reference.url and not reference.doi:
        lead = "[ออนไลน์]. เข้าถึงได้จาก" if parts.in_thai(reference) else "[Online]. Available"
        found = (*found, CitationRun(f" {lead}: {reference.url}"))
    return merged(found)


def _line(clauses: Clauses) -> Runs:
    """Clauses with commas between them and one full stop behind; a title in quotation marks takes its comma inside."""
    found: list[CitationRun] = []
    for clause in clauses:
        if plain(clause):
            if found:
                found += [*_stopped(found, ","), CitationRun(" ")]
            found += clause
    if found:
        found += _stopped(found, ".")
    return tuple(found)


def _stopped(found: list[CitationRun], mark: str) -> Runs:
    """The mark behind what is there, put before a closing quotation mark; none where a sentence has ended already."""
    text = plain(found)
    if text.endswith("”"):
        found[-1] = CitationRun(found[-1].text[:-1])
        return roman("”" if text[-2] in "?!." else f"{mark}”")
    return () if text.endswith((".", "?", "!")) and mark == "." else roman(mark)


def _people(reference: Reference) -> Runs:
    thai = parts.in_thai(reference)
    people, mark = reference.authors, ""
    if not people and reference.editors and reference.form is PublicationForm.BOOK:
        people, mark = reference.editors, _editor_mark(reference.editors, thai)
    return joined([_names(people, thai, more=reference.has_more_authors), roman(mark)])


def _names(people: Sequence[AuthorName], thai: bool, *, more: bool = False) -> Runs:
    names = [_upright(person) for person in people]
    if more or len(names) > MOST:
        return roman(f"{names[0]} และคณะ") if thai else (*roman(f"{names[0]} "), *italic("et al."))
    return roman(parts.listed(names, thai=thai, final="and"))


def _upright(person: AuthorName) -> str:
    if person.literal or person.is_thai or not person.given:
        return person.full
    name = f"{' '.join(parts.initials(person.given))} {person.family}".strip()
    suffix = parts.suffix_of(person.given)
    return f"{name} {suffix}" if suffix else name


def _editor_mark(people: Sequence[AuthorName], thai: bool) -> str:
    if thai:
        return "บรรณาธิการ"
    return "Eds." if len(people) > 1 else "Ed."


def _quoted(title: str) -> Runs:
    """The title in quotation marks; those within it become single ones."""
    inner = _INNER.sub(r"‘\1’", title)
    return roman(f"“{inner}”") if title else ()


def _date(reference: Reference) -> str:
    year = parts.year_of(reference)
    if not year:
        return parts.no_date(reference, _UNDATED)
    if reference.month is None:
        return year
    if parts.in_thai(reference):
        day = f"{reference.day} " if reference.day else ""
        return f"{day}{parts.MONTHS_TH_SHORT[reference.month - 1]} {year}"
    month = parts.MONTHS_IEEE[reference.month - 1]
    return f"{month} {reference.day}, {year}" if reference.day else f"{month} {year}"


def _pages(reference: Reference) -> str:
    pages, thai = parts.pages_of(reference), parts.in_thai(reference)
    if not pages:
        return ""
    if parts.is_article_number(reference):
        return f"บทความที่ {pages}" if thai else f"Art. no. {pages}"
    if thai:
        return f"หน้า {pages}"
    return f"{'pp.' if parts.is_range(reference) else 'p.'} {pages}"


def _volume(reference: Reference) -> str:
    if not reference.volume:
        return ""
    if reference.form in (PublicationForm.BOOK, PublicationForm.CHAPTER):
        return f"เล่ม {reference.volume}" if parts.in_thai(reference) else f"vol. {reference.volume}"
    return f"ปีที่ {reference.volume}" if parts.in_thai(reference) else f"vol. {reference.volume}"


def _issue(reference: Reference) -> str:
    if not reference.issue:
        return ""
    return f"ฉบับที่ {reference.issue}" if parts.in_thai(reference) else f"no. {reference.issue}"


def _roman(*words: str) -> Clauses:
    return [roman(word) for word in words]


def _serial(reference: Reference) -> Clauses:
    numbers = _roman(_volume(reference), _issue(reference), _pages(reference), _date(reference))
    return [_quoted(reference.title), italic(reference.container_title), *numbers]


def _paper(reference: Reference) -> Clauses:
    thai = parts.in_thai(reference)
    if not reference.container_title:
        lead = "นำเสนอใน" if thai else "presented at the "
        event = f"{lead}{reference.event}" if reference.event else ""
        return [_quoted(reference.title), *_roman(event, reference.event_place, _date(reference))]
    proceedings = (*roman("ใน " if thai else "in "), *italic(reference.container_title))
    place = reference.event_place or reference.publisher_place
    numbers = _roman(_volume(reference), place, _date(reference), _pages(reference))
    return [_quoted(reference.title), proceedings, *numbers]


def _book(reference: Reference) -> list[Clauses]:
    thai = parts.in_thai(reference)
    is_chapter = reference.form is PublicationForm.CHAPTER
    titles: Clauses = [italic(reference.title)]
    if is_chapter:
        book = (*roman("ใน " if thai else "in "), *italic(reference.container_title))
        titles = [_quoted(reference.title), book if reference.container_title else ()]
    titles += _roman(_volume(reference), parts.edition_of(reference))
    if reference.editors and (reference.authors or is_chapter):
        titles += [_names(reference.editors, thai), roman(_editor_mark(reference.editors, thai))]
    pages = _pages(reference) if is_chapter else ""
    return [titles, _roman(parts.placed(reference), parts.year_or_none(reference, _UNDATED), pages)]


def _numbered(reference: Reference) -> Clauses:
    thai = parts.in_thai(reference)
    title = _quoted(reference.title)
    if reference.form is PublicationForm.THESIS:
        kind = reference.genre or ("วิทยานิพนธ์" if thai else "Thesis")
        year = parts.year_or_none(reference, _UNDATED)
        return [title, *_roman(kind, reference.publisher, reference.publisher_place, year)]
    if reference.form is PublicationForm.PATENT:
        kind = reference.genre or ("สิทธิบัตร" if thai else "Patent")
        return [title, *_roman(_with_number(kind, reference.number, thai), _date(reference))]
    kind = reference.genre or (("รายงาน" if thai else "Rep.") if reference.number else "")
    known = _with_number(kind, reference.number, thai)
    return [title, *_roman(reference.publisher, reference.publisher_place, known, _date(reference))]


def _with_number(kind: str, number: str, thai: bool) -> str:
    if not number:
        return kind
    return f"{kind} เลขที่ {number}" if thai else f"{kind} {number}"


def _alone(reference: Reference) -> list[Clauses]:
    """Programs, data, pages of the web, works of art, papers: a title that stands by itself, then what is known."""
    thai = parts.in_thai(reference)
    form = reference.form
    if form is PublicationForm.WEBPAGE:
        site = reference.container_title or parts.publisher_of(reference)
        return [[_quoted(reference.title), *_roman(site, _date(reference))]]
    medium = reference.genre or (_MEDIA[form][0 if thai else 1] if form in _MEDIA else "")
    title = (*italic(reference.title), *roman(f" [{medium}]" if medium else ""))
    version = parts.version_of(reference) if form in (PublicationForm.SOFTWARE, PublicationForm.DATASET) else ""
    number = ""
    if reference.number:
        number = f"เลขที่ {reference.number}" if thai else f"no. {reference.number}"
    return [
        [title, *_roman(version, number)],
        _roman(parts.where(reference), parts.placed(reference), _date(reference)),
    ]
