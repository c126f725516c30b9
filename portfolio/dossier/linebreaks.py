"""Where a line may be broken that the typesetter could not tell: in Thai, and in addresses too long for a cell."""

from __future__ import annotations

import re

from icu4py.breakers import LineBreaker

_THAI = re.compile("[\u0e01-\u0e5b]{2,}")
# An address or code of this length is wider than a narrow column.
_LONG = re.compile(r"[!-~]{24,}")
# A sum of billions is wider than a column of figures; it may be parted after a comma.
_FIGURE = re.compile(r"[0-9๐-๙]{1,3}(?:,[0-9๐-๙]{3}){3,}")
_JOINT = re.compile(r"(?<=[/?&=#._\-,:;@])(?=[^/?&=#._\-,:;@])")
_PIECE = re.compile(r".{1,12}")
# The dictionary cuts a noun made with these from the verb that makes it: ความ|ร้อน. No reader would.
_PREFIXES = frozenset({"การ", "ความ"})
# A space that belongs inside: before the repetition mark, between a word and the number it counts, and in a date
# with a short month.
_MONTHS_TH = r"(?:ม\.ค|ก\.พ|มี\.ค|เม\.ย|พ\.ค|มิ\.ย|ก\.ค|ส\.ค|ก\.ย|ต\.ค|พ\.ย|ธ\.ค)\.(?= [0-9๐-๙])"
_MONTHS_EN = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_HELD = re.compile(
    r"(?<=[\u0e01-\u0e5b]) (?=\u0e46)|(?<=พ\.ศ\.) (?=[0-9๐-๙])|(?<=ค\.ศ\.) (?=[0-9๐-๙])"
    r"|(?<=ที่) (?=[0-9๐-๙])|(?<=ร้อยละ) (?=[0-9๐-๙])|(?<=หน้า) (?=[0-9๐-๙])|(?<=[ผรก.]ศ\.) (?=ดร\.)"
    rf"|(?<=[0-9๐-๙]) (?={_MONTHS_TH})|(?<=\.[คพย]\.) (?=[0-9๐-๙]{{4}})"
    rf"|(?<=[0-9]) (?=(?:{_MONTHS_EN}) [0-9])|(?<={_MONTHS_EN}) (?=[0-9]{{4}}\b)"
)
_LOCALE = "th"
NO_BREAK_SPACE = "\u00a0"
ZERO_WIDTH_SPACE = "\u200b"


def mark_breaks(text: str) -> str:
    """The text with U+200B where ICU's dictionary lets a line of Thai break, and in very long words of ASCII.

    Spaces that must hold become U+00A0. All else is the typesetter's own business, and stays free of marks:
    only our own font has a glyph for them, and finishing relies on that.
    """
    text = _HELD.sub(NO_BREAK_SPACE, text)
    text = _FIGURE.sub(lambda found: found[0].replace(",", f",{ZERO_WIDTH_SPACE}"), text)
    return _LONG.sub(lambda found: _joints(found[0]), _THAI.sub(lambda found: _mark(found[0]), text))


def shortened(text: str, most: int) -> str:
    """The text, or as many whole words of it as `most` letters hold, with an ellipsis."""
    if len(text) <= most:
        return text
    kept = ""
    for piece in re.split(rf"(?<= )|{ZERO_WIDTH_SPACE}", mark_breaks(text)):
        if len(kept) + len(piece) >= most:
            break
        kept += piece
    return (kept.replace(NO_BREAK_SPACE, " ").rstrip(" :,;") or text[: most - 1]) + "…"


def _joints(word: str) -> str:
    parts = _JOINT.split(word)
    return ZERO_WIDTH_SPACE.join(
        piece for part in parts for piece in (_PIECE.findall(part) if len(part) > 23 else [part])
    )


def _mark(run: str) -> str:
    # ICU counts in code points here: Thai lies in the basic plane.
    pieces: list[str] = []
    for start, end in LineBreaker(run, _LOCALE).segments():
        if pieces and pieces[-1] in _PREFIXES:
            pieces[-1] += run[start:end]
        else:
            pieces.append(run[start:end])
    return ZERO_WIDTH_SPACE.join(pieces)
