"""The document tree that every writer renders: typed, frozen, and the same bytes for the same content."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeVar

from portfolio.dossier.plain import DocumentError as DocumentError  # part of this interface
from portfolio.dossier.plain import clean, node_from_plain, to_plain
from portfolio.dossier.vector import check_svg
from portfolio.works import prose
from portfolio.works.bibliography.citations.runs import is_thai

Language = Literal["th", "en"]
Align = Literal["left", "center", "right"]

_NODES: dict[str, type] = {}
_T = TypeVar("_T")


def _node(cls: type[_T]) -> type[_T]:
    """Register a class under its snake-case name, which is its "kind" in the plain form."""
    _NODES[re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()] = cls
    return cls


# Inline parts ----------------------------------------------------------------------------------


@_node
@dataclass(frozen=True, slots=True)
class Run:
    """Literal text; a line feed is a line break. `url` (http, https, mailto) makes it a link.

    Italic is for the Latin letters of a citation: Thai letters stay upright, and there is no bold italic.
    """

    text: str
    bold: bool = False
    url: str = ""
    italic: bool = False

    def __post_init__(self) -> None:
        if self.italic and (self.bold or is_thai(self.text)):
            raise DocumentError(f"neither Thai nor bold words are set in italics: {self.text[:60]!r}")
        if self.url and not re.match(r"(https?://|mailto:)[^\s]+\Z", self.url):
            raise DocumentError(f"not a link that may be printed: {self.url!r}")


@_node
@dataclass(frozen=True, slots=True)
class EvidenceRef:
    """A reference to an exhibit, and to one of its pages; binding turns it into a link."""

    exhibit: int
    page: int | None = None
    label: str = ""

    def __post_init__(self) -> None:
        if self.exhibit < 1 or (self.page is not None and self.page < 1):
            raise DocumentError("exhibits and their pages are counted from 1")


Inline = Run | EvidenceRef
Inlines = tuple[Inline, ...]


# Blocks ----------------------------------------------------------------------------------------


@_node
@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    runs: Inlines
    align: Align = "left"
    indent: bool = False


@_node
@dataclass(frozen=True, slots=True)
class BulletList:
    """Entries without an order."""

    entries: tuple[Inlines, ...]


@_node
@dataclass(frozen=True, slots=True)
class NumberedList:
    """Entries in order."""

    entries: tuple[Inlines, ...]
    start: int = 1


@_node
@dataclass(frozen=True, slots=True)
class Column:
    """One column: its share of the width, and how its cells are set."""

    width: float = 1.0
    align: Align = "left"

    def __post_init__(self) -> None:
        if not 0 < self.width <= 1000:
            raise DocumentError("a column's share of the width must be above 0")


LINE_LETTERS = 75
"""Letters of Thai, with vowels and tone marks, on a line as wide as the page in the largest letters of a table."""

LONG_NOTE = 1500
"""Letters of a note that fill about half a page."""

TALL_LINES = 12
"""A row of more lines than this may go on overleaf; no page holds fewer under the head of a table."""

PAGE_LINES = 30
"""Rows of so many lines together fit on a page, with their edges and the head of their table."""


@_node
@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header that repeats on every page. Build it with `table()`."""

    columns: tuple[Column, ...]
    header: tuple[Inlines, ...]
    rows: tuple[tuple[Inlines, ...], ...]
    caption: str = ""

    def __post_init__(self) -> None:
        if not self.columns:
            raise DocumentError("a table needs a column")
        for cells in (*((self.header,) if self.header else ()), *self.rows):
            if len(cells) != len(self.columns):
                raise DocumentError(f"a row of {len(cells)} cells in a table of {len(self.columns)} columns")

    def lines_of(self, row: Sequence[Inlines]) -> int:
        """How many lines a row takes at most."""
        total = sum(column.width for column in self.columns)
        return max(
            sum(
                1 + int(len(line) * total / (LINE_LETTERS * column.width))
                for line in plain_text(cell, "th").split("\n")
            )
            for cell, column in zip(row, self.columns, strict=True)
        )

    def is_tall(self, row: Sequence[Inlines]) -> bool:
        """Whether a row may be too high to be held together: what does not fit on a page would be cut off there."""
        return self.lines_of(row) > TALL_LINES

    @property
    def fits_a_page(self) -> bool:
        """Whether the whole table surely does, so that it may be held together."""
        return sum(map(self.lines_of, self.rows)) <= PAGE_LINES


@_node
@dataclass(frozen=True, slots=True)
class FormRow:
    """A label and its value; an empty value leaves a dotted line to write on."""

    label: str
    value: str = ""


@_node
@dataclass(frozen=True, slots=True)
class FormGrid:
    """Labels and values as in an official form."""

    rows: tuple[FormRow, ...]


@_node
@dataclass(frozen=True, slots=True)
class TickBox:
    """One box: ☑ or ☐ and its words."""

    label: str
    ticked: bool = False


@_node
@dataclass(frozen=True, slots=True)
class TickBoxes:
    """Boxes under a question; side by side when `inline`."""

    boxes: tuple[TickBox, ...]
    label: str = ""
    inline: bool = False


@_node
@dataclass(frozen=True, slots=True)
class SignatureLine:
    """A line to sign on, the printed name under it, role, and the date (empty: to be written)."""

    name: str = ""
    role: str = ""
    date: str = ""


@_node
@dataclass(frozen=True, slots=True)
class Figure:
    """A raster picture with caption and alternative text; `width` is a share of the measure."""

    image: bytes
    media_type: Literal["image/png", "image/jpeg"]
    caption: str
    alt: str
    width: float = 0.8


@_node
@dataclass(frozen=True, slots=True)
class DrawnFigure:
    """A drawing of lines, shapes and words as plain SVG (see vector.check_svg); `width` is a share of the measure."""

    svg: str
    caption: str
    alt: str
    width: float = 1.0

    def __post_init__(self) -> None:
        check_svg(self.svg)


@_node
@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart; `text` is what is printed at its end."""

    label: str
    value: float
    text: str = ""


@_node
@dataclass(frozen=True, slots=True)
class ChartFigure:
    """Horizontal bars on one scale from 0 to `maximum`, drawn by each writer in its own means."""

    bars: tuple[Bar, ...]
    maximum: float
    caption: str
    alt: str

    def __post_init__(self) -> None:
        if self.maximum <= 0:
            raise DocumentError("a chart needs a scale above 0")


@_node
@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's words, and whose."""

    runs: Inlines
    source: str = ""


@_node
@dataclass(frozen=True, slots=True)
class Note:
    """A remark of the service's own, set apart from the text, and held on one page unless it is a page by itself."""

    runs: Inlines

    @property
    def is_long(self) -> bool:
        """Whether it may go on overleaf."""
        return sum(len(run.text) for run in self.runs if isinstance(run, Run)) > LONG_NOTE


@_node
@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a page."""


@_node
@dataclass(frozen=True, slots=True)
class QR:
    """A code to scan, with its address printed beside it."""

    data: str
    caption: str = ""


@_node
@dataclass(frozen=True, slots=True)
class CertificatePage:
    """A page of its own: who is certified, for what, at which level, by whom."""

    heading: str
    number: str
    recipient: str
    statement: str
    subject: str
    level: str
    date: str
    signatures: tuple[SignatureLine, ...] = ()
    verify_url: str = ""


Block = (
    Paragraph
    | BulletList
    | NumberedList
    | Table
    | FormGrid
    | TickBoxes
    | SignatureLine
    | Figure
    | DrawnFigure
    | ChartFigure
    | Quote
    | Note
    | PageBreak
    | QR
    | CertificatePage
)


# The document ----------------------------------------------------------------------------------


@_node
@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, up to the next heading. Sections lie flat; `level` is 1 to 3."""

    level: int
    number: str
    title: str
    blocks: tuple[Block, ...] = ()
    new_page: bool = False

    def __post_init__(self) -> None:
        if self.level not in (1, 2, 3):
            raise DocumentError("a section's level is 1, 2 or 3")
        if not self.title.strip():
            raise DocumentError("a section needs a title")


@_node
@dataclass(frozen=True, slots=True)
class Cover:
    """The first page: organisation, what the document is (`label`), title, and a few labelled lines."""

    organization: str
    label: str
    title: str
    subtitle: str = ""
    lines: tuple[FormRow, ...] = ()


@_node
@dataclass(frozen=True, slots=True)
class Meta:
    """What holds for the whole document. `date` is the edition's; nothing reads the clock."""

    title: str
    number: str
    language: Language
    date: date
    thai_digits: bool = False
    running_head: str = ""
    input_digest: str = ""
    verify_url: str = ""
    author: str = ""
    fictional: bool = False
    confidential: bool = False


@_node
@dataclass(frozen=True, slots=True)
class Document:
    """One edition as a tree."""

    meta: Meta
    cover: Cover | None
    sections: tuple[Section, ...]
    contents: bool = True

    def to_plain(self) -> dict[str, Any]:
        """Plain lists, dicts and scalars; text cleaned and in NFC, bytes as base64."""
        plain: dict[str, Any] = to_plain(self, _NODES)
        return plain

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, no spaces, NFC."""
        return json.dumps(self.to_plain(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_plain(plain: object) -> Document:
    """Read a document back; whatever does not fit raises DocumentError with its path."""
    document = node_from_plain(plain, Document, "document", _NODES)
    if not isinstance(document, Document):
        raise DocumentError("document: not a document")
    return document


def from_json(text: str | bytes) -> Document:
    """Read canonical (or any) JSON back."""
    try:
        return from_plain(json.loads(text))
    except json.JSONDecodeError as error:
        raise DocumentError(f"document: not JSON: {error}") from None


def tidy(document: Document) -> Document:
    """The same tree with every text cleaned, as all writers see it."""
    return from_plain(document.to_plain())


# Building --------------------------------------------------------------------------------------


def inlines(content: str | Inline | Iterable[Inline]) -> Inlines:
    """Text, one part or several, as a tuple of parts."""
    if isinstance(content, str):
        return (Run(content),) if content else ()
    if isinstance(content, Run | EvidenceRef):
        return (content,)
    return tuple(content)


def paragraph(*parts: str | Inline, align: Align = "left", indent: bool = False) -> Paragraph:
    """A paragraph from texts and parts in a row."""
    return Paragraph(tuple(one for part in parts for one in inlines(part)), align=align, indent=indent)


def table(
    columns: Sequence[Column | float],
    header: Sequence[str],
    rows: Iterable[Sequence[str | Inline | Iterable[Inline]]],
    caption: str = "",
) -> Table:
    """A table from plain texts (or parts); a bare number is a left-set column of that share."""
    return Table(
        columns=tuple(one if isinstance(one, Column) else Column(float(one)) for one in columns),
        header=tuple(inlines(Run(cell, bold=True)) if cell else () for cell in header),
        rows=tuple(tuple(inlines(cell) for cell in row) for row in rows),
        caption=caption,
    )


def form(rows: Mapping[str, str] | Iterable[tuple[str, str]]) -> FormGrid:
    """A form grid from pairs."""
    pairs = rows.items() if isinstance(rows, Mapping) else rows
    return FormGrid(tuple(FormRow(label, value) for label, value in pairs))


def parse_prose(text: str) -> list[Block]:
    """The service's light prose (portfolio/works/prose.py) as blocks: what is bold or a link there is so in print."""
    found: list[Block] = []
    for block in prose.blocks(clean(text)):
        lines = [tuple(Run(one.text, bold=one.bold, url=one.url) for one in line) for line in block.pieces()]
        if block.kind == "p":
            found.append(Paragraph(_under_each_other(lines)))
        elif block.kind == "ul":
            found.append(BulletList(tuple(lines)))
        else:
            found.append(NumberedList(tuple(lines), start=block.start))
    return found


def _under_each_other(lines: list[tuple[Run, ...]]) -> Inlines:
    """The lines of a paragraph as one row of runs, those that look alike joined: a break is a line feed."""
    runs: list[Run] = []
    for run in (part for place, line in enumerate(lines) for part in ((Run("\n"), *line) if place else line)):
        if runs and not (run.bold or run.url or runs[-1].bold or runs[-1].url):
            runs[-1] = Run(runs[-1].text + run.text)
        else:
            runs.append(run)
    return tuple(runs)


# Reading the tree ------------------------------------------------------------------------------


def plain_text(parts: Inlines, language: Language, thai: bool = False) -> str:
    """The words of inline parts, references spelled out."""
    return "".join(part.text if isinstance(part, Run) else evidence_label(part, language, thai) for part in parts)


def evidence_label(ref: EvidenceRef, language: Language, thai: bool = False) -> str:
    """What a reference is printed as."""
    if ref.label:
        return ref.label
    if language == "th":
        text = f"หลักฐานลำดับที่ {ref.exhibit}" + (f" หน้า {ref.page}" if ref.page else "")
    else:
        text = f"Exhibit {ref.exhibit}" + (f", page {ref.page}" if ref.page else "")
    return digits(text, thai)


def blocks_of(document: Document) -> Iterator[Block]:
    """Every block in reading order."""
    for section in document.sections:
        yield from section.blocks


def grouped(blocks: Iterable[Block]) -> Iterator[tuple[Block, ...]]:
    """Blocks one by one, except that signature lines in a row come together, to be set side by side."""
    run: list[Block] = []
    for block in blocks:
        if isinstance(block, SignatureLine):
            run.append(block)
            continue
        if run:
            yield tuple(run)
            run = []
        yield (block,)
    if run:
        yield tuple(run)


_TO_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_MONTHS_TH = (
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
)
_MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def digits(text: str, thai: bool) -> str:
    """The text with Thai digits if asked for."""
    return text.translate(_TO_THAI) if thai else text


def printed_date(day: date, language: Language, thai: bool = False) -> str:
    """10 มีนาคม พ.ศ. 2569, or 10 March 2026."""
    if language == "th":
        return digits(f"{day.day} {_MONTHS_TH[day.month - 1]} พ.ศ. {day.year + 543}", thai)
    return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"


class Captions:
    """Counts tables and figures in reading order and words their captions."""

    def __init__(self, language: Language, thai: bool) -> None:
        self._language: Language = language
        self._thai = thai
        self._counts = {"table": 0, "figure": 0}

    def next(self, kind: Literal["table", "figure"], caption: str) -> str:
        """The caption with its number; nothing for a table without one."""
        if not caption:
            return ""
        self._counts[kind] += 1
        words = {"th": {"table": "ตารางที่", "figure": "ภาพที่"}, "en": {"table": "Table", "figure": "Figure"}}
        number = digits(str(self._counts[kind]), self._thai)
        return f"{words[self._language][kind]} {number} {caption}"
