"""The tree as PDF through pdfkit and wkhtmltopdf, shut off from scripts, files and network.

Debian's build has no header, footer, contents or outline of its own: page numbers and running head are laid over
afterwards; contents with page numbers, outline, tags and links are declared absent in engines.py.
"""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path

import pdfkit
import pikepdf
import typst

from portfolio.dossier.document import Document, digits, tidy
from portfolio.dossier.writers.engines import EngineMissing, TypesettingError
from portfolio.dossier.writers.html import page_label, to_html
from portfolio.dossier.writers.words import words

_FONTS = Path(__file__).parents[1] / "fonts"
_TEMPLATES = Path(__file__).parent / "templates"
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
    "disable-external-links": "",
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
    page = to_html(document, standalone=True, evidence_url=lambda _ref: None)
    logging.getLogger("pdfkit").setLevel(logging.ERROR)
    try:
        pdfkit.from_string(str(page), str(raw), options=OPTIONS, configuration=pdfkit.configuration(wkhtmltopdf=binary))
    except OSError as error:
        if not raw.exists() or raw.stat().st_size == 0:
            last = str(error).strip().splitlines()[-1:] or ["no reason given"]
            raise TypesettingError(f"wkhtmltopdf failed: {last[0][:300]}") from None
    return _finish(document, raw, out, work)


def _finish(document: Document, raw: Path, out: Path, work: Path) -> int:
    """Lay running head and page numbers over, state title, language and date, and fix what depends on the clock."""
    meta = document.meta
    with pikepdf.open(raw) as pdf:
        total = len(pdf.pages)
        overlay = _overlay(document, total, work)
        with pikepdf.open(overlay) as frames:
            for index, page in enumerate(pdf.pages):
                if index == 0 and document.cover is not None:
                    continue
                page.add_overlay(frames.pages[index], pikepdf.Rectangle(page.mediabox))
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


def _overlay(document: Document, total: int, work: Path) -> Path:
    meta, word = document.meta, words(document.meta.language)
    view = {
        "lang": meta.language,
        "running_head": meta.running_head or meta.title,
        "number": meta.number,
        "fictional": word.fictional if meta.fictional else "",
        "confidential": word.confidential if meta.confidential else "",
        "pages": [digits(page_label(meta, page, total), meta.thai_digits) for page in range(1, total + 1)],
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
