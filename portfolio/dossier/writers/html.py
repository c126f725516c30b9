"""The tree as HTML: for the preview inside a page, and as a page of its own for wkhtmltopdf."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from pathlib import Path

import segno
from markupsafe import Markup, escape

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
    Meta,
    Note,
    NumberedList,
    PageBreak,
    Paragraph,
    Quote,
    Section,
    SignatureLine,
    Table,
    TickBoxes,
    digits,
    evidence_label,
    grouped,
    printed_date,
    tidy,
)
from portfolio.dossier.writers.words import heading_text, words

EvidenceUrl = Callable[[EvidenceRef], str | None]
ImageUrl = Callable[[Figure], str]
SectionUrls = Callable[[int], tuple[str, str]]

_CSS = Path(__file__).parent / "templates" / "document.css"


_SHORT = (Paragraph, FormGrid, TickBoxes, Figure, DrawnFigure, ChartFigure, Quote, Note, QR)


def to_html(
    document: Document,
    *,
    standalone: bool = False,
    evidence_url: EvidenceUrl | None = None,
    image_url: ImageUrl | None = None,
    section_urls: SectionUrls | None = None,
) -> Markup:
    """The document as markup: classes only, no style attribute, every text escaped.

    Without `standalone` it is one `<article class="doc">` whose headings begin at h2. `evidence_url`
    says where a reference leads (None: no link; default: `#exhibit-4`), `image_url` where a picture
    lies (default: a data URI). `section_urls` gives a section, by its place from 1, an address for its
    entry in the contents and one for its heading, for engines that turn only web links into places.
    """
    writer = _Writer(tidy(document), evidence_url or _anchor, image_url or _data_uri, section_urls)
    writer.standalone = standalone
    article = writer.article()
    if not standalone:
        return article
    css = Markup(_CSS.read_text(encoding="utf-8"))  # noqa: S704 - our own file
    return Markup(
        '<!DOCTYPE html>\n<html lang="{}"><head><meta charset="utf-8"><title>{}</title>'
        "<style>{}</style></head><body>{}</body></html>\n"
    ).format(document.meta.language, document.meta.title, css, article)


def _anchor(ref: EvidenceRef) -> str:
    return f"#exhibit-{ref.exhibit}"


def _data_uri(figure: Figure) -> str:
    return f"data:{figure.media_type};base64,{base64.b64encode(figure.image).decode('ascii')}"


def _join(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


class _Writer:
    """Holds what the blocks of one document share."""

    def __init__(
        self,
        document: Document,
        evidence_url: EvidenceUrl,
        image_url: ImageUrl,
        section_urls: SectionUrls | None,
    ) -> None:
        self.document = document
        self.meta: Meta = document.meta
        self.words = words(document.meta.language)
        self.captions = Captions(document.meta.language, document.meta.thai_digits)
        self.evidence_url = evidence_url
        self.image_url = image_url
        self.section_urls = section_urls
        self.standalone = False

    def article(self) -> Markup:
        marks = [
            Markup('<p class="doc-mark doc-mark-{}">{}</p>').format(kind, text)
            for kind, text, on in (
                ("fictional", self.words.fictional, self.meta.fictional),
                ("confidential", self.words.confidential, self.meta.confidential),
            )
            if on
        ]
        parts = [
            *marks,
            self.cover(self.document.cover) if self.document.cover else Markup(""),
            self.contents() if self.document.contents else Markup(""),
            *(self.section(section, index) for index, section in enumerate(self.document.sections, 1)),
            self.colophon(),
        ]
        return Markup('<article class="doc" lang="{}">{}</article>').format(self.meta.language, _join(parts))

    def cover(self, cover: Cover) -> Markup:
        return Markup(
            '<header class="doc-cover"><p class="doc-organization">{}</p><p class="doc-kind">{}</p>'
            '{}{}{}<p class="doc-date">{}</p></header>'
        ).format(
            cover.organization,
            cover.label,
            # Inside another page its heading is that page's own.
            Markup('<{0} class="doc-title">{1}</{0}>').format("h1" if self.standalone else "p", cover.title),
            Markup('<p class="doc-subtitle">{}</p>').format(cover.subtitle) if cover.subtitle else "",
            self.form_rows((*cover.lines, FormRow(self.words.number, self.meta.number))),
            printed_date(self.meta.date, self.meta.language, self.meta.thai_digits),
        )

    def contents(self) -> Markup:
        entries = _join(
            Markup('<li class="doc-toc-{}"><a href="{}">{}</a></li>').format(
                section.level,
                self.section_urls(index)[0] if self.section_urls else f"#section-{index}",
                heading_text(self.meta, section.number, section.title),
            )
            for index, section in enumerate(self.document.sections, 1)
        )
        return Markup('<nav class="doc-contents"><h2>{0}</h2><ol>{1}</ol></nav>').format(self.words.contents, entries)

    def section(self, section: Section, index: int) -> Markup:
        title = heading_text(self.meta, section.number, section.title)
        groups = [self.group(group) for group in grouped(section.blocks)]
        # The heading and the text under it in one box: the only way to keep them together in an old WebKit.
        certificate = bool(groups) and isinstance(section.blocks[0], CertificatePage)
        leads = bool(groups) and isinstance(section.blocks[0], _SHORT)
        return Markup(
            '<section class="doc-section{}"><div class="doc-keep"><h{} id="section-{}">{}</h{}>{}</div>{}</section>'
        ).format(
            " doc-new-page" if section.new_page or certificate else "",
            section.level + 1,
            index,
            Markup('<a href="{}">{}</a>').format(self.section_urls(index)[1], title) if self.section_urls else title,
            section.level + 1,
            groups[0] if leads else "",
            _join(groups[1:] if leads else groups),
        )

    def colophon(self) -> Markup:
        rows = [
            FormRow(self.words.digest, self.meta.input_digest),
            FormRow(self.words.verify, self.meta.verify_url),
        ]
        shown = [row for row in rows if row.value]
        if not shown:
            return Markup("")
        return Markup('<footer class="doc-colophon">{}</footer>').format(self.form_rows(tuple(shown)))

    def group(self, group: tuple[Block, ...]) -> Markup:
        if isinstance(group[0], SignatureLine):
            return Markup('<div class="doc-signatures">{}</div>').format(
                _join(self.signature(line) for line in group if isinstance(line, SignatureLine))
            )
        return self.block(group[0])

    def block(self, block: Block) -> Markup:
        match block:
            case Paragraph():
                kind = "".join((f" doc-{block.align}", " doc-indent" if block.indent else ""))
                return Markup('<p class="doc-p{}">{}</p>').format(kind, self.runs(block.runs))
            case BulletList():
                return Markup("<ul>{}</ul>").format(self.entries(block.entries))
            case NumberedList():
                return Markup('<ol start="{}">{}</ol>').format(block.start, self.entries(block.entries))
            case Table():
                return self.table(block)
            case FormGrid():
                return self.form_rows(block.rows)
            case TickBoxes():
                return self.ticks(block)
            case SignatureLine():
                return self.signature(block)
            case Figure():
                return self.figure(
                    Markup('<img src="{}" alt="{}">').format(self.image_url(block), block.alt), block.caption
                )
            case DrawnFigure():
                told = str(Markup('<svg role="img" aria-label="{}" ').format(block.alt))
                drawn = Markup(block.svg.replace("<svg ", told, 1))  # noqa: S704 - checked when it was made
                return self.figure(drawn, block.caption)
            case ChartFigure():
                return self.chart(block)
            case Quote():
                source = Markup("<footer>{}</footer>").format(block.source) if block.source else ""
                return Markup("<blockquote><p>{}</p>{}</blockquote>").format(self.runs(block.runs), source)
            case Note():
                return Markup('<p class="doc-note">{}</p>').format(self.runs(block.runs))
            case PageBreak():
                return Markup('<hr class="doc-page-break">')
            case QR():
                return Markup('<figure class="doc-qr">{}<figcaption>{} {}</figcaption></figure>').format(
                    qr_svg(block.data), block.caption, block.data
                )
            case CertificatePage():
                return self.certificate(block)

    def runs(self, runs: Inlines) -> Markup:
        parts = []
        for run in runs:
            if isinstance(run, EvidenceRef):
                label = evidence_label(run, self.meta.language, self.meta.thai_digits)
                url = self.evidence_url(run)
                parts.append(Markup('<a class="doc-ref" href="{}">{}</a>').format(url, label) if url else escape(label))
                continue
            text = Markup("<br>").join(escape(line) for line in run.text.split("\n"))
            if run.bold:
                text = Markup("<strong>{}</strong>").format(text)
            if run.italic:
                text = Markup("<i>{}</i>").format(text)
            if run.url:
                text = Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(run.url, text)
            parts.append(text)
        return _join(parts)

    def entries(self, entries: tuple[Inlines, ...]) -> Markup:
        return _join(Markup("<li>{}</li>").format(self.runs(entry)) for entry in entries)

    def table(self, table: Table) -> Markup:
        total = sum(column.width for column in table.columns)
        # Widths as classes in steps of a twentieth: a style attribute is forbidden by the site's CSP.
        columns = _join(
            Markup('<col class="doc-w{}">').format(max(1, round(20 * column.width / total)) * 5)
            for column in table.columns
        )

        head = Markup('<th scope="col" class="doc-{}">{}</th>')
        cell = Markup('<td class="doc-{}">{}</td>')

        def row(cells: tuple[Inlines, ...], form: Markup) -> Markup:
            pairs = zip(cells, table.columns, strict=True)
            return Markup("<tr>{}</tr>").format(
                _join(form.format(column.align, self.runs(content)) for content, column in pairs)
            )

        caption = self.captions.next("table", table.caption)
        return Markup(
            '<div class="doc-table" tabindex="0"><table>{}<colgroup>{}</colgroup>{}<tbody>{}</tbody></table></div>'
        ).format(
            Markup("<caption>{}</caption>").format(caption) if caption else "",
            columns,
            Markup("<thead>{}</thead>").format(row(table.header, head)) if table.header else "",
            _join(row(cells, cell) for cells in table.rows),
        )

    def form_rows(self, rows: tuple[FormRow, ...]) -> Markup:
        return Markup('<dl class="doc-form">{}</dl>').format(
            _join(
                Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(
                    row.label,
                    Markup("<br>").join(escape(line) for line in row.value.split("\n"))
                    or Markup('<span class="doc-blank"></span>'),
                )
                for row in rows
            )
        )

    def ticks(self, block: TickBoxes) -> Markup:
        boxes = _join(
            Markup('<li><span class="doc-box">{}</span> {}</li>').format("☑" if box.ticked else "☐", box.label)
            for box in block.boxes
        )
        label = Markup('<p class="doc-label">{}</p>').format(block.label) if block.label else ""
        return Markup('{}<ul class="doc-ticks{}">{}</ul>').format(label, " doc-inline" if block.inline else "", boxes)

    def signature(self, line: SignatureLine) -> Markup:
        return Markup(
            '<div class="doc-signature"><p>{} <span class="doc-blank"></span></p><p>({})</p>{}<p>{} {}</p></div>'
        ).format(
            self.words.sign,
            line.name or Markup('<span class="doc-blank"></span>'),
            Markup("<p>{}</p>").format(line.role) if line.role else "",
            self.words.date,
            line.date or Markup('<span class="doc-blank"></span>'),
        )

    def figure(self, content: Markup, caption: str) -> Markup:
        printed = self.captions.next("figure", caption)
        return Markup('<figure class="doc-figure">{}{}</figure>').format(
            content, Markup("<figcaption>{}</figcaption>").format(printed) if printed else ""
        )

    def chart(self, block: ChartFigure) -> Markup:
        bars = _join(
            Markup(
                '<tr><th scope="row">{}</th><td><progress value="{}" max="{}"></progress></td><td>{}</td></tr>'
            ).format(bar.label, bar.value, block.maximum, bar.text)
            for bar in block.bars
        )
        content = Markup('<table class="doc-chart" aria-label="{}"><tbody>{}</tbody></table>').format(block.alt, bars)
        return self.figure(content, block.caption)

    def certificate(self, page: CertificatePage) -> Markup:
        return Markup(
            '<div class="doc-certificate"><h3>{}</h3><p>{} {}</p><p>{}</p>'
            '<p class="doc-recipient">{}</p><p>{}</p>'
            '<p class="doc-subject">{}</p><p class="doc-level">{} {}</p><p>{}</p>'
            '<div class="doc-signatures">{}</div>{}</div>'
        ).format(
            page.heading,
            self.words.number,
            page.number,
            self.words.certified,
            page.recipient,
            page.statement,
            page.subject,
            self.words.level,
            page.level,
            page.date,
            _join(self.signature(line) for line in page.signatures),
            qr_svg(page.verify_url) if page.verify_url else "",
        )


def qr_svg(data: str) -> Markup:
    """A QR code as inline SVG without a style attribute."""
    drawn = segno.make(data, error="m", micro=False).svg_inline(
        border=2, omitsize=True, svgclass="doc-qr-code", lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - drawn by segno from modules, carries no text


def page_label(meta: Meta, page: int, total: int) -> str:
    """หน้า 3 จาก 12."""
    return digits(words(meta.language).page_of.format(page=page, total=total), meta.thai_digits)
