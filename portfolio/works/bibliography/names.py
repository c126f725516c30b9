"""Names of authors: from how people write them on a form to how they are cited. Pure."""

from __future__ import annotations

import re

from portfolio.works.bibliography.reference import AuthorName

_THAI = re.compile("[\u0e00-\u0e7f]")
# Longest first, so that "ผศ. ดร." does not leave "ดร." behind and "นางสาว" is not read as "นาง".
_THAI_TITLES = (
    "ผู้ช่วยศาสตราจารย์",
    "รองศาสตราจารย์",
    "ศาสตราจารย์",
    "นายแพทย์",
    "แพทย์หญิง",
    "เภสัชกรหญิง",
    "เภสัชกร",
    "ทันตแพทย์หญิง",
    "ทันตแพทย์",
    "อาจารย์",
    "นางสาว",
    "น.ส.",
    "ดร.",
    "ผศ.",
    "รศ.",
    "ศ.",
    "อ.",
    "นพ.",
    "พญ.",
    "ทพ.",
    "ทพญ.",
    "ภก.",
    "ภญ.",
    "สพ.ญ.",
    "น.สพ.",
)
# These are also how given names begin (นายิกา, นางนวล), so they count only with a blank or a long name behind.
_SHORT_TITLES = ("นาย", "นาง")
_LATIN_TITLES = re.compile(
    r"^(?:(?:asst|assoc|assistant|associate)\.?\s*prof(?:essor|\.)?|prof(?:essor\b|\.)|lecturer\b|dr\b\.?|mr\b\.?|mrs\b\.?|ms\b\.?|miss\b)\s*",
    re.IGNORECASE,
)
_PARTICLES = frozenset({"na", "van", "von", "der", "den", "de", "del", "della", "di", "da", "la", "le", "bin", "ibn"})


def is_thai(text: str) -> bool:
    """Whether a text has Thai letters."""
    return bool(_THAI.search(text))


def thai_share(text: str) -> float:
    """Which part of the letters of a text is Thai, from 0 to 1; marks above and below count as letters."""
    letters = sum(sign.isalpha() or is_thai(sign) for sign in text)
    return len(_THAI.findall(text)) / letters if letters else 0.0


def without_titles(name: str) -> str:
    """A name without the academic and civil titles before it."""
    rest = " ".join(name.split())
    while True:
        before = rest
        for title in _THAI_TITLES:
            if rest.startswith(title) and len(rest) > len(title):
                rest = rest[len(title) :].lstrip()
        for title in _SHORT_TITLES:
            if rest.startswith(title + " ") and rest.count(" ") >= 2:
                rest = rest[len(title) + 1 :]
        rest = _LATIN_TITLES.sub("", rest) or rest
        if rest == before:
            return rest


def thai_author(name: str) -> AuthorName:
    """A Thai name as cited: given name, then family name, without titles."""
    given, _blank, family = without_titles(name).partition(" ")
    return AuthorName(family=family, given=given) if family else AuthorName(literal=given)


def latin_author(name: str) -> AuthorName:
    """A Latin name taken apart: "Family, Given", or given names first with the family name last."""
    rest = without_titles(name)
    if "," in rest:
        family, _comma, given = rest.partition(",")
        return AuthorName(family=family.strip(), given=given.strip())
    words = rest.split()
    if len(words) < 2:
        return AuthorName(literal=rest)
    first = len(words) - 1
    while first > 1 and words[first - 1].lower() in _PARTICLES:
        first -= 1
    return AuthorName(family=" ".join(words[first:]), given=" ".join(words[:first]))


def same_person(first: str, second: str) -> bool:
    """Whether two full names, in the same script, are one person's: titles, case, dots and spacing do not count."""
    return bool(folded(first)) and folded(first) == folded(second)


def folded(name: str) -> str:
    """A name for comparing."""
    author = thai_author(name) if is_thai(name) else latin_author(name)
    return "".join(sign for sign in author.full.casefold() if sign.isalnum() or is_thai(sign))
