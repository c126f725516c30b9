"""A partner's picture as it is printed: made small, in JPEG, so that a dossier with many of them stays light."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from portfolio.core.storage.filesystem import UnknownBlob, storage

MEASURE = 16.0
"""The width of the text in centimetres, of which a figure's width is a share."""

WIDEST, HIGHEST = 8.0, 6.5
"""Centimetres that a picture may take on the page."""

DOTS = 80
"""Dots to a centimetre: some 200 to an inch."""

QUALITY = 85


@dataclass(frozen=True, slots=True)
class Printed:
    """A picture made ready: JPEG, and its width as a share of the measure."""

    image: bytes
    width: float


def printed(sha256: str) -> Printed | None:
    """The picture of that digest as it is printed; the same digest gives the same bytes.

    None where it is no longer there: consent was withdrawn between reading what was frozen and printing it, and
    the dossier is to be made without it.
    """
    try:
        with storage().open(sha256) as stream, Image.open(stream) as kept:  # drawn by us when it was handed in
            picture = kept.convert("RGB")
    except UnknownBlob:
        return None
    wide = min(WIDEST, HIGHEST * picture.width / picture.height)
    share = min(1.0, wide * DOTS / picture.width)
    if share < 1:
        size = (max(1, round(picture.width * share)), max(1, round(picture.height * share)))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=QUALITY)
    return Printed(made.getvalue(), wide / MEASURE)
