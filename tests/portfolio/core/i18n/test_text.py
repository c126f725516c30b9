"""Digits and typed text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.core.i18n.digits import fold_thai_digits, to_thai_digits
from portfolio.core.i18n.text import ControlCharacterError, normalise


def test_digits_there_and_back() -> None:
    assert to_thai_digits("หน้า 10 จาก 1,234") == "หน้า ๑๐ จาก ๑,๒๓๔"
    assert to_thai_digits(2569) == "๒๕๖๙"
    assert fold_thai_digits("๐๑๒๓๔๕๖๗๘๙ ก") == "0123456789 ก"


@given(text=st.text())
def test_folding_undoes_printing(text: str) -> None:
    assert fold_thai_digits(to_thai_digits(text)) == fold_thai_digits(text)


@pytest.mark.parametrize(
    "text",
    ["👩‍🌾🌿🇹🇭", "مرحبا", "\u200fعربي\u200e abc", "ก\u200bข\u2060ค", "\tหนึ่ง\nสอง", "น้ำ", "x\u00a0y"],
)
def test_what_people_write_is_kept(text: str) -> None:
    assert normalise(text) == unicodedata.normalize("NFC", text)


def test_forms_and_line_ends_become_one() -> None:
    assert normalise("cafe\u0301\r\nx\ry") == "café\nx\ny"


@pytest.mark.parametrize(
    ("text", "place"), [("a\x00b", 2), ("\x07", 1), ("abc\x1b[31m", 4), ("x\x85", 2), ("\ud800", 1)]
)
def test_control_character_is_refused_by_name_and_place(text: str, place: int) -> None:
    with pytest.raises(ControlCharacterError) as caught:
        normalise(text)
    assert caught.value.position + 1 == place
    assert f"U+{ord(caught.value.character):04X}" in str(caught.value.message)


@given(text=st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    try:
        once = normalise(text)
    except ControlCharacterError:
        return
    assert normalise(once) == once
