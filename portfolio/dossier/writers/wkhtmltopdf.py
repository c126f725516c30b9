"""The tree as PDF through pdfkit and wkhtmltopdf, shut off from scripts, files and network.

Debian's build has no header, footer, page numbers or outline of its own. Every heading is set as a web link to an
address that does not exist; where those links come to lie tells where the sections are, and from that the
numbers in the contents, the outline and the links are made. What it still lacks is declared in engines.py.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pdfkit
import pikepdf
import typst

from portfolio.dossier.document import Document, digits, tidy
from portfolio.dossier.writers.engines import EngineMissing, TypesettingError
from portfolio.dossier.writers.finishing import exhibit_link, name_exhibits
from portfolio.dossier.writers.html import page_label, to_html
from portfolio.dossier.writers.words import heading_text, words

_FONTS = Path(__file__).parents[1] / "fonts"
_TEMPLATES = Path(__file__).parent / "templates"
_PLACE = re.compile(r"http://(contents|section)\.invalid/(\d+)")
OPTIONS: dict[str, str] = {
    "page-size": "A4",
    "margin-left": "30mm",
    "margin-right": "20mm",
    "margin-top": "26mm",
    "margin-bottom": "23mm",
    "encoding": "UTF-8",
    "disable-javascript": "",
    "disable-plugins": "",
    "disable-local-file-access": "",
    # There is no switch for the network. Everything goes to a port where nobody listens.
    "proxy": "http://127.0.0.1:9",
    "load-error-handling": "ignore",
    "load-media-error-handling": "ignore",
    "quiet": "",
}


def write_pdf(document: Document, out: Path, work: Path) -> int:
    """Typeset into `out`; returns its pages. Raises EngineMissing and TypesettingError."""
    document = tidy(document)
    binary = shutil.which("wkhtmltopdf")
    if binary is None:
        raise EngineMissing("PORTFOLIO_PDF_ENGINE is pdfkit, but the program wkhtmltopdf is not installed.")
    raw = work / "raw.pdf"
    page = to_html(document, standalone=True, evidence_url=exhibit_link, section_urls=_section_urls)
    logging.getLogger("pdfkit").setLevel(logging.ERROR)
    try:
        pdfkit.from_string(str(page), str(raw), options=OPTIONS, configuration=pdfkit.configuration(wkhtmltopdf=binary))
    except OSError as error:
        if not raw.exists() or raw.stat().st_size == 0:
            last = str(error).strip().splitlines()[-1:] or ["no reason given"]
            raise TypesettingError(f"wkhtmltopdf failed: {last[0][:300]}") from None
    return _finish(document, raw, out, work)


def _section_urls(index: int) -> tuple[str, str]:
    return f"http://contents.invalid/{index}", f"http://section.invalid/{index}"


@dataclass(frozen=True, slots=True)
class _Places:
    """Where sections begin (page index by section), and the contents' entries (section, page index, link)."""

    sections: dict[int, int]
    entries: list[tuple[int, int, pikepdf.Object]]


def _places(pdf: pikepdf.Pdf) -> _Places:
    """Read the placeholder links of all pages, mend those to exhibits, and drop any that leads to no web address."""
    sections: dict[int, int] = {}
    entries: list[tuple[int, int, pikepdf.Object]] = []
    for index, page in enumerate(pdf.pages):
        name_exhibits(page)
        kept = pikepdf.Array()
        for link in page.get("/Annots", pikepdf.Array()):
            address = str(link.get("/A", pikepdf.Dictionary()).get("/URI", ""))
            found = _PLACE.fullmatch(address)
            if found and found[1] == "section":
                sections.setdefault(int(found[2]), index)
            elif found:
                entries.append((int(found[2]), index, link))
                kept.append(link)
            elif link.A.get("/S") == pikepdf.Name.GoTo or address.startswith(("http://", "https://", "mailto:")):
                kept.append(link)
        page.Annots = kept
    for section, _index, link in entries:
        if section in sections:
            del link["/A"]
            link.Dest = pikepdf.Array([pdf.pages[sections[section]].obj, pikepdf.Name.Fit])
    return _Places(sections, entries)


def _outline(pdf: pikepdf.Pdf, document: Document, places: _Places) -> None:
    with pdf.open_outline() as outline:
        branch: list[list[pikepdf.OutlineItem]] = [outline.root]
        for index, section in enumerate(document.sections, 1):
            if index not in places.sections:
                continue
            title = heading_text(document.meta, section.number, section.title)
            item = pikepdf.OutlineItem(title, places.sections[index], "Fit")
            del branch[section.level :]
            branch[-1].append(item)
            branch.append(item.children)


def _finish(document: Document, raw: Path, out: Path, work: Path) -> int:
    """Lay running head and page numbers over, state title, language and date, and fix what depends on the clock."""
    meta = document.meta
    with pikepdf.open(raw) as pdf:
        total = len(pdf.pages)
        places = _places(pdf)
        _outline(pdf, document, places)
        overlay = _overlay(document, total, places, work)
        with pikepdf.open(overlay) as frames:
            for index, page in enumerate(pdf.pages):
                if index == 0 and document.cover is not None:
                    continue
                _lay_over(pdf, page, frames.pages[index])
            day = f"D:{meta.date:%Y%m%d}000000Z"
            for key in [str(one) for one in pdf.docinfo]:
                del pdf.docinfo[key]
            pdf.docinfo["/Title"] = meta.title
            pdf.docinfo["/Author"] = meta.author
            pdf.docinfo["/Creator"] = "wkhtmltopdf"
            pdf.docinfo["/CreationDate"] = day
            pdf.docinfo["/ModDate"] = day
            pdf.Root.Lang = pikepdf.String("th-TH" if meta.language == "th" else "en-GB")
            pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
            pdf.save(out, deterministic_id=True)
        return total


def _lay_over(pdf: pikepdf.Pdf, page: pikepdf.Page, frame: pikepdf.Page) -> None:
    """Draw the frame over the page, under a name of our own: qpdf would pick one at random."""
    form = pdf.copy_foreign(frame.as_form_xobject())
    page.add_resource(form, pikepdf.Name.XObject, name=pikepdf.Name.DossierFrame)
    page.contents_add(pdf.make_stream(b"q\n"), prepend=True)
    page.contents_add(pdf.make_stream(b"\nQ q /DossierFrame Do Q\n"))


def _overlay(document: Document, total: int, places: _Places, work: Path) -> Path:
    meta, word = document.meta, words(document.meta.language)
    view = {
        "lang": meta.language,
        "running_head": meta.running_head or meta.title,
        "number": meta.number,
        "fictional": word.fictional if meta.fictional else "",
        "confidential": word.confidential if meta.confidential else "",
        "pages": [page_label(meta, page, total) for page in range(1, total + 1)],
        "entries": [
            [
                [round(float(entry.Rect[1]), 2), digits(str(places.sections[section] + 1), meta.thai_digits)]
                for section, page, entry in places.entries
                if page == index and section in places.sections
            ]
            for index in range(total)
        ],
    }
    (work / "frame.json").write_text(json.dumps(view, ensure_ascii=False), encoding="utf-8")
    (work / "frame.typ").write_bytes((_TEMPLATES / "frame.typ").read_bytes())
    target = work / "frame.pdf"
    typst.compile(
        work / "frame.typ",
        target,
        root=work,
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[_FONTS]),
        format="pdf",
        timestamp=0,
        pdf_tags=False,
    )
    return target
