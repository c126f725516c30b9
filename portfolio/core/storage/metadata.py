"""What a file tells besides its pages: names, places, comments, changes. Runs in the limited child only."""

from __future__ import annotations

import re
import zipfile
from typing import Any

PAGES_LOOKED_THROUGH = 500
LARGEST_PART_BYTES = 64 * 1024 * 1024
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
    """author, comments (how many), attachments, signed."""
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
    }


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
    """author, comments (whether there are any), tracked_changes, hidden_sheets (how many)."""
    names = set(archive.namelist())
    told = b"".join(_part(archive, name) for name in ("docProps/core.xml", "docProps/app.xml") if name in names)
    text = _part(archive, "word/document.xml") if "word/document.xml" in names else b""
    book = _part(archive, "xl/workbook.xml") if "xl/workbook.xml" in names else b""
    return {
        "author": _PERSON.search(told) is not None,
        "comments": sum(1 for name in names if _REMARK_PARTS.fullmatch(name)),
        "tracked_changes": _CHANGE.search(text) is not None,
        "hidden_sheets": len(_HIDDEN.findall(book)),
    }


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(LARGEST_PART_BYTES)
