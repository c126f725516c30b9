"""Copies of files without what should not travel along. Runs in the limited child only; the original is not touched.

Photographs lose their metadata without being drawn anew, pixel for pixel the same; only HEIC, which nothing here can
write, becomes JPEG.
"""

from __future__ import annotations

import contextlib
import io
import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portfolio.core.storage.limited import Refusal
from portfolio.core.storage.metadata import LARGEST_PART_BYTES, PHOTOGRAPH, photographs

_JPEG_KEPT = {0xE0, 0xE2, 0xEE}  # JFIF, colour profile, Adobe's colour transform
_PNG_DROPPED = {b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"}
_WEBP_DROPPED = {b"EXIF", b"XMP "}
_ORIENTATION = 0x0112
_PERSONAL = re.compile(
    rb"(<(dc:creator|cp:lastModifiedBy|Manager|Company)(?:\s[^>]*)?>)[^<]*(</\2>)",
)


def clean_pdf(path: str, out: str, metadata: bool) -> dict[str, Any]:
    """Write the PDF anew: whole, without restrictions; on wish without author and other document information, also
    without what its pages, drawings and photographs say of themselves.
    """
    import pikepdf

    try:
        with pikepdf.open(path) as pdf:
            if metadata:
                for holder, name in ((pdf.Root, "/Metadata"), (pdf.trailer, "/Info")):
                    if name in holder:
                        del holder[name]
                _silence(pdf)
            pdf.save(out, encryption=False)
    except pikepdf.PasswordError as error:
        raise Refusal("encrypted") from error
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError) as error:
        raise Refusal("damaged") from error
    return {"ending": ".pdf"}


def _silence(pdf: Any) -> None:
    """Take the remarks off every part of a PDF: XMP packets, private data of programs, Exif in photographs."""
    import pikepdf

    for part in pdf.objects:
        if isinstance(part, (pikepdf.Dictionary, pikepdf.Stream)):
            for name in ("/Metadata", "/PieceInfo"):
                if name in part:
                    del part[name]
    for stream, photograph in photographs(pdf):
        # A page turns its pictures itself and never asks Exif how they lie. One that is broken says what it said, and
        # the check of the copy will tell.
        with contextlib.suppress(Refusal):
            if len(photograph) >= LARGEST_PART_BYTES:
                continue  # only its beginning was unpacked
            bare = b"".join(_jpeg(photograph, 1))
            if bare != photograph:  # what is written stays in memory until the file is saved
                stream.write(bare, filter=pikepdf.Name.DCTDecode, decode_parms=_parms(stream))


def _parms(stream: Any) -> Any:
    """How a JPEG in a PDF is decoded: the last entry, where it is coded twice."""
    import pikepdf

    told = stream.get("/DecodeParms")
    last = told[-1] if isinstance(told, pikepdf.Array) and len(told) else told
    return last if isinstance(last, pikepdf.Dictionary) else None


def clean_image(path: str, out: str) -> dict[str, Any]:
    """Write the picture without place, names and every other remark; how it is turned stays."""
    data = Path(path).read_bytes()
    if data.startswith(b"\xff\xd8"):
        written, ending = b"".join(_jpeg(data, _orientation(path))), ".jpg"
    elif data.startswith(b"\x89PNG"):
        written, ending = b"".join(_png(data)), ".png"
    elif data[:4] == b"RIFF":
        written, ending = _webp(data), ".webp"
    else:
        _heic_as_jpeg(path, out)
        return {"ending": ".jpg"}
    Path(out).write_bytes(written)
    return {"ending": ending}


def clean_office(path: str, out: str) -> dict[str, Any]:
    """Write the Office file with the names of its authors emptied and its photographs silent. Text, comments and
    changes are not touched.
    """
    try:
        with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for part in source.infolist():
                content = source.read(part)
                if part.filename in ("docProps/core.xml", "docProps/app.xml"):
                    content = _PERSONAL.sub(rb"\1\3", content)
                elif PHOTOGRAPH.fullmatch(part.filename):
                    content = _silent(content)
                target.writestr(part, content)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise Refusal("damaged") from error
    return {"ending": Path(path).suffix}


def _silent(picture: bytes) -> bytes:
    """A picture within another file without its remarks, where its kind is known; else as it is."""
    try:
        if picture.startswith(b"\xff\xd8"):
            return b"".join(_jpeg(picture, _orientation(io.BytesIO(picture))))
        if picture.startswith(b"\x89PNG"):
            return b"".join(_png(picture))
    except Refusal:
        pass  # it says what it said, and the check of the copy will tell
    return picture


def _orientation(path: str | io.BytesIO) -> int:
    from PIL import Image

    try:
        with Image.open(path, formats=("JPEG",)) as picture:
            turned = picture.getexif().get(_ORIENTATION, 1)
    except (OSError, SyntaxError, ValueError) as error:
        raise Refusal("damaged") from error
    return turned if isinstance(turned, int) and 1 <= turned <= 8 else 1


def _jpeg(data: bytes, orientation: int) -> Iterator[bytes]:
    """The segments that make the picture, up to its end: films and second pictures behind it are left out."""
    yield b"\xff\xd8"
    if orientation != 1:
        entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
        exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01" + entry + bytes(4)
        yield b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    place = 2
    while place + 4 <= len(data):
        if data[place] != 0xFF:
            raise Refusal("damaged")
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker == 0xD9:
            break
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4])
        if marker == 0xDA:
            end = _end_of_scan(data, end)
        told = (0xE0 <= marker <= 0xEF and marker not in _JPEG_KEPT) or marker == 0xFE
        other_picture = marker == 0xE2 and data[place + 4 : place + 15] != b"ICC_PROFILE"
        if not told and not other_picture:
            yield data[place:end]
        place = end
    yield b"\xff\xd9"


def _end_of_scan(data: bytes, place: int) -> int:
    while True:
        place = data.find(b"\xff", place)
        if place < 0 or place + 1 >= len(data):
            return len(data)
        if data[place + 1] != 0 and not 0xD0 <= data[place + 1] <= 0xD7:
            return place
        place += 2


def _png(data: bytes) -> Iterator[bytes]:
    yield data[:8]
    place = 8
    while place + 12 <= len(data):
        length, kind = int.from_bytes(data[place : place + 4]), data[place + 4 : place + 8]
        if kind not in _PNG_DROPPED:
            yield data[place : place + 12 + length]
        if kind == b"IEND":
            return
        place += 12 + length


def _webp(data: bytes) -> bytes:
    kept, place = [], 12
    while place + 8 <= len(data):
        kind, length = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        chunk = data[place : place + 8 + length + length % 2]
        if kind == b"VP8X" and len(chunk) > 8:
            chunk = chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:]
        if kind not in _WEBP_DROPPED:
            kept.append(chunk)
        place += 8 + length + length % 2
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _heic_as_jpeg(path: str, out: str) -> None:
    import pi_heif
    from PIL import Image, ImageOps

    pi_heif.register_heif_opener()
    try:
        with Image.open(path, formats=("HEIF",)) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            profile = picture.info.get("icc_profile")
            upright.info = {}
            upright.save(out, format="JPEG", quality=95, subsampling=0, icc_profile=profile)
    except (OSError, ValueError, SyntaxError) as error:
        raise Refusal("damaged") from error
