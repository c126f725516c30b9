"""The tree as PDF through Typst: the tree travels as JSON data, so no text can become markup."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import segno
import typst

from portfolio.dossier.document import (
    QR,
    Block,
    Captions,
    CertificatePage,
    ChartFigure,
    Cover,
    Document,
    DrawnFigure,
    EvidenceRef,
    Figure,
    FormRow,
    Inlines,
    Note,
    Section,
    SignatureLine,
    Table,
    evidence_label,
    grouped,
    printed_date,
    tidy,
)
from portfolio.dossier.linebreaks import NO_BREAK_SPACE, mark_breaks
from portfolio.dossier.vector import words_apart
from portfolio.dossier.writers.engines import TypesettingError
from portfolio.dossier.writers.finishing import exhibit_link, finish
from portfolio.dossier.writers.words import heading_text, words

FONTS = Path(__file__).parents[1] / "fonts"
FAMILY = "EnT Sarabun"
_TEMPLATES = Path(__file__).parent / "templates"
_STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
# Typst chooses its line segmenter by language. Under this one it has no Thai model and so keeps to
# the breaks that ICU's dictionary marked; finishing sets the document's true language.
_SEGMENTER_LANGUAGE = "ja"


@dataclass(frozen=True, slots=True)
class Typeset:
    """How many pages came out, and what the reader of the file should know of it."""

    pages: int
    notes: tuple[str, ...] = ()


def write_pdf(document: Document, out: Path, work: Path) -> Typeset:
    """Typeset into `out`, using the folder `work` for what Typst reads. Raises TypesettingError."""
    document = tidy(document)
    (work / "main.typ").write_bytes((_TEMPLATES / "dossier.typ").read_bytes())
    (work / "mark.svg").write_bytes((_TEMPLATES / "mark.svg").read_bytes())
    view = _View(document, work).plain()
    (work / "typst.json").write_text(json.dumps(view, ensure_ascii=False), encoding="utf-8")
    raw = work / "raw.pdf"
    notes = _compile(work, raw, document)
    pages = finish(raw, out, language=document.meta.language)
    return Typeset(pages, notes)


def _compile(work: Path, raw: Path, document: Document) -> tuple[str, ...]:
    day = document.meta.date
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS])

    def run(standards: list[typst.PDFStandard]) -> None:
        typst.compile(
            work / "main.typ",
            raw,
            root=work,
            font_paths=fonts,
            format="pdf",
            pdf_standards=standards,
            timestamp=moment,
        )

    try:
        run(_STANDARDS)
    except typst.TypstError as error:
        if "PDF/A" not in error.message and "PDF/UA" not in error.message:
            raise TypesettingError(f"Typst refused the document: {_first_line(error)}") from None
        # A character that no font here has makes PDF/A impossible, but not the document.
        run([])
        return (f"Not PDF/A: {_first_line(error)}",)
    return ()


def _first_line(error: typst.TypstError) -> str:
    return next((line for line in error.message.splitlines() if line.strip()), "no reason given")[:300]


class _View:
    """The tree as the template reads it: words chosen, numbers worded, breaks marked, pictures as files."""

    def __init__(self, document: Document, work: Path) -> None:
        self.document = document
        self.meta = document.meta
        self.work = work
        self.captions = Captions(self.meta.language, self.meta.thai_digits)
        self.files = 0
        self.level = 0

    def plain(self) -> dict[str, Any]:
        meta = self.meta
        return {
            "lang": _SEGMENTER_LANGUAGE,
            "fonts": [FAMILY],
            "meta": {
                "title": meta.title,
                "author": meta.author,
                "number": meta.number,
                "date": [meta.date.year, meta.date.month, meta.date.day],
                "thai_digits": meta.thai_digits,
                "running_head": self.text_runs(meta.running_head or meta.title),
                "input_digest": meta.input_digest,
                "verify_url": meta.verify_url,
                "fictional": meta.fictional,
                "confidential": meta.confidential,
            },
            "words": {field.name: getattr(words(meta.language), field.name) for field in fields(words("th"))},
            "cover": self.cover(self.document.cover) if self.document.cover else None,
            "cover_qr": self.qr(meta.verify_url) if self.document.cover and meta.verify_url else "",
            "contents": self.document.contents,
            "sections": [self.section(section, index) for index, section in enumerate(self.document.sections, 1)],
        }

    def cover(self, cover: Cover) -> dict[str, Any]:
        word = words(self.meta.language)
        lines = [
            *cover.lines,
            FormRow(word.number, self.meta.number),
            FormRow(word.date, printed_date(self.meta.date, self.meta.language, self.meta.thai_digits)),
        ]
        return {
            "organization": mark_breaks(cover.organization),
            "label": mark_breaks(cover.label),
            "title": mark_breaks(cover.title),
            "subtitle": mark_breaks(cover.subtitle),
            "lines": [[mark_breaks(line.label), mark_breaks(line.value)] for line in lines if line.value],
        }

    def section(self, section: Section, index: int) -> dict[str, Any]:
        # PDF/UA lets headings go down one level at a time, and begin at the first.
        self.level = min(section.level, self.level + 1)
        return {
            "level": self.level,
            "title": mark_breaks(heading_text(self.meta, section.number, section.title)),
            "label": f"section-{index}",
            "new_page": section.new_page,
            "blocks": [self.group(group) for group in grouped(section.blocks)],
        }

    def group(self, group: tuple[Block, ...]) -> dict[str, Any]:
        if isinstance(group[0], SignatureLine):
            return {"kind": "signatures", "lines": [self.value(line) for line in group]}
        return self.block(group[0])

    def block(self, block: Block) -> dict[str, Any]:
        plain: dict[str, Any] = self.value(block)
        match block:
            case Table():
                plain["caption"] = mark_breaks(self.captions.next("table", block.caption))
                plain["widths"] = [column.width for column in block.columns]
                plain["aligns"] = [column.align for column in block.columns]
                plain["tall"] = [block.is_tall(row) for row in block.rows]
                plain["fits"] = block.fits_a_page
            case Note():
                plain["long"] = block.is_long
            case Figure():
                plain["caption"] = mark_breaks(self.captions.next("figure", block.caption))
                plain["alt"] = block.alt or block.caption
                plain["file"] = self.file(block.image, block.media_type.partition("/")[2])
                del plain["image"]
            case DrawnFigure():
                lines, said, size = words_apart(block.svg)
                plain["caption"] = mark_breaks(self.captions.next("figure", block.caption))
                plain["alt"] = block.alt
                plain["file"] = self.file(lines.encode(), "svg")
                plain["size"] = size
                plain["words"] = [asdict(one) for one in said]
                del plain["svg"]
            case ChartFigure():
                plain["caption"] = mark_breaks(self.captions.next("figure", block.caption))
                for bar, drawn in zip(block.bars, plain["bars"], strict=True):
                    drawn["share"] = min(max(bar.value / block.maximum, 0.0), 1.0)
            case QR():
                plain["data"] = block.data
                plain["file"] = self.qr(block.data)
            case CertificatePage():
                plain["verify_url"] = block.verify_url
                plain["file"] = self.qr(block.verify_url) if block.verify_url else ""
        return plain

    def value(self, node: Any) -> Any:
        """A node's fields, with breaks marked in every text; inline parts as [text, bold, address, italic]."""
        if isinstance(node, str):
            return mark_breaks(node)
        if isinstance(node, tuple):
            if node and all(hasattr(one, "__dataclass_fields__") and _is_inline(one) for one in node):
                return self.runs(node)
            return [self.value(one) for one in node]
        if hasattr(node, "__dataclass_fields__"):
            plain = {field.name: self.value(getattr(node, field.name)) for field in fields(node)}
            return plain | {"kind": _KINDS.get(type(node).__name__, "")}
        return node

    def runs(self, parts: Inlines) -> list[list[Any]]:
        meta = self.meta
        return [
            [_unbroken(evidence_label(part, meta.language, meta.thai_digits)), False, exhibit_link(part), False]
            if isinstance(part, EvidenceRef)
            else [mark_breaks(part.text), part.bold, part.url, part.italic]
            for part in parts
        ]

    def text_runs(self, text: str) -> list[list[Any]]:
        return [[mark_breaks(text), False, "", False]]

    def qr(self, data: str) -> str:
        name = self.name("svg")
        segno.make(data, error="m", micro=False).save(str(self.work / name), border=2, dark="#0e2744")
        return name

    def file(self, content: bytes, suffix: str) -> str:
        name = self.name(suffix)
        (self.work / name).write_bytes(content)
        return name

    def name(self, suffix: str) -> str:
        self.files += 1
        return f"picture-{self.files}.{suffix}"


def _unbroken(label: str) -> str:
    """A reference keeps together: "หลักฐานลำดับ" at one line's end and "ที่ 14" on the next read as two things."""
    return label.replace(" ", NO_BREAK_SPACE)


def _is_inline(node: Any) -> bool:
    return type(node).__name__ in ("Run", "EvidenceRef")


_KINDS = {
    "Paragraph": "paragraph",
    "BulletList": "bullet_list",
    "NumberedList": "numbered_list",
    "Table": "table",
    "FormGrid": "form_grid",
    "TickBoxes": "tick_boxes",
    "Figure": "figure",
    "DrawnFigure": "drawn_figure",
    "ChartFigure": "chart_figure",
    "Quote": "quote",
    "Note": "note",
    "PageBreak": "page_break",
    "QR": "qr",
    "CertificatePage": "certificate_page",
}
