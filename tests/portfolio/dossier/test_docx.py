"""The dossier as DOCX: Thai offices' fonts, real styles and fields, rows that hold together, and the same bytes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn

from portfolio.dossier.document import (
    Document,
    Meta,
    NumberedList,
    Run,
    Section,
    inlines,
    paragraph,
    plain_text,
    table,
)
from portfolio.dossier.writers.process import Rendered, render
from tests.portfolio.dossier.pdftext import found, squeezed
from tests.portfolio.dossier.specimen import ENGLISH, THAI, specimen


@pytest.fixture(scope="module", params=["th", "en"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Document, Path, Rendered]:
    """The specimen in both languages, written once."""
    document = specimen(request.param, thai_digits=request.param == "th")
    out = tmp_path_factory.mktemp("docx") / "out.docx"
    return document, out, render(document, format="docx", out=out)


def write(tmp_path: Path, *blocks: object) -> Any:
    """The blocks as a DOCX, opened."""
    document = Document(Meta("t", "n", "th", date(2026, 3, 10)), None, (Section(1, "1", "หัวข้อ", blocks),), False)  # type: ignore[arg-type]
    render(document, format="docx", out=tmp_path / "out.docx")
    return docx.Document(str(tmp_path / "out.docx"))


def test_same_tree_gives_the_same_bytes(made: tuple[Document, Path, Rendered], tmp_path: Path) -> None:
    document, _out, rendered = made
    assert render(document, format="docx", out=tmp_path / "again.docx").sha256 == rendered.sha256


def test_nothing_in_the_file_depends_on_the_clock(made: tuple[Document, Path, Rendered]) -> None:
    document, out, _rendered = made
    with zipfile.ZipFile(out) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "docProps/thumbnail.jpeg" not in archive.namelist()
    core = docx.Document(str(out)).core_properties
    assert core.created == core.modified
    assert core.created is not None
    assert core.created.replace(tzinfo=None) == datetime(2026, 3, 10)  # noqa: DTZ001 - as stored
    assert (core.title, core.identifier) == (document.meta.title, document.meta.number)


def test_every_run_has_latin_and_complex_script_font_and_size(made: tuple[Document, Path, Rendered]) -> None:
    _document, out, _rendered = made
    body = docx.Document(str(out)).element.body
    runs = [run for run in body.iter(qn("w:r")) if run.find(qn("w:t")) is not None]
    assert len(runs) > 100
    for run in runs:
        properties = run.find(qn("w:rPr"))
        fonts = properties.find(qn("w:rFonts"))
        names = {fonts.get(qn(f"w:{slot}")) for slot in ("ascii", "hAnsi", "cs")}
        text = run.findtext(qn("w:t"))
        assert names == ({"Segoe UI Symbol"} if text in ("☐", "☑") else {"TH SarabunPSK"})
        assert properties.find(qn("w:sz")).get(qn("w:val")) == properties.find(qn("w:szCs")).get(qn("w:val"))
        thai = any("\u0e01" <= letter <= "\u0e5b" for letter in text)
        assert (properties.find(qn("w:cs")) is not None) == thai
        assert properties.find(qn("w:lang")).get(qn("w:bidi")) == "th-TH"
        if properties.find(qn("w:b")) is not None:
            assert properties.find(qn("w:bCs")) is not None


def test_body_is_sixteen_points_and_headings_are_styles(made: tuple[Document, Path, Rendered]) -> None:
    document, out, _rendered = made
    file = docx.Document(str(out))
    first = next(one for one in file.paragraphs if one.text == (THAI if document.meta.language == "th" else ENGLISH)[0])
    assert first.style.name == "Normal"
    assert {run.font.size.pt for run in first.runs} == {16.0}
    headings = [one.text for one in file.paragraphs if one.style.name.startswith("Heading")]
    assert [text.endswith(section.title) for text, section in zip(headings, document.sections, strict=True)] == [
        True
    ] * 5


def test_texts_are_whole(made: tuple[Document, Path, Rendered]) -> None:
    document, out, _rendered = made
    file = docx.Document(str(out))
    texts = [one.text for one in file.paragraphs]
    for wanted in THAI if document.meta.language == "th" else ENGLISH:
        assert wanted in texts
    cells = [cell.text for one in file.tables for row in one.rows for cell in row.cells]
    for row in document.sections[1].blocks[0].rows:  # type: ignore[union-attr]
        assert plain_text(row[0], "en") in cells


def test_table_header_repeats_and_no_row_splits(made: tuple[Document, Path, Rendered]) -> None:
    _document, out, _rendered = made
    tables = docx.Document(str(out)).tables
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for one in tables for row in one.rows)
    (long,) = [one for one in tables if len(one.rows) == 31]
    heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in long.rows]
    assert heads == [True] + [False] * 30


def test_contents_are_written_out_with_a_page_field_each(made: tuple[Document, Path, Rendered]) -> None:
    document, out, _rendered = made
    file = docx.Document(str(out))
    entries = [one for one in file.paragraphs if one.style.name.startswith("toc")]
    assert len(entries) == len(document.sections)
    bookmarks = {one.get(qn("w:name")) for one in file.element.body.iter(qn("w:bookmarkStart"))}
    for index, (entry, section) in enumerate(zip(entries, document.sections, strict=True), 1):
        text = "".join(one.text or "" for one in entry._p.iter(qn("w:t")))
        assert section.title in text
        (code,) = [one.text.strip() for one in entry._p.iter(qn("w:instrText"))]
        assert code == rf"PAGEREF _section_{index} \h"
        assert f"_section_{index}" in bookmarks
    codes = " ".join(one.text for one in file.element.body.iter(qn("w:instrText")))
    assert "TOC" not in codes.split()


def test_footer_counts_pages_with_fields(made: tuple[Document, Path, Rendered]) -> None:
    document, out, _rendered = made
    section = docx.Document(str(out)).sections[0]
    codes = [one.text.split()[0] for one in section.footer._element.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]
    assert document.meta.number in "".join(one.text or "" for one in section.footer._element.iter(qn("w:t")))
    assert document.meta.running_head in section.header.paragraphs[0].text
    assert section.different_first_page_header_footer


def test_each_numbered_list_begins_anew(tmp_path: Path) -> None:
    entries = (inlines("ก"), inlines("ข"))
    file = write(tmp_path, NumberedList(entries), paragraph("คั่น"), NumberedList(entries, start=5))
    used = [
        one._p.pPr.find(qn("w:numPr")).find(qn("w:numId")).get(qn("w:val"))
        for one in file.paragraphs
        if one.style.name == "List Number"
    ]
    assert used == ["2", "2", "3", "3"]
    starts = {
        one.get(qn("w:numId")): one.find(f"{qn('w:lvlOverride')}/{qn('w:startOverride')}").get(qn("w:val"))
        for one in file.part.numbering_part.element.findall(qn("w:num"))
        if one.find(qn("w:lvlOverride")) is not None
    }
    assert starts == {"2": "1", "3": "5"}


def test_links_and_hostile_text_are_safe(tmp_path: Path) -> None:
    hostile = "<w:p/> & ]]> \x00\x08 {{ x }}"
    file = write(
        tmp_path, paragraph(hostile, Run("ดู", url="https://example.org/?a=1&b=2")), table([1], ["ก"], [[hostile]])
    )
    assert any("<w:p/> & ]]>" in one.text for one in file.paragraphs)
    targets = [one.target_ref for one in file.part.rels.values() if one.is_external]
    assert targets == ["https://example.org/?a=1&b=2"]


ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs spacing ind jc rPr sectPr",
    "rPr": "rFonts b bCs i color sz szCs cs lang",
    "tblPr": "tblStyle tblW jc tblBorders tblLayout tblLook",
    "tcPr": "tcW tcBorders shd vAlign",
    "sectPr": "headerReference footerReference pgSz pgMar pgNumType cols titlePg docGrid",
}


@pytest.mark.parametrize("name", sorted(ORDER))
def test_properties_stand_in_the_order_of_the_schema(made: tuple[Document, Path, Rendered], name: str) -> None:
    """Word refuses a file over it, where LibreOffice looks away."""
    _document, out, _rendered = made
    order = ORDER[name].split()
    file = docx.Document(str(out))
    section = file.sections[0]
    roots = [file.element.body, file.styles.element, section.header._element, section.footer._element]
    for root in roots:
        for properties in root.iter(qn(f"w:{name}")):
            tags = [child.tag.partition("}")[2] for child in properties]
            places = [order.index(tag) for tag in tags if tag in order]
            assert places == sorted(places), tags
            if root is file.element.body:
                assert set(tags) <= set(order)


def test_pictures_carry_their_text(made: tuple[Document, Path, Rendered]) -> None:
    document, out, _rendered = made
    texts = [one.get("descr") for one in docx.Document(str(out)).element.body.iter(qn("wp:docPr"))]
    assert all(texts)
    assert ("ภาพวาด" if document.meta.language == "th" else "A drawing") in texts


def test_opens_in_libreoffice_with_all_text_and_page_numbers(
    made: tuple[Document, Path, Rendered], tmp_path: Path
) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("soffice is missing on this machine")
    document, out, _rendered = made
    command = [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(out)],
        check=True,
        capture_output=True,
        timeout=180,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
    )
    pdf = tmp_path / "out.pdf"
    assert 8 <= len(pypdfium2.PdfDocument(pdf)) <= 18
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    # LibreOffice doubles tone marks in what poppler reads; the letters must all be there.
    letters = re.sub("[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]", "", text)
    titles = [re.sub("[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e]", "", section.title) for section in document.sections]
    assert found(titles, letters) == [True] * 5
    contents = (
        text.split("\f")[1]
        if "สารบัญ" in text.split("\f")[1] or "Contents" in text.split("\f")[1]
        else text.split("\f")[2]
    )
    numbers = [line.split(".")[-1].strip() for line in contents.splitlines() if "...." in line]
    assert len(numbers) == 5
    assert all(number.isdecimal() and int(number) > 2 for number in numbers)
    total = len(pypdfium2.PdfDocument(pdf))
    assert squeezed(f"จาก {total}" if document.meta.language == "th" else f"of {total}") in squeezed(text)


def test_only_a_row_that_may_be_higher_than_a_page_may_split(tmp_path: Path) -> None:
    people = "\n".join(f"ผู้ร่วมงานคนที่ {number}" for number in range(1, 26))
    file = write(tmp_path, table([3, 8], ["ส่วน", "ผู้ร่วมงาน"], [["ก", "สั้น"], ["ข", people], ["ค", THAI[0] * 12]]))
    held = [
        row._tr.trPr is not None and row._tr.trPr.find(qn("w:cantSplit")) is not None for row in file.tables[0].rows
    ]
    assert held == [True, True, False, False]
