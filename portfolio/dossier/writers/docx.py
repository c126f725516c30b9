"""The tree as DOCX through python-docx, in the fonts and sizes that Thai offices use."""

from __future__ import annotations

import io
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import segno
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph as Line
from PIL import Image

from portfolio.dossier.document import (
    QR,
    Block,
    BulletList,
    Captions,
    CertificatePage,
    ChartFigure,
    Cover,
    Document,
    DrawnFigure,
    EvidenceRef,
    Figure,
    FormGrid,
    FormRow,
    Inlines,
    Note,
    NumberedList,
    PageBreak,
    Paragraph,
    Quote,
    SignatureLine,
    Table,
    TickBoxes,
    evidence_label,
    grouped,
    printed_date,
    tidy,
)
from portfolio.dossier.linebreaks import NO_BREAK_SPACE
from portfolio.dossier.vector import to_png
from portfolio.dossier.writers import docx_xml as xml
from portfolio.dossier.writers.docx_xml import Look
from portfolio.dossier.writers.words import heading_text, words

_WIDTH = 16.0  # centimetres between the margins
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_BLUE, _DARK, _GREY, _LIGHT, _RED = "17447F", "0E2744", "54616F", "B9DBF1", "991B24"
_HEADINGS = {1: Look(20, True, _DARK), 2: Look(18, True, _DARK), 3: Look(16, True, _DARK)}
_BODY = Look()
_SMALL = Look(14, color=_GREY)


def write_docx(document: Document, out: Path) -> None:
    """Write the document; the same tree gives the same bytes."""
    buffer = io.BytesIO()
    _Writer(tidy(document)).made().save(buffer)
    out.write_bytes(xml.repacked(buffer.getvalue()))


class _Writer:
    """Holds what the blocks of one document share."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.meta = document.meta
        self.words = words(self.meta.language)
        self.captions = Captions(self.meta.language, self.meta.thai_digits)
        self.file = docx.Document()
        self.end = self.file.element.body.sectPr
        self.style_ids: dict[str, str] = {}
        self.lists = xml.Lists(self.file.part.numbering_part.element, thai=self.meta.thai_digits)

    def made(self) -> Any:
        self.properties()
        self.styles()
        self.page()
        if self.document.cover:
            self.cover(self.document.cover)
        if self.document.contents:
            self.contents()
        for index, section in enumerate(self.document.sections, 1):
            title = self.line(f"Heading {section.level}")
            certificate = bool(section.blocks) and isinstance(section.blocks[0], CertificatePage)
            if section.new_page or certificate:
                title.paragraph_format.page_break_before = True
            heading = heading_text(self.meta, section.number, section.title)
            xml.add_text(title._p, heading, _HEADINGS[section.level])
            xml.add_bookmark(title, f"_section_{index}", index)
            for group in grouped(section.blocks):
                self.group(group)
        self.colophon()
        return self.file

    # The file ----------------------------------------------------------------------------------

    def properties(self) -> None:
        moment = datetime(self.meta.date.year, self.meta.date.month, self.meta.date.day)  # noqa: DTZ001 - as stored
        core = self.file.core_properties
        core.title, core.author, core.last_modified_by = self.meta.title[:255], self.meta.author, ""
        core.created = core.modified = moment
        core.identifier, core.language, core.comments = self.meta.number, self.meta.language, ""
        core.revision, core.keywords = 1, ""
        package = self.file.part.package
        # python-docx's own template carries a picture of an empty page.
        for key in [key for key, one in package.rels.items() if one.reltype.endswith("/thumbnail")]:
            package.rels.pop(key)

    def styles(self) -> None:
        styles = self.file.styles
        defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault"))
        for child in list(defaults):
            defaults.remove(child)
        defaults.append(xml.run_properties(_BODY, thai=False))
        looks = {"Normal": _BODY, "Caption": _SMALL, "Header": _SMALL, "Footer": _SMALL, "Quote": _BODY}
        looks |= {f"Heading {level}": look for level, look in _HEADINGS.items()}
        for level in (1, 2, 3):
            style = styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = styles["Normal"]
            style.paragraph_format.left_indent = Cm(0.8 * (level - 1))
            stops = style.paragraph_format.tab_stops
            stops.add_tab_stop(Cm(_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
            looks[f"toc {level}"] = Look(bold=level == 1)
        for name, look in looks.items():
            style = styles[name]
            element = style.element
            old = element.find(qn("w:rPr"))
            if old is not None:
                element.remove(old)
            element.append(xml.run_properties(look, thai=False))
        self.style_ids = {style.name: style.style_id for style in styles}
        for name in ("Header", "Footer"):
            # The template's own stops suit another page.
            stops = styles[name].element.pPr.find(qn("w:tabs"))
            if stops is not None:
                styles[name].element.pPr.remove(stops)
        for name in ("List Bullet", "List Number"):
            # Each entry names its list itself; the template's lists are gone.
            stale = styles[name].element.pPr.find(qn("w:numPr"))
            if stale is not None:
                styles[name].element.pPr.remove(stale)
        normal = styles["Normal"].paragraph_format
        normal.space_before, normal.space_after, normal.line_spacing = Pt(0), Pt(6), 1.0
        normal.widow_control = True
        for level in (1, 2, 3):
            form = styles[f"Heading {level}"].paragraph_format
            form.space_before, form.space_after = Pt(18 - 3 * level), Pt(6)
            form.keep_with_next = form.keep_together = True

    def page(self) -> None:
        section = self.file.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin, section.right_margin = Cm(3), Cm(2)
        section.top_margin, section.bottom_margin = Cm(2.5), Cm(2)
        section.different_first_page_header_footer = self.document.cover is not None
        if self.meta.thai_digits:
            section._sectPr.find(qn("w:pgMar")).addnext(xml.element("w:pgNumType", fmt="thaiNumbers"))
        head = section.header.paragraphs[0]
        head.paragraph_format.tab_stops.add_tab_stop(Cm(_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        xml.add_text(head._p, self.meta.running_head or self.meta.title, _SMALL)
        marks = [self.words.fictional] if self.meta.fictional else []
        if self.meta.fictional or self.meta.confidential:
            self.tab(head)
            # In another reader's font the title may come up to the tab stop; a space keeps the marks off it.
            xml.add_text(head._p, "\N{EN SPACE}" + " ".join(marks), _SMALL)
        if self.meta.confidential:
            xml.add_text(head._p, f"  {self.words.confidential}", Look(14, True, _RED))
        xml.set_borders(head._p.get_or_add_pPr(), "w:pBdr", bottom=("single", _LIGHT))
        foot = section.footer.paragraphs[0]
        stops = foot.paragraph_format.tab_stops
        stops.add_tab_stop(Cm(_WIDTH / 2), WD_TAB_ALIGNMENT.CENTER)
        stops.add_tab_stop(Cm(_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        xml.add_text(foot._p, self.meta.number, _SMALL)
        self.tab(foot)
        if self.meta.confidential:
            xml.add_text(foot._p, self.words.confidential, Look(14, True, _RED))
        self.tab(foot)
        digits = r" \* THAIARABIC" if self.meta.thai_digits else ""
        before, _, rest = self.words.page_of.partition("{page}")
        middle, _, after = rest.partition("{total}")
        xml.add_text(foot._p, before, _SMALL)
        xml.add_field(foot._p, f"PAGE{digits}", "1", _SMALL)
        xml.add_text(foot._p, middle, _SMALL)
        xml.add_field(foot._p, f"NUMPAGES{digits}", "1", _SMALL)
        xml.add_text(foot._p, after, _SMALL)

    # Front matter ------------------------------------------------------------------------------

    def cover(self, cover: Cover) -> None:
        rows = [
            ("organization", cover.organization, Look(18, True, _BLUE), 24, 36),
            ("label", cover.label, Look(18, color=_GREY), 0, 6),
            ("title", cover.title, Look(30, True, _DARK), 0, 6),
            ("subtitle", cover.subtitle, Look(18, color=_GREY), 0, 24),
        ]
        for name, text, look, before, after in rows:
            line = self.line("Title" if name == "title" else "Normal", text, look)
            line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(before), Pt(after)
        self.form(
            (
                *(row for row in cover.lines if row.value),
                FormRow(self.words.number, self.meta.number),
                FormRow(self.words.date, printed_date(self.meta.date, self.meta.language, self.meta.thai_digits)),
            )
        )
        if self.meta.fictional or self.meta.confidential:
            marks = self.line("Normal")
            xml.add_text(marks._p, f"{self.words.fictional}   " if self.meta.fictional else "", Look(16, True, _GREY))
            xml.add_text(marks._p, self.words.confidential if self.meta.confidential else "", Look(18, True, _RED))
        if self.meta.verify_url:
            self.qr(self.meta.verify_url, self.words.verify)
        if self.meta.input_digest:
            self.line("Normal", f"{self.words.digest}\n{self.meta.input_digest}", Look(12, color=_GREY))
        self.break_page()

    def contents(self) -> None:
        self.line("Normal", self.words.contents, _HEADINGS[1])
        for index, section in enumerate(self.document.sections, 1):
            line = self.line(f"toc {section.level}")
            look = Look(bold=section.level == 1)
            link = xml.add_link(line, anchor=f"_section_{index}")
            xml.add_text(link, heading_text(self.meta, section.number, section.title), look)
            self.tab(line, link)
            # Each entry's number is a field of its own: inside a TOC field LibreOffice shows 0.
            xml.add_field(link, rf"PAGEREF _section_{index} \h", "…", look, dirty=True)
        self.break_page()

    def colophon(self) -> None:
        if self.document.cover is not None:
            return
        for label, value in ((self.words.verify, self.meta.verify_url), (self.words.digest, self.meta.input_digest)):
            if value:
                self.line("Normal", f"{label} {value}", Look(12, color=_GREY))

    # Blocks ------------------------------------------------------------------------------------

    def group(self, group: tuple[Block, ...]) -> None:
        if isinstance(group[0], SignatureLine):
            self.signatures([line for line in group if isinstance(line, SignatureLine)])
        else:
            self.block(group[0])

    def block(self, block: Block) -> None:
        match block:
            case Paragraph():
                line = self.line("Normal")
                line.alignment = _ALIGN[block.align]
                if block.indent:
                    line.paragraph_format.first_line_indent = Cm(2.5)
                self.runs(line, block.runs, _BODY)
            case BulletList():
                self.entries(block.entries, "List Bullet", 1)
            case NumberedList():
                self.entries(block.entries, "List Number", self.lists.numbered(block.start))
            case Table():
                self.table(block)
            case FormGrid():
                self.form(block.rows)
            case TickBoxes():
                self.ticks(block)
            case SignatureLine():
                self.signatures([block])
            case Figure():
                self.picture(io.BytesIO(block.image), _WIDTH * min(max(block.width, 0.05), 1.0), block.alt)
                self.caption(self.captions.next("figure", block.caption))
            case DrawnFigure():
                self.picture(io.BytesIO(to_png(block.svg)), _WIDTH * min(max(block.width, 0.05), 1.0), block.alt)
                self.caption(self.captions.next("figure", block.caption))
            case ChartFigure():
                self.chart(block)
            case Quote():
                self.quote(block)
            case Note():
                line = self.line("Normal")
                line.paragraph_format.keep_together = not block.is_long
                xml.set_borders(
                    line._p.get_or_add_pPr(),
                    "w:pBdr",
                    **dict.fromkeys(("top", "left", "bottom", "right"), ("single", _LIGHT)),
                )
                self.runs(line, block.runs, _BODY)
            case PageBreak():
                self.break_page()
            case QR():
                self.qr(block.data, block.caption)
            case CertificatePage():
                self.certificate(block)

    def line(self, style: str, text: str = "", look: Look = _BODY, parent: Any = None) -> Line:
        """A new paragraph at the end of the file (or of a cell).

        python-docx would search the whole body for its end, and all styles for the name, each time.
        """
        paragraph = xml.element("w:p")
        if parent is None:
            self.end.addprevious(paragraph)
        else:
            parent._tc.append(paragraph)
        made = Line(paragraph, parent or self.file._body)
        if style != "Normal":
            paragraph.style = self.style_ids[style]
        if text:
            xml.add_text(made._p, text, look)
        return made

    def tab(self, line: Line, parent: Any = None) -> None:
        run = xml.element("w:r")
        run.append(xml.element("w:tab"))
        (line._p if parent is None else parent).append(run)

    def break_page(self) -> None:
        self.line("Normal").add_run().add_break(WD_BREAK.PAGE)

    def runs(self, line: Line, runs: Inlines, look: Look) -> None:
        for run in runs:
            if isinstance(run, EvidenceRef):
                # The number stays with its word.
                label = evidence_label(run, self.meta.language, self.meta.thai_digits).replace(" ", NO_BREAK_SPACE)
                xml.add_text(line._p, label, Look(look.size, look.bold, _BLUE))
            elif run.url:
                link = xml.add_web_link(line, run.url)
                xml.add_text(link, run.text, Look(look.size, look.bold or run.bold, _BLUE, run.italic))
            else:
                xml.add_text(line._p, run.text, Look(look.size, look.bold or run.bold, look.color, run.italic))

    def entries(self, entries: tuple[Inlines, ...], style: str, number: int) -> None:
        for entry in entries:
            line = self.line(style)
            xml.Lists.mark(line, number)
            self.runs(line, entry, _BODY)

    def caption(self, text: str, *, above: bool = False) -> None:
        if text:
            line = self.line("Caption", text, _SMALL)
            line.paragraph_format.keep_with_next = above
            line.alignment = _ALIGN["left" if above else "center"]

    def grid(self, rows: int, shares: list[float], *, borders: bool, tall: Collection[int] = ()) -> Any:
        """A table of fixed column widths, in shares of the text's width; only the rows of `tall` may split."""
        made = self.file.add_table(rows=rows, cols=len(shares))
        made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        total = sum(shares)
        widths = [Cm(_WIDTH * share / total) for share in shares]
        for column, width in zip(made.columns, widths, strict=True):
            column.width = width
        # Row by row: asking python-docx for single cells counts the whole table each time.
        for number, row in enumerate(made.rows):
            if number not in tall:
                row._tr.get_or_add_trPr().append(xml.element("w:cantSplit"))
            for cell, width in zip(row._tr.tc_lst, widths, strict=True):
                cell.width = width
        if borders:
            lines = dict.fromkeys(("top", "bottom", "insideH", "left", "right", "insideV"), ("single", "C3CBD4"))
            xml.set_borders(made._tbl.tblPr, "w:tblBorders", **lines)
        return made

    def fill(self, cell: Any, runs: Inlines, look: Look, align: str = "left") -> Line:
        """Write into a cell's first paragraph."""
        line: Line = cell.paragraphs[0]
        line.alignment = _ALIGN[align]
        line.paragraph_format.space_after = Pt(0)
        self.runs(line, runs, look)
        return line

    def table(self, table: Table) -> None:
        self.caption(self.captions.next("table", table.caption), above=True)
        header = [table.header] if table.header else []
        tall = {number for number, row in enumerate(table.rows, start=len(header)) if table.is_tall(row)}
        widths = [column.width for column in table.columns]
        made = self.grid(len(header) + len(table.rows), widths, borders=True, tall=tall)
        for number, (row, cells) in enumerate(zip(made.rows, (*header, *table.rows), strict=True)):
            heads = bool(header) and number == 0
            if heads:
                row._tr.get_or_add_trPr().append(xml.element("w:tblHeader"))
            for cell, runs, column in zip(row.cells, cells, table.columns, strict=True):
                if heads:
                    cell._tc.get_or_add_tcPr().append(xml.element("w:shd", val="clear", color="auto", fill="F1F7FC"))
                self.fill(cell, runs, Look(15, heads, _DARK if heads else ""), column.align)
        self.gap()

    def gap(self) -> None:
        """Room after a table, which has none of its own."""
        self.line("Normal").paragraph_format.line_spacing = Pt(8)

    def form(self, rows: tuple[FormRow, ...]) -> None:
        made = self.grid(len(rows), [1, 2.1], borders=False)
        for row, content in zip(made.rows, rows, strict=True):
            label, value = row.cells
            xml.add_text(self.fill(label, (), _BODY)._p, content.label, Look(color=_GREY))
            xml.add_text(self.fill(value, (), _BODY)._p, content.value, _BODY)
            xml.set_borders(value._tc.get_or_add_tcPr(), "w:tcBorders", bottom=("dotted", "8592A1"))
        self.gap()

    def ticks(self, block: TickBoxes) -> None:
        boxes = [f"{'☑' if box.ticked else '☐'} {box.label}" for box in block.boxes]
        if block.inline:
            line = self.line("Normal")
            if block.label:
                xml.add_text(line._p, f"{block.label}   ", Look(bold=True))
            xml.add_text(line._p, "     ".join(boxes), _BODY)
            return
        if block.label:
            self.line("Normal", block.label, Look(bold=True)).paragraph_format.keep_with_next = True
        for box in boxes:
            line = self.line("Normal", box)
            line.paragraph_format.left_indent, line.paragraph_format.first_line_indent = Cm(0.8), Cm(-0.8)

    def signatures(self, lines: list[SignatureLine]) -> None:
        across = 2 if len(lines) > 1 else 1
        # One signature alone stands to the right, with room for the longest office's name.
        shares = [1.0, 1.0] if across == 2 else [0.65, 1.35]
        made = self.grid(-(-len(lines) // across), shares, borders=False)
        blank = "." * 40
        for index, signature in enumerate(lines):
            cell = made.rows[index // across].cells[index % across if across == 2 else 1]
            rows = [
                f"{self.words.sign} {blank}",
                f"({signature.name or blank})",
                *([signature.role] if signature.role else []),
                f"{self.words.date} {signature.date or '.' * 28}",
            ]
            first = self.fill(cell, (), _BODY, "center")
            first.paragraph_format.space_before = Pt(18)
            xml.add_text(first._p, rows[0], _BODY)
            for text in rows[1:]:
                line = self.line("Normal", text, parent=cell)
                line.alignment = _ALIGN["center"]
                line.paragraph_format.space_after = Pt(0)
        self.gap()

    def picture(self, image: io.BytesIO, width: float, alt: str, cell: Any = None, align: str = "center") -> None:
        line = self.line("Normal") if cell is None else cell.paragraphs[0]
        line.alignment = _ALIGN[align]
        shape = line.add_run().add_picture(image, width=Cm(width))
        shape._inline.docPr.set("descr", alt)
        line.paragraph_format.keep_with_next = cell is None

    def chart(self, block: ChartFigure) -> None:
        made = self.grid(len(block.bars), [3.6, 5.4, 1.0], borders=False)
        for row, bar in zip(made.rows, block.bars, strict=True):
            label, drawn, text = row.cells
            xml.add_text(self.fill(label, (), _BODY, "right")._p, bar.label, Look(15))
            share = min(max(bar.value / block.maximum, 0.0), 1.0)
            self.picture(_bar(share), 8.0, f"{bar.label} {bar.text}", drawn, "left")
            xml.add_text(self.fill(text, (), _BODY)._p, bar.text, Look(15))
        self.caption(self.captions.next("figure", block.caption))

    def quote(self, block: Quote) -> None:
        line = self.line("Normal")
        line.paragraph_format.left_indent = Cm(0.8)
        xml.set_borders(line._p.get_or_add_pPr(), "w:pBdr", left=("single", "5AAEE0"))
        self.runs(line, block.runs, _BODY)
        if block.source:
            source = self.line("Normal", f"— {block.source}", _SMALL)
            source.paragraph_format.left_indent = Cm(0.8)

    def qr(self, data: str, caption: str) -> None:
        buffer = io.BytesIO()
        segno.make(data, error="m", micro=False).save(buffer, kind="png", scale=6, border=2)
        buffer.seek(0)
        self.picture(buffer, 2.6, data, align="left")
        self.line("Normal", f"{caption} {data}".strip(), _SMALL)

    def certificate(self, page: CertificatePage) -> None:
        rows = [
            (page.heading, Look(26, True, _DARK), 40),
            (f"{self.words.number} {page.number}", _SMALL, 0),
            (self.words.certified, _BODY, 40),
            (page.recipient, Look(22, True, _DARK), 6),
            (page.statement, _BODY, 6),
            (page.subject, Look(18, True), 6),
            (f"{self.words.level}  {page.level}", Look(20, True, _BLUE), 12),
            (page.date, _BODY, 12),
        ]
        for number, (text, look, before) in enumerate(rows):
            line = self.line("Normal", text, look)
            line.alignment = _ALIGN["center"]
            line.paragraph_format.space_before = Pt(before)
            line.paragraph_format.page_break_before = number == 0 and not _follows_heading(line)
        self.signatures(list(page.signatures))
        if page.verify_url:
            self.qr(page.verify_url, self.words.verify)


def _follows_heading(line: Line) -> bool:
    before = line._p.getprevious()
    style = before.find(f".//{qn('w:pStyle')}") if before is not None else None
    return style is not None and style.get(qn("w:val"), "").startswith("Heading")


def _bar(share: float) -> io.BytesIO:
    """A bar as a small picture: Word has no bar that could stand in a line."""
    image = Image.new("RGB", (400, 22), "#f1f7fc")
    if share > 0:
        image.paste(RGBColor.from_string(_BLUE), (0, 0, max(1, round(400 * share)), 22))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    buffer.seek(0)
    return buffer
