"""Where a line of Thai may be broken: ICU's dictionary, marked with U+200B before typesetting."""

from __future__ import annotations

import re

from icu4py.breakers import LineBreaker

# Breaks inside other scripts are the typesetter's own business; only runs of Thai are marked.
_THAI = re.compile("[\u0e01-\u0e5b]{2,}")
_LOCALE = "th"
ZERO_WIDTH_SPACE = "\u200b"


def mark_breaks(text: str) -> str:
    """The text with U+200B at every place where a line of Thai may be broken."""
    return _THAI.sub(lambda found: _mark(found[0]), text)


def _mark(run: str) -> str:
    # ICU counts in code points here: Thai lies in the basic plane.
    pieces = [run[start:end] for start, end in LineBreaker(run, _LOCALE).segments()]
    return ZERO_WIDTH_SPACE.join(pieces)
