"""DOI, ISBN, ISSN and web addresses: brought into one spelling and checked. Pure.

Each function gives "" for an empty text and raises IdentifierError, whose message a person can act on.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

from portfolio.core.i18n.digits import fold_thai_digits

_DOI_PREFIX = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*|doi\s+)", re.IGNORECASE)
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+")
_DASHES = str.maketrans(dict.fromkeys(" -\u2010\u2011\u2012\u2013\u2014\u2212\u00a0"))


class IdentifierError(ValueError):
    """A number that cannot be what it is said to be; `message` says why."""

    def __init__(self, message: Any) -> None:
        super().__init__(str(message))
        self.message = message


def normalise_doi(text: str) -> str:
    """A bare DOI in lower case, also from an address of doi.org."""
    bare = _DOI_PREFIX.sub("", text.strip()).strip().rstrip(".,;").lower()
    if not bare:
        return ""
    if not _DOI.fullmatch(bare):
        raise IdentifierError(_l("A DOI begins with 10. and has a slash, such as 10.1234/abc.2026.5."))
    return bare


def normalise_isbn(text: str) -> str:
    """An ISBN of 10 or 13 places without hyphens, its check digit verified (ISO 2108)."""
    bare = fold_thai_digits(text).strip().upper().removeprefix("ISBN").lstrip(":").translate(_DASHES)
    if not bare:
        return ""
    if not (re.fullmatch(r"[0-9]{9}[0-9X]", bare) or re.fullmatch(r"97[89][0-9]{10}", bare)):
        raise IdentifierError(_l("An ISBN has 13 digits beginning with 978 or 979, or 10 places in older books."))
    if len(bare) == 10:
        total = sum((10 - place) * _value(sign) for place, sign in enumerate(bare))
        right = total % 11 == 0
    else:
        right = sum(int(sign) * (3 if place % 2 else 1) for place, sign in enumerate(bare)) % 10 == 0
    if not right:
        raise IdentifierError(_l("The last digit of this ISBN does not fit the others. Compare it with the book."))
    return bare


def normalise_issn(text: str) -> str:
    """An ISSN as 1234-567X, its check digit verified (ISO 3297)."""
    bare = fold_thai_digits(text).strip().upper().removeprefix("E-").removeprefix("ISSN").lstrip(":").translate(_DASHES)
    if not bare:
        return ""
    if not re.fullmatch(r"[0-9]{7}[0-9X]", bare):
        raise IdentifierError(_l("An ISSN has eight places, such as 2985-1807."))
    if sum((8 - place) * _value(sign) for place, sign in enumerate(bare)) % 11:
        raise IdentifierError(_l("The last digit of this ISSN does not fit the others. Compare it with the journal."))
    return f"{bare[:4]}-{bare[4:]}"


def normalise_url(text: str) -> str:
    """An address on the web, with https:// put before one that was written without."""
    bare = text.strip()
    if not bare:
        return ""
    if "://" not in bare:
        bare = f"https://{bare}"
    try:
        parts = urlsplit(bare)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in ("http", "https") or "." not in host or any(sign.isspace() for sign in bare):
        raise IdentifierError(_l("Write an address of the web, such as https://example.org/article/5."))
    return bare


def _value(sign: str) -> int:
    return 10 if sign == "X" else int(sign)
