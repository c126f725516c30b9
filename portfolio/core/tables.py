"""Reading text and tables that other programs wrote: which encoding, which separator, which line each row begins on."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

SEPARATORS = ",;\t|"
_NAMED_SEPARATOR = re.compile(r"sep=([,;\t|])[ \t]*(?:\n|$)", re.IGNORECASE)  # Excel's own first line
FIRST_LINES = 20
"""So many lines may stand before the headings: what was searched for, the name of a report."""
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_THAI_RUN = 2.5
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class NotText(ValueError):
    """The bytes are no text in any encoding that is understood here."""


class BrokenTable(ValueError):
    """A row cannot be told from the next; `line` is where it begins."""

    def __init__(self, line: int) -> None:
        super().__init__(f"the row that begins on line {line} is not closed")
        self.line = line


@dataclass(frozen=True)
class Decoded:
    """A text with the encoding it was in. `odd_lines` were in another one than the rest; lines count from 1."""

    text: str
    encoding: str
    odd_lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class Row:
    """The cells of a row and the line it begins on, counted from 1."""

    line: int
    cells: list[str]


def decode(content: bytes) -> Decoded:
    """The text with \\n line ends: UTF-8 or UTF-16 by its mark, UTF-8 where it is valid, else TIS-620 or Latin-1.

    Thai letters come in long runs of high bytes, accented Latin ones alone. A text that is UTF-8 but for a few lines
    (files pasted together) is decoded line by line. Raises NotText for binary content.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            try:
                return Decoded(_lines(content[len(mark) :].decode(encoding)), encoding)
            except UnicodeDecodeError as error:
                raise NotText(encoding) from error
    if content.count(b"\0") > len(content) // 1000 + 1:
        raise NotText("NUL")
    try:
        return Decoded(_lines(content.decode("utf-8")), "utf-8")
    except UnicodeDecodeError:
        pass
    for cut in range(1, 4):  # broken off in the middle of a letter
        try:
            text = content[:-cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        if len(text) < len(content) - cut:
            whole = _lines(text + "\ufffd")
            return Decoded(whole, "utf-8", (whole.count("\n") + 1,))
        break
    lines = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    texts, odd, fine = [], [], 0
    for number, line in enumerate(lines, start=1):
        try:
            texts.append(line.decode("utf-8"))
            fine += not line.isascii()
        except UnicodeDecodeError:
            texts.append("")
            odd.append(number)
    if fine <= len(odd):
        encoding = _single_byte(content)
        return Decoded(_lines(content.decode(encoding, "replace")), encoding)
    for number in odd:
        line = lines[number - 1]
        texts[number - 1] = line.decode(_single_byte(line), "replace")
    return Decoded("\n".join(texts), "utf-8", tuple(odd))


def _single_byte(content: bytes) -> str:
    runs = [len(run) for run in _HIGH_RUN.findall(content)]
    return "cp874" if runs and sum(runs) / len(runs) >= _THAI_RUN else "cp1252"


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def separator_of(text: str) -> str:
    """What stands between the cells: the sign that the first line with any, outside of quotes, has most of."""
    named = _NAMED_SEPARATOR.match(text)
    if named:
        return named[1]
    lines = [line for line in text[:100_000].split("\n") if line.strip()]
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines[:FIRST_LINES]]
    head = next((line for line in bare if any(sign in line for sign in SEPARATORS)), "")
    return max(SEPARATORS, key=head.count)


def read_rows(text: str) -> Iterator[Row]:
    """The rows of a table, empty ones left out, as Excel and its kin write them.

    Raises BrokenTable at a quote that is never closed or a cell beyond all measure; the rows before it stand.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BrokenTable(line) from error
        if any(cell.strip() for cell in cells) and not (line == 1 and _NAMED_SEPARATOR.match(text)):
            yield Row(line, cells)
