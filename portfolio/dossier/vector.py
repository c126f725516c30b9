"""Drawn figures: the SVG that a document may carry, what its classes mean in print, and the way to a raster picture."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from portfolio.dossier.plain import DocumentError

FONTS = Path(__file__).parent / "fonts"
FAMILY = "EnT Sarabun"

_SVG = "{http://www.w3.org/2000/svg}"
_TAGS = {_SVG + tag for tag in ("svg", "g", "line", "polyline", "polygon", "circle", "rect", "text")}
_PLACES = ("viewBox", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "points")
_LOOKS = (
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "font-family",
    "font-size",
    "font-weight",
    "text-anchor",
)
_ATTRIBUTES = {*_PLACES, *_LOOKS}
_VALUE = re.compile(r"[\w\s.,#%-]*")
_LONGEST = 200_000
# Sara am, which charts part into its two signs for typesetters that give the whole letter too little room.
_WHOLE = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")

# The colours of static/css/tokens.css; what each class of app.css looks like where no style sheet reaches.
_BLUE_900, _BLUE_700, _BLUE_400 = "#0e2744", "#17447f", "#5aaee0"
_GREY_900, _GREY_700, _GREY_600, _GREY_500, _GREY_400, _GREY_200 = (
    "#1a2532",
    "#3c4959",
    "#54616f",
    "#74818f",
    "#8592a1",
    "#dce2e8",
)
PAINTS: dict[str, dict[str, str]] = {
    "ch-t": {"fill": _GREY_900},
    "ch-t2": {"fill": _GREY_600},
    "ch-b": {"font-weight": "700"},
    "ch-grid": {"stroke": _GREY_200},
    "ch-axis": {"stroke": _GREY_500},
    "ch-line": {"stroke": _BLUE_700, "fill": "none", "stroke-width": "2.5"},
    "ch-target": {"stroke": _GREY_700, "stroke-width": "2", "stroke-dasharray": "3 3"},
    "ch-before": {"fill": "#ffffff", "stroke": _GREY_600, "stroke-width": "2.5"},
    "ch-after": {"fill": _BLUE_700},
    "ch-f1": {"fill": _BLUE_400, "stroke": _BLUE_900, "stroke-width": "1.4"},
    "ch-f2": {"fill": "#ffffff", "stroke": _BLUE_700, "stroke-width": "2.2"},
    "ch-f3": {"fill": _GREY_900},
    "ch-planned": {"fill": "#ffffff", "stroke": _GREY_600, "stroke-width": "1.6", "stroke-dasharray": "2.5 2"},
    "ch-planned-line": {"stroke": _GREY_400, "stroke-width": "1.4", "stroke-dasharray": "2 4"},
}


def check_svg(text: str) -> None:
    """Refuse anything but lines, shapes and words with plain attributes: it is set into pages as it is.

    Raises DocumentError.
    """
    if len(text) > _LONGEST or "<!" in text or "<?" in text:
        raise DocumentError("a drawing must be plain SVG")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - without declarations there is nothing to expand
    except ElementTree.ParseError:
        raise DocumentError("a drawing must be whole SVG") from None
    if root.tag != f"{_SVG}svg" or not {"width", "height"} <= set(root.attrib):
        raise DocumentError("a drawing must be SVG of a width and a height")
    for element in root.iter():
        if element.tag not in _TAGS:
            raise DocumentError(f"a drawing may not hold {element.tag!r}")
        for name, value in element.attrib.items():
            if name not in _ATTRIBUTES or not _VALUE.fullmatch(value):
                raise DocumentError(f"a drawing may not say {name}={value!r}")


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a drawing: where their baseline begins, ends or has its middle, in the drawing's units."""

    text: str
    x: float
    y: float
    size: float
    anchor: str
    bold: bool
    fill: str


def words_apart(svg: str) -> tuple[str, tuple[Words, ...], tuple[float, float]]:
    """A drawing without its words, the words, and its width and height.

    A typesetter sets words better than any drawing does: whole letters of Thai, which can be searched and copied.
    """
    ElementTree.register_namespace("", _SVG[1:-1])
    root = ElementTree.fromstring(svg)  # noqa: S314 - checked when it was made
    found = []
    for parent in list(root.iter()):
        for element in [child for child in parent if child.tag == f"{_SVG}text"]:
            said = element.attrib
            found.append(
                Words(
                    _WHOLE.sub("\\1\u0e33", element.text or ""),
                    float(said.get("x", 0)),
                    float(said.get("y", 0)),
                    float(said.get("font-size", 16)),
                    said.get("text-anchor", "start"),
                    said.get("font-weight") == "700",
                    said.get("fill", "#000000"),
                )
            )
            parent.remove(element)
    size = (float(root.attrib["width"]), float(root.attrib["height"]))
    return ElementTree.tostring(root, encoding="unicode"), tuple(found), size


def to_png(svg: str, *, ppi: int = 200) -> bytes:
    """The drawing as PNG, a CSS pixel of it as one point, with the dossier's own fonts. The same text gives the same
    bytes. Raises DocumentError.
    """
    import typst  # only where a picture is made: it is large, and every page of the service imports this module

    with tempfile.TemporaryDirectory(prefix="drawing-") as name:
        folder = Path(name)
        (folder / "drawing.svg").write_text(svg, encoding="utf-8")
        source = folder / "main.typ"
        source.write_text(
            f'#set page(width: auto, height: auto, margin: 0pt)\n#set text(font: "{FAMILY}")\n#image("drawing.svg")\n',
            encoding="utf-8",
        )
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS])
        try:
            made = typst.compile(source, root=folder, font_paths=fonts, format="png", ppi=ppi)
        except typst.TypstError as error:
            raise DocumentError(f"a drawing could not be made a picture: {error.message[:200]}") from None
    assert isinstance(made, bytes)
    return made
