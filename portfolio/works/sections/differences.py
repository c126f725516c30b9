"""What two texts differ by, word by word, and one text made of two that grew apart. Pure: texts in, texts out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from portfolio.works.words import parted

COARSE_FROM = 3_000
"""From so many words on, very frequent words no longer anchor a comparison: it would take too long."""

MANY = 500
"""From so many paragraphs on, the same holds for very frequent paragraphs."""

_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


@dataclass(frozen=True)
class Stretch:
    """Some text that both have ("same"), only the earlier ("gone") or only the later ("new")."""

    kind: Literal["same", "gone", "new"]
    text: str


@dataclass(frozen=True)
class Merge:
    """One text out of two. `clean` where nobody has to judge: no paragraph was changed on both sides."""

    text: str
    clean: bool


def differences(earlier: str, later: str) -> list[Stretch]:
    """How the later text came of the earlier one, in reading order; neighbours of one kind are one stretch."""
    found: list[Stretch] = []
    for stretch in _by_lines(earlier, later):
        if found and found[-1].kind == stretch.kind:
            found[-1] = Stretch(stretch.kind, found[-1].text + stretch.text)
        elif stretch.text:
            found.append(stretch)
    return found


def _by_lines(earlier: str, later: str) -> Iterator[Stretch]:
    old, new = earlier.splitlines(keepends=True), later.splitlines(keepends=True)
    for tag, first, last, start, end in SequenceMatcher(None, old, new).get_opcodes():
        gone, brought = "".join(old[first:last]), "".join(new[start:end])
        if tag == "equal":
            yield Stretch("same", gone)
        elif tag == "replace":
            yield from _by_words(gone, brought)
        else:
            yield Stretch("gone", gone) if gone else Stretch("new", brought)


def _by_words(earlier: str, later: str) -> Iterator[Stretch]:
    old, new = list(parted(earlier)), list(parted(later))
    matcher = SequenceMatcher(None, old, new, autojunk=max(len(old), len(new)) > COARSE_FROM)
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag == "equal":
            yield Stretch("same", "".join(old[first:last]))
            continue
        if last > first:
            yield Stretch("gone", "".join(old[first:last]))
        if end > start:
            yield Stretch("new", "".join(new[start:end]))


def merged(base: str, mine: str, theirs: str) -> Merge:
    """Three-way by paragraph (as diff3 does by line): what only one side changed is taken from that side.

    Where both changed the same place, both stand, mine first, and the merge is not clean. Every paragraph that either
    side wrote is in the text.
    """
    if mine == theirs:
        return Merge(mine, True)
    if base in (mine, theirs):
        return Merge(theirs if mine == base else mine, True)
    old, here, there = _paragraphs(base), _paragraphs(mine), _paragraphs(theirs)
    kept_here, kept_there = _kept(old, here), _kept(old, there)
    result: list[str] = []
    clean = True
    o = a = b = 0
    for index in (*(i for i in range(len(old)) if i in kept_here and i in kept_there), len(old)):
        to_here, to_there = kept_here.get(index, len(here)), kept_there.get(index, len(there))
        result, calm = _joined(result, old[o:index], here[a:to_here], there[b:to_there])
        clean = clean and calm
        if index < len(old):
            result.append(old[index])
        o, a, b = index + 1, to_here + 1, to_there + 1
    return Merge("\n\n".join(result), clean)


def _paragraphs(text: str) -> list[str]:
    return [part.strip("\n") for part in _BLANK_LINES.split(text) if part.strip()]


def _kept(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Where each unchanged paragraph of the base stands on one side."""
    blocks = SequenceMatcher(None, old, new, autojunk=max(len(old), len(new)) > MANY).get_matching_blocks()
    return {block.a + place: block.b + place for block in blocks for place in range(block.size)}


def _joined(result: list[str], old: list[str], mine: list[str], theirs: list[str]) -> tuple[list[str], bool]:
    if mine == theirs or theirs == old:
        return [*result, *mine], True
    if mine == old:
        return [*result, *theirs], True
    said = set(mine)
    return [*result, *mine, *(part for part in theirs if part not in said)], False
