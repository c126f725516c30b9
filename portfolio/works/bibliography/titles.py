"""Titles for comparing: what differs from one typing of a title to the next does not count."""

from __future__ import annotations

import re
import unicodedata

from portfolio.core.i18n.digits import fold_thai_digits

_TONE_BEFORE_NIKHAHIT = re.compile("([\u0e48-\u0e4b])\u0e4d")
_MARKS = re.compile("[\u0300-\u036f\u200b-\u200f\u00ad\u2060]")


def title_key(title: str) -> str:
    """A title for comparing: case, punctuation, spaces, Latin accents, Thai digits and ways to type Thai do not count.

    Thai vowels and tone marks do count; ำ typed in two parts and แ typed as two เ are the letters they look like.
    """
    folded = unicodedata.normalize("NFKD", fold_thai_digits(title).casefold())
    folded = _TONE_BEFORE_NIKHAHIT.sub("\u0e4d\\1", _MARKS.sub("", folded)).replace("เเ", "แ")
    return "".join(sign for sign in folded if sign.isalnum() or unicodedata.category(sign) in ("Mn", "Mc"))
