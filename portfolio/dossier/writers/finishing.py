"""What a typeset PDF still needs: its true language, clean copy-out, and links that binding can resolve."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pikepdf

from portfolio.dossier.document import EvidenceRef, Language
from portfolio.dossier.linebreaks import NO_BREAK_SPACE, ZERO_WIDTH_SPACE

# The address an EvidenceRef travels under through an engine that can only write web links.
_EXHIBIT = re.compile(r"http://exhibit\.invalid/(\d+)/(\d+)\Z")
_BREAK_MARK = re.compile(rb"<([0-9A-Fa-f]{4})> <200[Bb]>")
_HELD_SPACE = re.compile(rb"(<[0-9A-F]{4}>) <00A0>")
_CODES = re.compile(rb"<([0-9A-Fa-f]{4})> <")
# A font is chosen by name before every string; the string operands that follow are that font's.
_FONT = re.compile(rb"(/[^\s/]+) [\d.]+ Tf")
# Strings of glyph codes below 256; an ActualText in hexadecimal begins with FEFF.
_HEX_STRING = re.compile(rb"<((?:00[0-9A-F]{2})+)>")
_ESCAPES = {0x08: rb"\b", 0x09: rb"\t", 0x0A: rb"\n", 0x0C: rb"\f", 0x0D: rb"\r"}


def exhibit_link(ref: EvidenceRef) -> str:
    """The placeholder address of an exhibit's page."""
    return f"http://exhibit.invalid/{ref.exhibit}/{ref.page or 1}"


def exhibit_destination(exhibit: int, page: int) -> str:
    """The name under which binding will register that page; until then the link leads nowhere."""
    return f"exhibit-{exhibit}-{page}"


def finish(raw: Path, out: Path, *, language: Language) -> int:
    """Write `out` from `raw`; returns its pages. The same input gives the same bytes."""
    with pikepdf.open(raw) as pdf:
        pdf.Root.Lang = pikepdf.String("th-TH" if language == "th" else "en-GB")
        _clean_outline(pdf)
        marks: dict[tuple[int, int], int | None] = {}
        for page in pdf.pages:
            name_exhibits(page)
            _drop_break_marks(pdf, page, marks)
        for font in {id(one): one for one in pdf.objects if _is_font(one)}.values():
            _mend_table(font)
        pdf.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
        )
        return len(pdf.pages)


def name_exhibits(page: pikepdf.Page) -> None:
    """Turn the placeholder addresses on a page into named destinations."""
    for annotation in page.get("/Annots", pikepdf.Array()):
        action = annotation.get("/A")
        if action is None or action.get("/S") != pikepdf.Name.URI:
            continue
        found = _EXHIBIT.fullmatch(str(action.get("/URI", "")))
        if found:
            target = exhibit_destination(int(found[1]), int(found[2]))
            annotation.A = pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=pikepdf.String(target))


def _clean_outline(pdf: pikepdf.Pdf) -> None:
    for one in pdf.objects:
        if isinstance(one, pikepdf.Dictionary) and "/Title" in one and "/Parent" in one:
            title = str(one.Title)
            plain = title.replace(ZERO_WIDTH_SPACE, "").replace(NO_BREAK_SPACE, " ")
            if plain != title:
                one.Title = pikepdf.String(plain)


def _is_font(one: object) -> bool:
    return isinstance(one, pikepdf.Dictionary) and one.get("/Type") == pikepdf.Name.Font and "/ToUnicode" in one


def _mend_table(font: pikepdf.Object) -> None:
    """Take the break mark out of the font's ToUnicode, where no string uses its code any more.

    The space that does not break, another of our marks, comes back as the space that was typed.
    """
    table = font.ToUnicode.read_bytes()
    if not _BREAK_MARK.search(table) and b"<00A0>" not in table:
        return
    table = _HELD_SPACE.sub(rb"\1 <0020>", table)

    def shorter(block: re.Match[bytes]) -> bytes:
        lines = [line for line in block[2].split(b"\n") if line and not _BREAK_MARK.fullmatch(line.strip())]
        if not lines:
            return b""
        return b"%d beginbfchar\n%s\nendbfchar" % (len(lines), b"\n".join(lines))

    font.ToUnicode.write(re.sub(rb"(\d+) beginbfchar\n(.*?)\nendbfchar", shorter, table, flags=re.DOTALL))


def _mark_code(font: pikepdf.Object, known: dict[tuple[int, int], int | None]) -> int | None:
    """The code of the break mark in a font, if it has one; -1 - code where codes need two full bytes."""
    key = font.objgen
    if key not in known:
        table = font.ToUnicode.read_bytes() if "/ToUnicode" in font else b""
        found = _BREAK_MARK.search(table)
        if found is None:
            known[key] = None
        else:
            code = int(found[1], 16)
            wide = any(int(one, 16) > 0xFF for one in _CODES.findall(table))
            known[key] = -1 - code if wide else code
    return known[key]


def _drop_break_marks(pdf: pikepdf.Pdf, page: pikepdf.Page, known: dict[tuple[int, int], int | None]) -> None:
    """Take the break marks' codes out of a page's strings: they have no width and no outline."""
    fonts = page.get("/Resources", pikepdf.Dictionary()).get("/Font", pikepdf.Dictionary())
    codes = {name: _mark_code(font, known) for name, font in fonts.items()}
    marked = {name: code for name, code in codes.items() if code is not None}
    if not marked:
        return
    if any(code < 0 for code in marked.values()):
        wide = {name: code if code >= 0 else -1 - code for name, code in marked.items()}
        page.Contents = pdf.make_stream(_without_marks_parsed(page, wide))
        return
    content = page.Contents.read_bytes()
    # Every string chooses its font anew; only where the font changes is there anything to decide.
    starts: list[tuple[int, bytes]] = []
    current = b""
    for found in _FONT.finditer(content):
        if found[1] != current:
            current = found[1]
            starts.append((found.end(), current))
    parts, done = [], 0
    for number, (start, font) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else len(content)
        parts.append(content[done:start])
        code = marked.get(font.decode("ascii", "replace"))
        parts.append(content[start:end] if code is None else _without_mark(content[start:end], code))
        done = end
    parts.append(content[done:])
    page.Contents.write(b"".join(parts))


def _without_mark(text: bytes, code: int) -> bytes:
    """Codes below 256 have a first byte of zero, always written as an escape, so no match is out of step."""
    text = text.replace(b"\\000" + _escaped(code), b"")
    if b"<00" not in text:
        return text
    return _HEX_STRING.sub(lambda found: _without_code(found[1], b"%04X" % code), text)


def _escaped(byte: int) -> bytes:
    if byte in _ESCAPES:
        return _ESCAPES[byte]
    if byte < 0x20 or byte == 0x7F:
        return b"\\%03o" % byte
    return b"\\" + bytes([byte]) if byte in b"\\()" else bytes([byte])


def _without_code(hexed: bytes, code: bytes) -> bytes:
    groups = (hexed[start : start + 4] for start in range(0, len(hexed), 4))
    return b"<" + b"".join(group for group in groups if group.upper() != code) + b">"


def _without_marks_parsed(page: pikepdf.Page, codes: Mapping[str, int]) -> bytes:
    """The slow, exact way, for a font of more than 255 glyphs."""
    instructions = []
    current: bytes | None = None
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        operands = list(instruction.operands)
        if operator == "Tf":
            code = codes.get(str(operands[0]))
            current = None if code is None else code.to_bytes(2, "big")
        elif current is not None and operator == "Tj":
            operands = [_without_pair(operands[0], current)]
        elif current is not None and operator == "TJ":
            operands = [
                pikepdf.Array(
                    [_without_pair(one, current) if isinstance(one, pikepdf.String) else one for one in operands[0]]
                )
            ]
        instructions.append(pikepdf.ContentStreamInstruction(operands, instruction.operator))
    return pikepdf.unparse_content_stream(instructions)


def _without_pair(text: pikepdf.Object, code: bytes) -> pikepdf.String:
    raw = bytes(text)
    pairs = (raw[start : start + 2] for start in range(0, len(raw), 2))
    return pikepdf.String(b"".join(pair for pair in pairs if pair != code))
