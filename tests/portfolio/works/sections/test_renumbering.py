"""References in a text follow exhibits to other numbers, and nothing else of the text changes. Pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.works.references_in_text import GONE, HIGHEST, mentions, moves, read, renumbered, spelled

THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
NUMBERS = st.integers(1, 12).flatmap(lambda count: st.permutations(range(1, count + 1)))


def _numeral(number: int, zeros: int, thai: bool) -> str:
    text = str(number).zfill(len(str(number)) + zeros)[:3]
    return text.translate(THAI) if thai else text


PAGES = st.sampled_from(["", " หน้า 3", " หน้า ๑๒-๑๔", ", p. 3", " pp. 2 – 5", " น.7"])
ENTRIES = st.builds(
    lambda one, pages: one + pages, st.builds(_numeral, st.integers(0, 15), st.integers(0, 1), st.booleans()), PAGES
)
BRACKETS = st.builds(
    lambda word, blank, entries, join: f"[{word}{blank}{join.join(entries)}]",
    st.sampled_from(["หลักฐาน", "หลักฐานที่", "หลักฐานลำดับที่", "exhibit", "Exhibits", "EXHIBIT"]),
    st.sampled_from(["", " ", "  "]),
    st.lists(ENTRIES, min_size=1, max_size=4),
    st.sampled_from([", ", " และ ", " and ", ";", " & "]),
)
PROSE = st.sampled_from(
    [
        "ลดหนี้ ",
        "**เข้ม** ",
        "\n\n",
        "\r\n",
        "[1] ",
        "[หลักฐาน] ",
        "หลักฐาน 2 ",
        "[4](https://a.example/2) ",
        "é ",
        "e\u0301 ",
    ]
)
TEXTS = st.lists(st.one_of(BRACKETS, PROSE), max_size=12).map("".join)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[หลักฐาน 1]", "[หลักฐาน 2]"),
        ("[หลักฐาน ๑ หน้า ๑]", "[หลักฐาน ๒ หน้า ๑]"),
        ("[หลักฐานที่ ๑ น. 1-2]", "[หลักฐานที่ ๒ น. 1-2]"),
        ("[exhibit 1, p. 1]", "[exhibit 2, p. 1]"),
        ("[Exhibits 1 and 2; ๓]", "[Exhibits 2 and 1; ๐]"),
        ("[หลักฐาน 1 หน้า 3, 3 หน้า 1]", "[หลักฐาน 2 หน้า 3, 0 หน้า 1]"),
        ("[หลักฐาน 3 หน้า 3]", "[หลักฐาน 0 หน้า 3]"),
        ("[หลักฐาน 03]", "[หลักฐาน 00]"),
        ("[หลักฐาน 0]", "[หลักฐาน 0]"),
        ("[หลักฐาน 4 หน้า 1]", "[หลักฐาน 12 หน้า 1]"),
        ("[หลักฐาน 9] หลักฐาน 1 [1] [หลักฐาน 1234]", "[หลักฐาน 9] หลักฐาน 1 [1] [หลักฐาน 1234]"),
        ("[หลักฐาน 1](https://a.example/1)", "[หลักฐาน 2](https://a.example/1)"),
    ],
)
def test_a_reference_takes_the_other_number_as_it_was_written(text: str, found: str) -> None:
    assert renumbered(text, {1: 2, 2: 1, 3: GONE, 4: 12}) == found


@given(TEXTS, NUMBERS)
def test_there_and_back_gives_the_same_bytes(text: str, order: list[int]) -> None:
    there = moves(range(1, len(order) + 1), order)
    back = moves(order, range(1, len(order) + 1))
    moved = renumbered(text, there)
    assert renumbered(moved, back).encode() == text.encode()
    assert [number for number, _page in mentions(moved)] == [
        there.get(number, number) for number, _page in mentions(text)
    ]
    assert [page for _number, page in mentions(moved)] == [page for _number, page in mentions(text)]


@given(
    st.text(alphabet="[]หลักฐาน 0123,หน้าp.และ–๑๒", max_size=60), st.dictionaries(st.integers(1, 99), st.integers(0, 999))
)
def test_whatever_is_no_number_of_a_reference_stays(text: str, numbers: dict[int, int]) -> None:
    moved = renumbered(text, numbers)
    assert list(mentions(moved)) == [(numbers.get(number, number), page) for number, page in mentions(text)]
    digits = str.maketrans("", "", "0123456789๐๑๒๓๔๕๖๗๘๙")
    assert moved.translate(digits) == text.translate(digits)


KEYS = st.lists(st.integers(0, 8), unique=True, max_size=9)


@given(KEYS, KEYS, st.integers(1, 12))
def test_a_reference_names_the_same_exhibit_or_none(before: list[int], after: list[int], number: int) -> None:
    """Only what names nothing may come to name an exhibit, and only one that was added behind all others."""
    new = moves(before, after).get(number, number)
    named = before[number - 1] if number <= len(before) else None
    names = after[new - 1] if 1 <= new <= len(after) else None
    if named is not None:
        assert names == (named if named in after else None)
    elif names is not None:
        assert after[: len(before)] == before


def test_the_order_decides_what_becomes_of_numbers() -> None:
    assert moves("abc", "abc") == {}
    assert moves("abc", "abcd") == {}
    assert moves("", "a") == {}
    assert moves("abc", "bac") == {1: 2, 2: 1}
    assert moves("abc", "ac") == {2: GONE, 3: 2}
    assert moves("ac", "abc") == {2: 3, 3: GONE}
    assert moves("abc", "") == {1: GONE, 2: GONE, 3: GONE}
    many = list(range(HIGHEST + 1))
    assert moves(many, [many[-1], *many[:-1]])[HIGHEST] == GONE  # there is no way to write 1000


@given(st.dictionaries(st.integers(0, 999), st.integers(0, 999)))
def test_what_became_of_numbers_is_kept_as_a_line(numbers: dict[int, int]) -> None:
    assert read(spelled(numbers)) == numbers


def test_a_line_of_another_form_is_passed_over() -> None:
    assert read("x 1>2, 3>>4 <script> 5>6") == {1: 2, 5: 6}
