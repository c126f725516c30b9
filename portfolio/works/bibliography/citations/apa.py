"""APA 7 (Publication Manual of the American Psychological Association, 7th edition, chapter 10), and its Thai use:
given name first, พ.ศ., และ, (บรรณาธิการ), น., ม.ป.ป. Titles keep their capitals as given.
"""

from __future__ import annotations

from collections.abc import Sequence

from portfolio.works.bibliography.citations import parts
from portfolio.works.bibliography.citations.runs import (
    CitationRun,
    Runs,
    is_thai,
    italic,
    joined,
    roman,
    sentences,
)
from portfolio.works.bibliography.reference import AuthorName, PublicationForm, Reference

MOST = 20
"""Up to twenty authors are named; of more, the first nineteen and the last."""

_DATED = frozenset(
    {
        PublicationForm.MAGAZINE_ARTICLE,
        PublicationForm.NEWSPAPER_ARTICLE,
        PublicationForm.WEBPAGE,
        PublicationForm.PERFORMANCE,
    }
)
_MEDIA = {
    PublicationForm.SOFTWARE: ("ซอฟต์แวร์คอมพิวเตอร์", "Computer software"),
    PublicationForm.DATASET: ("ชุดข้อมูล", "Data set"),
    PublicationForm.MOTION_PICTURE: ("ภาพยนตร์", "Film"),
    PublicationForm.GRAPHIC: ("ผลงานศิลปะ", "Artwork"),
    PublicationForm.PERFORMANCE: ("การแสดง", "Performance"),
}


def cite(reference: Reference) -> Runs:
    """A reference as an entry of the list of references."""
    thai = parts.in_thai(reference)
    title = _title(reference)
    date = roman(f"({_date(reference)})")
    rest = _rest(reference)
    if reference.authors:
        head: Sequence[CitationRun] = roman(_authors(reference.authors, thai, more=reference.has_more_authors))
    elif reference.editors and reference.form is PublicationForm.BOOK:
        head = roman(f"{_authors(reference.editors, thai)} {_editor_mark(reference.editors, thai)}")
    else:
        return sentences([title, date, *rest], parts.link_of(reference))
    return sentences([head, date, title, *rest], parts.link_of(reference))


def in_text(reference: Reference) -> str:
    """The short form in a text: (สมชาย ใจดี และคณะ, 2564), (Smith et al., 2021)."""
    thai = parts.in_thai(reference)
    people = reference.authors or reference.editors
    names = [person.full if person.is_thai else person.literal or person.family or person.given for person in people]
    if not names:
        lead = reference.title
    elif len(names) > 2 or reference.has_more_authors:
        lead = f"{names[0]} และคณะ" if thai else f"{names[0]} et al."
    else:
        lead = parts.listed(names, thai=thai, final="&")
    return f"({lead}, {parts.year_or_none(reference)})"


def _authors(people: Sequence[AuthorName], thai: bool, *, more: bool = False) -> str:
    names = [_inverted(person) for person in people]
    if more:
        return f"{', '.join(names[:MOST])} และคณะ" if thai else f"{', '.join(names[:MOST])}, et al."
    if len(names) > MOST:
        return f"{', '.join(names[: MOST - 1])}, . . . {names[-1]}"
    # English keeps the comma between two people, Thai does not.
    return parts.listed(names, thai=thai, final="&", comma_before_two=not thai)


def _inverted(person: AuthorName) -> str:
    if person.literal or person.is_thai or not person.given:
        return person.full
    name = f"{person.family}, {' '.join(parts.initials(person.given))}" if person.family else person.given
    suffix = parts.suffix_of(person.given)
    return f"{name}, {suffix}" if suffix else name


def _upright(person: AuthorName) -> str:
    if person.literal or person.is_thai or not person.given:
        return person.full
    return f"{' '.join(parts.initials(person.given))} {person.family}".strip()


def _editor_mark(people: Sequence[AuthorName], thai: bool) -> str:
    if thai:
        return "(บรรณาธิการ)"
    return "(Eds.)" if len(people) > 1 else "(Ed.)"


def _date(reference: Reference) -> str:
    year = parts.year_of(reference)
    if not year:
        return parts.no_date(reference)
    spoken = reference.form is PublicationForm.CONFERENCE_PAPER and not reference.container_title
    if reference.month is None or not (reference.form in _DATED or spoken):
        return year
    if parts.in_thai(reference):
        day = f"{reference.day} " if reference.day else ""
        return f"{year}, {day}{parts.MONTHS_TH[reference.month - 1]}"
    day = f" {reference.day}" if reference.day else ""
    return f"{year}, {parts.MONTHS_EN[reference.month - 1]}{day}"


def _title(reference: Reference) -> Runs:
    """The title with what stands in brackets behind it; italic where the work stands by itself."""
    inside = {
        PublicationForm.JOURNAL_ARTICLE,
        PublicationForm.MAGAZINE_ARTICLE,
        PublicationForm.NEWSPAPER_ARTICLE,
        PublicationForm.CHAPTER,
    }
    proceedings = reference.form is PublicationForm.CONFERENCE_PAPER and reference.container_title
    title = roman(reference.title) if reference.form in inside or proceedings else italic(reference.title)
    return (*title, *roman(_behind_title(reference)))


def _behind_title(reference: Reference) -> str:
    thai = parts.in_thai(reference)
    form, genre = reference.form, reference.genre
    if form is PublicationForm.BOOK:
        return _in_brackets(parts.edition_of(reference), _volume(reference))
    if form is PublicationForm.CONFERENCE_PAPER and not reference.container_title:
        return " [การนำเสนอผลงาน]" if thai else " [Paper presentation]"
    if form in (PublicationForm.REPORT, PublicationForm.PATENT, PublicationForm.DOCUMENT):
        if reference.number:
            kinds = {PublicationForm.REPORT: ("รายงาน", "Report"), PublicationForm.PATENT: ("สิทธิบัตร", "Patent")}
            kind = genre or kinds.get(form, ("", ""))[0 if thai else 1]
            return _in_brackets(f"{kind} {'เลขที่' if thai else 'No.'} {reference.number}".strip())
        return f" [{genre}]" if genre else ""
    if form is PublicationForm.THESIS:
        return _thesis(reference)
    if form in _MEDIA:
        version = _in_brackets(parts.version_of(reference)) if form is not PublicationForm.GRAPHIC else ""
        return f"{version} [{genre or _MEDIA[form][0 if thai else 1]}]"
    return ""


def _thesis(reference: Reference) -> str:
    thai = parts.in_thai(reference)
    genre = reference.genre or ("วิทยานิพนธ์" if thai else "Thesis")
    if parts.link_of(reference):
        return f" [{', '.join(part for part in (genre, reference.publisher) if part)}]"
    return f" [{genre}ที่ไม่ได้ตีพิมพ์]" if thai else f" [Unpublished {genre[:1].lower()}{genre[1:]}]"


def _in_brackets(*words: str) -> str:
    found = ", ".join(word for word in words if word)
    return f" ({found})" if found else ""


def _volume(reference: Reference) -> str:
    if not reference.volume:
        return ""
    return f"เล่ม {reference.volume}" if parts.in_thai(reference) else f"Vol. {reference.volume}"


def _rest(reference: Reference) -> list[Sequence[CitationRun]]:
    form = reference.form
    publisher = roman(parts.publisher_of(reference))
    if form in (PublicationForm.JOURNAL_ARTICLE, PublicationForm.MAGAZINE_ARTICLE, PublicationForm.NEWSPAPER_ARTICLE):
        return [_serial(reference)]
    if form is PublicationForm.CHAPTER or (form is PublicationForm.CONFERENCE_PAPER and reference.container_title):
        return [_within(reference), publisher]
    if form in (PublicationForm.CONFERENCE_PAPER, PublicationForm.PERFORMANCE, PublicationForm.GRAPHIC):
        return [roman(parts.where(reference)), publisher]
    if form is PublicationForm.THESIS:
        return [] if parts.link_of(reference) else [publisher]
    if form is PublicationForm.WEBPAGE:
        site = reference.container_title or reference.publisher
        return [roman("" if site in {author.full for author in reference.authors} else site)]
    if form is PublicationForm.DOCUMENT:
        return [roman(parts.where(reference)), publisher]
    return [publisher]


def _serial(reference: Reference) -> Runs:
    # The volume is set as the journal is: upright behind a Thai name.
    number = roman(reference.volume) if is_thai(reference.container_title) else italic(reference.volume)
    volume = (*number, *roman(f"({reference.issue})" if reference.issue else ""))
    pages = parts.pages_of(reference)
    if pages and parts.is_article_number(reference):
        pages = f"บทความที่ {pages}" if parts.in_thai(reference) else f"Article {pages}"
    return joined([italic(reference.container_title), volume, roman(pages)])


def _within(reference: Reference) -> Runs:
    if not reference.container_title:
        return ()
    thai = parts.in_thai(reference)
    lead = "ใน " if thai else "In "
    if reference.editors:
        names = [_upright(person) for person in reference.editors]
        lead += f"{parts.listed(names, thai=thai, final='&')} {_editor_mark(reference.editors, thai)}, "
    pages = parts.pages_of(reference)
    if pages:
        mark = "น." if thai else ("pp." if parts.is_range(reference) else "p.")
        pages = f"{mark} {pages}"
    behind = _in_brackets(parts.edition_of(reference), _volume(reference), pages)
    return (*roman(lead), *italic(reference.container_title), *roman(behind))
