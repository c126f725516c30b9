"""References to exhibits inside texts: "[หลักฐาน 4]", "[หลักฐาน 4 หน้า 3]", "[exhibit 1, 3]", "[exhibit 4, p. 3]".

One parser for pages, print and evidence. The number is the work's own count of its exhibits; 0 names one that has left.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

_DIGITS = "[0-9๐-๙]"
_PAGES = rf",?\s*(?:หน้าที่|หน้า|น\.|pages?|pp\.|p\.)\s*{_DIGITS}{{1,4}}(?:\s*[-–]\s*{_DIGITS}{{1,4}})?"
_ENTRY = rf"{_DIGITS}{{1,3}}(?:{_PAGES})?"
_BRACKET = re.compile(
    rf"\[(?:หลักฐาน(?:ลำดับ)?(?:ที่)?|exhibits?)\s*(?P<entries>{_ENTRY}(?:\s*(?:,|;|และ|and|&)\s*{_ENTRY})*)\s*\]",
    re.IGNORECASE,
)
_ONE = re.compile(rf"(?P<number>{_DIGITS}{{1,3}})(?P<pages>{_PAGES})?", re.IGNORECASE)
_PAGE = re.compile(rf"{_DIGITS}{{1,4}}")
_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
_MOVE = re.compile(r"([0-9]{1,3})>([0-9]{1,3})")

GONE = 0
"""The number of an exhibit that is no longer there."""

HIGHEST = 999
"""A reference has three digits at most."""

Moves = Mapping[int, int]
"""What numbers become, for those that change."""


class Token(NamedTuple):
    """One exhibit that a text names, from `start` up to `end`. Of several pages the first is `page`."""

    start: int
    end: int
    number: int
    page: int | None


def tokens(text: str) -> list[Token]:
    """Every reference in reading order.

    A bracket with one exhibit is covered whole. Of a bracket with several, the first token begins at the bracket, the
    last ends with it, and what stands between two belongs to neither.
    """
    return [token for bracket in brackets(text) for token in bracket]


def brackets(text: str) -> list[list[Token]]:
    """The same, bracket by bracket."""
    found: list[list[Token]] = []
    for bracket in _BRACKET.finditer(text):
        begin = bracket.start("entries")
        entries = list(_ONE.finditer(bracket["entries"]))
        last = len(entries) - 1
        found.append(
            [
                Token(
                    bracket.start() if place == 0 else begin + entry.start(),
                    bracket.end() if place == last else begin + entry.end(),
                    int(entry["number"]),  # int reads Thai digits, too
                    _first_page(entry["pages"]),
                )
                for place, entry in enumerate(entries)
            ]
        )
    return found


def mentions(text: str) -> Iterator[tuple[int, int | None]]:
    """Number and page of every reference, where its place in the text is not asked: in a fraction of the time."""
    for entries in _BRACKET.findall(text):
        yield from _read(entries)


@lru_cache(maxsize=1024)
def _read(entries: str) -> tuple[tuple[int, int | None], ...]:
    """What stands inside one bracket. Texts cite the same few pages again and again."""
    return tuple((int(entry["number"]), _first_page(entry["pages"])) for entry in _ONE.finditer(entries))


def moves(before: Sequence[Hashable], after: Sequence[Hashable]) -> dict[int, int]:
    """What each number becomes where exhibits, each known by any key, stood in one order and now stand in another.

    One that has left becomes GONE. So does a number beyond the earlier end which another exhibit would come to have: it
    named nothing, and does not begin to name one that moved. Exhibits added at the end alone change nothing, for a text
    may name the next one in advance.
    """
    if list(after[: len(before)]) == list(before):
        return {}
    places = {key: number for number, key in enumerate(after, start=1)}
    found = {number: places.get(key, GONE) for number, key in enumerate(before, start=1)}
    found |= dict.fromkeys(range(len(before) + 1, len(after) + 1), GONE)
    return {old: new if new <= HIGHEST else GONE for old, new in found.items() if old != new and old <= HIGHEST}


def renumbered(text: str, numbers: Moves) -> str:
    """The text with other numbers in its references, as `numbers` says; everything else stays byte for byte.

    A number in Thai digits stays in Thai digits, and keeps the zeros it begins with as far as three digits hold them.
    """
    return _BRACKET.sub(lambda bracket: _with_entries(bracket, numbers), text)


def _with_entries(bracket: re.Match[str], numbers: Moves) -> str:
    whole, start = bracket[0], bracket.start()
    begin, end = bracket.start("entries") - start, bracket.end("entries") - start
    entries = _ONE.sub(lambda entry: _as_written(entry["number"], numbers) + (entry["pages"] or ""), bracket["entries"])
    return whole[:begin] + entries + whole[end:]


def _as_written(written: str, numbers: Moves) -> str:
    old = int(written)
    new = numbers.get(old, old)
    if new == old:
        return written
    zeros = len(written) - len(str(old))
    spelled = str(new).zfill(min(len(str(new)) + zeros, 3))
    return spelled if written[-1].isascii() else spelled.translate(_THAI)


def spelled(numbers: Moves) -> str:
    """What numbers become, as one line to be kept: "1>2 2>1 4>0"."""
    return " ".join(f"{old}>{new}" for old, new in sorted(numbers.items()))


def read(line: str) -> dict[int, int]:
    """The same read back; what is not of this form is passed over."""
    return {int(old): int(new) for old, new in _MOVE.findall(line)}


def _first_page(pages: str | None) -> int | None:
    page = _PAGE.search(pages) if pages else None
    return (int(page[0]) or None) if page else None
