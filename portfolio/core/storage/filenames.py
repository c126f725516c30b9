"""File names as people gave them, made harmless and honest."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

from portfolio.core.storage.media_types import EXTENSIONS

LONGEST_NAME_BYTES = 200
LONGEST_ENDING = 10
FALLBACK = "file"
_NEVER = set('/\\:*?"<>|')
_KNOWN_ENDINGS = {ending for endings in EXTENSIONS.values() for ending in endings}


def clean_filename(name: str) -> str:
    """A name that is safe on every system and reads as it is: NFC, one line, no path, no hidden direction marks.

    Cut to 200 bytes of UTF-8 between characters, keeping the ending.
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(" " if character.isspace() else character for character in name if _harmless(character))
    kept = " ".join(kept.split()).strip(". ")
    if not kept:
        return FALLBACK
    ending = PurePosixPath(kept).suffix
    if len(ending) > LONGEST_ENDING:
        ending = ""
    stem = kept[: len(kept) - len(ending)]
    return _cut(stem, LONGEST_NAME_BYTES - len(ending.encode())).rstrip(". ") + ending


def name_for(name: str, media_type: str) -> str:
    """The clean name with an ending that tells the truth about the content."""
    clean = clean_filename(name)
    endings = EXTENSIONS[media_type]
    ending = PurePosixPath(clean).suffix
    if ending.lower() in endings:
        return clean
    stem = clean[: len(clean) - len(ending)] if ending.lower() in _KNOWN_ENDINGS else clean
    return clean_filename(f"{stem}{endings[0]}")


def _harmless(character: str) -> bool:
    # Cf holds the direction overrides (and zero-width characters), Co and Cs what nobody can read.
    return character.isspace() or (
        character not in _NEVER and unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )


def _cut(text: str, most_bytes: int) -> str:
    """The beginning that fits, not leaving a base character without its vowel or tone mark."""
    encoded = text.encode()
    if len(encoded) <= most_bytes:
        return text
    kept = encoded[:most_bytes].decode(errors="ignore")
    following = text[len(kept) :]
    if following and unicodedata.category(following[0]).startswith("M"):
        while kept and unicodedata.category(kept[-1]).startswith("M"):
            kept = kept[:-1]
        kept = kept[:-1]
    return kept
