"""Light prose as HTML, and words counted."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.works.prose import render
from portfolio.works.words import count_words

MARKS = st.sampled_from(
    ["**", "[ก](", "https://a.example/", ")", '"', "<script>", "onclick=x", "javascript:", "\n", "- ", "ก", "1. ", "&"]
)


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
        ("**ก** ** ข", "<p><strong>ก</strong> ** ข</p>"),
        ("[ก](https://a.example)", '<p><a href="https://a.example" rel="noopener nofollow">ก</a></p>'),
        ("[ก](javascript:alert(1))", "<p>[ก](javascript:alert(1))</p>"),
        (
            "**ก [ข](mailto:a@b.example)**",
            '<p><strong>ก <a href="mailto:a@b.example" rel="noopener nofollow">ข</a></strong></p>',
        ),
    ],
)
def test_prose_has_paragraphs_bullets_and_numbers(text: str, html: str) -> None:
    assert render(text) == html


@given(st.text(alphabet="<>&\"'-1. \nก•*[]()", max_size=60) | st.lists(MARKS, max_size=12).map("".join))
def test_prose_never_lets_markup_through(text: str) -> None:
    html = re.sub(r'<a href="(https?|mailto):[^"<>]*" rel="noopener nofollow">', "", render(text)).replace("</a>", "")
    html = html.replace("<strong>", "").replace("</strong>", "")
    for tag in ("<p>", "</p>", "<br>", "<ul>", "</ul>", "<ol>", "</ol>", "<li>", "</li>", '<ol start="11">'):
        html = html.replace(tag, "")
    assert "<" not in html.replace('<ol start="', "")


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("   \n", 0), ("น้ำสะอาด", 2), ("clean water", 2), ("😀😀", 0), ("😀 ไทยงาม abc", 3)],
)
def test_words_are_counted_in_thai_and_english(text: str, words: int) -> None:
    assert count_words(text) == words
