"""Lines of a part as a CSV table, there and back: what was understood, what was refused with its line, what is there.

Headers are the names of the fields on the page, in Thai when written, in either language when read.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from portfolio.core.i18n.dates import ERA_OFFSET
from portfolio.core.tables import BrokenTable, NotText, read_rows
from portfolio.core.tables import decode as decode_text
from portfolio.record.forms import form_for
from portfolio.record.models import CvEntry, CvKind
from portfolio.record.operations import MOST_LINES, CvFields
from portfolio.record.vocabulary import ENUMS, PARTS, WORDS_OF, Part

LARGEST_TABLE = 256 * 1024
MOST_CELLS = 60
SHOWN_TEXT = 120
ENCODINGS = {"utf-8": "UTF-8", "cp874": "TIS-620 / Windows-874", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What makes a spreadsheet calculate a cell; in full width as well."""

_SEMESTER_AND_YEAR = re.compile(r"([123])\s*/\s*([\d๐-๙]{4})")
_SYNONYMS: dict[str, dict[str, str]] = {
    "level": {
        "ตรี": "bachelor",
        "โท": "master",
        "เอก": "doctoral",
        "ป.ตรี": "bachelor",
        "ป.โท": "master",
        "ป.เอก": "doctoral",
        "phd": "doctoral",
        "ph.d.": "doctoral",
        "master": "master",
        "bachelor": "bachelor",
    },
    "rank": {
        "อ.": "lecturer",
        "ผศ.": "assistant_professor",
        "ผศ": "assistant_professor",
        "รศ.": "associate_professor",
        "รศ": "associate_professor",
        "ศ.": "professor",
    },
    "mode": {"ปกติ": "normal", "พิเศษ": "special"},
    "semester": {
        "ภาคต้น": "1",
        "ภาคปลาย": "2",
        "ฤดูร้อน": "3",
        "ภาคฤดูร้อน": "3",
        "1-2": "1,2",
        "1–2": "1,2",
        "1 และ 2": "1,2",
        "1, 2": "1,2",
    },
}


class UnreadableTableError(Exception):
    """The file is no table that can be read; carries the one sentence that says why and what to do."""

    def __init__(self, message: Any) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True)
class Line:
    """A row that was understood; `known` where the record, or an earlier row, has it already."""

    number: int
    fields: CvFields
    known: bool = False


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken: its line in the file, how it begins, and why."""

    number: int
    text: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """What a table says."""

    lines: tuple[Line, ...]
    refused: tuple[Refusal, ...]
    left_out: tuple[str, ...] = ()
    encoding: str = "UTF-8"

    @property
    def new(self) -> list[CvFields]:
        """What would be written."""
        return [line.fields for line in self.lines if not line.known]


def decode(data: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding. Raises UnreadableTableError."""
    if len(data) > LARGEST_TABLE:
        raise UnreadableTableError(
            _("The file is larger than %(most)s KB. Divide it into parts.", most=LARGEST_TABLE // 1024)
        )
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnreadableTableError(
            _("This is a workbook, not a CSV file. Save it as “CSV UTF-8” and choose that file.")
        )
    try:
        decoded = decode_text(data)
    except NotText:
        raise UnreadableTableError(
            _("This file is not a text. Save the table as “CSV UTF-8” and choose that file.")
        ) from None
    return decoded.text, ENCODINGS.get(decoded.encoding, decoded.encoding.upper())


def understand(kind: CvKind, text: str, existing: Iterable[CvEntry], *, encoding: str = "UTF-8") -> Reading:
    """Read a table of one part. Raises UnreadableTableError where not even its header can be understood."""
    part = PARTS[kind]
    rows = _rows(text)
    columns, left_out = _columns(part, rows[0][1]) if rows else ([], [])
    if not columns or not any(columns):
        raise UnreadableTableError(
            _("The first line does not name the columns. Download the template and keep its first line.")
        )
    if len(rows) - 1 > MOST_LINES:
        raise UnreadableTableError(
            _(
                "The table has %(count)s lines. At most %(most)s can be read at once.",
                count=len(rows) - 1,
                most=MOST_LINES,
            )
        )
    seen = {_key(part, entry) for entry in existing}
    lines, refused = [], []
    for number, cells in rows[1:]:
        fields, reasons = _read(kind, columns, cells)
        if fields is None:
            beginning = " · ".join(cell.strip() for cell in cells if cell.strip())[:SHOWN_TEXT]
            refused.append(Refusal(number, beginning, tuple(reasons)))
            continue
        key = _key(part, fields)
        lines.append(Line(number, fields, key in seen))
        seen.add(key)
    return Reading(tuple(lines), tuple(refused), tuple(left_out), encoding)


def write(kind: CvKind, lines: Iterable[CvEntry | CvFields]) -> str:
    """The same table: Thai headers and words, years in พ.ศ.; cells that a spreadsheet would calculate are disarmed."""
    part = PARTS[kind]
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    with force_locale("th"):
        writer.writerow([str(part.label_of(column)) for column in part.columns])
        for line in lines:
            writer.writerow([disarmed(_written(column, getattr(line, column))) for column in part.columns])
    return target.getvalue()


def disarmed(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; `armed` undoes it."""
    return f"'{cell}" if cell.startswith((*FORMULA, "'")) else cell


def armed(cell: str) -> str:
    """A cell as it was before `disarmed`; what somebody typed with an apostrophe otherwise stays."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*FORMULA, "'")) else cell


def _written(column: str, value: Any) -> str:
    if value is None:
        return ""
    if column in ENUMS:
        return str(WORDS_OF[column][value])
    if column in ("year_from", "year_to"):
        return str(value + ERA_OFFSET)
    if column == "dated":
        return f"{value.day:02}/{value.month:02}/{value.year + ERA_OFFSET}"
    return f"{value:g}" if column == "hours_per_week" else str(value)


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Every row that is not blank, with the line it begins on."""
    rows = []
    try:
        for row in read_rows(text):
            if len(row.cells) > MOST_CELLS:
                raise UnreadableTableError(
                    _("Line %(line)s has more than %(most)s columns.", line=row.line, most=MOST_CELLS)
                )
            rows.append((row.line, row.cells))
    except BrokenTable as error:
        raise UnreadableTableError(
            _(
                "From line %(line)s on the table cannot be read: a quotation mark is missing or too many.",
                line=error.line,
            )
        ) from None
    return rows


def _columns(part: Part, header: Sequence[str]) -> tuple[list[str | None], list[str]]:
    """The field that each cell of a row belongs to, and the headers that name none."""
    names = {_folded(column): column for column in part.columns}
    for language in ("en", "th"):
        with force_locale(language):
            names |= {_folded(str(part.label_of(column))): column for column in part.columns}
    found: list[str | None] = []
    left_out = []
    for cell in header:
        column = names.get(_folded(cell))
        if column is None or column in found:
            found.append(None)
            if cell.strip():
                left_out.append(cell.strip()[:SHOWN_TEXT])
        else:
            found.append(column)
    return found, left_out


def _read(kind: CvKind, columns: Sequence[str | None], cells: Sequence[str]) -> tuple[CvFields | None, list[str]]:
    reasons = []
    if any(cell.strip() for cell in cells[len(columns) :]):
        reasons.append(_("There are more cells than columns."))
    typed = {column: armed(cell) for column, cell in zip(columns, cells, strict=False) if column is not None}
    together = _SEMESTER_AND_YEAR.fullmatch(typed.get("semester", "").strip())
    if together is not None:
        typed["semester"] = together[1]
        typed["year_to"] = typed.get("year_to", "").strip() or together[2]
    for column in ENUMS.keys() & typed.keys():
        word = _word(column, typed[column])
        if word is None:
            allowed = ", ".join(str(label) for label in WORDS_OF[column].values())
            reasons.append(_("“%(text)s” is none of: %(allowed)s.", text=typed[column][:SHOWN_TEXT], allowed=allowed))
        typed[column] = word or ""
    form = form_for(kind)(formdata=MultiDict(typed), meta={"csrf": False})
    form.validate()
    for name, errors in form.errors.items():
        label = form[name].label.text if name in form else ""
        if not (name in ENUMS and reasons):
            reasons += [f"{label}: {error}" for error in errors]
    return (None, reasons) if reasons else (form.line(), [])


def _word(column: str, text: str) -> str | None:
    """The word of a vocabulary that a cell means; empty for an empty cell, None for an unknown one."""
    folded = _folded(text)
    if not folded:
        return ""
    for word, label in WORDS_OF[column].items():
        names = [word.value]
        for language in ("en", "th"):
            with force_locale(language):
                names.append(str(label))
        if folded in map(_folded, names):
            return str(word.value)
    return _SYNONYMS[column].get(folded)


def _folded(text: str) -> str:
    return " ".join(text.strip().rstrip("*").split()).casefold()


def _key(part: Part, line: CvEntry | CvFields) -> tuple[Any, ...]:
    """What makes two lines the same: all of their facts but the English and the longer texts."""
    left_out = ("detail_th", "detail_en", "publications", "hours_per_week", "thesis_th", "thesis_en", "country_th")
    names = [name for name in part.columns if name not in left_out and not name.endswith("_en")]
    values = (getattr(line, name) for name in names)
    return tuple(_folded(value) if type(value) is str else value for value in values)
