"""Works in a table (CSV): one row each, columns by their Thai or English headings, as docs/imports.md lists them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from portfolio.core.i18n.marking import N_
from portfolio.core.tables import FIRST_LINES, BrokenTable, Row, read_rows
from portfolio.transfer.formats import csljson, names, values
from portfolio.transfer.formats.reading import (
    FileFormat,
    ReadFile,
    Refused,
    Remark,
    Understood,
    Unreadable,
    excerpt_of,
    named,
    once,
    see_that_they_fit,
)
from portfolio.works.bibliography.reference import EDITOR_OTHERS_KEPT, OTHERS_KEPT, PublicationForm, Reference

# The first word of each list is what an export writes.
HEADINGS: dict[str, tuple[str, ...]] = {
    "key": ("key", "id", "รหัส"),
    "form": ("type", "form", "document type", "item type", "ประเภท", "ประเภทผลงาน", "รูปแบบ"),
    "title": ("title", "article title", "ชื่อเรื่อง", "ชื่อผลงาน", "ชื่อบทความ"),
    "title_th": ("title_th", "thai title", "title (thai)", "ชื่อเรื่องภาษาไทย", "ชื่อผลงานภาษาไทย", "ชื่อภาษาไทย"),
    "title_en": ("title_en", "english title", "title (english)", "ชื่อเรื่องภาษาอังกฤษ", "ชื่อผลงานภาษาอังกฤษ", "ชื่อภาษาอังกฤษ"),
    "title_other": ("title_other", "translated title", "ชื่อเรื่องอีกภาษา"),
    "authors": ("authors", "author", "author full names", "ผู้แต่ง", "ผู้เขียน", "ผู้นิพนธ์", "ชื่อผู้แต่ง"),
    "editors": ("editors", "editor", "บรรณาธิการ"),
    "year": ("year", "publication year", "ปี", "ปีที่พิมพ์", "ปีที่เผยแพร่", "พ.ศ.", "ปี พ.ศ."),
    "month": ("month", "เดือน"),
    "day": ("day", "วันที่"),
    "container_title": ("container", "journal", "source title", "publication title", "วารสาร", "ชื่อวารสาร", "แหล่งพิมพ์"),
    "volume": ("volume", "ปีที่", "เล่มที่", "เล่ม"),
    "issue": ("issue", "ฉบับที่", "ฉบับ"),
    "pages": ("pages", "art. no.", "หน้า", "เลขหน้า"),
    "page_start": ("page start", "start page"),
    "page_end": ("page end", "end page"),
    "edition": ("edition", "พิมพ์ครั้งที่", "ครั้งที่พิมพ์"),
    "publisher": ("publisher", "สำนักพิมพ์", "ผู้จัดพิมพ์"),
    "publisher_place": ("place", "publisher place", "สถานที่พิมพ์", "เมืองที่พิมพ์"),
    "event": ("event", "conference", "conference name", "การประชุม", "ชื่อการประชุม", "ชื่องาน"),
    "event_place": ("event_place", "conference location", "สถานที่จัดงาน", "สถานที่ประชุม"),
    "number": ("number", "เลขที่", "เลขที่สิทธิบัตร"),
    "genre": ("genre", "ชนิด"),
    "doi": ("doi",),
    "isbn": ("isbn",),
    "issn": ("issn",),
    "url": ("url", "link", "ลิงก์", "ที่อยู่เว็บ"),
    "language": ("language", "language of original document", "ภาษา"),
    "abstract": ("abstract", "บทคัดย่อ"),
    "keywords": ("keywords", "author keywords", "คำสำคัญ"),
    "note": ("note", "notes", "หมายเหตุ"),
}  # fmt: skip
_BY_HEADING = {heading: field for field, headings in HEADINGS.items() for heading in headings}
_TITLES = frozenset({"title", "title_th", "title_en"})
EXTRA = "extra:"
FORMS = csljson.FORMS | {
    "บทความ": PublicationForm.JOURNAL_ARTICLE,
    "บทความวิจัย": PublicationForm.JOURNAL_ARTICLE,
    "บทความวารสาร": PublicationForm.JOURNAL_ARTICLE,
    "วารสาร": PublicationForm.JOURNAL_ARTICLE,
    "journal article": PublicationForm.JOURNAL_ARTICLE,
    "journalarticle": PublicationForm.JOURNAL_ARTICLE,
    "conference paper": PublicationForm.CONFERENCE_PAPER,
    "conferencepaper": PublicationForm.CONFERENCE_PAPER,
    "บทความประชุมวิชาการ": PublicationForm.CONFERENCE_PAPER,
    "หนังสือ": PublicationForm.BOOK,
    "ตำรา": PublicationForm.BOOK,
    "book chapter": PublicationForm.CHAPTER,
    "บทในหนังสือ": PublicationForm.CHAPTER,
    "รายงาน": PublicationForm.REPORT,
    "รายงานวิจัย": PublicationForm.REPORT,
    "วิทยานิพนธ์": PublicationForm.THESIS,
    "สิทธิบัตร": PublicationForm.PATENT,
    "ซอฟต์แวร์": PublicationForm.SOFTWARE,
}
_THAI = re.compile("[\u0e00-\u0e7f]")
_FORMULA = "=+-@\t\r'"

MOST_COLUMNS = 300
TOO_MANY_COLUMNS = N_("The first line of the table names more than %(limit)s columns.")
NO_HEADINGS = N_("A line at the top of the table must name its columns; a column “title” (ชื่อเรื่อง) is needed.")
BEFORE_HEADINGS = N_("What stands before the headings was left aside (%(count)s; lines %(lines)s).")
NOT_CLOSED = N_("A quotation mark is opened here and never closed; the rest of the table could not be read.")
NO_TITLE = N_("The row has no title.")
TOO_MANY_CELLS = N_("The row has %(count)s cells more than the table has columns; they are kept under “%(name)s”.")
UNKNOWN_TYPE = N_("The type “%(type)s” is not known; choose the kind of work yourself.")
OTHER_COLUMNS = N_("Columns that are not known are kept as they are: %(names)s")
SPARE = "cells"


def headings_line(text: str) -> int | None:
    """The line that names columns known here, a title among them; None in a text that is no table."""
    try:
        head, _before = _headings(read_rows(text[:100_000]))
    except BrokenTable:
        return None
    return head.line if head else None


def _headings(rows: Iterator[Row]) -> tuple[Row | None, list[int]]:
    """The row that names the columns, and the lines before it. Below the first row, a title alone is no heading."""
    before: list[int] = []
    for row in rows:
        known = {_field_of(cell) for cell in row.cells} - {""}
        if known & _TITLES and (not before or len(known) > 1):
            return row, before
        before.append(row.line)
        if row.line >= FIRST_LINES:
            break
    return None, before


def read(text: str) -> ReadFile:
    """Everything that a table says. Raises Unreadable where its columns have no names."""
    rows = read_rows(text)
    entries: list[Understood | Refused] = []
    try:
        head, before = _headings(rows)
        if head is None:
            raise Unreadable(Remark(NO_HEADINGS))
        if len(head.cells) > MOST_COLUMNS:
            raise Unreadable(Remark(TOO_MANY_COLUMNS, {"limit": str(MOST_COLUMNS)}))
        fields = _fields(head.cells)
        for row in rows:
            entries.append(_understood(row, fields))
            see_that_they_fit(len(entries))
    except BrokenTable as error:
        start = text.split("\n", error.line)[error.line - 1 : error.line]
        entries.append(Refused(error.line, Remark(NOT_CLOSED), excerpt_of("".join(start))))
    unknown = [field.removeprefix(EXTRA) for field in fields if field.startswith(EXTRA)]
    remarks = [named(BEFORE_HEADINGS, before)] if before else []
    remarks += [Remark(OTHER_COLUMNS, {"names": ", ".join(unknown)[:300]})] if unknown else []
    return ReadFile(FileFormat.CSV, entries, remarks)


def _field_of(cell: str) -> str:
    return _BY_HEADING.get(" ".join(_bare(cell).split()).lower(), "")


def _fields(cells: Sequence[str]) -> list[str]:
    fields: dict[str, int] = {}  # how often each name was used
    for number, cell in enumerate(cells, start=1):
        heading, field = " ".join(_bare(cell).split()), _field_of(cell)
        if not field or field in fields:
            field = EXTRA + (heading.removeprefix(EXTRA) or f"column {number}")
        free = field
        while free in fields:
            fields[field] += 1
            free = f"{field}-{fields[field]}"
        fields[free] = 1
    return list(fields)


def _understood(row: Row, fields: Sequence[str]) -> Understood | Refused:
    cells = [_bare(cell).strip() for cell in row.cells]
    said = dict(zip(fields, cells, strict=False))
    remarks: list[Remark] = []
    extra = {name.removeprefix(EXTRA): value for name, value in said.items() if name.startswith(EXTRA) and value}
    spare = [cell for cell in cells[len(fields) :] if cell]
    if spare:
        remarks.append(Remark(TOO_MANY_CELLS, {"count": str(len(spare)), "name": SPARE}))
        extra[SPARE] = "; ".join(spare)

    def cell(name: str) -> str:
        return said.get(name, "")

    title, other = _titles(cell("title"), cell("title_th"), cell("title_en"), cell("language"))
    if not title:
        return Refused(row.line, Remark(NO_TITLE), excerpt_of("; ".join(cells)))
    word = cell("form")
    form = FORMS.get(word.lower(), PublicationForm.DOCUMENT)
    if word and word.lower() not in FORMS:
        remarks.append(Remark(UNKNOWN_TYPE, {"type": word[:40]}))
    if word and word != form.value:
        extra["type"] = word
    dated = values.read_date(cell("year"), cell("month"), cell("day"))
    remarks += dated.remarks
    start, end = cell("page_start"), cell("page_end")
    pages = f"{start}-{end}" if start and end and start != end else start or end
    if pages and cell("pages") and values.read_pages(cell("pages")) != pages:
        extra["article-number"] = cell("pages")  # an index such as Scopus gives both
    (authors, more_authors), (editors, more_editors) = map(names.without_others, (cell("authors"), cell("editors")))
    if more_authors or more_editors:
        remarks.append(Remark(names.AND_OTHERS))
        extra |= {OTHERS_KEPT: "yes"} if more_authors else {}
        extra |= {EDITOR_OTHERS_KEPT: "yes"} if more_editors else {}
    texts: dict[str, Any] = {name: cell(name) for name in _PLAIN}
    texts |= {name: values.first_number(name, cell(name)) for name in ("isbn", "issn")}
    reference = Reference(
        form=form,
        title=title,
        title_other=cell("title_other") or other,
        authors=names.parse_list(authors),
        editors=names.parse_list(editors),
        year=dated.year,
        month=dated.month,
        day=dated.day,
        pages=values.read_pages(pages or cell("pages")),
        doi=values.read_doi(cell("doi")),
        language=values.read_language(cell("language")),
        keywords=values.split_keywords(cell("keywords")),
        **texts,
    )
    if dated.left:
        extra["year"] = dated.left
    if dated.kept:
        extra.setdefault(values.DATE_KEPT, dated.kept)
    for name in ("title_th", "title_en", "title_other"):
        if cell(name) and cell(name) not in (reference.title, reference.title_other):
            extra[name] = cell(name)
    for name in ("doi", "isbn", "issn"):
        values.keep_whole(extra, name, cell(name), getattr(reference, name))
    for name, used in (("doi", reference.doi), ("language", reference.language)):
        if cell(name) and not used:
            extra[name] = cell(name)
    return Understood(row.line, Reference(**{**vars(reference), "extra": extra}), once(remarks))


_PLAIN = (
    "container_title", "volume", "issue", "edition", "publisher", "publisher_place", "event", "event_place", "number",
    "genre", "isbn", "issn", "url", "abstract", "note", "key",
)  # fmt: skip


def _titles(plain: str, thai: str, english: str, language: str) -> tuple[str, str]:
    """The title in the work's language and in the other one."""
    if plain:
        return plain, thai if thai and not _THAI.search(plain) else english or thai
    first, second = (english, thai) if values.read_language(language).startswith("en") else (thai, english)
    return (first, second) if first else (second, "")


def write(references: Iterable[Reference]) -> str:
    """A table for a spreadsheet, with a column for every extra; no cell begins like a formula."""
    listed = list(references)
    others = sorted({name for reference in listed for name in reference.extra})
    columns = [name for name in HEADINGS if name not in ("title_th", "title_en", "page_start", "page_end")]
    target = io.StringIO()
    table = csv.writer(target, lineterminator="\r\n")
    table.writerow([HEADINGS[name][0] for name in columns] + [_safe(EXTRA + name) for name in others])
    for reference in listed:
        extra = dict(reference.extra)
        cells = [_cell(reference, name) for name in columns]
        table.writerow([_safe(cell) for cell in cells] + [_safe(extra.get(name, "")) for name in others])
    return target.getvalue()


def _cell(reference: Reference, name: str) -> str:
    if name in ("authors", "editors"):
        return names.write_list(getattr(reference, name))
    if name == "keywords":
        return "; ".join(reference.keywords)
    value = getattr(reference, name)
    return "" if value is None else str(value.value if isinstance(value, PublicationForm) else value)


def _safe(text: str) -> str:
    """Spreadsheets would run a cell that begins with one of these signs."""
    return "'" + text if text[:1] in _FORMULA and text else text


def _bare(text: str) -> str:
    return text[1:] if text[:1] == "'" and text[1:2] and text[1:2] in _FORMULA else text
