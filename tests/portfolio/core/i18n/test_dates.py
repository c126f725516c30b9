"""Dates in both eras, in words and figures, there and back."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.core.i18n.dates import (
    DateError,
    format_date,
    format_datetime,
    format_time,
    format_year,
    parse_date,
    parse_year,
)
from portfolio.core.i18n.digits import to_thai_digits
from portfolio.core.i18n.language import LANGUAGES, Language

THE_DAY = date(2026, 11, 24)
DAYS = st.dates(min_value=date(1858, 1, 1), max_value=date(2400, 12, 31))


@pytest.mark.parametrize(
    ("style", "language", "text"),
    [
        ("long", "th", "24 พฤศจิกายน พ.ศ. 2569"),
        ("short", "th", "24 พ.ย. 2569"),
        ("long", "en", "24 November 2026"),
        ("short", "en", "24 Nov 2026"),
    ],
)
def test_day_is_written_in_the_era_of_the_language(style: str, language: Language, text: str) -> None:
    assert format_date(THE_DAY, style, language) == text  # type: ignore[arg-type]


def test_moment_is_shown_on_bangkoks_clock() -> None:
    late = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)
    assert format_date(late, "short", "th") == "24 พ.ย. 2569"
    assert format_time(late, "th") == "03:30 น."
    assert format_datetime(late, "short", "en") == "24 Nov 2026 03:30"
    assert format_time(late.astimezone(timezone(timedelta(hours=-8))), "en") == "03:30"
    assert format_time(late.replace(tzinfo=None), "en") == "03:30"


def test_nothing_is_written_for_no_date() -> None:
    assert [format_date(None), format_time(None), format_datetime(None), format_year(None)] == ["", "", "", ""]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24",
        "2569-11-24",
        "24/11/2569",
        "24/11/2026",
        "24-11-2569",
        "24.11.2569",
        " 24 / 11 / 2569 ",
        "๒๔/๑๑/๒๕๖๙",
        "24 พฤศจิกายน พ.ศ. 2569",
        "24 พฤศจิกายน 2569",
        "๒๔ พฤศจิกายน พ.ศ. ๒๕๖๙",
        "วันที่ 24 เดือน พฤศจิกายน พ.ศ. 2569",
        "24 พ.ย. 2569",
        "24พ.ย.2569",
        "24 พย 2569",
        "24 พ.ย. ค.ศ. 2026",
        "24 November 2026",
        "24 nov 2026",
        "24 Nov. 2026",
        "November 24, 2026",
        "Nov 24 2026",
        "24 November BE 2569",
    ],
)
def test_many_ways_to_write_one_day(text: str) -> None:
    assert parse_date(text) == THE_DAY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "31/02/2569",
        "29/02/2568",
        "30 ก.พ. 2569",
        "31 November 2026",
        "0/1/2569",
        "1/13/2569",
        "1/0/2569",
        "24 ฟฟฟ 2569",
        "24/11/69",
        "24/11/9999",
        "24/11/1000",
        "24/11/0000",
        "24 พ.ย. ค.ศ. 2569",
        "24/11/2569; DROP TABLE",
        "²/11/2569",
        "\x00",
        "9" * 100_000,
    ],
)
def test_impossible_day_is_refused_with_words(text: str) -> None:
    with pytest.raises(DateError) as caught:
        parse_date(text)
    assert isinstance(caught.value, ValueError)
    assert str(caught.value.message).strip() != ""


def test_leap_days_exist_where_the_common_year_has_them() -> None:
    assert parse_date("29/2/2567") == date(2024, 2, 29)
    assert parse_date("29 ก.พ. 2543") == date(2000, 2, 29)


@given(day=DAYS, style=st.sampled_from(["long", "short"]), language=st.sampled_from(LANGUAGES), thai=st.booleans())
def test_what_is_written_is_read_as_the_same_day(day: date, style: str, language: Language, thai: bool) -> None:
    text = format_date(day, style, language)  # type: ignore[arg-type]
    assert parse_date(to_thai_digits(text) if thai else text) == day


@given(day=DAYS, buddhist=st.booleans(), separator=st.sampled_from(["/", "-", ".", " / "]))
def test_figures_are_read_as_the_same_day_in_either_era(day: date, buddhist: bool, separator: str) -> None:
    year = day.year + 543 if buddhist else day.year
    assert parse_date(separator.join(map(str, (day.day, day.month, year)))) == day


@given(text=st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(DateError):
        assert isinstance(parse_date(text), date)


@pytest.mark.parametrize("text", ["2569", "พ.ศ. 2569", "๒๕๖๙", "2026", "ค.ศ. 2026", "พ.ศ.๒๕๖๙"])
def test_year_in_either_era(text: str) -> None:
    assert parse_year(text) == 2026


@pytest.mark.parametrize("text", ["", "69", "25690", "๒๕", "ปี 2569", "0000"])
def test_year_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(DateError):
        parse_year(text)


def test_year_is_shown_as_the_reader_counts() -> None:
    assert (format_year(2026, "th"), format_year(2026, "en")) == ("2569", "2026")
