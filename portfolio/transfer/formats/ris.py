"""RIS. The library's grammar says what a line is; records are told apart here, since it drops unfinished ones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from rispy.parser import RisParser

from portfolio.core.i18n.marking import N_
from portfolio.transfer.formats import names, values
from portfolio.transfer.formats.reading import (
    FileFormat,
    ReadFile,
    Refused,
    Remark,
    Understood,
    excerpt_of,
    named,
    once,
    see_that_they_fit,
)
from portfolio.works.bibliography.reference import (
    EDITOR_OTHERS_KEPT,
    OTHERS_KEPT,
    AuthorName,
    PublicationForm,
    Reference,
)

FORMS = {
    "JOUR": PublicationForm.JOURNAL_ARTICLE,
    "EJOUR": PublicationForm.JOURNAL_ARTICLE,
    "JFULL": PublicationForm.JOURNAL_ARTICLE,
    "INPR": PublicationForm.JOURNAL_ARTICLE,
    "ABST": PublicationForm.JOURNAL_ARTICLE,
    "CPAPER": PublicationForm.CONFERENCE_PAPER,
    "CONF": PublicationForm.CONFERENCE_PAPER,
    "BOOK": PublicationForm.BOOK,
    "EBOOK": PublicationForm.BOOK,
    "EDBOOK": PublicationForm.BOOK,
    "CHAP": PublicationForm.CHAPTER,
    "ECHAP": PublicationForm.CHAPTER,
    "ENCYC": PublicationForm.CHAPTER,
    "DICT": PublicationForm.CHAPTER,
    "RPRT": PublicationForm.REPORT,
    "GOVDOC": PublicationForm.REPORT,
    "THES": PublicationForm.THESIS,
    "PAT": PublicationForm.PATENT,
    "COMP": PublicationForm.SOFTWARE,
    "DATA": PublicationForm.DATASET,
    "MGZN": PublicationForm.MAGAZINE_ARTICLE,
    "NEWS": PublicationForm.NEWSPAPER_ARTICLE,
    "ELEC": PublicationForm.WEBPAGE,
    "BLOG": PublicationForm.WEBPAGE,
    "ICOMM": PublicationForm.WEBPAGE,
    "MPCT": PublicationForm.MOTION_PICTURE,
    "VIDEO": PublicationForm.MOTION_PICTURE,
    "ADVS": PublicationForm.MOTION_PICTURE,
    "ART": PublicationForm.GRAPHIC,
    "FIGURE": PublicationForm.GRAPHIC,
    "MUSIC": PublicationForm.PERFORMANCE,
    "SOUND": PublicationForm.PERFORMANCE,
    "GEN": PublicationForm.DOCUMENT,
}
TYPES = {form: tag for tag, form in reversed(FORMS.items())}
TYPE_KEPT = "TY"
_WITH_ISBN = frozenset({PublicationForm.BOOK, PublicationForm.CHAPTER, PublicationForm.CONFERENCE_PAPER})
_NUMBERED = frozenset({PublicationForm.PATENT, PublicationForm.REPORT})
_OWN_NOTES = frozenset({"event", "event-place", "issue", "number", "isbn", "issn"})
_FURTHER = "extra:"
_NAMED_NOTE = re.compile(r"\[\[([^\[\]]{1,60})\]\] ?(.*)", re.DOTALL)
_TAG = re.compile(r"[A-Z][A-Z0-9]")
_LOOSE = re.compile(r"([A-Z][A-Z0-9]) ?-(?: |$)(.*)")
BEGINNING = re.compile(r"^[ \t]*[Tt][Yy][ \t\u00a0]{0,4}[-–—][ \t\u00a0]{0,4}\w", re.MULTILINE)
"""How the first line of a record begins, also as programs and people write it who do not know RIS."""
_END = re.compile(r"^ER  ?-[ \t]*$", re.MULTILINE)
_SAYING = re.compile(r"^(?:TI|T1|AU|A1)  - \S", re.MULTILINE)
"""What a record without a type is known by, together with its end: some programs write no TY line at all."""
_STRICT = re.compile(r"TY  ?-(?: |$)")
_ODD = re.compile(r"[ \t]*([A-Za-z][A-Za-z0-9])[ \t\u00a0]{0,4}[-–—](?:[ \t\u00a0]*)(.*)")
_MANY_LINES = frozenset({"AB", "N2", "N1"})
_LISTS = frozenset({"AU", "A1", "A2", "A3", "A4", "ED", "KW", "N1", "UR"})

NO_END = N_("The record has no ER line; it was read up to the next one.")
NO_TYPE = N_("The record has no TY line; choose the kind of work yourself.")
NO_TITLE = N_("The entry has no title.")
OUTSIDE = N_("Lines outside of any record were left aside (%(count)s; lines %(lines)s).")
LOOSE_TAG = N_("Tags were written with one blank in place of two (%(count)s; lines %(lines)s).")
ODD_TAGS = N_("Tags were not written as RIS wants them; they were read all the same (%(count)s; lines %(lines)s).")
UNKNOWN_TYPE = N_("The type “%(type)s” is not known; choose the kind of work yourself.")
_grammar = RisParser()


@dataclass
class _Record:
    line: int
    lines: list[str] = field(default_factory=list)
    tags: dict[str, list[str]] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    last: str = ""
    begun: bool = False  # whether the last tag has said something; its value may come on the lines below it
    gap: bool = False
    more: list[str] = field(default_factory=list)  # what goes on with the last value, joined once it ends

    def add(self, tag: str, content: str) -> None:
        self.end_value()
        self.last, self.gap = tag, False
        self.begun = bool(content) or tag == "TY"
        if self.begun:
            self.tags.setdefault(tag, []).append(content)

    def continue_with(self, content: str) -> None:
        """A line without a tag goes on with the value before it; an empty one parts paragraphs."""
        if content and not self.begun:
            self.begun = True
            self.tags.setdefault(self.last, []).append(content)
        elif content:
            self.more.append(("\n\n" if self.gap else "\n") + content if self.last in _MANY_LINES else f" {content}")
        self.gap = not content

    def end_value(self) -> None:
        """Nothing more belongs to the last value."""
        if self.more:
            self.tags[self.last][-1] += "".join(self.more)
            self.more.clear()


def beginning(text: str) -> int | None:
    """Where the first record is, or a part of it; None in a text that is no RIS."""
    found = BEGINNING.search(text) or (_SAYING.search(text) if _END.search(text) else None)
    return found.start() if found else None


def read(text: str) -> ReadFile:
    """Everything that a RIS file says, in its order."""
    untyped = BEGINNING.search(text) is None
    entries: list[Understood | Refused] = []
    outside: list[int] = []
    loose: list[int] = []
    record: _Record | None = None
    lines, odd = _straightened(text)
    for number, line in enumerate(lines, start=1):
        tag, content = _grammar.parse_line(line)
        if tag is None:
            match = _LOOSE.match(line)
            if match and (record is not None or match[1] == "TY") and match[1] in _grammar.mapping:
                loose.append(number)
                tag, content = match[1], match[2].strip()
        if tag == "TY":
            if record is not None:
                record.remarks.append(Remark(NO_END))
                entries.append(_understood(record))
                see_that_they_fit(len(entries))
            record = _Record(number)
        elif untyped and record is None and tag in _grammar.mapping and tag != "ER":
            record = _Record(number, remarks=[Remark(NO_TYPE)])
            record.add("TY", "GEN")
        if record is None:
            if line.strip():
                outside.append(number)
            continue
        if len(record.lines) < 20:
            record.lines.append(line)
        if tag == "ER":
            entries.append(_understood(record))
            see_that_they_fit(len(entries))
            record = None
        elif tag is None:
            record.continue_with(content)
        else:
            record.add(tag, content)
    if record is not None:
        record.remarks.append(Remark(NO_END))
        entries.append(_understood(record))
    found = [
        named(sentence, where) for sentence, where in ((OUTSIDE, outside), (LOOSE_TAG, loose), (ODD_TAGS, odd)) if where
    ]
    return ReadFile(FileFormat.RIS, entries, found)


def _straightened(text: str) -> tuple[list[str], list[int]]:
    """The lines, and which of them were put right: only in a file whose records begin in another way than they should.

    In a file that begins as it should, a line such as "AB-initio methods" goes on with an abstract.
    """
    lines = text.split("\n")
    first = BEGINNING.search(text)
    if first is None or _STRICT.match(first[0].lstrip("\n")):
        return lines, []
    odd = []
    for place, line in enumerate(lines):
        match = _ODD.fullmatch(line)
        if match and match[1].upper() in _grammar.mapping:
            lines[place] = f"{match[1].upper()}  - {match[2]}"
            odd.append(place + 1)
    return lines, odd


class _Taker:
    """Hands out the values of a record tag by tag; what nobody asked for is `extra`."""

    def __init__(self, record: _Record) -> None:
        record.end_value()
        self.tags = {tag: list(held) for tag, held in record.tags.items()}
        self.named: dict[str, str] = {}
        self.others: list[str] = []  # which lists of people say that they are not whole
        notes = []
        for note in self.tags.pop("N1", []):
            match = _NAMED_NOTE.fullmatch(note)
            if match and match[1] not in self.named:
                self.named[match[1]] = match[2]
            else:
                notes.append(note)
        self.note = "\n".join(notes)

    def first(self, *wanted: str) -> str:
        """The first value under the first of these tags that has one; further values stay."""
        for tag in wanted:
            if self.tags.get(tag):
                value = self.tags[tag].pop(0)
                if not self.tags[tag]:
                    del self.tags[tag]
                return value
        return ""

    def every(self, *wanted: str) -> list[str]:
        """All values under these tags."""
        return [value for tag in wanted for value in self.tags.pop(tag, [])]

    def people(self, kept: str, *wanted: str) -> tuple[AuthorName, ...]:
        """The names under these tags; under `kept` it is noted that there were more."""
        told = [names.without_others(held) for held in self.every(*wanted)]
        self.others += [kept] if any(others for _, others in told) else []
        return names.without_empty([name for held, _ in told for name in names.parse_list(held)])

    def called(self, name: str) -> str:
        """A value that RIS has no tag for."""
        return self.named.pop(name, "")


def _understood(record: _Record) -> Understood | Refused:
    taker = _Taker(record)
    word = taker.first("TY").upper()
    form = FORMS.get(word, PublicationForm.DOCUMENT)
    if word not in FORMS:
        record.remarks.append(Remark(UNKNOWN_TYPE, {"type": word[:30]}))
    title = taker.first("TI", "T1", "CT")
    if not title and form is not PublicationForm.CHAPTER:
        title = taker.first("BT", "T2")
    if not title:
        return Refused(record.line, Remark(NO_TITLE), excerpt_of(" ".join(record.lines)))
    dated = _dated(taker)
    record.remarks += dated.remarks
    doi_text = taker.first("DO")
    doi = values.read_doi(doi_text)
    numbers = taker.first("SN")
    isbn, issn = _numbers(numbers, form)
    start, end = taker.first("SP"), taker.first("EP")
    pages = f"{start}-{end}" if start and end and end != start and "-" not in start else start
    if end and not start:
        pages = end
    elif end and end not in pages:
        taker.tags["EP"] = [end, *taker.tags.get("EP", [])]
    languages = taker.first("LA")
    reference = Reference(
        form=form,
        title=title,
        title_other=taker.first("TT"),
        authors=taker.people(OTHERS_KEPT, "AU", "A1"),
        editors=taker.people(EDITOR_OTHERS_KEPT, "ED", "A2"),
        year=dated.year,
        month=dated.month,
        day=dated.day,
        container_title=taker.first("T2", "JO", "JF", "BT", "JA", "J2"),
        volume=taker.first("VL"),
        issue=taker.called("issue") if form in _NUMBERED else taker.first("IS"),
        pages=values.read_pages(pages or taker.first("C7")),
        edition=taker.first("ET"),
        publisher=taker.first("PB"),
        publisher_place=taker.first("CY", "PP"),
        event=taker.called("event"),
        event_place=taker.called("event-place"),
        number=(taker.first("IS") if form in _NUMBERED else "") or taker.called("number"),
        genre=taker.first("M3"),
        doi=doi,
        isbn=isbn or taker.called("isbn"),
        issn=issn or taker.called("issn"),
        url=taker.first("UR"),
        language=values.read_language(languages),
        abstract=taker.first("AB", "N2"),
        keywords=tuple(
            dict.fromkeys(each.strip() for held in taker.every("KW") for each in held.split(";") if each.strip())
        ),
        note=taker.note,
        key=taker.first("ID"),
    )
    extra = {name.removeprefix(_FURTHER): value for name, value in taker.named.items()}
    for tag, held in taker.tags.items():
        for place, value in enumerate(held, start=1):
            extra[tag if place == 1 else f"{tag}-{place}"] = value
    for name, text, used in (
        ("DO", doi_text, doi),
        ("SN", numbers, isbn or issn),
        ("LA", languages, reference.language),
    ):
        if text and not used:
            extra[name] = text
    if taker.others:
        record.remarks.append(Remark(names.AND_OTHERS))
        extra |= dict.fromkeys(taker.others, "yes")
    values.keep_whole(extra, "doi", doi_text, doi)
    values.keep_whole(extra, "isbn" if isbn else "issn", numbers, isbn or issn)
    if dated.left:
        extra["PY"] = dated.left
    if dated.kept:
        extra.setdefault(values.DATE_KEPT, dated.kept)
    if TYPES.get(form) != word and word:
        extra[TYPE_KEPT] = word
    return Understood(record.line, Reference(**{**vars(reference), "extra": extra}), once(record.remarks))


def _dated(taker: _Taker) -> values.Dated:
    """The date out of the year and the date, which may disagree: then the year stands, and the date is kept."""
    year, date = taker.first("PY", "Y1"), taker.first("DA")
    from_year = values.read_date(year)
    if not date:
        return from_year
    from_date = values.read_date(date)
    if "/" in year or from_date.left or (year and from_date.year != from_year.year):
        taker.tags.setdefault("DA", []).append(date)
        return from_year
    return replace(from_date, kept=from_date.kept or from_year.kept, remarks=(*from_year.remarks, *from_date.remarks))


def _numbers(text: str, form: PublicationForm) -> tuple[str, str]:
    """ISBN and ISSN out of the one tag that RIS has for both."""
    isbn, issn = values.read_isbn(text), values.read_issn(text)
    if isbn and issn and issn.replace("-", "") in re.sub(r"\D", "", isbn):
        issn = ""
    return (isbn, issn) if form in _WITH_ISBN or not issn else ("", issn)


def write(references: Iterable[Reference]) -> str:
    """A RIS file; what RIS has no tag for stands in notes that begin with its name in double brackets."""
    return "\n".join("\n".join(_lines(reference)) + "\n" for reference in references)


def _lines(reference: Reference) -> Iterable[str]:
    extra = dict(reference.extra)
    kept = extra.get(TYPE_KEPT, "")
    word = TYPES[reference.form]
    if _TAG.match(kept) and kept.isalnum() and FORMS.get(kept, PublicationForm.DOCUMENT) is reference.form:
        word = extra.pop(TYPE_KEPT)
    form = reference.form
    start, hyphen, end = reference.pages.partition("-")
    numbered = form in _NUMBERED
    both = bool(reference.isbn and reference.issn)
    yield f"TY  - {word}"
    yield from _tagged("TI", reference.title)
    yield from _tagged("TT", reference.title_other)
    for tag, people in (("AU", reference.authors), ("ED", reference.editors)):
        for person in people:
            yield from _tagged(tag, "{" + person.literal + "}" if person.literal else names.write_name(person))
    if reference.year:
        date = [f"{reference.year:04}", *(f"{part:02}" for part in (reference.month, reference.day) if part)]
        yield from _tagged("PY", date[0])
        yield from _tagged("DA", "/".join(date) if len(date) > 1 else "")
    yield from _tagged("T2", reference.container_title)
    yield from _tagged("VL", reference.volume)
    yield from _tagged("IS", reference.number if numbered else reference.issue)
    yield from _tagged("SP", start if hyphen and end and "-" not in end else reference.pages)
    yield from _tagged("EP", end if hyphen and "-" not in end else "")
    yield from _tagged("ET", reference.edition)
    yield from _tagged("PB", reference.publisher)
    yield from _tagged("CY", reference.publisher_place)
    yield from _tagged("M3", reference.genre)
    yield from _tagged("DO", reference.doi)
    first, second = (reference.isbn, reference.issn) if form in _WITH_ISBN else (reference.issn, reference.isbn)
    yield from _tagged("SN", first or second)
    yield from _tagged("UR", reference.url)
    yield from _tagged("LA", reference.language)
    yield from _tagged("AB", reference.abstract)
    for keyword in reference.keywords:
        yield from _tagged("KW", keyword)
    yield from _tagged("N1", reference.note)
    yield from _tagged("ID", reference.key)
    untold = {
        "event": reference.event,
        "event-place": reference.event_place,
        "issue" if numbered else "number": reference.issue if numbered else reference.number,
        "issn" if form in _WITH_ISBN else "isbn": second if both else "",
    }
    for name, value in untold.items():
        yield from _tagged("N1", f"[[{name}]] {value}" if value else "")
    for name, value in extra.items():
        tag = re.sub(r"-\d+$", "", name)
        if _TAG.fullmatch(tag) and tag not in ("TY", "ER", "N1"):
            yield from _tagged(tag, value)
        else:
            label = re.sub(r"[\[\]\n]", "_", _FURTHER + name if name in _OWN_NOTES else name)[:60]
            yield from _tagged("N1", f"[[{label}]] {value}")
    yield "ER  - "


def _tagged(tag: str, value: str) -> Iterable[str]:
    """The lines of a value; a further line that looks like a tag is set off by a blank."""
    if not value:
        return
    first, *more = value.split("\n")
    yield f"{tag}  - {first}"
    for line in more:
        yield f" {line}" if _grammar.parse_line(line)[0] or _LOOSE.match(line) else line.strip() and line
