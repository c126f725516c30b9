"""The selectable second engine: safe options, numbers and outline made from placeholder links, what it lacks said."""

from __future__ import annotations

import http.server
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from portfolio.dossier.document import Document, EvidenceRef, Run, Section, paragraph
from portfolio.dossier.writers import wkhtmltopdf
from portfolio.dossier.writers.engines import (
    ENGINES,
    Capability,
    EngineMissing,
    engine_for,
    engine_version,
)
from portfolio.dossier.writers.process import Rendered, render
from portfolio.dossier.writers.wkhtmltopdf import OPTIONS
from tests.portfolio.dossier.specimen import specimen

NEEDS = "wkhtmltopdf is missing on this machine"


@pytest.fixture(scope="module", params=["th", "en"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Document, Path, Rendered]:
    """The specimen in both languages, typeset once."""
    if shutil.which("wkhtmltopdf") is None:
        pytest.skip(NEEDS)
    document = specimen(request.param, thai_digits=request.param == "th")
    out = tmp_path_factory.mktemp("pdfkit") / "out.pdf"
    return document, out, render(document, format="pdf", engine="pdfkit", out=out)


def test_the_environment_chooses_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORTFOLIO_PDF_ENGINE", raising=False)
    assert engine_for("pdf").name == "typst"
    monkeypatch.setenv("PORTFOLIO_PDF_ENGINE", "pdfkit")
    assert engine_for("pdf").name == "pdfkit"
    assert engine_for("docx").name == "docx"
    monkeypatch.setenv("PORTFOLIO_PDF_ENGINE", "word")
    with pytest.raises(EngineMissing, match="no engine 'word' for pdf; known: typst, pdfkit"):
        engine_for("pdf")


def test_an_engine_of_another_format_is_refused() -> None:
    with pytest.raises(EngineMissing, match="no engine 'docx' for pdf"):
        engine_for("pdf", "docx")


def test_a_missing_program_is_one_clear_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineMissing) as missing:
        engine_version(ENGINES["pdfkit"])
    assert "wkhtmltopdf is not installed" in str(missing.value)
    with pytest.raises(EngineMissing):
        wkhtmltopdf.write_pdf(specimen(), tmp_path / "out.pdf", tmp_path)
    with pytest.raises(EngineMissing):
        render(specimen(), format="pdf", engine="pdfkit", out=tmp_path / "out.pdf")
    assert list(tmp_path.iterdir()) == []


def test_what_an_engine_lacks_is_declared() -> None:
    assert ENGINES["typst"].lacks == frozenset()
    assert ENGINES["pdfkit"].lacks == {
        Capability.TAGS,
        Capability.PDF_A,
        Capability.SEARCHABLE_THAI,
        Capability.TABLE_HEADERS,
        Capability.WHOLE_ROWS,
    }
    assert Capability.EXHIBIT_LINKS in ENGINES["docx"].lacks


def test_scripts_files_and_network_are_shut() -> None:
    assert {"disable-javascript", "disable-plugins", "disable-local-file-access"} <= set(OPTIONS)
    assert OPTIONS["proxy"] == "http://127.0.0.1:9"
    assert "enable-local-file-access" not in OPTIONS


def test_same_tree_gives_the_same_bytes(made: tuple[Document, Path, Rendered], tmp_path: Path) -> None:
    document, _out, rendered = made
    again = render(document, format="pdf", engine="pdfkit", out=tmp_path / "again.pdf")
    assert again.sha256 == rendered.sha256
    assert rendered.engine_version.startswith("wkhtmltopdf 0.")


def test_page_numbers_are_laid_over_all_pages_but_the_cover(made: tuple[Document, Path, Rendered]) -> None:
    document, out, rendered = made
    pages = subprocess.run(["pdftotext", str(out), "-"], capture_output=True, text=True, check=True).stdout.split("\f")
    assert rendered.pages == len(pages) - 1
    for number, page in enumerate(pages[: rendered.pages], 1):
        if document.meta.language == "th":
            wanted = f"หน้า {number} จาก {rendered.pages}".translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
        else:
            wanted = f"Page {number} of {rendered.pages}"
        assert (wanted in page) == (number > 1)


def test_outline_and_contents_lead_to_the_sections(made: tuple[Document, Path, Rendered]) -> None:
    document, out, _rendered = made
    pdf = pypdfium2.PdfDocument(out)
    listed = [(one.level, one.get_title(), one.get_dest().get_index()) for one in pdf.get_toc()]
    assert [level for level, _title, _page in listed] == [section.level - 1 for section in document.sections]
    assert all(
        title.endswith(section.title) for (_l, title, _p), section in zip(listed, document.sections, strict=True)
    )
    pages = [page for _level, _title, page in listed]
    assert pages == sorted(pages)
    assert pages[0] >= 2
    with pikepdf.open(out) as raw:
        links = [one.Dest[0].objgen for one in raw.pages[1].Annots if "/Dest" in one]
        assert links == [raw.pages[page].obj.objgen for page in pages]


def test_no_place_of_this_machine_and_no_placeholder_is_left(made: tuple[Document, Path, Rendered]) -> None:
    _document, out, _rendered = made
    with pikepdf.open(out) as pdf:
        whole = [one.unparse(resolved=True) for one in pdf.objects if not isinstance(one, pikepdf.Stream)]
    for forbidden in (b"file:", b".invalid", b"/tmp", b"wktemp"):
        assert not [one for one in whole if forbidden in one]


def test_references_wait_as_named_destinations_and_web_links_stay(tmp_path: Path) -> None:
    if shutil.which("wkhtmltopdf") is None:
        pytest.skip(NEEDS)
    blocks = (paragraph(EvidenceRef(3, 2)), paragraph(Run("link", url="https://example.org/a")))
    document = replace(specimen("en"), sections=(Section(1, "1", "Head", blocks),))
    render(document, format="pdf", engine="pdfkit", out=tmp_path / "out.pdf")
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        actions = [one.A for page in pdf.pages for one in page.get("/Annots", []) if "/A" in one]
        assert {str(one.get("/URI", one.get("/D"))) for one in actions} == {"https://example.org/a", "exhibit-3-2"}


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A web server on this machine that writes down who came."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_even_a_page_that_asks_gets_neither_files_nor_network(
    listener: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The HTML writer never writes such a page; were it to, the engine would still refuse."""
    if shutil.which("wkhtmltopdf") is None:
        pytest.skip(NEEDS)
    address, asked = listener
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET", encoding="utf-8")
    page = (
        f'<html><body><p>hello</p><img src="{address}/img.png"><iframe src="file://{secret}"></iframe>'
        f'<script>new Image().src="{address}/js"; document.body.innerHTML="scripted"</script></body></html>'
    )
    monkeypatch.setattr(wkhtmltopdf, "to_html", lambda *_args, **_named: page)
    wkhtmltopdf.write_pdf(specimen("en"), tmp_path / "out.pdf", tmp_path)
    text = subprocess.run(
        ["pdftotext", str(tmp_path / "out.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "hello" in text
    assert "TOPSECRET" not in text
    assert "scripted" not in text
    assert asked == []
