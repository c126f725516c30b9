"""The printed dossier of the leading sample portfolio, read back as its readers would: text, fonts, links, secrets."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pytest
from flask import Flask
from fontTools.ttLib import TTFont
from sqlalchemy import select

from portfolio.core.db import engine_of, session
from portfolio.core.storage.filesystem import storage
from portfolio.dossier import queries
from portfolio.dossier.binding import Exhibit, bind_in_child
from portfolio.dossier.document import Document, EvidenceRef, parse_prose, plain_text
from portfolio.dossier.fonts.mend import STYLES
from portfolio.dossier.models import Edition, EditionKind, FileFormat
from portfolio.dossier.sections import build_document, exhibit_titles
from portfolio.dossier.tasks import BOUND_KINDS
from portfolio.dossier.writers.process import render
from portfolio.dossier.writers.typst import FONTS
from portfolio.dossier.writers.words import heading_text
from portfolio.portfolios.models import Portfolio
from portfolio.submissions.snapshots import content_of, exhibit_numbers
from review.assignments.models import Assignment
from tests.conftest import make_app, make_config
from tests.portfolio.dossier.pdftext import body_text, found, squeezed
from tests.samples import link_tree

LEADING = "kantida@lanthara.example"
LEAST_EXACT = 0.98
PAGES_APART = 0.25
# 16 points of the offices' font look like 11.5 points of ours.
OFFICE_FONT, OFFICE_SCALE = "TH SarabunPSK", 16 / 11.5
TOKEN = re.compile(r"\[หลักฐาน (\d+)(?: หน้า (\d+))?\]")

# A shorter name on its own is also part of ordinary words: สินธุ is in กาฬสินธุ์.
SHORTEST_NAME = 7

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not on this machine")


@pytest.fixture(scope="module")
def app(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The sample data as it is loaded anywhere, dossiers of what was decided included."""
    folder = tmp_path_factory.mktemp("sample-dossier")
    link_tree(sample_folder / "storage", folder / "storage")
    shutil.copyfile(sample_folder / "portfolio.db", folder / "portfolio.db")
    made = make_app(replace(make_config(f"sqlite:///{folder / 'portfolio.db'}", folder), sample_data=True))
    with made.app_context():
        yield made
    engine_of(made).dispose()


def edition_of(kind: EditionKind) -> Edition:
    portfolio = session.scalars(select(Portfolio).where(Portfolio.owner.has(email=LEADING))).one()
    edition = queries.current_edition(portfolio, kind, "th")
    assert edition is not None
    return edition


def path_of(edition: Edition, file_format: FileFormat) -> Path:
    file = queries.file_of(edition, file_format)
    assert file is not None
    return storage().path(file.stored_file.sha256)


@pytest.fixture(scope="module")
def full(app: Flask) -> Edition:
    return edition_of(EditionKind.FULL)


@pytest.fixture(scope="module")
def hr(app: Flask) -> Edition:
    return edition_of(EditionKind.HR)


@pytest.fixture(scope="module")
def document(app: Flask, full: Edition) -> Document:
    return build_document(full, public_url=app.extensions["config"].public_url)


@pytest.fixture(scope="module")
def content(full: Edition) -> dict[str, Any]:
    return content_of(full.snapshot)


@pytest.fixture(scope="module")
def body_pages(full: Edition) -> int:
    file = queries.file_of(full, FileFormat.BODY)
    assert file is not None
    assert file.pages is not None
    return file.pages


def written(content: dict[str, Any]) -> list[str]:
    """Every paragraph and entry that the applicant wrote, its tokens as the dossier words them."""
    texts: list[tuple[str, dict[int, int]]] = [(content["portfolio"]["statement_th"], {})]
    for work in content["works"]:
        numbers = exhibit_numbers(content, work["position"])
        texts.append((work["summary_th"], numbers))
        texts += [(part["body"], numbers) for part in work["sections"]]
    return [worded(plain, numbers) for text, numbers in texts for plain in paragraphs(text)]


def paragraphs(text: str) -> Iterator[str]:
    for block in parse_prose(text):
        for runs in [block.runs] if hasattr(block, "runs") else block.entries:  # type: ignore[union-attr]
            yield plain_text(runs, "th")


def worded(text: str, numbers: dict[int, int]) -> str:
    def reference(token: re.Match[str]) -> str:
        page = f" หน้า {token[2]}" if token[2] else ""
        return f"(หลักฐานลำดับที่ {numbers[int(token[1])]}{page})"

    return TOKEN.sub(reference, text)


def tokens(content: dict[str, Any]) -> list[tuple[int, int | None]]:
    """Every token of the works' texts as (exhibit of the portfolio, page)."""
    spoken = []
    for work in content["works"]:
        numbers = exhibit_numbers(content, work["position"])
        texts = [part["body"] for part in work["sections"]]
        texts += [one[moment]["source"] for one in work["indicators"] for moment in ("baseline", "outcome")]
        spoken += [
            (numbers[int(token[1])], int(token[2]) if token[2] else None)
            for text in texts
            for token in TOKEN.finditer(text)
        ]
    return spoken


def text_of(path: Path, page: int | None = None) -> str:
    pages = ["-f", str(page), "-l", str(page)] if page else []
    return subprocess.run(["pdftotext", *pages, str(path), "-"], capture_output=True, text=True, check=True).stdout


def all_text(path: Path) -> str:
    """What stands anywhere in a DOCX."""
    with zipfile.ZipFile(path) as package:
        parts = [package.read(name).decode("utf-8") for name in package.namelist() if name.endswith((".xml", ".rels"))]
    return re.sub(r"<[^>]+>", "", "\n".join(parts)) + "\n".join(parts)


@needs_poppler
def test_what_the_applicant_wrote_copies_out_exactly(full: Edition, content: dict[str, Any]) -> None:
    wanted = written(content)
    assert len(wanted) > 100
    got = found(wanted, body_text(path_of(full, FileFormat.BODY)))
    missed = [text for text, there in zip(wanted, got, strict=True) if not there]
    assert sum(got) / len(got) >= LEAST_EXACT, missed


@needs_poppler
def test_every_font_is_embedded_and_subset(full: Edition) -> None:
    for file_format in (FileFormat.BODY, FileFormat.PDF):
        path = path_of(full, file_format)
        listed = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True).stdout
        fonts = [line for line in listed.splitlines()[2:] if line.strip()]
        assert fonts
        for line in fonts:
            assert re.search(r" yes yes yes +\d+ +\d+$", line), line
            assert re.match(r"[A-Z]{6}\+", line), line


def test_outline_names_the_contents_and_every_section(full: Edition, document: Document) -> None:
    sections = [heading_text(document.meta, one.number, one.title) for one in document.sections]
    with pikepdf.open(path_of(full, FileFormat.PDF)) as pdf, pdf.open_outline() as outline:
        *own, exhibits = outline.root
        assert list(flattened(own)) == ["สารบัญ", *sections]
        assert exhibits.title == "หลักฐาน"
        titles = exhibit_titles(full)
        numbers = [one.exhibit_number for one in bound(full)]
        assert [one.title for one in exhibits.children] == [
            f"หลักฐานลำดับที่ {number} {titles[number]}" for number in numbers
        ]


def flattened(items: list[Any]) -> Iterator[str]:
    for item in items:
        yield item.title
        yield from flattened(list(item.children))


def bound(edition: Edition) -> list[Any]:
    return [one for one in edition.snapshot.files if one.stored_file and one.stored_file.media_type in BOUND_KINDS]


def test_page_labels_count_the_body_and_then_each_exhibit(full: Edition, body_pages: int) -> None:
    wanted = [str(page) for page in range(1, body_pages + 1)]
    wanted += [f"{one.exhibit_number}-{page}" for one in bound(full) for page in range(1, one.page_count + 1)]
    with pikepdf.open(path_of(full, FileFormat.PDF)) as pdf:
        assert [str(page.label) for page in pdf.pages] == wanted


def test_no_character_is_printed_as_a_box(full: Edition) -> None:
    file = queries.file_of(full, FileFormat.BODY)
    assert file is not None
    assert file.report is not None
    assert file.report["notes"] == []
    with pikepdf.open(path_of(full, FileFormat.BODY)) as pdf:
        drawn = [list(glyphs(page)) for page in pdf.pages]
    assert sum(map(len, drawn)) > 20_000
    assert [number for number, codes in enumerate(drawn, 1) if 0 in codes] == []


def glyphs(page: pikepdf.Page) -> Iterator[int]:
    """The glyphs that a page draws, by their numbers in its fonts, which all take two bytes each."""
    for instruction in pikepdf.parse_content_stream(page, "Tj TJ"):
        operands: Any = instruction.operands
        shown = operands[0] if str(instruction.operator) == "TJ" else operands
        for one in shown:
            if isinstance(one, pikepdf.String):
                codes = bytes(one)
                yield from (int.from_bytes(codes[at : at + 2], "big") for at in range(0, len(codes), 2))


def test_same_edition_gives_the_same_bytes_again(full: Edition, document: Document, tmp_path: Path) -> None:
    body, whole, written_again = tmp_path / "body.pdf", tmp_path / "whole.pdf", tmp_path / "again.docx"
    render(document, format="pdf", engine=full.engine, out=body)
    titles = exhibit_titles(full)
    exhibits = [
        Exhibit(
            one.exhibit_number,
            titles[one.exhibit_number],
            storage().path(one.stored_file.sha256),
            one.stored_file.media_type,
        )
        for one in bound(full)
    ]
    bind_in_child(body, exhibits, whole, language="th", thai_digits=False)
    render(document, format="docx", out=written_again)
    assert body.read_bytes() == path_of(full, FileFormat.BODY).read_bytes()
    assert whole.read_bytes() == path_of(full, FileFormat.PDF).read_bytes()
    assert written_again.read_bytes() == path_of(full, FileFormat.DOCX).read_bytes()


@needs_poppler
def test_remarks_stand_in_the_full_edition_and_in_no_other(full: Edition, hr: Edition) -> None:
    (result,) = json.loads(full.inputs)["sections"]
    remarks = [*result["remarks"], *(text for work in result["works"] for text in work["remarks"])]
    assert len(remarks) >= 6
    for edition, wanted in ((full, True), (hr, False)):
        for file_format in (FileFormat.BODY, FileFormat.PDF):
            got = squeezed(body_text(path_of(edition, file_format)))
            assert [squeezed(text) in got for text in remarks] == [wanted] * len(remarks)
        got = squeezed(all_text(path_of(edition, FileFormat.DOCX)))
        assert [squeezed(text) in got for text in remarks] == [wanted] * len(remarks)
        assert [text in edition.inputs for text in remarks] == [wanted] * len(remarks)


@needs_poppler
def test_no_edition_names_a_reviewer(app: Flask) -> None:
    reviewers = {one.reviewer for one in session.scalars(select(Assignment))}
    assert len(reviewers) >= 3
    names = {
        name
        for one in reviewers
        for name in (
            f"{one.given_name_th} {one.family_name_th}",
            one.family_name_th,
            f"{one.given_name_en} {one.family_name_en}",
            one.email,
        )
        if len(name.strip()) >= SHORTEST_NAME
    }
    editions = list(session.scalars(select(Edition)))
    assert len(editions) >= 4
    for edition in editions:
        own = " ".join(filter(None, (edition.portfolio.owner.name_th, edition.portfolio.owner.name_en)))
        texts = [text_of(path_of(edition, FileFormat.PDF)), all_text(path_of(edition, FileFormat.DOCX)), edition.inputs]
        with zipfile.ZipFile(path_of(edition, FileFormat.ZIP)) as package:
            texts.append("\n".join(package.namelist()) + package.read("manifest.json").decode("utf-8"))
        with pikepdf.open(path_of(edition, FileFormat.PDF)) as pdf:
            texts.append(str(dict(pdf.docinfo)))
        whole = squeezed("\n".join(texts))
        assert [name for name in sorted(names) if name not in own and squeezed(name) in whole] == []


@needs_poppler
def test_results_are_marked_secret_and_bind_nobody(full: Edition, hr: Edition, body_pages: int) -> None:
    for edition in (full, hr):
        path = path_of(edition, FileFormat.BODY)
        text = text_of(path)
        assert "ผลของสมาคมไม่ผูกพันการพิจารณาของสถาบัน" in squeezed(text)
        assert "ยังไม่ใช่เกณฑ์ที่สมาคมประกาศ" in squeezed(text)
        pages = text.split("\f")[:-1]
        assert [page.count("ลับ\n") for page in pages[1:]] == [2] * (len(pages) - 1), "top and bottom of every page"
        assert "ลับ\n" in pages[0]


@needs_poppler
def test_every_reference_leads_to_the_page_with_that_stamp(
    full: Edition, document: Document, content: dict[str, Any], body_pages: int
) -> None:
    path = path_of(full, FileFormat.PDF)
    spoken = tokens(content)
    assert len(spoken) > 30
    shown = [part for section in document.sections for part in references(section)]
    assert [(one.exhibit, one.page) for one in shown if not one.label] == spoken
    pages_of = {one.exhibit_number: one.page_count for one in bound(full)}
    with pikepdf.open(path) as pdf:
        places = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
        names = pikepdf.NameTree(pdf.Root.Names.Dests)
        reached = [places[target.objgen] for page in list(pdf.pages)[:body_pages] for target in targets(page, names)]
    assert len(reached) == len(shown), "one link for each reference, whole on its line"
    for one, place in zip(shown, reached, strict=True):
        if one.exhibit in pages_of:
            page = min(one.page or 1, pages_of[one.exhibit])
            stamp = f"หลักฐานลำดับที่ {one.exhibit} · หน้า {page} จาก {pages_of[one.exhibit]}"
            assert squeezed(stamp) in squeezed(text_of(path, place)), one
        else:
            assert place <= body_pages
            opening = squeezed(exhibit_titles(full)[one.exhibit])[:20]  # the rest may stand on the cell's next line
            assert opening in squeezed(text_of(path, place)), one


def references(node: Any) -> Iterator[EvidenceRef]:
    """References in reading order: within a table row by row, as links stand on the page."""
    if isinstance(node, EvidenceRef):
        yield node
    elif isinstance(node, tuple):
        for one in node:
            yield from references(one)
    elif hasattr(node, "__dataclass_fields__"):
        for name in node.__dataclass_fields__:
            yield from references(getattr(node, name))


def targets(page: pikepdf.Page, names: pikepdf.NameTree) -> Iterator[Any]:
    """The pages that the references on a page lead to; the contents' own links lead into the body by label."""
    for annotation in page.get("/Annots", pikepdf.Array()):
        action = annotation.get("/A")
        if action is None or action.get("/S") != pikepdf.Name.GoTo:
            continue
        goal = action.D
        if isinstance(goal, pikepdf.String):
            if not str(goal).startswith("exhibit-"):
                continue
            goal = names[str(goal)]
        yield goal[0]


def test_docx_holds_every_paragraph(full: Edition, content: dict[str, Any]) -> None:
    file = docx.Document(str(path_of(full, FileFormat.DOCX)))
    text = "\n".join(one.text for one in file.paragraphs)
    assert [one for one in written(content) if squeezed(one) not in squeezed(text)] == []


def test_docx_opens_in_libreoffice_at_the_length_of_the_pdf(full: Edition, body_pages: int, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("soffice is not on this machine")
    office_font(tmp_path / "data" / "fonts")
    shutil.copyfile(path_of(full, FileFormat.DOCX), tmp_path / "dossier.docx")
    command = [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(tmp_path / "dossier.docx")],
        check=True,
        capture_output=True,
        timeout=180,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")},
    )
    with pikepdf.open(tmp_path / "dossier.pdf") as pdf:
        pages = len(pdf.pages)
        fonts = {str(font.BaseFont) for page in pdf.pages for font in page.resources.get("/Font", {}).values()}
    # The offices' font has no tick boxes: whatever program opens the file borrows them from one other font.
    assert len([name for name in fonts if "SarabunPSK" not in name]) <= 1, fonts
    assert abs(pages - body_pages) <= PAGES_APART * body_pages


def office_font(folder: Path) -> None:
    """Stand-in for the offices' font, which is not ours to ship: our own, drawn as small as theirs, in their name."""
    folder.mkdir(parents=True)
    for style in ("Regular", "Bold"):
        assert style in STYLES
        font = TTFont(next(FONTS.glob(f"*-{style}.ttf")))
        font["head"].unitsPerEm = round(font["head"].unitsPerEm * OFFICE_SCALE)
        for record in list(font["name"].names):
            wording = {
                1: OFFICE_FONT,
                2: style,
                4: f"{OFFICE_FONT} {style}",
                6: f"THSarabunPSK-{style}",
                16: OFFICE_FONT,
            }
            if record.nameID in wording:
                record.string = wording[record.nameID]
        font.save(folder / f"{style}.ttf")
