"""What a file is, decided from its content; its name only chooses between kinds of text."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import puremagic

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
WEBP = "image/webp"
HEIC = "image/heic"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
TEXT = "text/plain"
CSV = "text/csv"
MP4 = "video/mp4"
QUICKTIME = "video/quicktime"
WEBM = "video/webm"
MP3 = "audio/mpeg"
M4A = "audio/mp4"
WAV = "audio/wav"
OGG = "audio/ogg"

IMAGES = frozenset({JPEG, PNG, WEBP, HEIC})
OFFICE = frozenset({DOCX, XLSX, PPTX})
TEXTS = frozenset({TEXT, CSV})
ALL = IMAGES | OFFICE | TEXTS | {PDF}
RECORDINGS = frozenset({MP4, QUICKTIME, WEBM, MP3, M4A, WAV, OGG})
"""Sound and film: kept as they are and looked into no further. Only evidence takes them."""

EXTENSIONS: dict[str, tuple[str, ...]] = {
    PDF: (".pdf",),
    JPEG: (".jpg", ".jpeg"),
    PNG: (".png",),
    WEBP: (".webp",),
    HEIC: (".heic", ".heif"),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    PPTX: (".pptx",),
    TEXT: (".txt", ".md", ".bib", ".ris"),
    CSV: (".csv",),
    MP4: (".mp4", ".m4v", ".3gp"),
    QUICKTIME: (".mov",),
    WEBM: (".webm",),
    MP3: (".mp3",),
    M4A: (".m4a",),
    WAV: (".wav",),
    OGG: (".ogg", ".oga", ".opus"),
}

_HEAD_BYTES = 4096
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
_FILM_BRANDS = (b"iso", b"mp4", b"avc1", b"M4V", b"3gp", b"MSNV", b"dash")
_MACROS = re.compile("macroenabled|vbaproject", re.IGNORECASE)
_MP3_FRAMES = (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")
_MAIN_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
# Text that a browser or a shell would act on; it may be honest, but nobody needs it as evidence.
_ACTIVE_TEXT = ("#!", "<!doctype", "<html", "<svg", "<?xml", "<?php", "<script", "{\\rtf", "<!--", "%!ps")

LARGEST_OFFICE_PARTS = 10_000
LARGEST_OFFICE_BYTES = 512 * 1024 * 1024
LARGEST_TYPES_BYTES = 4 * 1024 * 1024
LARGEST_RATIO = 200
RATIO_MATTERS_FROM = 1024 * 1024


class UnknownKind(Exception):
    """The content is of no kind that is taken; `code` says more: unknown_kind, zip_bomb, macros, damaged, empty."""

    def __init__(self, code: str = "unknown_kind") -> None:
        super().__init__(code)
        self.code = code


def detect(path: Path, filename: str) -> str:
    """The media type of the content. Raises UnknownKind for everything that is not one of ours through and through."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        raise UnknownKind("empty")
    if head.startswith(b"%PDF-") or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return _agreed(head, JPEG)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _agreed(head, PNG)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return HEIC
    if head.startswith(b"PK\x03\x04"):
        return _office(path)
    return _recording(head) or _text(path, head, filename)


def extensions_of(allowed: Sequence[str] | frozenset[str]) -> list[str]:
    """The usual endings of these types, for `accept` and for sentences."""
    return [ending for media_type in EXTENSIONS if media_type in allowed for ending in EXTENSIONS[media_type]]


def _recording(head: bytes) -> str | None:
    """Sound or film by its container; what is inside is nobody's business but the player's."""
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand == b"qt  ":
            return QUICKTIME
        if brand in (b"M4A ", b"M4B "):
            return M4A
        return MP4 if brand.startswith(_FILM_BRANDS) else None
    if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:64]:
        return WEBM
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return WAV
    if head.startswith(b"OggS"):
        return OGG
    tagged = head.startswith(b"ID3") and head[3:4] in (b"\2", b"\3", b"\4")
    return MP3 if tagged or head.startswith(_MP3_FRAMES) else None


def _agreed(head: bytes, media_type: str) -> str:
    """Ask puremagic for a second opinion, which knows the longer signatures."""
    try:
        found = {match.mime_type for match in puremagic.magic_string(head)}
    except puremagic.PureError:
        found = set()
    if media_type not in found:
        raise UnknownKind
    return media_type


def _office(path: Path) -> str:
    """An Office file by the list of its parts: sizes are summed as declared, and none but that list is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            types = _head_of(archive, "[Content_Types].xml")
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OverflowError) as error:
        raise UnknownKind("damaged") from error
    _refuse_bomb(parts, path.stat().st_size)
    names = {part.filename for part in parts}
    kinds = [kind for name, kind in _MAIN_PARTS.items() if name in names]
    if "[Content_Types].xml" not in names or len(kinds) != 1:
        raise UnknownKind
    if any(part.flag_bits & 0x1 for part in parts):
        raise UnknownKind("encrypted")
    # Word finds macros by the kind of the part, whatever its name.
    if any(name.lower().endswith("vbaproject.bin") for name in names) or _MACROS.search(_plain(types)):
        raise UnknownKind("macros")
    return kinds[0]


def _plain(xml: bytes) -> str:
    """The words of an XML file whether it is UTF-8 or UTF-16, also letters that are written as numbers."""
    return html.unescape(xml.replace(b"\0", b"").decode("utf-8", "ignore"))


def _head_of(archive: zipfile.ZipFile, name: str) -> bytes:
    """The beginning of a part; nothing where it is not there, is encrypted or cannot be unpacked."""
    try:
        with archive.open(name) as part:
            return part.read(LARGEST_TYPES_BYTES)
    except Exception:  # zlib.error and its kin have no common base; the parts are tested one by one afterwards
        return b""


def _refuse_bomb(parts: list[zipfile.ZipInfo], size: int) -> None:
    if len(parts) > LARGEST_OFFICE_PARTS or sum(part.file_size for part in parts) > LARGEST_OFFICE_BYTES:
        raise UnknownKind("zip_bomb")
    for part in parts:
        if part.file_size > RATIO_MATTERS_FROM and part.file_size > LARGEST_RATIO * max(part.compress_size, 1):
            raise UnknownKind("zip_bomb")
    # Parts that lie over one another let a small file declare honest sizes and still be huge (Fifield 2019).
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            raise UnknownKind("zip_bomb")
        end = part.header_offset + part.compress_size
    if end > size:
        raise UnknownKind("damaged")


def _text(path: Path, head: bytes, filename: str) -> str:
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnknownKind("old_office")
    encoding = _encoding(path)
    start = head.decode(encoding, errors="ignore").lstrip("\ufeff \t\r\n").lower()
    if start.startswith(_ACTIVE_TEXT):
        raise UnknownKind
    return CSV if filename.lower().endswith(".csv") else TEXT


def _encoding(path: Path) -> str:
    """UTF-8, or the Thai code page that spreadsheets still write. Raises UnknownKind for anything else."""
    for encoding in ("utf-8", "cp874"):
        try:
            with path.open(encoding=encoding, newline="") as file:
                while piece := file.read(1024 * 1024):
                    if any(ord(character) < 32 and character not in "\t\r\n\f" for character in set(piece)):
                        raise UnknownKind
        except UnicodeDecodeError:
            continue
        return encoding
    raise UnknownKind
