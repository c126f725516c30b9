"""The tree as HTML: escaped, without style attributes, whole in both forms."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import lxml.html
import pytest

from portfolio.dossier.document import (
    Document,
    EvidenceRef,
    Figure,
    NumberedList,
    Run,
    Section,
    inlines,
    paragraph,
    plain_text,
    table,
)
from portfolio.dossier.writers.html import to_html
from portfolio.dossier.writers.process import render
from tests.portfolio.dossier.specimen import ENGLISH, THAI, picture, specimen


def only(*blocks: object) -> Document:
    """A document of one section with these blocks."""
    whole = specimen(cover=False)
    return replace(whole, sections=(Section(1, "1", "หัวข้อ", blocks),), contents=False)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_text_of_the_tree_is_on_the_page(language: str) -> None:
    document = specimen(language)  # type: ignore[arg-type]
    text = lxml.html.fromstring(to_html(document)).text_content()
    for wanted in (*(THAI if language == "th" else ENGLISH), document.meta.title, document.meta.number):
        assert wanted in text
    for section in document.sections:
        assert section.title in text
    for row in document.sections[1].blocks[0].rows:  # type: ignore[union-attr]
        assert plain_text(row[0], "en") in text


def test_markup_in_texts_is_shown_not_obeyed() -> None:
    hostile = '<script>alert(1)</script> & "quotes" {{ 7*7 }}'
    made = to_html(only(paragraph(hostile), table([1], [hostile], [[hostile]], hostile)))
    tree = lxml.html.fromstring(made)
    assert tree.xpath("//script") == []
    assert tree.text_content().count(hostile) == 4


def test_no_style_attribute_no_script_no_event_and_no_id_twice() -> None:
    tree = lxml.html.fromstring(to_html(specimen()))
    for element in tree.iter():
        names = [str(name) for name in element.attrib]
        assert "style" not in names
        assert not [name for name in names if name.startswith("on")]
    identifiers = tree.xpath("//@id")
    assert len(identifiers) == len(set(identifiers))


def test_headings_go_down_one_level_at_a_time_below_the_page_heading() -> None:
    tree = lxml.html.fromstring(to_html(replace(specimen(), cover=None)))
    levels = [int(element.tag[1]) for element in tree.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 2
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_references_lead_where_the_caller_says() -> None:
    document = only(paragraph(EvidenceRef(4, 2)))
    assert 'href="#exhibit-4"' in to_html(document)
    assert 'href="/evidence/4?page=2"' in to_html(
        document, evidence_url=lambda ref: f"/evidence/{ref.exhibit}?page={ref.page}"
    )
    without = to_html(document, evidence_url=lambda _ref: None)
    assert "<a class" not in without
    assert "หลักฐานลำดับที่ 4 หน้า 2" in without


def test_pictures_lie_where_the_caller_says_and_have_a_text() -> None:
    figure = Figure(picture(), "image/png", "คำบรรยาย", 'ข้อความ "แทน" ภาพ')
    tree = lxml.html.fromstring(to_html(only(figure), image_url=lambda _figure: "/picture/1"))
    (image,) = tree.xpath("//img")
    assert (image.get("src"), image.get("alt")) == ("/picture/1", 'ข้อความ "แทน" ภาพ')
    assert 'src="data:image/png;base64,' in to_html(only(figure))


def test_links_lists_and_breaks() -> None:
    run = Run("ดู\nต่อ", bold=True, url="https://example.org/?a=1&b=2")
    made = to_html(only(paragraph(run), NumberedList((inlines("ก"),), start=4)))
    assert '<a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer"><strong>ดู<br>ต่อ</strong></a>' in made
    assert '<ol start="4"><li>ก</li></ol>' in made


def test_column_widths_are_classes_that_the_style_sheet_knows() -> None:
    made = to_html(only(table([5, 1, 0.01], ["ก", "ข", "ค"], [["1", "2", "3"]])))
    widths = re.findall(r'<col class="(doc-w\d+)">', made)
    sheet = Path("portfolio/dossier/writers/templates/document.css").read_text(encoding="utf-8")
    assert widths == ["doc-w85", "doc-w15", "doc-w5"]
    assert all(f".{width} " in sheet for width in widths)


def test_standalone_page_is_complete_and_asks_for_nothing() -> None:
    made = str(to_html(specimen(), standalone=True))
    assert made.startswith("<!DOCTYPE html>")
    tree = lxml.html.document_fromstring(made)
    assert tree.get("lang") == "th"
    assert tree.findtext(".//title") == specimen().meta.title
    assert tree.xpath("//link|//script|//iframe") == []
    assert all(str(source).startswith("data:") for source in tree.xpath("//@src"))
    assert "url(" not in made


def test_rendered_file_is_the_same_each_time(tmp_path: Path) -> None:
    first = render(specimen(), format="html", out=tmp_path / "1.html")
    assert first.sha256 == render(specimen(), format="html", out=tmp_path / "2.html").sha256
    assert (first.pages, first.engine) == (None, "html")
