"""Canonical JSON: the same matter gives the same bytes, so that a digest over them means something."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from typing import Any


def canonical(value: Any) -> str:
    """Sorted keys, NFC, no blanks. Refuses floats, because their text differs between machines.

    Raises TypeError for anything but dicts, lists, text, whole numbers, booleans and null.
    """
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, in lower-case hex."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def sealed_digest(salt: bytes, value: Any) -> str:
    """The name under which canonical text speaks of a value kept outside it."""
    return hashlib.sha256(salt + canonical(value).encode("utf-8")).hexdigest()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return unicodedata.normalize("NFC", str(value))
    if isinstance(value, dict):
        return {unicodedata.normalize("NFC", key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")
