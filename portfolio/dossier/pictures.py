"""A picture as one PDF page: upright, without its metadata, and without being recompressed where possible."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import img2pdf
from PIL import Image, ImageOps, UnidentifiedImageError

_PIXELS = 150_000_000
_ROTATION = {1: "0", 3: "180", 6: "90", 8: "270"}
_ORIENTATION = 0x0112
_MARGIN = img2pdf.mm_to_pt(20)
_A4 = (img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297))
_LAYOUT = img2pdf.get_layout_fun(pagesize=_A4, border=(_MARGIN, _MARGIN), fit=img2pdf.FitMode.into, auto_orient=True)
# Metadata segments of a JPEG: EXIF and XMP (APP1), APP3 to APP13, and comments. Kept: JFIF, ICC profile, Adobe.
_DROPPED = {0xE1, *range(0xE3, 0xEE), 0xFE}


class PictureError(ValueError):
    """The file is not a picture that can be made into a page; the text says why."""


def picture_to_pdf(source: Path, target: Path) -> None:
    """Write a one-page A4 PDF of the picture. Raises PictureError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            content, rotation = _prepared(source)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise PictureError("not a readable picture") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError("the picture has too many pixels") from None
    with target.open("wb") as stream:
        img2pdf.convert(
            content,
            outputstream=stream,
            layout_fun=_LAYOUT,
            nodate=True,
            rotation=img2pdf.Rotation[rotation],
            engine=img2pdf.Engine.internal,
        )


def _prepared(source: Path) -> tuple[bytes, str]:
    with source.open("rb") as stream:
        head = stream.read(12)
    # HEIC and its kin: content decides, since stored files have no suffix.
    if head[4:8] == b"ftyp":
        import pi_heif

        pi_heif.register_heif_opener()
    with Image.open(source) as image:
        if image.width * image.height > _PIXELS:
            raise Image.DecompressionBombError
        orientation = int(image.getexif().get(_ORIENTATION, 1))
        if image.format == "JPEG" and image.mode in ("L", "RGB", "CMYK") and orientation in _ROTATION:
            image.load()
            return strip_jpeg(source.read_bytes()), _ROTATION[orientation]
        upright = ImageOps.exif_transpose(image)
        lossy = image.format in ("HEIF", "WEBP", "JPEG", "MPO")
        return _encoded(upright, lossy), "0"


def _encoded(image: Image.Image, lossy: bool) -> bytes:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        picture = image.convert("RGBA")
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A"))
        image = ground
    elif image.mode not in ("1", "L", "RGB"):
        image = image.convert("RGB")
    buffer = io.BytesIO()
    if lossy:
        image.convert("RGB").save(buffer, "JPEG", quality=90)
    else:
        # A new image carries no text chunks of the old one.
        plain = Image.new(image.mode, image.size)
        plain.paste(image)
        plain.save(buffer, "PNG")
    return buffer.getvalue()


def strip_jpeg(content: bytes) -> bytes:
    """The same JPEG without EXIF, XMP, IPTC and comments: where, when and by whom stays with the taker."""
    if content[:2] != b"\xff\xd8":
        raise ValueError("not a JPEG")
    kept, at = [content[:2]], 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            raise ValueError("a JPEG segment is damaged")
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xDA:
            kept.append(content[at:])
            break
        length = 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if marker not in _DROPPED:
            kept.append(content[at : at + length])
        at += length
    return b"".join(kept)
