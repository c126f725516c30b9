"""QR codes of links, drawn as shapes inside the page: nothing is sent anywhere and no picture needs loading."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr_code(address: str) -> Markup:
    """An address as an SVG that takes its size from the style sheet; decoration beside the address in words."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        omitsize=True, svgclass="qr", lineclass=None, border=2, dark="#000", light="#fff"
    )
    return Markup(drawn.replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S704 - shapes of our own making
