"""The dossier as PDF: text that copies out, embedded fonts, outline, tags, breaks, and the same bytes."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from portfolio.dossier.document import (
    Document,
    EvidenceRef,
    Figure,
    Meta,
    Note,
    Run,
    Section,
    paragraph,
    plain_text,
    table,
)
from portfolio.dossier.fonts.mend import FAMILY, STYLES, snap_marks
from portfolio.dossier.linebreaks import ZERO_WIDTH_SPACE, mark_breaks, shortened
from portfolio.dossier.writers.engines import OutOfMemory, TypesettingError, TypesettingTimeout
from portfolio.dossier.writers.process import Limits, Rendered, render
from tests.portfolio.dossier.pdftext import body_text, found, squeezed
from tests.portfolio.dossier.specimen import ENGLISH, THAI, picture, specimen

GOLDEN = Path(__file__).parents[2] / "golden"
CONSONANTS = "กขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ"
UPPER_AND_LOWER = ["", "ิ", "ี", "ึ", "ื", "ุ", "ู", "ั"]
TONES = ["", "่", "้", "๊", "๋"]


def plain(*blocks: object, language: str = "th", thai_digits: bool = False) -> Document:
    """A document of one section without cover and contents."""
    meta = Meta("เรื่อง", "EnT-1", language, date(2026, 3, 10), thai_digits=thai_digits)  # type: ignore[arg-type]
    return Document(meta, None, (Section(1, "1", "หัวข้อ", blocks),), contents=False)  # type: ignore[arg-type]


@pytest.fixture(scope="module", params=["th", "en"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Document, Path, Rendered]:
    """The specimen in both languages, typeset once."""
    document = specimen(request.param, thai_digits=request.param == "th")
    out = tmp_path_factory.mktemp("typst") / "out.pdf"
    return document, out, render(document, format="pdf", engine="typst", out=out)


def test_result_says_what_came_out(made: tuple[Document, Path, Rendered]) -> None:
    _document, out, rendered = made
    assert rendered.pages == len(pypdfium2.PdfDocument(out))
    assert rendered.size == out.stat().st_size
    assert rendered.engine == "typst"
    assert rendered.notes == ()
    assert not list(out.parent.glob("dossier-*")), "the working folder is gone"


def test_same_tree_gives_the_same_bytes(made: tuple[Document, Path, Rendered], tmp_path: Path) -> None:
    document, out, rendered = made
    again = render(document, format="pdf", engine="typst", out=tmp_path / "again.pdf")
    assert again.sha256 == rendered.sha256
    assert (tmp_path / "again.pdf").read_bytes() == out.read_bytes()


def test_another_date_gives_other_bytes(made: tuple[Document, Path, Rendered], tmp_path: Path) -> None:
    document, _out, rendered = made
    later = replace(document, meta=replace(document.meta, date=date(2026, 3, 11)))
    assert render(later, format="pdf", out=tmp_path / "later.pdf").sha256 != rendered.sha256


def test_paragraphs_copy_out_exactly(made: tuple[Document, Path, Rendered]) -> None:
    document, out, _rendered = made
    texts = THAI if document.meta.language == "th" else ENGLISH
    assert found(texts, body_text(out)) == [True, True, True]


def test_headings_and_cells_copy_out_exactly(made: tuple[Document, Path, Rendered]) -> None:
    document, out, _rendered = made
    # In the file's own order: by position, the lines of cells side by side come mixed.
    read = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(out))
    titles = [section.title for section in document.sections]
    rows = document.sections[1].blocks[0].rows  # type: ignore[union-attr]
    cells = [plain_text(row[0], document.meta.language) for row in rows]
    assert all(found([*titles, *cells], read))


@pytest.mark.parametrize("weight", ["regular", "semibold", "bold"])
def test_every_consonant_with_every_vowel_and_tone_copies_out_in_two_readers(weight: str, tmp_path: Path) -> None:
    paragraphs = [
        " ".join(f"น{one}{vowel}{tone}น" for vowel in UPPER_AND_LOWER for tone in TONES)
        + " "
        + " ".join(f"น{one}{tone}ำน" for tone in TONES)
        + f" {one}็น {one}์"
        for one in CONSONANTS
    ]
    document = {
        "regular": plain(*(paragraph(text) for text in paragraphs)),
        "semibold": plain(table([1], paragraphs[:1], [])),
        "bold": plain(*(paragraph(Run(text, bold=True)) for text in paragraphs)),
    }[weight]
    if weight == "semibold":
        # Headings of the third level are set in it.
        titles = (Section(1, "", "ก"), Section(2, "", "ข"), *(Section(3, "", text) for text in paragraphs))
        document = replace(document, sections=titles)
    out = tmp_path / "out.pdf"
    render(document, format="pdf", out=out)
    with pikepdf.open(out) as pdf:
        names = {str(one.BaseFont) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/BaseFont" in one}
    assert any(name.lower().endswith(weight) for name in names)
    assert found(paragraphs, body_text(out)) == [True] * len(paragraphs)
    by_pdfium = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(out))
    assert found(paragraphs, by_pdfium) == [True] * len(paragraphs)


def test_no_zero_width_space_is_left_anywhere(made: tuple[Document, Path, Rendered]) -> None:
    _document, out, _rendered = made
    assert ZERO_WIDTH_SPACE not in body_text(out)
    with pikepdf.open(out) as pdf:
        assert all(
            "\u200b" not in str(one.Title)
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and "/Title" in one
        )
        for page in pdf.pages:
            assert not re.search(rb"ActualText<[0-9A-F]*200B", page.Contents.read_bytes())
        for one in pdf.objects:
            if isinstance(one, pikepdf.Dictionary) and "/ToUnicode" in one:
                assert not re.search(rb"200B>|<00A0>", one.ToUnicode.read_bytes())


def test_break_marks_are_taken_out_of_fonts_with_many_glyphs_too(tmp_path: Path) -> None:
    # More than 255 glyphs of one weight: the codes then need their full two bytes.
    latin = " ".join(
        chr(code) for code in [*range(0x21, 0x7F), *range(0xA1, 0x180), *range(0x1EA0, 0x1EFA)] if code != 0xAD
    )
    thai = " ".join(f"{one}{vowel}{tone}" for one in CONSONANTS for vowel in UPPER_AND_LOWER for tone in ("", "้"))
    out = tmp_path / "out.pdf"
    render(
        plain(paragraph(latin), paragraph(thai), paragraph(THAI[0]), table([1], ["ก"], [[THAI[1]]])),
        format="pdf",
        out=out,
    )
    assert found([latin, thai, THAI[0], THAI[1]], body_text(out)) == [True] * 4
    assert ZERO_WIDTH_SPACE not in body_text(out)


def test_language_title_and_tags(made: tuple[Document, Path, Rendered]) -> None:
    document, out, _rendered = made
    with pikepdf.open(out) as pdf:
        assert str(pdf.Root.Lang) == {"th": "th-TH", "en": "en-GB"}[document.meta.language]
        assert str(pdf.docinfo["/Title"]) == document.meta.title
        assert bool(pdf.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in pdf.Root
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
            assert metadata["pdfuaid:part"] == "1"


def test_all_fonts_are_embedded_subsets_of_our_own(made: tuple[Document, Path, Rendered]) -> None:
    _document, out, _rendered = made
    listed = subprocess.run(["pdffonts", str(out)], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()[2:]]
    assert rows
    for row in rows:
        assert re.fullmatch(r"[A-Z]{6}\+EnTSarabun-(Regular|SemiBold|Bold)", row[0])
        assert row[-5:-2] == ["yes", "yes", "yes"], "embedded, subset, with ToUnicode"


def test_outline_lists_every_section_at_its_page(made: tuple[Document, Path, Rendered]) -> None:
    document, out, _rendered = made
    pdf = pypdfium2.PdfDocument(out)
    listed = [(one.level, one.get_title(), one.get_dest().get_index() + 1) for one in pdf.get_toc()]
    titles = [title for _level, title, _page in listed]
    assert len(titles) == len(document.sections) + 1
    for (level, title, page), section in zip(listed[1:], document.sections, strict=True):
        assert level == section.level - 1
        assert title.endswith(section.title)
        # The certificate shows a heading of its own.
        if section.number:
            assert found([section.title], body_text(out, page, page)) == [True]


def test_contents_and_footer_give_page_numbers_in_the_chosen_digits(made: tuple[Document, Path, Rendered]) -> None:
    document, out, rendered = made
    thai = document.meta.thai_digits
    whole = subprocess.run(["pdftotext", "-layout", str(out), "-"], capture_output=True, text=True, check=True).stdout
    pages = whole.split("\f")
    for number, page in list(enumerate(pages[: rendered.pages], 1))[1:]:
        wanted = f"หน้า {number} จาก {rendered.pages}" if thai else f"Page {number} of {rendered.pages}"
        if thai:
            wanted = wanted.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
        assert squeezed(wanted) in squeezed(page)
    # Typst parts the dots from the number by a word joiner.
    entries = re.findall(r"\.[\s\u2060]*([๐-๙0-9]+)\s*$", pages[1], flags=re.MULTILINE)
    assert len(entries) == len(document.sections)


def test_cover_shows_number_date_and_marks_but_no_page_number(made: tuple[Document, Path, Rendered]) -> None:
    document, out, _rendered = made
    cover = squeezed(
        subprocess.run(["pdftotext", "-l", "1", str(out), "-"], capture_output=True, text=True, check=True).stdout
    )
    th = document.meta.language == "th"
    for text in (
        document.meta.number,
        document.meta.input_digest,
        document.meta.verify_url,
        document.meta.title,
        "ข้อมูลสมมติ" if th else "Fictional data",
        "๑๐ มีนาคม พ.ศ. ๒๕๖๙" if th else "10 March 2026",
    ):
        assert squeezed(text) in cover
    assert ("หน้า๑จาก" if th else "Page1of") not in cover


def test_text_is_never_markup(made: tuple[Document, Path, Rendered]) -> None:
    document, out, _rendered = made
    hostile = plain_text(document.sections[3].blocks[0].runs, "en")  # type: ignore[union-attr]
    assert "#let" in hostile
    assert found([hostile], body_text(out)) == [True]


def test_table_header_repeats_on_every_page_of_the_table(tmp_path: Path) -> None:
    rows = [[f"แถวที่ {row}", str(row)] for row in range(120)]
    out = tmp_path / "out.pdf"
    rendered = render(plain(table([3, 1], ["ชื่อรายการ", "จำนวน"], rows)), format="pdf", out=out)
    assert rendered.pages is not None
    assert rendered.pages > 2
    for number in range(1, rendered.pages + 1):
        assert "ชื่อรายการ" in squeezed(body_text(out, number, number))


def test_no_heading_stands_alone_at_the_foot_of_a_page(tmp_path: Path) -> None:
    # Sixty beginnings at different heights: some would fall on the last line.
    sections = tuple(
        Section(1 + index % 3, str(index), f"หัวข้อที่ {index}", (paragraph(*(["บรรทัด "] * (5 + 7 * index % 90))),))
        for index in range(1, 61)
    )
    out = tmp_path / "out.pdf"
    rendered = render(Document(plain().meta, None, sections, contents=False), format="pdf", out=out)
    assert rendered.pages is not None
    for number in range(1, rendered.pages + 1):
        lines = [line for line in body_text(out, number, number).splitlines() if line.strip()]
        assert "หัวข้อ" not in lines[-1], f"page {number}"


def test_nothing_runs_over_the_edge(tmp_path: Path) -> None:
    long = "https://example.org/" + "very-long-segment" * 12
    out = tmp_path / "out.pdf"
    render(
        plain(paragraph(long), table([1, 1, 1, 1], ["ก"] * 4, [[long, THAI[0], "x" * 90, "1"]])), format="pdf", out=out
    )
    edge = 595.3 - 2 * 28.35 + 1
    for page in pypdfium2.PdfDocument(out):
        reader = page.get_textpage()
        for index in range(reader.count_chars()):
            if not reader.get_text_range(index, 1).isspace():
                assert reader.get_charbox(index)[2] <= edge


def test_lines_break_only_where_the_dictionary_allows(tmp_path: Path) -> None:
    """Watches the lever on Typst's segmenter: a new version that segments Thai here would fail."""
    out = tmp_path / "out.pdf"
    texts = [*THAI, "".join(THAI)]
    render(plain(*(paragraph(text) for text in texts)), format="pdf", out=out)
    allowed = set()
    for text in texts:
        at = 0
        for piece in re.split(f"[{ZERO_WIDTH_SPACE} ]", mark_breaks(text)):
            at += len(squeezed(piece))
            allowed.add(squeezed(text)[max(0, at - 6) : at])
    lines = [line for line in body_text(out).splitlines() if len(line) > 40]
    assert len(lines) > 15
    wrong = [line for line in lines if squeezed(line)[-6:] not in allowed]
    assert wrong == []


@pytest.mark.parametrize("language", ["th", "en"])
def test_line_ends_are_those_of_the_golden_page(language: str, tmp_path: Path) -> None:
    """A change here is a change on everybody's paper: look at the pages before the golden files are made anew."""
    texts = THAI if language == "th" else ENGLISH
    out = tmp_path / "out.pdf"
    rendered = render(plain(*(paragraph(text) for text in texts), language=language), format="pdf", out=out)
    lines = [line.strip() for line in body_text(out).splitlines() if line.strip()]
    golden = json.loads((GOLDEN / f"lines_{language}.json").read_text(encoding="utf-8"))
    assert {"pages": rendered.pages, "lines": lines} == golden


def test_whole_specimen_is_the_golden_dossier(made: tuple[Document, Path, Rendered]) -> None:
    """Pages, fonts, outline and every line of a dossier with every kind of block."""
    document, out, rendered = made
    pdf = pypdfium2.PdfDocument(out)
    with pikepdf.open(out) as raw:
        fonts = {
            str(one.BaseFont)[8:] for one in raw.objects if isinstance(one, pikepdf.Dictionary) and "/BaseFont" in one
        }
    read = {
        "pages": rendered.pages,
        "fonts": sorted(fonts),
        "outline": [[one.level, one.get_title(), one.get_dest().get_index() + 1] for one in pdf.get_toc()],
        "lines": [page.get_textpage().get_text_range().split("\r\n") for page in pdf],
    }
    golden = GOLDEN / f"specimen_{document.meta.language}.json"
    assert read == json.loads(golden.read_text(encoding="utf-8"))


def test_characters_without_a_glyph_cost_the_claim_not_the_document(tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    rendered = render(plain(paragraph("ก่อน 漢 หลัง")), format="pdf", out=out)
    assert len(rendered.notes) == 1
    assert rendered.notes[0].startswith("Not PDF/A: ")
    with pikepdf.open(out) as pdf, pdf.open_metadata() as metadata:
        assert "pdfaid:part" not in metadata


def test_exhibit_references_wait_as_named_destinations(made: tuple[Document, Path, Rendered]) -> None:
    _document, out, _rendered = made
    with pikepdf.open(out) as pdf:
        targets = {
            str(one.A.D)
            for page in pdf.pages
            for one in page.get("/Annots", [])
            if "/A" in one and one.A.get("/S") == pikepdf.Name.GoTo and isinstance(one.A.get("/D"), pikepdf.String)
        }
        addresses = [
            str(one.A.URI) for page in pdf.pages for one in page.get("/Annots", []) if "/A" in one and "/URI" in one.A
        ]
    assert {"exhibit-1-2", "exhibit-2-1"} <= targets
    assert addresses == []


def test_web_links_stay_links(tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    render(plain(paragraph(Run("ดู", url="https://example.org/a?b=1"), EvidenceRef(3))), format="pdf", out=out)
    with pikepdf.open(out) as pdf:
        links = [one.A for page in pdf.pages for one in page.get("/Annots", [])]
    assert {str(one.get("/URI", one.get("/D"))) for one in links} == {"https://example.org/a?b=1", "exhibit-3-1"}


def test_a_picture_that_is_none_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(TypesettingError) as refused:
        render(plain(Figure(b"no picture", "image/png", "c", "a")), format="pdf", out=tmp_path / "out.pdf")
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "out.pdf").exists()


def test_alternative_text_is_in_the_tags(tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    render(plain(Figure(picture(), "image/png", "คำบรรยาย", "ข้อความแทนภาพ")), format="pdf", out=out)
    with pikepdf.open(out) as pdf:
        texts = [str(one.Alt) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one]
    assert texts == ["ข้อความแทนภาพ"]


def test_time_and_memory_limits_end_the_child(tmp_path: Path) -> None:
    long = plain(*(paragraph(text) for text in THAI * 700))
    with pytest.raises(TypesettingTimeout):
        render(long, format="pdf", out=tmp_path / "out.pdf", limits=Limits(seconds=0.4))
    with pytest.raises(OutOfMemory):
        render(long, format="pdf", out=tmp_path / "out.pdf", limits=Limits(memory_mb=300))
    assert list(tmp_path.iterdir()) == []


def test_mended_fonts_carry_their_own_name_and_leave_no_small_offset() -> None:
    folder = Path(__file__).parents[3] / "portfolio/dossier/fonts"
    assert "SIL Open Font License" in (folder / "OFL.txt").read_text(encoding="utf-8")
    for style in STYLES:
        font = TTFont(folder / f"EnTSarabun-{style}.ttf")
        assert font["name"].getBestFamilyName() == FAMILY
        assert {0x200B, 0x2610, 0x2611} <= set(font.getBestCmap())
        assert snap_marks(font) == 0, "mending again would move nothing"


def test_break_marks_stand_only_between_thai_letters() -> None:
    text = "การพัฒนา abc def ๑๒๓ 45 ก. ก"
    marked = mark_breaks(text)
    assert marked.replace(ZERO_WIDTH_SPACE, "") == text
    for before, mark, after in zip(marked, marked[1:], marked[2:], strict=False):
        if mark == ZERO_WIDTH_SPACE:
            assert "\u0e00" < before <= "\u0e7f"
            assert "\u0e00" < after <= "\u0e7f"
    assert all(one + two != ZERO_WIDTH_SPACE * 2 for one, two in pairwise(marked))


def test_what_belongs_together_is_not_parted() -> None:
    assert mark_breaks("ความร้อนและการพัฒนา").split(ZERO_WIDTH_SPACE) == ["ความร้อน", "และ", "การพัฒนา"]
    held = mark_breaks("ต่าง ๆ พ.ศ. 2569 ครั้งที่ ๒ ผศ. ดร. ก ข").replace(ZERO_WIDTH_SPACE, "")
    assert held == "ต่าง\u00a0ๆ พ.ศ.\u00a02569 ครั้งที่\u00a0๒ ผศ.\u00a0ดร. ก ข"
    assert mark_breaks("7 มิ.ย. 2568 – ๒๖ ก.ค. ๒๕๖๘") == "7\u00a0มิ.ย.\u00a02568 – ๒๖\u00a0ก.ค.\u00a0๒๕๖๘"
    assert mark_breaks("7 Jun 2025, 3 Junctions") == "7\u00a0Jun\u00a02025, 3 Junctions"
    assert mark_breaks("5 ก.พ.อ. 03") == "5 ก.พ.อ. 03"


def test_long_addresses_may_break_and_ordinary_words_may_not() -> None:
    address = "https://doi.org/10.1234/example-of-a-long-name"
    pieces = mark_breaks(f"internationalisation {address}").split(ZERO_WIDTH_SPACE)
    assert "".join(pieces) == f"internationalisation {address}"
    assert pieces[0] == "internationalisation https://"
    assert max(len(piece) for piece in pieces[1:]) <= 12


def test_held_spaces_copy_out_as_typed(tmp_path: Path) -> None:
    text = "กลุ่มต่าง ๆ ใน พ.ศ. 2569"
    out = tmp_path / "out.pdf"
    render(plain(paragraph(text)), format="pdf", out=out)
    assert text in body_text(out)


def test_a_row_higher_than_a_page_goes_on_overleaf(tmp_path: Path) -> None:
    """The duties of twenty-five authors in one row: nothing is cut off at the foot of the page."""
    people = "\n".join(f"ผู้ร่วมงานคนที่ {number} เก็บข้อมูลภาคสนามและวิเคราะห์ผล" for number in range(1, 91))
    out = tmp_path / "out.pdf"
    render(plain(table([3, 4, 4], ["ส่วน", "ผู้ขอ", "ผู้ร่วมงาน"], [["ข", "ก", people]])), format="pdf", out=out)
    foot = 2 * 28.35
    seen = ""
    for page in pypdfium2.PdfDocument(out):
        seen += page.get_textpage().get_text_bounded(bottom=foot)
    assert [number for number in range(1, 91) if f"คนที่{number}เก็บ" not in squeezed(seen)] == []


@pytest.mark.parametrize(("rows", "lines"), [(1, 90), (5, 12)])
def test_a_table_of_few_letters_on_many_lines_goes_on_overleaf(tmp_path: Path, rows: int, lines: int) -> None:
    out = tmp_path / "out.pdf"
    said = [["ข", "\n".join(f"{row}.{line}" for line in range(10, 10 + lines))] for row in range(1, rows + 1)]
    render(plain(table([3, 8], ["ส่วน", "รายละเอียด"], said)), format="pdf", out=out)
    with pypdfium2.PdfDocument(out) as pdf:
        seen = [page.get_textpage().get_text_bounded(bottom=2 * 28.35).split() for page in pdf]
    shown = [word for words in seen for word in words]
    assert [word for _head, cell in said for word in cell.split() if word not in shown] == []


def test_sums_of_billions_may_be_parted_and_smaller_figures_may_not() -> None:
    assert mark_breaks("98,765,432,109,876.5").split(ZERO_WIDTH_SPACE) == ["98,", "765,", "432,", "109,", "876.5"]
    assert mark_breaks("12,345,678.25") == "12,345,678.25"


def test_what_is_shortened_ends_after_a_word() -> None:
    title = "การพัฒนาระบบเฝ้าระวังคุณภาพน้ำโดยชุมชน: บทเรียนจากการวิจัยเชิงปฏิบัติการแบบมีส่วนร่วม"
    short = shortened(title, 40)
    assert len(short) <= 40
    assert short.endswith("…")
    assert short[:-1] in {title[:at] for at in _word_ends(title)}
    assert shortened("สั้น", 40) == "สั้น"
    assert shortened("x" * 90, 40) == "x" * 36 + "…"


def _word_ends(text: str) -> set[int]:
    ends, at = set(), 0
    for piece in re.split(f"{ZERO_WIDTH_SPACE}|(?= )|:", mark_breaks(text)):
        at = text.find(piece, at) + len(piece)
        ends.add(at)
    return ends


def test_a_note_stands_on_one_page_and_a_very_long_one_on_several(tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"

    def pages(lines: int, note: str) -> list[str]:
        render(
            plain(*(paragraph(f"บรรทัดที่ {line}") for line in range(lines)), Note((Run(note),))), format="pdf", out=out
        )
        read = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(out)]
        return [page for page in read if "หมายเหตุ" in page]

    short = "\n".join(f"หมายเหตุที่ {line}" for line in range(6))
    assert [len(pages(lines, short)) for lines in range(24, 40, 2)] == [1] * 8
    assert len(pages(1, "\n".join("หมายเหตุ " * 20 for _line in range(80)))) > 1
