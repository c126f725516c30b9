"""The values of BibTeX: what stands behind an equals sign, worked out. Abbreviations, parts joined by #, months."""

from __future__ import annotations

import re

from portfolio.core.i18n.marking import N_
from portfolio.transfer.formats.reading import Remark

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LONGEST_VALUE = 200_000
STRINGS_BUDGET = 20 * 1024 * 1024
UNKNOWN_STRING = N_("“%(name)s” is not defined with @string; the word stands as it is.")
_PART = re.compile(r'\s*(?:(?P<open>[{"])|(?P<word>[^\s#{}"]+)|(?P<join>#))')
_SIGNS = re.compile(r'\\.|[{}"]', re.DOTALL)


class TooLong(Exception):
    """A value grew beyond what an entry may hold."""


class NoComma(Exception):
    """The next field begins within a value; its name."""


class Strings:
    """What @string defines, with a budget: definitions that double each other must not fill the memory."""

    def __init__(self) -> None:
        self.known = {month: str(number) for number, month in enumerate(MONTHS, start=1)}
        self.defined = 0
        self.budget = STRINGS_BUDGET

    def evaluate(self, raw: str, remarks: list[Remark]) -> str:
        """The text of a value: braced or quoted parts, numbers and names of strings, joined by #.

        Raises NoComma where an equals sign tells that a field ended without one.
        """
        parts: list[str] = []
        place, length = 0, 0
        while match := _PART.match(raw, place):
            place = match.end()
            if match["open"]:
                end = _closing(raw, place, match["open"])
                part, place = raw[place:end], end + 1
            elif match["word"]:
                if parts and "=" in match["word"]:
                    raise NoComma(match["word"].partition("=")[0] or parts[-1])
                part = self._word(match["word"], remarks)
            else:
                continue
            length += len(part)
            if length > LONGEST_VALUE:
                raise TooLong
            parts.append(part)
        return "".join(parts)

    def _word(self, word: str, remarks: list[Remark]) -> str:
        if word[0].isdigit() or not word.strip(",;"):
            return word
        text = self.known.get(word.lower())
        if text is None:
            remarks.append(Remark(UNKNOWN_STRING, {"name": word[:60]}))
            return word
        self.budget -= len(text)
        if self.budget < 0:
            raise TooLong
        return text


def _closing(raw: str, start: int, opening: str) -> int:
    """Where the part that begins at `start` ends; the end of the text where it never does."""
    depth = 0
    for match in _SIGNS.finditer(raw, start):
        sign = match[0]
        if sign == "{":
            depth += 1
        elif sign == "}" and depth:
            depth -= 1
        elif depth == 0 and sign == ("}" if opening == "{" else '"'):
            return match.start()
    return len(raw)
