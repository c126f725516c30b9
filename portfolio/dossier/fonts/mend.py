"""Makes EnT Sarabun from Sarabun, so that Thai set with it can be copied out of a PDF exactly.

Usage: python -m portfolio.dossier.fonts.mend FOLDER_WITH_SARABUN_TTFS

The files are looked for in the folder and in the folders inside it, under the names that the package
@expo-google-fonts/sarabun gives them; from its release 0.4.1 come the very bytes that lie here.
Sarabun places the tone mark over an upper vowel with a small vertical offset that differs from vowel
to vowel. A PDF writer must split the text there, and the mark comes back doubled on copying. The mark glyphs
are already drawn at the right height, so the offsets (0.06 em and less) can be taken out unseen.
Also draws the two ballot boxes that Sarabun lacks, and gives the break mark U+200B a glyph.
The OFL asks that a changed font not pass as the original.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fontTools.otlLib.builder import buildLookup, buildSingleSubstSubtable
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import otTables

FAMILY = "EnT Sarabun"
STYLES = {
    "Regular": "Sarabun_400Regular.ttf",
    "Italic": "Sarabun_400Regular_Italic.ttf",
    "SemiBold": "Sarabun_600SemiBold.ttf",
    "Bold": "Sarabun_700Bold.ttf",
}
LARGEST_SNAP = 60


def snap_marks(font: TTFont) -> int:
    """Bring Thai mark anchors that differ little to one height, and bases' anchors to it; returns how many moved."""
    thai = {name for code, name in font.getBestCmap().items() if 0x0E01 <= code <= 0x0E5B}
    moved = 0
    for marks, bases in _attachments(font):
        if not thai & set(bases[0]):
            continue
        heights: dict[int, Counter[int]] = {}
        records = [record for name, record in zip(*marks, strict=True) if name.startswith("uni0E")]
        for record in records:
            heights.setdefault(record.Class, Counter())[record.MarkAnchor.YCoordinate] += 1
        # The commonest heights of each class that lie further apart than a snap.
        kept: dict[int, list[int]] = {}
        for mark_class, counted in heights.items():
            for height, _count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])):
                if all(abs(height - one) > LARGEST_SNAP for one in kept.setdefault(mark_class, [])):
                    kept[mark_class].append(height)
        for record in records:
            moved += _snap(record.MarkAnchor, kept[record.Class])
        for anchors in bases[1]:
            for mark_class, anchor in enumerate(anchors):
                if anchor is not None and mark_class in kept:
                    moved += _snap(anchor, kept[mark_class])
    return moved


def _snap(anchor: Any, heights: list[int]) -> int:
    target = min(heights, key=lambda height: (abs(height - anchor.YCoordinate), height))
    if not 0 < abs(target - anchor.YCoordinate) <= LARGEST_SNAP:
        return 0
    anchor.YCoordinate = target
    return 1


def _attachments(font: TTFont) -> Iterator[tuple[tuple[Any, Any], tuple[Any, Any]]]:
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            if lookup.LookupType == 4:
                rows = [record.BaseAnchor for record in table.BaseArray.BaseRecord]
                yield (
                    (table.MarkCoverage.glyphs, table.MarkArray.MarkRecord),
                    (table.BaseCoverage.glyphs, rows),
                )
            elif lookup.LookupType == 6:
                rows = [record.Mark2Anchor for record in table.Mark2Array.Mark2Record]
                yield (
                    (table.Mark1Coverage.glyphs, table.Mark1Array.MarkRecord),
                    (table.Mark2Coverage.glyphs, rows),
                )


def draw_boxes(font: TTFont) -> None:
    """Add U+2610 and U+2611: a square, and the same with a tick."""
    outer = [(70, -40), (70, 640), (750, 640), (750, -40)]
    inner = [(128, 18), (692, 18), (692, 582), (128, 582)]
    tick = [(345, 105), (190, 290), (262, 350), (350, 242), (566, 520), (640, 462)]
    for name, code, contours in (
        ("ballotbox", 0x2610, (outer, inner)),
        ("ballotboxcheck", 0x2611, (outer, inner, tick)),
    ):
        pen = TTGlyphPen(None)
        for contour in contours:
            pen.moveTo(contour[0])
            for point in contour[1:]:
                pen.lineTo(point)
            pen.closePath()
        font.setGlyphOrder([*font.getGlyphOrder(), name])
        font["glyf"][name] = pen.glyph()
        font["hmtx"][name] = (820, 70)
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[code] = name


def keep_break_marks(font: TTFont) -> None:
    """Give U+200B an empty glyph that survives shaping.

    A shaper drops the characters it may ignore and hands their text to the letter before, so that this letter has
    two texts in the file and needs an ActualText each time. A character replaced by a lookup is not dropped: it
    keeps a glyph of its own, and one entry of the font's ToUnicode is all that must be mended afterwards.
    """
    for name in ("breakmark", "breakmark.kept"):
        font.setGlyphOrder([*font.getGlyphOrder(), name])
        font["glyf"][name] = TTGlyphPen(None).glyph()
        font["hmtx"][name] = (0, 0)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[0x200B] = "breakmark"
    gsub = font["GSUB"].table
    lookup = buildLookup([buildSingleSubstSubtable({"breakmark": "breakmark.kept"})])
    gsub.LookupList.Lookup.append(lookup)
    gsub.LookupList.LookupCount += 1
    index = gsub.LookupList.LookupCount - 1
    feature = otTables.Feature()
    feature.FeatureParams, feature.LookupListIndex, feature.LookupCount = None, [index], 1
    record = otTables.FeatureRecord()
    record.FeatureTag, record.Feature = "rlig", feature
    gsub.FeatureList.FeatureRecord.append(record)
    gsub.FeatureList.FeatureCount += 1
    number = gsub.FeatureList.FeatureCount - 1
    for script in gsub.ScriptList.ScriptRecord:
        systems = [script.Script.DefaultLangSys, *(one.LangSys for one in script.Script.LangSysRecord)]
        for system in filter(None, systems):
            system.FeatureIndex.append(number)
            system.FeatureCount += 1


def rename(font: TTFont, style: str) -> None:
    """Give the font its own name; copyright, designer and licence stay."""
    regular = style in ("Regular", "Italic", "Bold")
    names = {
        1: FAMILY if regular else f"{FAMILY} {style}",
        2: style if regular else "Regular",
        3: f"1.000;EnT;{FAMILY.replace(' ', '')}-{style}",
        4: FAMILY if style == "Regular" else f"{FAMILY} {style}",
        6: f"{FAMILY.replace(' ', '')}-{style}",
    }
    if not regular:
        names |= {16: FAMILY, 17: style}
    table = font["name"]
    for identifier, text in names.items():
        table.removeNames(nameID=identifier)
        table.setName(text, identifier, 3, 1, 0x409)


def mend(source: Path, target: Path, style: str) -> int:
    """Write the mended font; the same source gives the same bytes. Returns how many anchors moved."""
    font = TTFont(source, recalcTimestamp=False)
    moved = snap_marks(font)
    draw_boxes(font)
    keep_break_marks(font)
    rename(font, style)
    for table in ("DSIG",):
        if table in font:
            del font[table]
    font.save(target)
    return moved


def main() -> int:
    """Mend the weights and the italic that the dossier uses."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m portfolio.dossier.fonts.mend FOLDER\n")
        return 2
    here = Path(__file__).parent
    for style, name in STYLES.items():
        target = here / f"EnTSarabun-{style}.ttf"
        source = next(Path(sys.argv[1]).rglob(name), None)
        if source is None:
            sys.stderr.write(f"{name} is not in {sys.argv[1]}\n")
            return 1
        moved = mend(source, target, style)
        sys.stderr.write(f"{target.name}: {moved} anchors moved\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
