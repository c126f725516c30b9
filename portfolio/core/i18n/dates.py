"""Dates as people here write them: Buddhist era in Thai, Common Era in English, both understood."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Literal

from flask_babel import lazy_gettext as _l

from portfolio.core.clock import BANGKOK
from portfolio.core.i18n.digits import fold_thai_digits
from portfolio.core.i18n.language import Language, current_language

ERA_OFFSET = 543
FIRST_BUDDHIST_YEAR = 2400
"""A four-digit year above this is read as พ.ศ.; nobody enters work dated after 2400 CE."""

LONGEST_DATE = 80
"""No spelled-out date is longer; the rest of an over-long text is not looked at."""

Style = Literal["long", "short"]

_THAI_MONTHS = (
    ("มกราคม", "ม.ค."),
    ("กุมภาพันธ์", "ก.พ."),
    ("มีนาคม", "มี.ค."),
    ("เมษายน", "เม.ย."),
    ("พฤษภาคม", "พ.ค."),
    ("มิถุนายน", "มิ.ย."),
    ("กรกฎาคม", "ก.ค."),
    ("สิงหาคม", "ส.ค."),
    ("กันยายน", "ก.ย."),
    ("ตุลาคม", "ต.ค."),
    ("พฤศจิกายน", "พ.ย."),
    ("ธันวาคม", "ธ.ค."),
)
_ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class DateError(ValueError):
    """A typed date cannot be used; `message` says why, in the reader's language."""

    def __init__(self, message: object, text: str) -> None:
        self.message = message
        self.text = text
        super().__init__(f"not a date: {text!r}")

    def __str__(self) -> str:
        return str(self.message)


def format_date(value: date | datetime | None, style: Style = "long", language: Language | None = None) -> str:
    """A day as "24 พฤศจิกายน พ.ศ. 2569" or "24 พ.ย. 2569", in English "24 November 2026" or "24 Nov 2026".

    A moment is shown as the day it has in Bangkok; None gives an empty string.
    """
    if value is None:
        return ""
    day = in_bangkok(value).date() if isinstance(value, datetime) else value
    if (language or current_language()) == "th":
        full, short = _THAI_MONTHS[day.month - 1]
        year = day.year + ERA_OFFSET
        return f"{day.day} {full} พ.ศ. {year}" if style == "long" else f"{day.day} {short} {year}"
    month = _ENGLISH_MONTHS[day.month - 1]
    return f"{day.day} {month if style == 'long' else month[:3]} {day.year}"


def format_time(value: datetime | None, language: Language | None = None) -> str:
    """The time of a moment in Bangkok: "10:42 น.", in English "10:42"."""
    if value is None:
        return ""
    text = f"{in_bangkok(value):%H:%M}"
    return f"{text} น." if (language or current_language()) == "th" else text


def format_datetime(value: datetime | None, style: Style = "short", language: Language | None = None) -> str:
    """Day and time of a moment in Bangkok."""
    if value is None:
        return ""
    return f"{format_date(value, style, language)} {format_time(value, language)}"


def format_year(year: int | None, language: Language | None = None) -> str:
    """A stored (CE) year as the reader counts it: 2569 in Thai, 2026 in English."""
    if year is None:
        return ""
    return str(year + ERA_OFFSET) if (language or current_language()) == "th" else str(year)


def in_bangkok(value: datetime) -> datetime:
    """The moment on Bangkok's clock; a value without a zone is taken as UTC, as the database keeps it."""
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(BANGKOK)


def parse_year(text: str) -> int:
    """A CE year from "2569", "พ.ศ. 2569", "๒๕๖๙", "2026" or "ค.ศ. 2026". Raises DateError."""
    folded = " ".join(fold_thai_digits(text[:LONGEST_DATE]).split())
    match = _YEAR.fullmatch(folded)
    if match is None:
        raise DateError(_l("Write the year with four digits, such as 2569 or 2026."), text)
    return _common_year(int(match["year"]), match["era"], text)


def parse_date(text: str) -> date:
    """A day from ISO, day/month/year or words, in either era, with Thai or Arabic digits.

    Years above 2400 are Buddhist unless ค.ศ. stands before them. Raises DateError with a message to show at the field.
    """
    folded = " ".join(fold_thai_digits(text[:LONGEST_DATE]).split())
    if match := _ISO.fullmatch(folded):
        year, month, day = (int(part) for part in match.groups())
        return _day(year, None, month, day, text)
    if match := _NUMERIC.fullmatch(folded):
        return _day(int(match["year"]), match["era"], int(match["month"]), int(match["day"]), text)
    if match := _WORDS.fullmatch(folded) or _WORDS_MONTH_FIRST.fullmatch(folded):
        month_number = _month_number(match["month"])
        if month_number is None:
            raise DateError(_l("“%(month)s” is not the name of a month.", month=match["month"]), text)
        return _day(int(match["year"]), match["era"], month_number, int(match["day"]), text)
    raise DateError(_l("Write the date as day, month and year, such as 24/11/2569 or 24 พ.ย. 2569."), text)


_ERA = r"(?P<era>พ\.? ?ศ\.?|ค\.? ?ศ\.?|b\.?e\.?|c\.?e\.?|a\.?d\.?)? ?"
_YEAR = re.compile(rf"{_ERA}(?P<year>\d{{4}})", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMERIC = re.compile(
    rf"(?P<day>\d{{1,2}}) ?[/.\-] ?(?P<month>\d{{1,2}}) ?[/.\-] ?{_ERA}(?P<year>\d{{4}})", re.IGNORECASE
)
_WORDS = re.compile(
    rf"(?:วันที่ )?(?P<day>\d{{1,2}}) ?(?:เดือน ?)?(?P<month>[^\W\d_][^\d,]*?)[, ]*{_ERA}(?P<year>\d{{4}})", re.IGNORECASE
)
_WORDS_MONTH_FIRST = re.compile(
    rf"(?P<month>[a-z]{{3,9}}\.?) (?P<day>\d{{1,2}})(?:,| ) ?{_ERA}(?P<year>\d{{4}})", re.IGNORECASE
)


def _day(year: int, era: str | None, month: int, day: int, text: str) -> date:
    common = _common_year(year, era, text)
    if not 1 <= month <= 12:
        raise DateError(_l("There is no month %(month)s.", month=month), text)
    try:
        return date(common, month, day)
    except ValueError:
        raise DateError(_l("There is no such day in that month: “%(text)s”.", text=text.strip()), text) from None


def _common_year(year: int, era: str | None, text: str) -> int:
    buddhist = year > FIRST_BUDDHIST_YEAR if era is None else era[0].lower() in "พb"
    common = year - ERA_OFFSET if buddhist else year
    if not 1800 <= common <= FIRST_BUDDHIST_YEAR:
        raise DateError(_l("The year %(year)s is out of range.", year=year), text)
    return common


def _month_number(word: str) -> int | None:
    return _MONTH_NUMBERS.get(_month_key(word))


def _month_key(word: str) -> str:
    return word.replace(".", "").replace(" ", "").lower()


_MONTH_NUMBERS = {
    _month_key(name): number
    for number, (thai, english) in enumerate(zip(_THAI_MONTHS, _ENGLISH_MONTHS, strict=True), start=1)
    for name in (*thai, english, english[:3])
} | {"sept": 9}
