"""What people type: one Unicode form, no invisible control characters, everything else kept."""

from __future__ import annotations

import unicodedata

from flask_babel import lazy_gettext as _l

_KEPT_CONTROLS = frozenset("\n\t")


class ControlCharacterError(ValueError):
    """A NUL or another control character stands in a text; databases and document writers refuse it."""

    def __init__(self, character: str, position: int) -> None:
        self.character = character
        self.position = position
        self.message = _l(
            "The text holds a character that cannot be stored (U+%(code)s at place %(place)s). Please remove it.",
            code=f"{ord(character):04X}",
            place=position + 1,
        )
        super().__init__(f"control character U+{ord(character):04X} at {position}")


def normalise(text: str) -> str:
    r"""The text in NFC with \n line ends.

    Emoji, joiners and right-to-left marks are kept. Raises ControlCharacterError for NUL, other C0 and C1 controls
    and lone surrogates.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    for position, character in enumerate(text):
        if unicodedata.category(character) in ("Cc", "Cs") and character not in _KEPT_CONTROLS:
            raise ControlCharacterError(character, position)
    return text
