"""The WordprocessingML that python-docx has no words for: complex-script runs, fields, lists, borders."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

FONT = "TH SarabunPSK"
_SYMBOL_FONT = "Segoe UI Symbol"
# A run of Thai with the spaces and digits inside it, so that "พ.ศ. 2569" is not cut at every dot.
_PIECES = re.compile(r"[\u0e00-\u0e7f]+(?:[ ]+[\u0e00-\u0e7f]+)*|[\u2610\u2611]|[^\u0e00-\u0e7f\u2610\u2611]+")


@dataclass(frozen=True, slots=True)
class Look:
    """How a run looks; `size` in points of TH SarabunPSK."""

    size: float = 16
    bold: bool = False
    color: str = ""
    italic: bool = False


def element(tag: str, **attributes: str) -> Any:
    """One element; attribute names without the w: prefix."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def run_properties(look: Look, *, thai: bool, symbol: bool = False) -> Any:
    """The rPr of a run: both the Latin and the complex-script font, size and weight, in schema order."""
    made = element("w:rPr")
    font = _SYMBOL_FONT if symbol else FONT
    made.append(element("w:rFonts", ascii=font, hAnsi=font, eastAsia=font, cs=font))
    if look.bold:
        made.append(element("w:b"))
        made.append(element("w:bCs"))
    if look.italic:
        # Without w:iCs: complex script is Thai here, which stays upright.
        made.append(element("w:i"))
    if look.color:
        made.append(element("w:color", val=look.color))
    half = str(round(look.size * 2 * (0.75 if symbol else 1)))
    made.append(element("w:sz", val=half))
    made.append(element("w:szCs", val=half))
    if thai:
        made.append(element("w:cs"))
        made.append(element("w:lang", val="th-TH", bidi="th-TH"))
    else:
        made.append(element("w:lang", val="en-US", bidi="th-TH"))
    return made


def add_text(parent: Any, text: str, look: Look) -> None:
    """Append runs for `text` to a paragraph (or link) element; a line feed is a line break."""
    for number, line in enumerate(text.split("\n")):
        if number:
            run = element("w:r")
            run.append(element("w:br"))
            parent.append(run)
        for piece in _PIECES.findall(line):
            symbol = piece in ("\u2610", "\u2611")
            run = element("w:r")
            run.append(run_properties(look, thai="\u0e00" <= piece[0] <= "\u0e7f", symbol=symbol))
            content = element("w:t")
            content.set(qn("xml:space"), "preserve")
            content.text = piece
            run.append(content)
            parent.append(run)


def add_field(parent: Any, code: str, shown: str, look: Look, *, dirty: bool = False) -> None:
    """A field with what it shows until Word or LibreOffice computes it."""
    for kind in ("begin", "code", "separate", "shown", "end"):
        run = element("w:r")
        run.append(run_properties(look, thai=False))
        if kind == "code":
            content = element("w:instrText")
            content.set(qn("xml:space"), "preserve")
            content.text = f" {code} "
        elif kind == "shown":
            content = element("w:t")
            content.text = shown
        else:
            content = element("w:fldChar", fldCharType=kind)
            if kind == "begin" and dirty:
                content.set(qn("w:dirty"), "true")
        run.append(content)
        parent.append(run)


def add_bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """Enclose the paragraph's runs in a bookmark."""
    start = element("w:bookmarkStart", id=str(number), name=name)
    properties = paragraph._p.pPr
    if properties is None:
        paragraph._p.insert(0, start)
    else:
        properties.addnext(start)
    paragraph._p.append(element("w:bookmarkEnd", id=str(number)))


def add_link(paragraph: Paragraph, *, anchor: str) -> Any:
    """A hyperlink element to a bookmark, for runs to be put in."""
    link = element("w:hyperlink", anchor=anchor, history="1")
    paragraph._p.append(link)
    return link


def add_web_link(paragraph: Paragraph, url: str) -> Any:
    """A hyperlink element to an address, for runs to be put in."""
    relation = paragraph.part.relate_to(
        url, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink", is_external=True
    )
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    paragraph._p.append(link)
    return link


# What the schema wants after the borders; Word is strict about it, LibreOffice is not.
_AFTER = {
    "w:pBdr": (
        "w:shd w:tabs w:suppressAutoHyphens w:kinsoku w:wordWrap w:overflowPunct w:topLinePunct w:autoSpaceDE "
        "w:autoSpaceDN w:bidi w:adjustRightInd w:snapToGrid w:spacing w:ind w:contextualSpacing w:mirrorIndents "
        "w:suppressOverlap w:jc w:textDirection w:textAlignment w:textboxTightWrap w:outlineLvl w:divId "
        "w:cnfStyle w:rPr w:sectPr w:pPrChange"
    ),
    "w:tblBorders": "w:shd w:tblLayout w:tblCellMar w:tblLook",
    "w:tcBorders": "w:shd w:noWrap w:tcMar w:textDirection w:tcFitText w:vAlign w:hideMark",
}


def set_borders(target: Any, tag: str, **sides: tuple[str, str]) -> None:
    """Borders of a cell (w:tcBorders), table (w:tblBorders) or paragraph (w:pBdr): side=(style, colour)."""
    made = element(tag)
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        if side in sides:
            style, color = sides[side]
            made.append(element(f"w:{side}", val=style, sz="4", space="0", color=color))
    target.insert_element_before(made, *_AFTER[tag].split())


class Lists:
    """Numbering definitions of our own: one for bullets, one per numbered list, so that each begins anew."""

    def __init__(self, numbering: Any, *, thai: bool) -> None:
        self._root = numbering
        for child in list(numbering):
            numbering.remove(child)
        self._next = 2
        self._abstract(0, "bullet", "•")
        self._abstract(1, "thaiNumbers" if thai else "decimal", "%1.")
        self._number(1, 0, None)

    def _abstract(self, identifier: int, form: str, text: str) -> None:
        made = element("w:abstractNum", abstractNumId=str(identifier))
        made.append(element("w:multiLevelType", val="singleLevel"))
        level = element("w:lvl", ilvl="0")
        level.append(element("w:start", val="1"))
        level.append(element("w:numFmt", val=form))
        level.append(element("w:lvlText", val=text))
        level.append(element("w:lvlJc", val="left"))
        properties = element("w:pPr")
        properties.append(element("w:ind", left="567", hanging="397"))
        level.append(properties)
        level.append(run_properties(Look(), thai=form == "thaiNumbers"))
        made.append(level)
        # The schema wants every abstractNum before the first num.
        first = self._root.find(qn("w:num"))
        if first is None:
            self._root.append(made)
        else:
            first.addprevious(made)

    def _number(self, identifier: int, abstract: int, start: int | None) -> None:
        made = element("w:num", numId=str(identifier))
        made.append(element("w:abstractNumId", val=str(abstract)))
        if start is not None:
            override = element("w:lvlOverride", ilvl="0")
            override.append(element("w:startOverride", val=str(start)))
            made.append(override)
        self._root.append(made)

    def numbered(self, start: int) -> int:
        """A new list; returns its number."""
        self._number(self._next, 1, start)
        self._next += 1
        return self._next - 1

    @staticmethod
    def mark(paragraph: Paragraph, number: int) -> None:
        """Make the paragraph an entry of list `number` (1: bullets)."""
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.append(element("w:ilvl", val="0"))
        properties.append(element("w:numId", val=str(number)))


def repacked(content: bytes) -> bytes:
    """The same DOCX with fixed times and a fixed order, [Content_Types].xml first."""
    source = zipfile.ZipFile(io.BytesIO(content))
    buffer = io.BytesIO()
    names = sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in names:
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            target.writestr(info, source.read(name))
    return buffer.getvalue()
