"""What figures say: changes, shares, targets, and the plain form in which they are kept."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.core.clock import now
from portfolio.works.indicators.measures import (
    Point,
    PointKind,
    Series,
    change,
    exact,
    figure,
    in_unit,
    percent,
    plain,
    series,
)
from portfolio.works.indicators.models import FollowUp, Measurer
from portfolio.works.models import ChangeRecord
from portfolio.works.vocabulary import Direction

KEPT = st.decimals(min_value=-99_999_999, max_value=99_999_999, places=4)


def d(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize(
    ("before", "after", "moved", "share"),
    [
        ("41", "88", "+47", "+114.6%"),
        ("312", "96", "−216", "−69.2%"),
        ("3", "3", "±0", "±0%"),
        ("0", "12", "+12", ""),
        ("0", "0", "±0", ""),
        ("-10", "-5", "+5", "+50%"),
        ("-5", "-10", "−5", "−100%"),
        ("-10", "5", "+15", ""),
        ("5", "-10", "−15", ""),
        ("5", "0", "−5", "−100%"),
        ("0.0003", "0.0004", "+0.0001", "+33.3%"),
        ("1250000", "3480000", "+2,230,000", "+178.4%"),
        (None, "3", "", ""),
        ("3", None, "", ""),
    ],
)
def test_change_and_share_say_nothing_that_misleads(
    before: str | None, after: str | None, moved: str, share: str
) -> None:
    assert change(d(before), d(after)) == moved
    assert percent(d(before), d(after), "ครัวเรือน") == share


@pytest.mark.parametrize("unit", ["ร้อยละ", "ร้อยละ ของ 20 จุด", "%", "per cent of 20 points", "Percent", "เปอร์เซ็นต์"])
def test_a_percentage_has_no_share_of_its_own(unit: str) -> None:
    assert percent(Decimal(41), Decimal(88), unit) == ""


@given(KEPT)
def test_a_figure_is_kept_to_the_last_digit(value: Decimal) -> None:
    text = exact(value)
    assert text is not None
    assert Decimal(text) == value
    assert "E" not in text
    assert Decimal(figure(value).replace(",", "").replace("−", "-")) == value


def test_zero_is_a_value_and_blank_is_none() -> None:
    assert exact(Decimal("0.0000")) == "0"
    assert figure(Decimal("-0.0000")) == "0"
    assert exact(None) is None
    assert figure(None) == ""


def one(**more: Any) -> Series:
    points = (
        Point(PointKind.BEFORE, Decimal(14), date(2021, 12, 31)),
        Point(PointKind.AFTER, Decimal(3), date(2025, 12, 31)),
    )
    return Series(**({"name": "ข้อร้องเรียน", "unit": "ครั้ง", "points": points} | more))


@pytest.mark.parametrize(
    ("target", "direction", "reached", "improved"),
    [
        ("5", None, True, True),  # the way follows from the target below the value before
        ("2", None, False, True),
        ("5", Direction.LESS, True, True),
        ("5", Direction.MORE, False, False),
        (None, Direction.LESS, None, True),
        (None, None, None, None),
        ("14", None, False, None),  # a target that is the value before tells no way; more is taken
    ],
)
def test_target_and_direction(
    target: str | None, direction: Direction | None, reached: bool | None, improved: bool | None
) -> None:
    found = one(target=d(target), direction=direction)
    assert found.reached is reached
    assert found.improved is improved


def test_the_last_measurement_decides_whether_the_target_is_reached() -> None:
    slipped = Point(PointKind.PARTNER, Decimal(9), date(2026, 12, 31))
    found = one(target=Decimal(5), points=(*one().points, slipped))
    assert found.latest == slipped
    assert found.reached is False


def record() -> ChangeRecord:
    return ChangeRecord(
        name_th="จุดตรวจน้ำ",
        name_en="",
        unit_th="ร้อยละ",
        unit_en="per cent",
        baseline_value=Decimal("35.5000"),
        baseline_date=date(2022, 5, 20),
        baseline_source="รายงาน 2565",
        outcome_value=Decimal(90),
        outcome_date=date(2026, 5, 20),
        outcome_source="รายงาน 2569",
        target_value=Decimal(0),
        direction=Direction.MORE,
        **{f"{name}_{lang}": "" for name in ("note", "method", "attribution", "other_causes") for lang in ("th", "en")},
    )


def follow_ups() -> list[FollowUp]:
    said = {"source": "", "measurer_name": "", "note_th": "", "note_en": ""}
    return [
        FollowUp(id=4, due_on=date(2027, 5, 20), **said),
        FollowUp(id=5, due_on=date(2027, 1, 1), cancelled_at=now(), **said),
        FollowUp(
            id=3,
            due_on=date(2026, 9, 1),
            measured_on=date(2026, 9, 14),
            value=Decimal("95.2500"),
            measured_by=Measurer.THIRD_PARTY,
            **said | {"measurer_name": "ห้องปฏิบัติการ"},
        ),
        FollowUp(id=2, measured_on=date(2024, 5, 20), value=Decimal(0), measured_by=Measurer.UNIVERSITY, **said),
    ]


def test_plain_form_is_exact_in_time_and_leaves_out_what_was_called_off() -> None:
    kept = plain(record(), follow_ups())
    assert kept["baseline"] == {"value": "35.5", "date": "2022-05-20", "source": "รายงาน 2565"}
    assert kept["target"] == "0"
    assert kept["direction"] == "more"
    assert [(row["date"], row["value"], row["by"], row["measurer"]) for row in kept["follow_ups"]] == [
        ("2024-05-20", "0", "university", ""),
        ("2026-09-14", "95.25", "third_party", "ห้องปฏิบัติการ"),
    ]
    assert kept["planned"] == ["2027-05-20"]


def test_series_stands_in_time_and_in_a_language() -> None:
    found = series(plain(record(), follow_ups()), "en")
    assert (found.name, found.unit, found.target) == ("จุดตรวจน้ำ", "per cent", Decimal(0))
    assert [(point.kind.value, str(point.value)) for point in found.points] == [
        ("before", "35.5"),
        ("university", "0"),
        ("after", "90"),
        ("third_party", "95.25"),
    ]
    assert found.planned == (date(2027, 5, 20),)


def test_snapshots_from_before_follow_ups_are_read_as_they_are() -> None:
    old = {
        "name_th": "ก",
        "name_en": "",
        "unit_th": "คน",
        "unit_en": "",
        "baseline": {"value": "1", "date": None, "source": ""},
        "outcome": {"value": None, "date": None, "source": ""},
        "target": None,
        "note_th": "",
        "note_en": "",
    }
    found = series(old, "th")
    assert found.points == (Point(PointKind.BEFORE, Decimal(1), None),)
    assert found.planned == ()
    assert found.latest is None


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ("ร้อยละ", "ร้อยละ 95"),
        ("ร้อยละของครัวเรือน", "ร้อยละของครัวเรือน 95"),
        ("คน", "95 คน"),
        ("per cent", "95 per cent"),
        ("", "95"),
    ],
)
def test_thai_says_the_per_cent_before_the_figure(unit: str, said: str) -> None:
    assert in_unit(Decimal(95), unit) == said
