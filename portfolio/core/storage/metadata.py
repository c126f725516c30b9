"""What a file tells besides its pages: names, places, comments, changes. Runs in the limited child only."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

PAGES_LOOKED_THROUGH = 500
LARGEST_PART_BYTES = 64 * 1024 * 1024
LARGEST_HEAD_BYTES = 256 * 1024  # what a picture tells of itself stands before it
MOST_PHOTOGRAPHS = 2_000
PHOTOGRAPH = re.compile(r"(?:word|xl|ppt)/media/[^/]+\.(?:jpe?g|png)", re.IGNORECASE)
"""Parts of an Office file that are pictures as a camera may have written them."""
_REMARKS = {
    "/Text",
    "/FreeText",
    "/Highlight",
    "/Underline",
    "/StrikeOut",
    "/Squiggly",
    "/Ink",
    "/Caret",
    "/Redact",
}
_GPS, _ARTIST, _AUTHOR = 0x8825, 0x013B, 0x9C9D
_CHANGE = re.compile(rb"<w:(?:ins|del|moveFrom|moveTo)[ >]")
_PERSON = re.compile(rb"<(?:dc:creator|cp:lastModifiedBy|Manager|Company)[^>]*>\s*[^<\s]")
_REMARK_PARTS = re.compile(r"word/comments\.xml|xl/(?:threadedC|c)omments.*\.xml|ppt/comments/.+\.xml")
_HIDDEN = re.compile(rb"<sheet [^>]*state=\"(?:hidden|veryHidden)\"")


def of_pdf(pdf: Any) -> dict[str, Any]:
    """author, comments (how many), attachments, signed, gps (of a photograph on a page)."""
    comments = 0
    for page in pdf.pages[:PAGES_LOOKED_THROUGH]:
        for note in page.get("/Annots") or ():
            if str(_entry(note, "/Subtype")) in _REMARKS:
                comments += 1
    form = _entry(pdf.Root, "/AcroForm")
    flags = _entry(form, "/SigFlags")
    return {
        "author": bool(str(_entry(pdf.docinfo, "/Author") or "").strip()) or _names_creator(pdf),
        "comments": comments,
        "attachments": len(pdf.attachments),
        "signed": bool(int(flags) & 1) if flags is not None else False,
        "gps": _places(data for _, data in photographs(pdf)),
    }


def photographs(pdf: Any) -> Iterator[tuple[Any, bytes]]:
    """The streams of a PDF that hold a JPEG file, whole as it was put in, which scanners and converters do; and it."""
    import pikepdf  # only the child pays for loading it

    for found in pdf.objects:
        if isinstance(found, pikepdf.Stream) and _entry(found, "/Subtype") == pikepdf.Name.Image:
            coded = _entry(found, "/Filter")
            names = [str(name) for name in coded] if isinstance(coded, pikepdf.Array) else [str(coded)]
            if names == ["/DCTDecode"]:
                yield found, found.read_raw_bytes()
            elif names == ["/FlateDecode", "/DCTDecode"]:
                with contextlib.suppress(zlib.error):
                    yield found, zlib.decompressobj().decompress(found.read_raw_bytes(), LARGEST_PART_BYTES)


def _places(pictures: Iterable[bytes]) -> bool:
    """Whether one of these pictures says where it was taken. One that is no picture says nothing."""
    from PIL import Image

    for count, data in enumerate(pictures, start=1):
        if b"Exif" in data[:LARGEST_HEAD_BYTES] or b"GPSLatitude" in data[:LARGEST_HEAD_BYTES]:
            try:
                with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
                    if of_image(picture)["gps"]:
                        return True
            except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
                continue
        if count == MOST_PHOTOGRAPHS:
            break
    return False


def _entry(holder: Any, name: str) -> Any:
    try:
        return holder.get(name) if holder is not None else None
    except (AttributeError, TypeError, ValueError):
        return None


def _names_creator(pdf: Any) -> bool:
    stream = _entry(pdf.Root, "/Metadata")
    if stream is None:
        return False
    try:
        packet = stream.read_bytes()[:1_000_000]
    except Exception:  # a metadata stream that cannot be read names nobody
        return False
    return re.search(rb"<dc:creator>.*?<rdf:li[^>]*>\s*[^<\s]", packet, re.DOTALL) is not None


def of_image(picture: Any) -> dict[str, Any]:
    """gps, author."""
    exif = picture.getexif()
    place = exif.get_ifd(_GPS)
    packet = picture.info.get("xmp") or b""
    if isinstance(packet, str):
        packet = packet.encode()
    return {
        "gps": bool({1, 2, 3, 4} & set(place)) or b"exif:GPSLatitude" in packet,
        "author": bool(exif.get(_ARTIST) or exif.get(_AUTHOR)),
    }


def of_office(archive: zipfile.ZipFile) -> dict[str, Any]:
    """author, comments (whether there are any), tracked_changes, hidden_sheets (how many), gps (of a photograph)."""
    names = set(archive.namelist())
    told = b"".join(_part(archive, name) for name in ("docProps/core.xml", "docProps/app.xml") if name in names)
    text = _part(archive, "word/document.xml") if "word/document.xml" in names else b""
    book = _part(archive, "xl/workbook.xml") if "xl/workbook.xml" in names else b""
    return {
        "author": _PERSON.search(told) is not None,
        "comments": sum(1 for name in names if _REMARK_PARTS.fullmatch(name)),
        "tracked_changes": _CHANGE.search(text) is not None,
        "hidden_sheets": len(_HIDDEN.findall(book)),
        "gps": _places(_part(archive, name) for name in sorted(names) if PHOTOGRAPH.fullmatch(name)),
    }


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(LARGEST_PART_BYTES)
