"""What reading a file gives: entries that were understood, places that were not, and remarks. No database here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from portfolio.core.i18n.marking import N_
from portfolio.works.bibliography.reference import AuthorName, PublicationForm, Reference

LARGEST_FILE = 20 * 1024 * 1024
MOST_ENTRIES = 10_000
LONGEST_ENTRY = 500_000
LONGEST_EXCERPT = 300
MOST_LINES = 10
MOST_REMARKS = 20
TOO_MANY = N_("It holds more than %(limit)s entries, which is the most for one import. Divide it into parts.")
LONG_ENTRY = N_("The entry is longer than %(limit)s characters.")
CONTROLS = N_("Control characters were replaced by blanks (%(count)s lines: %(lines)s).")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
"""Signs that are no text: databases and encodings refuse some of them."""


class FileFormat(StrEnum):
    """Formats of bibliographies; ORCID's is read only."""

    BIBTEX = "bibtex"
    RIS = "ris"
    CSL_JSON = "csl_json"
    ORCID = "orcid"
    CSV = "csv"


@dataclass(frozen=True)
class Remark:
    """A sentence about a file or an entry: an English msgid and what stands in its gaps."""

    text: str
    values: Mapping[str, str] = field(default_factory=dict)

    def stored(self) -> dict[str, Any]:
        """As it is kept in a row."""
        return {"text": self.text, "values": dict(self.values)}

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text


@dataclass(frozen=True)
class Understood:
    """An entry that was understood. `line` counts from 1 and is 0 where the source has no lines."""

    line: int
    reference: Reference
    remarks: Sequence[Remark] = ()


@dataclass(frozen=True)
class Refused:
    """A place of the file that was not understood, with why and how it begins."""

    line: int
    reason: Remark
    excerpt: str = ""


@dataclass(frozen=True)
class ReadFile:
    """Everything that a file said."""

    format: FileFormat
    entries: Sequence[Understood | Refused] = ()
    remarks: Sequence[Remark] = ()

    @property
    def understood(self) -> list[Understood]:
        """The entries that were understood, in the file's order."""
        return [entry for entry in self.entries if isinstance(entry, Understood)]

    @property
    def refused(self) -> list[Refused]:
        """The places that were not, in the file's order."""
        return [entry for entry in self.entries if isinstance(entry, Refused)]


class Unreadable(Exception):
    """Nothing of the file can be taken; carries the sentence that says why."""

    def __init__(self, remark: Remark) -> None:
        super().__init__(str(remark))
        self.remark = remark


def see_that_they_fit(count: int) -> None:
    """Raises Unreadable where there are more entries than one import takes: at the first too many, not after all.

    A file of small entries could otherwise keep the service busy for minutes and grow to gigabytes.
    """
    if count > MOST_ENTRIES:
        raise Unreadable(Remark(TOO_MANY, {"limit": f"{MOST_ENTRIES:,}"}))


def excerpt_of(text: str) -> str:
    """How a refused place begins, in one line."""
    return " ".join(text[: 4 * LONGEST_EXCERPT].split())[:LONGEST_EXCERPT]


def packed(reference: Reference) -> dict[str, Any]:
    """A reference as plain data, without what is empty."""
    return {name: value for name, value in asdict(reference).items() if value not in ("", None, (), {}, [])}


def unpacked(stored: Mapping[str, Any]) -> Reference:
    """The reference that `packed` made plain."""
    known = dict(stored)
    for name in ("authors", "editors"):
        known[name] = tuple(AuthorName(**author) for author in known.get(name, ()))
    known["keywords"] = tuple(known.get("keywords", ()))
    known["form"] = PublicationForm(known.get("form", PublicationForm.DOCUMENT))
    return Reference(**known)


def named(sentence: str, lines: Sequence[int]) -> Remark:
    """A remark that counts places of a file and names the first of them."""
    shown = ", ".join(str(line) for line in lines[:MOST_LINES]) + (" …" if len(lines) > MOST_LINES else "")
    return Remark(sentence, {"count": str(len(lines)), "lines": shown})


def once(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """The remarks, each once, at most MOST_REMARKS of them."""
    kept: dict[str, Remark] = {}
    for remark in remarks:
        kept.setdefault(str(remark), remark)
        if len(kept) == MOST_REMARKS:
            break
    return tuple(kept.values())


def plain_sentence(stored: Mapping[str, Any]) -> str:
    """A remark as it is kept in a row, in English."""
    return str(Remark(stored["text"], stored.get("values", {})))


def without_controls(value: Any) -> tuple[Any, bool]:
    """A value of JSON in NFC, and whether signs in it became blanks: an escape can name what no file may hold."""
    if isinstance(value, str):
        clean = CONTROL.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n"))
        return unicodedata.normalize("NFC", clean), bool(CONTROL.search(value.replace("\r", "")))
    if isinstance(value, Mapping):
        pairs = [(without_controls(name), without_controls(each)) for name, each in value.items()]
        return {name: each for (name, _), (each, _) in pairs}, any(one or two for (_, one), (_, two) in pairs)
    if isinstance(value, list):
        parts = [without_controls(each) for each in value]
        return [each for each, _ in parts], any(changed for _, changed in parts)
    return value, False
