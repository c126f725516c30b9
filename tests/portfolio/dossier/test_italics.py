"""Italics from a citation to paper and screen: a face of their own, Thai upright, and text that copies out whole."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import docx
import lxml.html
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from docx.oxml.ns import qn
from flask import Flask
from flask_babel import force_locale
from fontTools.ttLib import TTFont

from portfolio.core.db import engine_of
from portfolio.dossier.document import (
    Document,
    DocumentError,
    Inlines,
    Meta,
    Paragraph,
    Run,
    Section,
    Table,
    from_json,
    plain_text,
    table,
    tidy,
)
from portfolio.dossier.linebreaks import ZERO_WIDTH_SPACE, mark_breaks
from portfolio.dossier.record import citation, record
from portfolio.dossier.terms import Terms
from portfolio.dossier.writers.html import to_html
from portfolio.dossier.writers.process import Rendered, render
from portfolio.dossier.writers.typst import FONTS
from portfolio.works.bibliography.reference import AuthorName, PublicationForm, Reference
from portfolio.works.vocabulary import WorkKind
from tests.conftest import make_app, make_config
from tests.portfolio.dossier.pdftext import body_text, found, squeezed

ROOT = Path(__file__).parents[3]
# Letters that a typeface joins, and a word so long that marks for breaks are set into it.
LONG_WORD = "solar-drying.of-bananas_in/communities:a-manual"
ARTICLE = Reference(
    form=PublicationForm.JOURNAL_ARTICLE,
    title="Water for all",
    authors=(AuthorName("Smith", "John A."), AuthorName("Doe", "Jean-Paul")),
    year=2021,
    container_title="Journal of Affordable Filters & “Official Flow”",
    volume="5",
    issue="2",
    pages="284-287",
    doi="10.1/abc",
    language="en",
)
BOOK = Reference(
    form=PublicationForm.BOOK,
    title=f"Finding flow: {LONG_WORD}",
    authors=(AuthorName("Smith", "John A."),),
    year=2020,
    publisher="Example Press",
    language="en",
)
THAI_ARTICLE = Reference(
    form=PublicationForm.JOURNAL_ARTICLE,
    title="น้ำเพื่อทุกคน",
    authors=(AuthorName("ใจดี", "สมชาย"),),
    year=2021,
    container_title="วารสารน้ำที่ซึ่งทุกคนเข้าถึงได้",
    volume="5",
    issue="2",
    language="th",
)


def frozen(reference: Reference) -> dict[str, Any]:
    """The plain form in which submissions freeze a reference."""
    return {**asdict(reference), "keywords": [], "form": reference.form.value}


def cited(reference: Reference) -> Inlines:
    """A reference as the dossier cites it."""
    return citation({"publication": {"reference": frozen(reference)}})


def italics(runs: Inlines) -> list[str]:
    return [run.text for run in runs if isinstance(run, Run) and run.italic]


def document() -> Document:
    citations = [cited(one) for one in (ARTICLE, BOOK, THAI_ARTICLE)]
    blocks = (*(Paragraph(one) for one in citations), table([1, 6], ["ลำดับ", "ผลงาน"], [["4.1", citations[0]]]))
    meta = Meta("เรื่อง", "EnT-1", "th", date(2026, 3, 10))
    return Document(meta, None, (Section(1, "1", "ผลงานทางวิชาการ", blocks),), contents=False)


@pytest.fixture(scope="module")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application for its languages alone; no table is ever asked."""
    folder = tmp_path_factory.mktemp("italics-app")
    app = make_app(make_config(f"sqlite:///{folder / 'never-asked.db'}", folder))
    yield app
    engine_of(app).dispose()


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Rendered]:
    """The citations as a PDF, typeset once."""
    out = tmp_path_factory.mktemp("italics") / "out.pdf"
    return out, render(document(), format="pdf", engine="typst", out=out)


# The tree --------------------------------------------------------------------------------------


def test_journals_volumes_and_titles_of_books_are_italic_and_nothing_thai_is() -> None:
    assert italics(cited(ARTICLE)) == ["Journal of Affordable Filters & “Official Flow”", "5"]
    assert italics(cited(BOOK)) == [f"Finding flow: {LONG_WORD}"]
    assert not re.search("[\u0e00-\u0e7f]", "".join(italics(cited(THAI_ARTICLE))))
    assert "วารสารน้ำที่ซึ่งทุกคนเข้าถึงได้" in plain_text(cited(THAI_ARTICLE), "th")


def test_the_list_of_works_in_part_1_prints_the_italics(catalogues: Flask) -> None:
    told = dict.fromkeys(("tci_tier", "scopus_quartile", "other_databases", "citations", "impact_factor"))
    work = {
        "kind": WorkKind.RESEARCH.value,
        "number": "4.1.1",
        "position": 1,
        "publication": {"reference": frozen(ARTICLE), **told},
        "contributions": [],
        "used_before": {"never": True, "uses": []},
    }
    content = {"record": {"chapters": [], "method_3": {"rows": []}}, "works": [work]}
    with catalogues.app_context(), force_locale("en"):
        tables = [one for section in record(content, Terms("en", False)) for one in section.blocks]
    ((_number, runs),) = next(one.rows for one in tables if isinstance(one, Table))
    assert italics(runs) == italics(cited(ARTICLE))
    assert plain_text(runs, "en") == f"{plain_text(cited(ARTICLE), 'en')}\nEarlier use: never"


def test_italic_survives_the_plain_form_and_cleaning() -> None:
    assert from_json(document().to_json()) == document() == tidy(document())
    assert '"italic":true' in document().to_json()


@pytest.mark.parametrize("words", [{"text": "วารสาร"}, {"text": "Journal of ไทย"}, {"text": "Bold", "bold": True}])
def test_neither_thai_nor_bold_words_may_be_italic(words: dict[str, Any]) -> None:
    with pytest.raises(DocumentError, match="set in italics"):
        Run(**words, italic=True)


# PDF -------------------------------------------------------------------------------------------


def fonts_of_letters(path: Path) -> list[tuple[str, str]]:
    """Every printed letter of a PDF in reading order with the name of its font."""
    letters = []
    for page in pypdfium2.PdfDocument(path):
        reader = page.get_textpage()
        for index in range(reader.count_chars()):
            name = ctypes.create_string_buffer(200)
            pdfium.FPDFText_GetFontInfo(reader.raw, index, name, 200, None)
            letters.append((reader.get_text_range(index, 1), name.value.decode()))
    return [(letter, font) for letter, font in letters if letter.strip()]


def test_pdf_sets_the_italic_words_and_only_those_in_the_italic_face(printed: tuple[Path, Rendered]) -> None:
    out, rendered = printed
    assert rendered.notes == ()
    slanted = "".join(letter for letter, font in fonts_of_letters(out) if font.endswith("EnTSarabun-Italic"))
    wanted = [text for one in (ARTICLE, BOOK, THAI_ARTICLE, ARTICLE) for text in italics(cited(one))]
    assert slanted == squeezed("".join(wanted))


def test_pdf_embeds_the_italic_as_a_subset_with_its_texts(printed: tuple[Path, Rendered]) -> None:
    listed = subprocess.run(["pdffonts", str(printed[0])], capture_output=True, text=True, check=True).stdout
    rows = {line.split()[0].partition("+")[2]: line.split()[-5:-2] for line in listed.splitlines()[2:]}
    assert rows["EnTSarabun-Italic"] == ["yes", "yes", "yes"], "embedded, subset, with ToUnicode"
    assert set(rows) == {"EnTSarabun-Regular", "EnTSarabun-Italic", "EnTSarabun-Bold"}


def test_italic_words_copy_out_exactly_in_two_readers(printed: tuple[Path, Rendered]) -> None:
    out, _rendered = printed
    assert ZERO_WIDTH_SPACE in mark_breaks(LONG_WORD), "or the marks for breaks are not tried here"
    texts = [plain_text(cited(one), "th") for one in (ARTICLE, BOOK, THAI_ARTICLE)]
    by_pdfium = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(out))
    for read in (body_text(out), by_pdfium):
        assert found(texts, read) == [True] * 3
        assert ZERO_WIDTH_SPACE not in read


def test_pdf_with_italics_is_still_archival_and_the_same_bytes(printed: tuple[Path, Rendered], tmp_path: Path) -> None:
    out, rendered = printed
    with pikepdf.open(out) as pdf, pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
        assert metadata["pdfuaid:part"] == "1"
    assert render(document(), format="pdf", engine="typst", out=tmp_path / "again.pdf").sha256 == rendered.sha256


def test_the_italic_face_has_every_letter_of_the_upright_one() -> None:
    upright, slanted = (TTFont(FONTS / f"EnTSarabun-{style}.ttf") for style in ("Regular", "Italic"))
    assert set(slanted.getBestCmap()) == set(upright.getBestCmap())
    assert slanted["post"].italicAngle < 0 == upright["post"].italicAngle
    assert slanted["OS/2"].fsSelection & 1
    assert slanted["head"].macStyle & 2
    # A line with an italic word is no higher than one without.
    assert [slanted["hhea"].ascent, slanted["hhea"].descent] == [upright["hhea"].ascent, upright["hhea"].descent]
    said = {number: slanted["name"].getDebugName(number) for number in (1, 2, 4, 6, 16)}
    assert said == {1: "EnT Sarabun", 2: "Italic", 4: "EnT Sarabun Italic", 6: "EnTSarabun-Italic", 16: None}
    assert "SIL Open Font License" in slanted["name"].getDebugName(13)


# DOCX ------------------------------------------------------------------------------------------


def test_docx_marks_the_italic_runs_and_only_those(tmp_path: Path) -> None:
    out = tmp_path / "out.docx"
    render(document(), format="docx", out=out)
    body = docx.Document(str(out)).element.body
    marked = [run for run in body.iter(qn("w:r")) if run.find(f"{qn('w:rPr')}/{qn('w:i')}") is not None]
    wanted = [text for one in (ARTICLE, BOOK, THAI_ARTICLE, ARTICLE) for text in italics(cited(one))]
    assert [run.findtext(qn("w:t")) for run in marked] == wanted
    for run in marked:
        tags = [child.tag.partition("}")[2] for child in run.find(qn("w:rPr"))]
        assert tags == ["rFonts", "i", "sz", "szCs", "lang"], "the order of the schema"
    assert plain_text(cited(BOOK), "th") in [one.text for one in docx.Document(str(out)).paragraphs]


def test_docx_italic_of_a_link_lies_inside_the_link(tmp_path: Path) -> None:
    link = Run("Journal", url="https://example.org/", italic=True)
    made = Document(document().meta, None, (Section(1, "1", "ก", (Paragraph((link,)),)),), contents=False)
    render(made, format="docx", out=tmp_path / "out.docx")
    inside = docx.Document(str(tmp_path / "out.docx")).element.body.iter(qn("w:hyperlink"))
    tags = [child.tag.partition("}")[2] for one in inside for child in one.iter(qn("w:rPr")) for child in child]
    assert tags == ["rFonts", "i", "color", "sz", "szCs", "lang"]


def test_nothing_in_a_docx_slants_thai(tmp_path: Path) -> None:
    render(document(), format="docx", out=tmp_path / "out.docx")
    with zipfile.ZipFile(tmp_path / "out.docx") as archive:
        assert b"<w:iCs" not in archive.read("word/document.xml")


def test_libreoffice_sets_docx_italics_in_an_italic_face(tmp_path: Path) -> None:
    # The offices' font is not ours to ship: our own, which has the same faces, stands in for it.
    render(document(), format="docx", out=tmp_path / "theirs.docx")
    with zipfile.ZipFile(tmp_path / "theirs.docx") as source, zipfile.ZipFile(tmp_path / "out.docx", "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"TH SarabunPSK", b"EnT Sarabun"))
    (tmp_path / "data").mkdir()
    shutil.copytree(FONTS, tmp_path / "data" / "fonts")
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            *("--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "out.docx")),
        ],
        check=True,
        capture_output=True,
        timeout=180,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")},
    )
    slanted = "".join(
        letter for letter, font in fonts_of_letters(tmp_path / "out.pdf") if font.endswith("EnTSarabun-Italic")
    )
    wanted = [text for one in (ARTICLE, BOOK, THAI_ARTICLE, ARTICLE) for text in italics(cited(one))]
    assert slanted == squeezed("".join(wanted))


# HTML and the screen ---------------------------------------------------------------------------


def test_html_sets_italics_as_the_pages_of_the_service_do() -> None:
    tree = lxml.html.fromstring(to_html(document()))
    assert [one.text for one in tree.xpath("//p/i")] == [
        text for one in (ARTICLE, BOOK, THAI_ARTICLE) for text in italics(cited(one))
    ]
    assert tree.xpath("//em") == []
    macro = (ROOT / "templates/works/bibliography/_citation.html").read_text(encoding="utf-8")
    assert "{% if run.italic %}<i>{{ run.text }}</i>" in macro


def test_italic_words_are_never_markup() -> None:
    made = Document(document().meta, None, (Section(1, "1", "a", (Paragraph((Run("<b>&", italic=True),)),)),))
    assert "<i>&lt;b&gt;&amp;</i>" in to_html(made)


def test_the_site_has_an_italic_for_latin_and_leaves_thai_upright() -> None:
    sheet = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
    faces = [one for one in re.findall(r"@font-face \{(.*?)\}", sheet) if "font-style: italic" in one]
    files = {re.search(r"url\(\"\.\./fonts/(.*?)\"\)", one)[1]: one for one in faces}  # type: ignore[index]
    assert set(files) == {"sarabun-latin-400-italic.woff2", "sarabun-thai-400-normal.woff2"}
    assert "U+0E01-0E5B" in files["sarabun-thai-400-normal.woff2"]
    assert "U+0E01-0E5B" not in files["sarabun-latin-400-italic.woff2"]
    for name in files:
        assert (ROOT / "static/fonts" / name).read_bytes().startswith(b"wOF2")
