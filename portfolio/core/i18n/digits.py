"""Thai and Arabic digits: printed by template, folded on the way in."""

from __future__ import annotations

_ARABIC = "0123456789"
_THAI = "๐๑๒๓๔๕๖๗๘๙"
_TO_THAI = str.maketrans(_ARABIC, _THAI)
_TO_ARABIC = str.maketrans(_THAI, _ARABIC)


def to_thai_digits(value: object) -> str:
    """The text of a value with ๐–๙ in place of 0–9."""
    return str(value).translate(_TO_THAI)


def fold_thai_digits(text: str) -> str:
    """The text with 0–9 in place of ๐–๙; everything else stays."""
    return text.translate(_TO_ARABIC)
