"""The drawing of an indicator: true to time, words that do not touch, shapes that differ, nothing that is markup."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.works.indicators import charts
from portfolio.works.indicators.charts import (
    NARROW,
    SHAPES,
    SMALL,
    WIDE,
    Drawing,
    Label,
    Line,
    Panel,
    Polyline,
    Shape,
    Wording,
    draw,
    scale,
    side_by_side,
    svg,
    with_legend,
    wrap,
)
from portfolio.works.indicators.measures import Point, PointKind, Series

MONTHS = ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."]
WORDS = Wording(
    "เป้าหมาย", "ไม่ระบุวันที่", lambda year: str(year + 543), lambda day: f"{MONTHS[day.month - 1]} {day.year + 543}"
)
FIGURES = st.decimals(min_value=-10_000_000, max_value=10_000_000, places=2)
DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))
POINTS = st.tuples(st.sampled_from(list(PointKind)[2:]), FIGURES, DAYS)


def point(kind: PointKind, value: str, day: date | None) -> Point:
    return Point(kind, Decimal(value), day)


def four_years() -> Series:
    return Series(
        "จุดตรวจน้ำ",
        "ร้อยละ",
        (
            point(PointKind.BEFORE, "35", date(2022, 1, 1)),
            point(PointKind.AFTER, "90", date(2024, 1, 1)),
            point(PointKind.UNIVERSITY, "91", date(2025, 1, 1)),
            point(PointKind.PARTNER, "88.5", date(2025, 7, 1)),
            point(PointKind.THIRD_PARTY, "95", date(2026, 1, 1)),
        ),
        planned=(date(2027, 1, 1),),
        target=Decimal(90),
    )


def labels(drawing: Drawing) -> list[Label]:
    return [part for part in drawing.parts if isinstance(part, Label)]


def boxes(drawing: Drawing) -> list[tuple[str, charts.Box]]:
    return [(label.text, charts._label_box(label)) for label in labels(drawing)]


def marks(drawing: Drawing) -> list[Shape]:
    return [part for part in drawing.parts if isinstance(part, Shape) and part.css != "ch-planned"]


@pytest.mark.parametrize("width", [WIDE, SMALL, NARROW])
def test_days_are_to_scale(width: int) -> None:
    drawing = draw(four_years(), WORDS, width)
    assert drawing is not None
    assert drawing.to_time
    x = [mark.x for mark in marks(drawing)]
    assert (x[1] - x[0]) == pytest.approx(2 * (x[2] - x[1]), rel=0.01)  # two years against one
    assert (x[4] - x[2]) == pytest.approx(2 * (x[3] - x[2]), rel=0.02)  # one year against half
    (planned,) = (part for part in drawing.parts if isinstance(part, Shape) and part.css == "ch-planned")
    assert planned.x > x[4]


def test_kinds_differ_in_shape_or_filling_and_not_in_colour_alone() -> None:
    forms = {kind: (form, css) for kind, (css, form, _r) in SHAPES.items()}
    shapes = [form for kind, (form, _css) in forms.items() if kind is not PointKind.AFTER]
    assert len(set(shapes)) == len(shapes)
    assert forms[PointKind.BEFORE] == ("circle", "ch-before")  # hollow
    assert forms[PointKind.AFTER] == ("circle", "ch-after")  # full


@settings(max_examples=150, deadline=None)
@given(
    before=st.tuples(FIGURES, DAYS),
    later=st.lists(POINTS, max_size=9),
    target=st.none() | FIGURES,
    planned=st.lists(DAYS, max_size=3),
    width=st.sampled_from([NARROW, SMALL, WIDE]),
)
def test_words_never_touch_and_stay_inside(
    before: tuple[Decimal, date],
    later: list[tuple[PointKind, Decimal, date]],
    target: Decimal | None,
    planned: list[date],
    width: int,
) -> None:
    points = [Point(PointKind.BEFORE, *before), *(Point(*one) for one in later)]
    points.sort(key=lambda one: one.day or date.min)
    drawing = draw(Series("ก", "ข", tuple(points), tuple(planned), target), WORDS, width)
    assert drawing is not None
    found = boxes(drawing)
    for number, (text, box) in enumerate(found):
        assert box[0] >= -2, text
        assert box[2] <= width + 2, text
        assert -2 <= box[1] <= box[3] <= drawing.height + 2, text
        for other, second in found[number + 1 :]:
            assert not charts._touch(box, second), f"{text} touches {other}"
    assert all(0 <= mark.x <= width and 0 <= mark.y <= drawing.height for mark in marks(drawing))


@given(st.lists(FIGURES, min_size=1, max_size=12))
def test_the_scale_holds_every_value_in_few_round_steps(values: list[Decimal]) -> None:
    ticks, from_zero = scale(values)
    assert ticks[0] <= min(values)
    assert ticks[-1] >= max(values)
    assert 2 <= len(ticks) <= charts.MOST_STEPS + 2
    assert from_zero is (ticks[0] <= 0 <= ticks[-1])


@pytest.mark.parametrize(
    ("values", "from_zero"),
    [(["97.1", "98.2", "99"], False), (["41", "88"], True), (["-3", "5"], True), (["5"], True), (["0", "0"], True)],
)
def test_an_axis_that_leaves_zero_out_says_so(values: list[str], from_zero: bool) -> None:
    assert scale([Decimal(value) for value in values])[1] is from_zero


def test_points_without_a_day_stand_in_order_and_say_so() -> None:
    drawing = draw(
        Series(
            "ก",
            "คน",
            (point(PointKind.BEFORE, "0", None), point(PointKind.AFTER, "12", date(2024, 9, 1))),
            planned=(date(2027, 1, 1),),
        ),
        WORDS,
        NARROW,
    )
    assert drawing is not None
    assert not drawing.to_time
    assert {"ไม่ระบุวันที่", "ก.ย. 2567", "0", "12"} <= {label.text for label in labels(drawing)}
    assert not [part for part in drawing.parts if isinstance(part, Shape) and part.css == "ch-planned"]


def test_nothing_measured_is_not_drawn_and_one_value_is_a_point_alone() -> None:
    assert draw(Series("ก", "คน", (), target=Decimal(5)), WORDS) is None
    drawing = draw(Series("ก", "คน", (point(PointKind.AFTER, "98", date(2025, 9, 1)),)), WORDS)
    assert drawing is not None
    assert [part for part in drawing.parts if isinstance(part, Polyline)] == []
    assert len(marks(drawing)) == 1


def test_short_and_long_spans_get_words_that_fit() -> None:
    def ticks(first: date, last: date, width: int) -> list[str]:
        points = (point(PointKind.BEFORE, "1", first), point(PointKind.AFTER, "2", last))
        drawing = draw(Series("ก", "คน", points), WORDS, width)
        assert drawing is not None
        return [label.text for label in labels(drawing) if label.anchor == "middle" and label.css == "ch-t2"]

    assert ticks(date(2024, 1, 1), date(2024, 3, 1), WIDE) == ["ม.ค. 2567", "ก.พ. 2567", "มี.ค. 2567"]
    assert ticks(date(2024, 1, 10), date(2025, 9, 1), NARROW) == ["ก.ค. 2567", "ม.ค. 2568", "ก.ค. 2568"]
    assert ticks(date(2020, 1, 10), date(2026, 9, 1), WIDE) == [str(year) for year in range(2564, 2570)]
    assert ticks(date(1960, 1, 1), date(2026, 1, 1), NARROW) == ["2503", "2523", "2543", "2563"]
    assert ticks(date(2024, 5, 5), date(2024, 5, 5), NARROW) == ["พ.ค. 2567"]


def test_svg_on_pages_has_classes_only() -> None:
    drawing = draw(four_years(), WORDS)
    assert drawing is not None
    tree = ElementTree.fromstring(svg(drawing))  # noqa: S314 - our own
    assert tree.attrib["aria-hidden"] == "true"
    names = {name for element in tree.iter() for name in element.attrib}
    assert not names & {"style", "fill", "stroke"}
    assert {element.attrib["class"] for element in tree.iter("polygon")} == {"ch-f2", "ch-f3"}


def test_what_people_wrote_is_never_markup() -> None:
    wording = Wording('<b onload="x">', "&", lambda _year: "<i>", lambda _day: "'\"", lambda _value: "</text>")
    drawing = draw(four_years(), wording)
    assert drawing is not None
    text = svg(drawing)
    assert "<b" not in text
    assert "<i>" not in text
    assert '<b onload="x"> </text>' in {element.text for element in ElementTree.fromstring(text).iter("text")}  # noqa: S314


def test_drawings_stand_side_by_side_under_their_titles_with_one_legend() -> None:
    drawing = draw(four_years(), WORDS, NARROW)
    assert drawing is not None
    panels = [Panel(["ตัวชี้วัด ", "ที่ ", str(number)], drawing) for number in range(3)]
    whole = with_legend(side_by_side(panels), [("before", "ก่อน"), ("planned", "กำหนดติดตาม"), ("target", "เป้าหมาย")])
    assert whole.width == NARROW * 2 + 36
    assert whole.height > 2 * drawing.height
    titles = [label for label in labels(whole) if label.text.startswith("ตัวชี้วัด")]
    assert [(label.x, label.y > drawing.height) for label in titles] == [(0, False), (NARROW + 36, False), (0, True)]
    assert [label.text for label in labels(whole)][-3:] == ["ก่อน", "กำหนดติดตาม", "เป้าหมาย"]
    assert all(part.y2 <= whole.height for part in whole.parts if isinstance(part, Line))


def test_long_titles_break_where_they_may_and_end_in_an_ellipsis() -> None:
    assert wrap(["ครัวเรือน", "ที่", "มี", "น้ำ"], 400) == ["ครัวเรือนที่มีน้ำ"]
    lines = wrap(["ครัวเรือน"] * 12, 160)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(charts.text_width(line) <= 175 for line in lines)
    assert wrap([], 100) == []


@pytest.mark.parametrize("width", [charts.WIDE, charts.NARROW])
def test_no_value_stands_nearer_to_another_point_than_to_its_own(width: int) -> None:
    """A first follow-up just below the outcome: its figure must not be read as the outcome's."""
    begun = date(2022, 9, 1)
    later = [point(PointKind.UNIVERSITY, str(80 + 1.25 * n), begun + timedelta(days=91 * n)) for n in range(12)]
    first = (point(PointKind.BEFORE, "12.5", date(2019, 6, 1)), point(PointKind.AFTER, "88", date(2022, 6, 1)))
    planned = (date(2026, 1, 1), date(2027, 6, 1))
    series = Series("น้ำสะอาด", "ร้อยละ", (*first, *later), planned=planned, target=Decimal(95))
    drawing = draw(series, WORDS, width, 280)
    drawn = zip((*first, *later), marks(drawing), strict=True)
    shapes = {WORDS.figure(value.value): (mark.x, mark.y, mark.r) for value, mark in drawn}
    shown = [(shapes[text], box) for text, box in boxes(drawing) if text in shapes]
    assert len(shown) >= 4
    for own, box in shown:
        assert all(charts._away(box, other) > charts._away(box, own) for other in shapes.values() if other != own)
