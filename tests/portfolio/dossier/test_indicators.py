"""Change in print: drawings that are plain SVG, whole words, the same figures in tables, every writer."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pypdfium2
import pytest
from flask import Flask
from flask_babel import force_locale
from PIL import Image

from portfolio.dossier.document import (
    Block,
    BulletList,
    Document,
    DocumentError,
    DrawnFigure,
    Meta,
    Section,
    Table,
    from_json,
    plain_text,
)
from portfolio.dossier.indicators import indicators
from portfolio.dossier.terms import Terms
from portfolio.dossier.vector import FAMILY, PAINTS, check_svg, to_png, words_apart
from portfolio.dossier.writers.html import to_html
from portfolio.dossier.writers.process import render
from portfolio.works.indicators import charts
from tests.portfolio.dossier.pdftext import body_text, squeezed

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30" viewBox="0 0 90 30">{}</svg>'


def indicator(**more: Any) -> dict[str, Any]:
    """An indicator as snapshots keep it, with follow-ups."""
    return {
        "name_th": "จุดตรวจน้ำที่ผ่านเกณฑ์",
        "name_en": "Sampling points",
        "unit_th": "จุด",
        "unit_en": "points",
        "baseline": {"value": "7", "date": "2022-05-20", "source": "รายงานก่อน"},
        "outcome": {"value": "18", "date": "2026-05-20", "source": "รายงานหลัง"},
        "target": "18",
        "note_th": "",
        "note_en": "",
        "direction": "more",
        "method_th": "จุดเดิมเดือนเดิม",
        "method_en": "",
        "attribution_th": "ดีขึ้นหลังติดบ่อกรอง",
        "attribution_en": "",
        "other_causes_th": "ฝนมากกว่าปกติ",
        "other_causes_en": "",
        "follow_ups": [
            {
                "value": "19.5",
                "date": "2026-09-14",
                "source": "ใบรายงาน",
                "by": "third_party",
                "measurer": "ห้องปฏิบัติการ",
                "note_th": "",
                "note_en": "",
            }
        ],
        "planned": ["2027-05-20"],
        **more,
    }


def old(**more: Any) -> dict[str, Any]:
    """The same from a snapshot of before follow-ups were kept."""
    names = ("follow_ups", "planned", "direction", "method", "attribution", "other_causes")
    return {key: value for key, value in indicator(**more).items() if not key.startswith(names)}


def printed(app: Flask, rows: list[dict[str, Any]], language: str = "th", thai: bool = False) -> list[Block]:
    with app.test_request_context(), force_locale(language):
        return list(indicators({"indicators": rows}, Terms(language, thai), lambda parts: parts))  # type: ignore[arg-type]


def document(*blocks: Block) -> Document:
    meta = Meta("เรื่อง", "EnT-1", "th", date(2026, 3, 10))
    return Document(meta, None, (Section(1, "1", "หัวข้อ", blocks),), contents=False)


def cells(table: Block) -> list[list[str]]:
    assert isinstance(table, Table)
    return [[plain_text(cell, "th") for cell in row] for row in table.rows]


def test_figures_tables_and_reasons_say_the_same(app: Flask) -> None:
    figure, table, later, notes = printed(app, [indicator()])
    assert isinstance(figure, DrawnFigure)
    assert figure.alt == (
        "จุดตรวจน้ำที่ผ่านเกณฑ์ (จุด): ก่อน 7 (20 พ.ค. 2565), หลัง 18 (20 พ.ค. 2569), ติดตามโดยบุคคลภายนอก 19.5 (14 ก.ย. 2569)."
    )
    assert cells(table) == [["จุดตรวจน้ำที่ผ่านเกณฑ์\n(จุด)", "7\n20 พ.ค. 2565", "18\n20 พ.ค. 2569", "+11\n+157.1%", "18"]]
    assert cells(later) == [["จุดตรวจน้ำที่ผ่านเกณฑ์", "14 ก.ย. 2569", "19.5", "หน่วยงานหรือบุคคลภายนอก: ห้องปฏิบัติการ\nใบรายงาน"]]
    assert isinstance(notes, BulletList)
    assert plain_text(notes.entries[0], "th").split("\n")[3:] == [
        "วิธีวัด: จุดเดิมเดือนเดิม",
        "เหตุที่เชื่อว่าการเปลี่ยนแปลงเกิดจากผลงานนี้: ดีขึ้นหลังติดบ่อกรอง",
        "ปัจจัยอื่นที่อาจมีส่วน: ฝนมากกว่าปกติ",
        "กำหนดวัดซ้ำ: 20 พ.ค. 2570",
    ]


def test_an_older_snapshot_prints_what_it_has(app: Flask) -> None:
    figure, table, notes = printed(app, [old()])
    assert isinstance(figure, DrawnFigure)
    assert len(cells(table)) == 1
    assert isinstance(notes, BulletList)


def test_thai_digits_and_english_reach_the_drawing(app: Flask) -> None:
    thai = printed(app, [indicator()], thai=True)[0]
    english = printed(app, [indicator()], "en")[0]
    assert isinstance(thai, DrawnFigure)
    assert isinstance(english, DrawnFigure)
    said = {one.text for one in words_apart(thai.svg)[1]}
    assert {"๑๙.๕", "๒๕๖๗", "ก่อน"} <= said
    assert not any(digit in text for text in said for digit in "0123456789")
    assert {"19.5", "2024", "before", "follow-up by a third party"} <= {one.text for one in words_apart(english.svg)[1]}


def test_one_value_alone_is_not_drawn_and_many_come_in_fours(app: Flask) -> None:
    alone = old(outcome={"value": None, "date": None, "source": ""})
    assert not [block for block in printed(app, [alone]) if isinstance(block, DrawnFigure)]
    figures = [block for block in printed(app, [old() for _number in range(9)]) if isinstance(block, DrawnFigure)]
    assert [figure.width for figure in figures] == [1.0, 1.0, 0.55]


@pytest.mark.parametrize(
    "text",
    [
        "not svg",
        "<html/>",
        SVG.format("<script>x()</script>"),
        SVG.format('<text onclick="x()">a</text>'),
        SVG.format('<text style="fill: red">a</text>'),
        SVG.format('<rect fill="url(http://elsewhere.example/)"/>'),
        SVG.format('<image href="http://elsewhere.example/"/>'),
        SVG.format("<foreignObject/>"),
        '<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("<text>&a;</text>"),
        SVG.format("<g>" * 60_000 + "</g>" * 60_000),
        SVG.replace('width="90" ', "").format(""),
    ],
)
def test_a_drawing_is_plain_svg_or_refused(text: str) -> None:
    with pytest.raises(DocumentError):
        DrawnFigure(text, "คำบรรยาย", "แทน")


def test_every_class_of_a_chart_has_its_look_in_print(app: Flask) -> None:
    css = {css for css, _form, _r in (*charts.SHAPES.values(), charts.PLANNED)}
    assert css | {"ch-t", "ch-t2", "ch-b", "ch-grid", "ch-axis", "ch-line", "ch-target", "ch-planned-line"} == set(
        PAINTS
    )


def test_words_are_whole_letters_again_when_they_are_taken_apart() -> None:
    drawing = charts.Drawing(90, 30, (charts.Label("ch-t ch-b", 5, 20, "กำหนดน้ำค่ำ", "middle"),))
    text = charts.svg(drawing, paints=PAINTS, font=FAMILY)
    check_svg(text)
    assert "ำ" not in text
    lines, (said,), size = words_apart(text)
    assert (said.text, said.anchor, said.bold, size) == ("กำหนดน้ำค่ำ", "middle", True, (90, 30))
    assert "<text" not in lines


def test_every_writer_prints_the_drawing(app: Flask, tmp_path: Path) -> None:
    blocks = printed(app, [indicator(), indicator(name_th="กำลังน้ำ <b>&")])
    whole = from_json(document(*blocks).to_json())
    figure = next(block for block in blocks if isinstance(block, DrawnFigure))
    made = render(whole, format="pdf", engine="typst", out=tmp_path / "out.pdf")
    assert made.notes == ()  # PDF/A and PDF/UA hold: no letter is missing
    text = squeezed(body_text(tmp_path / "out.pdf"))
    assert squeezed("กำลังน้ำ <b>& (จุด)") in text
    assert squeezed("ติดตามโดยบุคคลภายนอก") in text
    assert render(whole, format="pdf", engine="typst", out=tmp_path / "again.pdf").sha256 == made.sha256
    page = to_html(whole)
    assert '<svg role="img" aria-label="จุดตรวจน้ำที่ผ่านเกณฑ์' in page
    assert "style=" not in page
    assert "&lt;b&gt;&amp;" in page
    render(whole, format="docx", out=tmp_path / "out.docx")
    (shape,) = docx.Document(str(tmp_path / "out.docx")).inline_shapes
    assert shape._inline.docPr.get("descr") == figure.alt


def test_the_picture_of_a_drawing_is_the_same_each_time() -> None:
    drawing = charts.Drawing(
        300, 60, (charts.Label("ch-t", 5, 30, "กำหนดติดตาม"), charts.Line("ch-line", 0, 50, 300, 50))
    )
    text = charts.svg(drawing, paints=PAINTS, font=FAMILY)
    first = to_png(text, ppi=144)
    assert first == to_png(text, ppi=144)
    with Image.open(io.BytesIO(first)) as image:
        assert image.width == pytest.approx(300 * 2, rel=0.35)
        assert min(image.convert("L").tobytes()) < 80  # something dark was drawn: the words are there


def test_a_long_name_is_said_in_full_once_among_its_follow_ups(app: Flask) -> None:
    name = "ร้อยละของครัวเรือนที่มีน้ำสะอาดผ่านเกณฑ์มาตรฐานน้ำประปาดื่มได้ตลอดทั้งปีเมื่อวัดโดยอาสาสมัคร"
    again = indicator()["follow_ups"] * 3
    _figure, _table, later, _notes = printed(app, [indicator(name_th=name, follow_ups=again), indicator()])
    names = [row[0] for row in cells(later)]
    assert names[0] == name
    assert names[1] == names[2]
    assert names[1].endswith("…")
    assert len(names[1]) <= 40
    assert names[3] == "จุดตรวจน้ำที่ผ่านเกณฑ์"


def test_heads_of_the_figures_do_not_run_into_each_other(app: Flask, tmp_path: Path) -> None:
    outcome = {"value": "98765432109876.5", "date": None, "source": ""}
    _figure, table, *_rest = printed(app, [indicator(outcome=outcome)])
    out = tmp_path / "out.pdf"
    render(document(table), format="pdf", out=out)
    page = pypdfium2.PdfDocument(out)[0].get_textpage()
    said = [(page.get_rect(at), page.get_text_bounded(*page.get_rect(at))) for at in range(page.count_rects())]
    boxes = [(box, words) for box, words in said if len(words) > 2]  # a vowel's own box lies over its consonant's
    met = [
        (words, others)
        for place, (one, words) in enumerate(boxes)
        for other, others in boxes[place + 1 :]
        if min(one[2], other[2]) - max(one[0], other[0]) > 1 and min(one[3], other[3]) - max(one[1], other[1]) > 3
    ]
    assert met == []
