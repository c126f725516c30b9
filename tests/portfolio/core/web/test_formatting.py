"""Filters and globals of templates."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, render_template_string
from jinja2 import UndefinedError

from portfolio.core.web.formatting import filesize, icon, number, paragraphs, static_url


@pytest.fixture(autouse=True)
def _page(app: Flask) -> Iterator[None]:
    """A Thai page is being written."""
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 ไบต์"),
        (1023, "1023 ไบต์"),
        (1024, "1 KB"),
        (1536, "1.5 KB"),
        (640 * 1024, "640 KB"),
        (1024 * 1024 - 1, "1 MB"),
        (43_000_000, "41 MB"),
        (5 * 1024**3, "5 GB"),
        (5000 * 1024**3, "5000 GB"),
    ],
)
def test_size_in_words(size: int, text: str) -> None:
    assert filesize(size) == text


def test_numbers_have_separators() -> None:
    assert [number(1234567), number(12.5), number(3.14159, 2), number(None)] == ["1,234,567", "12.5", "3.14", ""]


def test_paragraphs_are_escaped() -> None:
    assert paragraphs("a <b>\nc\n\n\nd & e") == "<p>a &lt;b&gt;<br>c</p><p>d &amp; e</p>"
    assert paragraphs(None) == ""


def test_icon_speaks_only_with_a_label() -> None:
    assert 'aria-hidden="true"' in icon("check-lg")
    assert 'role="img" aria-label="&lt;done&gt;"' in icon("check-lg", label="<done>")


def test_unknown_icon_is_an_error() -> None:
    with pytest.raises(LookupError, match="no symbol i-nothing"):
        icon("nothing")


def test_static_address_carries_the_digest_of_the_file() -> None:
    path, digest = static_url("css/tokens.css").split("?v=")
    assert (path, len(digest)) == ("/static/css/tokens.css", 12)
    assert static_url("css/app.css").split("?v=")[1] != digest


def test_unknown_name_in_a_template_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render_template_string("{{ nobody }}")


def test_date_filters_are_known() -> None:
    text = render_template_string(
        "{{ today() | date }}|{{ now() | datetime }}|{{ 2026 | year }}|{{ 12 | thai_digits }}"
    )
    assert text.endswith("|2569|๑๒")
    assert "พ.ศ. 25" in text
