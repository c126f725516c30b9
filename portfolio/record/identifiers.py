"""Identifiers of people, checked as those who give them out say."""

from __future__ import annotations

import re

_ORCID = re.compile(r"(?:https?://orcid\.org/)?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])/?", re.IGNORECASE)


def tidy_orcid(text: str) -> str | None:
    """An ORCID iD as 0000-0002-1825-0097, with or without its address; None where its check character is wrong.

    ISO 7064 MOD 11-2, as orcid.org describes it.
    """
    match = _ORCID.fullmatch(text.strip())
    if match is None:
        return None
    whole = "".join(match.groups()).upper()
    total = 0
    for digit in whole[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return "-".join(match.groups()).upper() if whole[-1] == ("X" if check == 10 else str(check)) else None
