"""The small pure parts of works: light prose, words, drawings, coded lists."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.works.charts import change, draw, figure, reached, scale
from portfolio.works.prose import render
from portfolio.works.vocabulary import provinces, sdgs
from portfolio.works.words import count_words


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("หนึ่ง\n\nสอง", "<p>หนึ่ง</p><p>สอง</p>"),
        ("หนึ่ง\nสอง", "<p>หนึ่ง<br>สอง</p>"),
        ("- ก\n- ข", "<ul><li>ก</li><li>ข</li></ul>"),
        ("• ก\n\n• ข", "<ul><li>ก</li><li>ข</li></ul>"),
        ("1. ก\n2. ข", "<ol><li>ก</li><li>ข</li></ol>"),
        ("๑. ก\n๒. ข", "<ol><li>ก</li><li>ข</li></ol>"),
        ("3. ก\n4. ข", '<ol start="3"><li>ก</li><li>ข</li></ol>'),
        ("1. ก\n1. ข", "<ol><li>ก</li></ol><ol><li>ข</li></ol>"),
        ("- ก\nต่อ\n\nจบ", "<ul><li>ก ต่อ</li></ul><p>จบ</p>"),
        ("นำ\n- ก", "<p>นำ</p><ul><li>ก</li></ul>"),
        ("-ก", "<p>-ก</p>"),
        ("<b>&", "<p>&lt;b&gt;&amp;</p>"),
        ("- <i>", "<ul><li>&lt;i&gt;</li></ul>"),
    ],
)
def test_prose_has_paragraphs_bullets_and_numbers(text: str, html: str) -> None:
    assert render(text) == html


@given(st.text(alphabet="<>&\"'-1. \nก•", max_size=60))
def test_prose_never_lets_markup_through(text: str) -> None:
    html = render(text)
    for tag in ("<p>", "</p>", "<br>", "<ul>", "</ul>", "<ol>", "</ol>", "<li>", "</li>", '<ol start="11">'):
        html = html.replace(tag, "")
    assert "<" not in html.replace('<ol start="', "")


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("   \n", 0), ("น้ำสะอาด", 2), ("clean water", 2), ("😀😀", 0), ("😀 ไทยงาม abc", 3)],
)
def test_words_are_counted_in_thai_and_english(text: str, words: int) -> None:
    assert count_words(text) == words


def test_there_are_77_provinces_and_17_goals() -> None:
    assert len(provinces()) == 77
    assert len({place.name_th for place in provinces().values()}) == 77
    assert provinces()["TH-55"].name_en == "Nan"
    assert list(sdgs()) == list(range(1, 18))


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ([41, 88, 80], [0, 25, 50, 75, 100]),
        ([14, 3, 5], [0, 5, 10, 15]),
        ([312, 96], [0, 100, 200, 300, 400]),
        ([0, 0], [0, 0.25, 0.5, 0.75, 1.0]),
        ([-12, 30], [-20, 0, 20, 40]),
    ],
)
def test_scales_have_round_marks(values: list[float], marks: list[float]) -> None:
    assert scale(values) == pytest.approx(marks)


@given(
    st.decimals(min_value=-(10**12), max_value=10**12, places=4),
    st.decimals(min_value=-(10**12), max_value=10**12, places=4),
)
def test_drawings_stay_inside_their_frame(before: Decimal, after: Decimal) -> None:
    drawing = draw(before, after, None, 340)
    assert drawing is not None
    places = [tick.x for tick in drawing.ticks] + [drawing.before.x, drawing.after.x]  # type: ignore[union-attr]
    assert all(13.9 <= place <= 326.1 for place in places)
    assert 2 <= len(drawing.ticks) <= 7


def test_there_is_no_drawing_without_a_value() -> None:
    assert draw(None, None, Decimal(3), 340) is None
    only_before = draw(Decimal(41), None, Decimal(80), 340)
    assert only_before is not None
    assert only_before.after is None


def test_labels_that_would_touch_turn_away() -> None:
    drawing = draw(Decimal(50), Decimal(52), Decimal(100), 340)
    assert drawing is not None
    assert drawing.before is not None
    assert drawing.after is not None
    assert (drawing.before.anchor, drawing.after.anchor) == ("end", "start")


@pytest.mark.parametrize(
    ("before", "after", "target", "answer"),
    [("41", "88", "80", True), ("41", "70", "80", False), ("312", "96", "120", True), ("312", "130", "120", False)],
)
def test_target_is_reached_in_its_own_direction(before: str, after: str, target: str, answer: bool) -> None:
    assert reached(Decimal(before), Decimal(after), Decimal(target)) is answer
    assert reached(Decimal(before), None, Decimal(target)) is None


def test_figures_and_changes_are_written_without_idle_zeros() -> None:
    assert figure(Decimal("1234.5000")) == "1,234.5"
    assert figure(Decimal("41.0000")) == "41"
    assert change(Decimal(41), Decimal(88)) == "+47"
    assert change(Decimal(312), Decimal(96)) == "−216"
    assert change(Decimal(5), Decimal("5.0")) == "±0"
    assert change(None, Decimal(1)) == ""
