"""Names of authors as formats write them: one line of text, or several names in one field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from portfolio.core.i18n.marking import N_
from portfolio.works.bibliography.reference import AuthorName

_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV)\.?", re.IGNORECASE)
_THAI = re.compile("[\u0e00-\u0e7f]")
_AND = re.compile(r" and | และ ?(?=[\u0e00-\u0e7f]{2})", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?){1,4}")
_TOKEN = re.compile(r"\\.|[{}]|\s+", re.DOTALL)
# A given and a family name; "ณ อยุธยา, สมชาย" has the family name first.
_THAI_NAME = re.compile(r"(?!ณ )[\u0e00-\u0e7f.]+(?: [\u0e00-\u0e7f.]+)+")
_BRACED = re.compile(r"\{[^{}]*\}")
_HELD = re.compile("\ue000(\\d+)\ue001")
_OTHERS = re.compile(
    r"(?:(?:^|[\s,;]{1,200})(?:(?:(?:and|&)\s{1,200})?et(?:\.\s?|\s)al\b\.?|and\s{1,200}others)|[\s,;]{0,200}และ\s?คณะ)[\s.,;]{0,9}$",
    re.IGNORECASE,
)
"""How a list says that it is not whole."""
_LONGEST_END = 500
_DOTTED = re.compile(r"(?:[^\W\d_]\.[ -]?){1,4}")
LONGEST_NAME = 200
AND_OTHERS = N_("The list of authors ends in “and others”: some are missing.")


def without_others(text: str) -> tuple[str, bool]:
    """A list of names without "and others", "et al." or และคณะ behind it, and whether that stood there."""
    end = text[-_LONGEST_END:]
    whole = text[: len(text) - len(end)] + _OTHERS.sub("", end)
    return whole, whole != text


def parse_name(text: str) -> AuthorName:
    """A name as a person writes it: "family, given", "family, Jr., given", or "given family".

    A Thai name without a comma begins with the given name; everything after it is the family name (ณ อยุธยา).
    """
    text = " ".join(text.split())
    parts = [part.strip() for part in text.split(",")]
    if len(parts) >= 3 and _SUFFIX.fullmatch(parts[1]):
        return AuthorName(family=parts[0], given=f"{', '.join(parts[2:])}, {parts[1]}")
    if len(parts) >= 3 and _SUFFIX.fullmatch(parts[-1]):
        return AuthorName(family=parts[0], given=", ".join(parts[1:]))
    if len(parts) >= 2:
        family, given = parts[0], ", ".join(part for part in parts[1:] if part)
        return AuthorName(family=family, given=given) if family else AuthorName(literal=given)
    return _unparted(text)


def _unparted(text: str) -> AuthorName:
    words = text.split(" ")
    if len(words) == 1:
        return AuthorName(literal=text) if _THAI.search(text) else AuthorName(family=text)
    if _THAI.search(text):
        first = next((place for place, word in enumerate(words) if not word.endswith(".")), 0)
        if first == len(words) - 1:
            return AuthorName(given=" ".join(words[:-1]), family=words[-1])
        return AuthorName(given=" ".join(words[: first + 1]), family=" ".join(words[first + 1 :]))
    if _INITIALS.fullmatch(words[-1]) and not any(_INITIALS.fullmatch(word) for word in words[:-1]):
        return AuthorName(family=" ".join(words[:-1]), given=words[-1])  # as Scopus lists people: "Jaidee S."
    if len(words) > 2 and _SUFFIX.fullmatch(words[-1]):
        return AuthorName(given=f"{' '.join(words[:-2])}, {words[-1]}", family=words[-2])
    start = next((place for place, word in enumerate(words[1:-1], start=1) if word[:1].islower()), len(words) - 1)
    return AuthorName(given=" ".join(words[:start]), family=" ".join(words[start:]))


def write_name(name: AuthorName) -> str:
    """The name as `parse_name` reads it, "family, given"; a literal stands as it is."""
    if name.literal:
        return name.literal
    given, _, suffix = name.given.rpartition(", ")
    if given and _SUFFIX.fullmatch(suffix):
        return f"{name.family}, {suffix}, {given}"
    return f"{name.family}, {name.given}" if name.given else name.family


def split_braced(text: str) -> list[str]:
    """The names of a BibTeX field, parted by "and" outside of braces; without braces also as people write lists."""
    if "{" not in text:
        parts = (part for piece in text.split(";") for part in _parted(" ".join(piece.split())))
        return [part for part in parts if part and part.lower() != "and"]
    names: list[list[str]] = [[]]
    depth, last = 0, 0
    words: list[tuple[str, int]] = []  # pieces of text and the depth they stand at
    for match in _TOKEN.finditer(text):
        if match[0][0] in "\\":
            continue
        if match[0] in "{}":
            depth = max(0, depth + (1 if match[0] == "{" else -1))
        elif depth == 0:
            words.append((text[last : match.start()], 0))
            last = match.end()
    words.append((text[last:], 0))
    for word, _depth in words:
        if word.lower() == "and":
            names.append([])
        elif word:
            names[-1].append(word)
    return [" ".join(name) for name in names if name]


def is_braced(name: str) -> bool:
    """Whether one pair of braces holds the whole name: an organisation, which has no parts."""
    if not (name.startswith("{") and name.endswith("}") and len(name) > 2):
        return False
    depth = 0
    for place, sign in enumerate(name):
        depth += (sign == "{") - (sign == "}")
        if depth == 0 and place < len(name) - 1:
            return False
    return True


def parse_list(text: str, separator: str = ";") -> tuple[AuthorName, ...]:
    """Names in one cell; "and", และ or a line end part them as well. What stands in braces is one name."""
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        held.append(match[0])
        return f"\ue000{len(held) - 1}\ue001"

    lines = " ".join(_BRACED.sub(hold, text).replace("\n", separator).split()).split(separator)
    parts = [part for line in lines for part in _parted(line.strip())]
    return tuple(read_literal(_HELD.sub(lambda place: held[int(place[1])], part)) for part in parts)


def _parted(text: str) -> list[str]:
    """The names of a line: by "and", by & between names that are turned round, by commas between whole Thai names."""
    found: list[str] = []
    for part in _AND.split(text):
        pieces = part.split(" & ")
        if len(pieces) > 1 and not all("," in piece for piece in pieces):
            pieces = [part]  # Johnson & Johnson
        for piece in pieces:
            thai = [name.strip() for name in piece.strip(" ,").split(",")]
            whole = len(thai) > 1 and all(_THAI_NAME.fullmatch(name) for name in thai)
            found += thai if whole else _paired(thai) or [piece.strip()]
    return [part for part in found if part]


def _paired(parts: Sequence[str]) -> list[str]:
    """The names of "Smith, J., Doe, A. B.": family names and initials by turns. Nothing where they are not."""
    if len(parts) < 4 or len(parts) % 2:
        return []
    families, initials = parts[::2], parts[1::2]
    if not all(map(_DOTTED.fullmatch, initials)) or any(map(_DOTTED.fullmatch, families)) or not all(families):
        return []
    return [f"{family}, {letters}" for family, letters in zip(families, initials, strict=True)]


def read_literal(text: str) -> AuthorName:
    """A name, or in braces an organisation."""
    text = text.strip()
    return AuthorName(literal=text[1:-1].strip()) if is_braced(text) else parse_name(text)


def write_list(names: Iterable[AuthorName], separator: str = "; ") -> str:
    """Names in one cell, organisations in braces, as `parse_list` reads them."""
    return separator.join("{" + name.literal + "}" if name.literal else write_name(name) for name in names)


def without_empty(names: Sequence[AuthorName]) -> tuple[AuthorName, ...]:
    """The names that say anything."""
    return tuple(name for name in names if name.literal or name.family or name.given)
