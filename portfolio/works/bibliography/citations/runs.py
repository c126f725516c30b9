"""What a citation is made of: runs of text, upright or italic, and the sentences and clauses they are joined into.

Thai letters are never italic here. Thai type has no true italic; a slanted Thai line reads badly and copies as plain
text anyway, and bold would shout beside headings. In Thai citations the punctuation alone parts title from journal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_THAI = re.compile("[\u0e00-\u0e7f]")
_ENDED = (".", "?", "!", "…")


@dataclass(frozen=True)
class CitationRun:
    """A stretch of a citation in one style of type."""

    text: str
    italic: bool = False


Runs = tuple[CitationRun, ...]


def is_thai(text: str) -> bool:
    """Whether a text has Thai letters."""
    return bool(_THAI.search(text))


def roman(text: str) -> Runs:
    """Upright text; nothing for an empty one."""
    return (CitationRun(text),) if text else ()


def italic(text: str) -> Runs:
    """Italic text, upright where it is Thai."""
    return (CitationRun(text, not is_thai(text)),) if text else ()


def plain(runs: Iterable[CitationRun]) -> str:
    """A citation as text to copy."""
    return "".join(run.text for run in runs)


def joined(parts: Iterable[Sequence[CitationRun]], by: str = ", ") -> Runs:
    """What is there of some parts, with a mark between them."""
    found: list[CitationRun] = []
    for part in parts:
        if part:
            found += [*roman(by if found else ""), *part]
    return tuple(found)


def sentences(parts: Iterable[Sequence[CitationRun]], link: str = "") -> Runs:
    """Parts as sentences, each ended once; a link stands last without a full stop, which would be copied with it."""
    found: list[CitationRun] = []
    for part in parts:
        text = plain(part)
        if text:
            found += [*roman(" " if found else ""), *part]
            if not text.rstrip('”"').endswith(_ENDED):
                found.append(CitationRun("."))
    if link:
        found += [CitationRun(" " if found else ""), CitationRun(link)]
    return merged(found)


def merged(runs: Iterable[CitationRun]) -> Runs:
    """Neighbours of one style as one run."""
    found: list[CitationRun] = []
    for run in runs:
        if not run.text:
            continue
        if found and found[-1].italic == run.italic:
            found[-1] = CitationRun(found[-1].text + run.text, run.italic)
        else:
            found.append(run)
    return tuple(found)
