"""Names as people type them: initials to show, and whether a typed name is the person's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from portfolio.works.bibliography.names import without_titles

_LEADING_VOWELS = "เแโใไ"
_CIVIL = re.compile("^(?:นาย|นาง)(?=[\u0e01-\u0e2e\u0e40-\u0e44])")
"""Written without a blank before the name; what begins with a vowel sign is a name itself (นายิกา)."""


def initials(name: str) -> str:
    """First letters of given and family name: "ว. ศ." of ผศ. ดร.วีรยา ศิลาเลิศ. A Thai vowel in front is passed over."""
    found = []
    for word in _CIVIL.sub("", without_titles(name)).split()[:3]:
        letters = [letter for letter in word if letter.isalpha() and letter not in _LEADING_VOWELS]
        if letters:
            found.append(f"{letters[0].upper()}.")
    return " ".join(found) or "–"


def is_name_of(typed: str, names: Iterable[str]) -> bool:
    """Whether a typed full name is one of a person's names, whatever titles, blanks and capitals are used."""
    return any(_spellings(typed) & _spellings(name) for name in names)


def _spellings(name: str) -> set[str]:
    """The name without titles, once with and once without what may be นาย or นาง. Empty for no name at all."""
    folded = unicodedata.normalize("NFC", without_titles(unicodedata.normalize("NFC", name))).casefold()
    bare = re.sub(r"[\s.,\-\u200b\u2060]", "", folded)
    return {bare, _CIVIL.sub("", bare)} - {""}
