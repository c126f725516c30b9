"""What is told of a file at once, and the copies that mend it."""

from __future__ import annotations

import contextlib
import io
import json
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image
from PIL.ExifTags import IFD

from portfolio.core.storage import cleaning, media_types, metadata
from portfolio.core.storage.checks import inspect_image, inspect_office, inspect_pdf
from portfolio.core.storage.cleaning import clean_image, clean_office, clean_pdf
from portfolio.core.storage.limited import Refusal
from portfolio.core.storage.media_types import UnknownKind, detect
from portfolio.evidence.models import FileReport
from portfolio.evidence.reports import Finding, findings_of, read, write
from tests.builders.files import office_bytes, pdf_bytes

TURNED, SIDEWAYS = 6, 0x0112


def photograph(kind: str = "JPEG", **more: Any) -> bytes:
    """A picture with a place, a name and a way it is turned, in front of a colour that can be told again."""
    picture = Image.new("RGB", (60, 40), (200, 30, 30))
    exif = Image.Exif()
    exif[SIDEWAYS] = TURNED
    exif[0x013B] = "Sommai Photographer"
    place = exif.get_ifd(IFD.GPSInfo)
    place[1], place[2], place[3], place[4] = "N", (16.0, 28.0, 0.0), "E", (102.0, 49.0, 0.0)
    exif[0x8825] = place
    out = io.BytesIO()
    picture.save(out, format=kind, exif=exif, **more)
    return out.getvalue()


def authored_pdf(**more: str) -> bytes:
    pdf = pikepdf.open(io.BytesIO(pdf_bytes(1, text="x")))
    pdf.docinfo["/Author"] = "Sommai"
    page = pdf.pages[0]
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], Contents="hm")
    page.Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(note)]))
    pdf.attachments["inside.txt"] = b"inside"
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


CORE = b'<cp:core xmlns:dc="d" xmlns:cp="c"><dc:creator>Sommai</dc:creator><dc:title>T</dc:title></cp:core>'


def kept(tmp_path: Path, content: bytes, name: str = "file") -> str:
    path = tmp_path / name
    path.write_bytes(content)
    return str(path)


def codes(media_type: str, facts: dict[str, Any]) -> list[str]:
    return [one.code for one in findings_of(media_type, facts)]


def test_pdf_tells_of_author_remarks_and_files_inside(tmp_path: Path) -> None:
    facts = inspect_pdf(kept(tmp_path, authored_pdf()))
    assert codes(media_types.PDF, facts) == ["author", "comments", "attachments"]


def test_pdf_that_cannot_be_bound_must_be_mended_and_can_be(tmp_path: Path) -> None:
    locked = pdf_bytes(1, text="x", encryption=pikepdf.Encryption(owner="o", user=""))
    source = kept(tmp_path, locked)
    (finding,) = findings_of(media_types.PDF, inspect_pdf(source))
    assert (finding.code, finding.must, finding.mended_by) == ("restricted", True, "rewrite")
    assert clean_pdf(source, str(tmp_path / "out"), False) == {"ending": ".pdf"}
    assert findings_of(media_types.PDF, inspect_pdf(str(tmp_path / "out"))) == []


def test_clean_pdf_loses_its_author_and_keeps_its_pages(tmp_path: Path) -> None:
    clean_pdf(kept(tmp_path, authored_pdf()), str(tmp_path / "out"), True)
    facts = inspect_pdf(str(tmp_path / "out"))
    assert (facts["author"], facts["pages"], facts["text_layer"]) == (False, 1, True)
    assert b"Sommai" not in (tmp_path / "out").read_bytes()


def album(*filters: str) -> bytes:
    """A PDF whose page shows a photograph with a place in it, and tells of its author in a corner of its own."""
    pdf = pikepdf.open(io.BytesIO(pdf_bytes(1, text="x")))
    data = photograph()
    for name in filters[:-1]:
        assert name == "/FlateDecode"
        data = zlib.compress(data)
    shown = pikepdf.Stream(pdf, data)
    shown.Type, shown.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    shown.Width, shown.Height, shown.BitsPerComponent = 60, 40, 8
    shown.ColorSpace = pikepdf.Name.DeviceRGB
    coded = [pikepdf.Name(name) for name in filters]
    shown.Filter = coded[0] if len(coded) == 1 else pikepdf.Array(coded)
    shown.Metadata = pdf.make_stream(b"<x>Sommai of the picture</x>")
    page = pdf.pages[0]
    page.Resources.XObject = pikepdf.Dictionary(P=pdf.make_indirect(shown))
    page.contents_add(pdf.make_stream(b"q 300 0 0 200 50 50 cm /P Do Q"))
    page.Metadata = pdf.make_stream(b"<x>Sommai of the page</x>")
    page.PieceInfo = pikepdf.Dictionary(Program=pikepdf.Dictionary(Private=pikepdf.String("Sommai")))
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize("filters", [("/DCTDecode",), ("/FlateDecode", "/DCTDecode")])
def test_photograph_in_a_pdf_tells_its_place_and_loses_it_with_every_name(
    tmp_path: Path, filters: tuple[str, ...]
) -> None:
    source = kept(tmp_path, album(*filters))
    assert "gps" in codes(media_types.PDF, inspect_pdf(source))
    clean_pdf(source, str(tmp_path / "out"), True)
    assert inspect_pdf(str(tmp_path / "out"))["gps"] is False
    with pikepdf.open(source) as before, pikepdf.open(tmp_path / "out") as after:
        streams = b"".join(part.read_raw_bytes() for part in after.objects if isinstance(part, pikepdf.Stream))
        assert b"Sommai" not in streams + (tmp_path / "out").read_bytes()
        old, new = (pikepdf.PdfImage(pdf.pages[0].Resources.XObject.P).as_pil_image() for pdf in (before, after))
        assert old.tobytes() == new.tobytes()


def test_pdf_that_is_only_written_anew_keeps_what_its_photographs_say(tmp_path: Path) -> None:
    clean_pdf(kept(tmp_path, album("/DCTDecode")), str(tmp_path / "out"), False)
    assert inspect_pdf(str(tmp_path / "out"))["gps"] is True


def test_photograph_too_large_to_unpack_is_not_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (metadata, cleaning):
        monkeypatch.setattr(module, "LARGEST_PART_BYTES", len(photograph()) - 40, raising=False)
    clean_pdf(kept(tmp_path, album("/FlateDecode", "/DCTDecode")), str(tmp_path / "out"), True)
    with pikepdf.open(tmp_path / "out") as pdf:
        assert zlib.decompress(pdf.pages[0].Resources.XObject.P.read_raw_bytes()) == photograph()


def test_photographs_in_a_document_tell_their_place_and_lose_it(tmp_path: Path) -> None:
    pictures = {"word/media/image1.jpg": photograph(), "word/media/image2.PNG": photograph("PNG")}
    source = kept(tmp_path, office_bytes(**pictures, **{"word/media/image3.jpeg": b"\xff\xd8 no picture"}), "a.docx")
    assert "gps" in codes(media_types.DOCX, inspect_office(source))
    clean_office(source, str(tmp_path / "out"))
    assert inspect_office(str(tmp_path / "out"))["gps"] is False
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(tmp_path / "out") as new:
        assert new.read("word/media/image3.jpeg") == old.read("word/media/image3.jpeg")
        for name in pictures:
            before, after = (Image.open(io.BytesIO(archive.read(name))) for archive in (old, new))
            assert before.tobytes() == after.tobytes()
            assert after.getexif().get(SIDEWAYS) == (TURNED if name.endswith("jpg") else None)
            assert b"Sommai" not in new.read(name)


@pytest.mark.parametrize(
    "types",
    [
        b'<Override PartName="/word/other.bin" ContentType="application/vnd.ms-office.vbaProject"/>',
        b'<Override PartName="/w.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>',
        b'<Override PartName="/word/other.bin" ContentType="application/vnd.ms-office.v&#98;aProject"/>',
        '<Override PartName="/word/other.bin" ContentType="application/vnd.ms-office.vbaProject"/>'.encode("utf-16"),
    ],
)
def test_macros_are_found_by_what_a_document_says_of_its_parts(tmp_path: Path, types: bytes) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("[Content_Types].xml", b"<Types>" + types + b"</Types>")
        archive.writestr("word/document.xml", "<document/>")
        archive.writestr("word/other.bin", b"macro")
    with pytest.raises(UnknownKind) as caught:
        detect(Path(kept(tmp_path, content.getvalue())), "a.docx")
    assert caught.value.code == "macros"


def test_signed_pdf_is_offered_no_copy(tmp_path: Path) -> None:
    facts = inspect_pdf(kept(tmp_path, authored_pdf())) | {"signed": True}
    assert "author" not in codes(media_types.PDF, facts)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_photograph_loses_place_and_name_and_no_pixel(tmp_path: Path, kind: str) -> None:
    content = photograph(
        kind, **({"progressive": True} if kind == "JPEG" else {"lossless": True} if kind == "WEBP" else {})
    )
    source = kept(tmp_path, content)
    before = inspect_image(source)
    assert before["gps"]
    assert "gps" in codes(getattr(media_types, kind), before)
    clean_image(source, str(tmp_path / "out"))
    after = inspect_image(str(tmp_path / "out"))
    assert (after["gps"], after["author"]) == (False, False)
    with Image.open(source) as old, Image.open(tmp_path / "out") as new:
        assert old.tobytes() == new.tobytes()
        if kind == "JPEG":
            assert new.getexif()[SIDEWAYS] == TURNED
    assert b"Sommai" not in (tmp_path / "out").read_bytes()


def test_what_is_hidden_behind_a_photograph_is_left_out(tmp_path: Path) -> None:
    source = kept(tmp_path, photograph() + b"a film with a place in it")
    clean_image(source, str(tmp_path / "out"))
    assert b"film" not in (tmp_path / "out").read_bytes()


@pytest.mark.parametrize("cut", [3, 40, 200, 400])
def test_broken_photograph_breaks_nothing(tmp_path: Path, cut: int) -> None:
    with contextlib.suppress(Refusal):
        clean_image(kept(tmp_path, photograph()[:cut]), str(tmp_path / "out"))


def test_document_tells_of_author_changes_and_remarks_and_loses_the_name(tmp_path: Path) -> None:
    content = office_bytes(**{"docProps/core.xml": CORE, "word/comments.xml": b"<w:comments/>"})
    source = kept(tmp_path, content, "a.docx")
    assert codes(media_types.DOCX, inspect_office(source)) == ["author", "comments", "no_pages"]
    clean_office(source, str(tmp_path / "out"))
    with zipfile.ZipFile(tmp_path / "out") as archive:
        core = archive.read("docProps/core.xml")
        assert b"Sommai" not in core
        assert b"<dc:title>T</dc:title>" in core
        assert archive.namelist() == zipfile.ZipFile(source).namelist()


@pytest.mark.parametrize(
    ("main", "parts", "code"),
    [
        ("word/settings.xml", {"word/document.xml": b'<w:p><w:del w:id="1"/></w:p>'}, "tracked_changes"),
        ("ppt/presentation.xml", {"ppt/comments/comment1.xml": b"<p/>"}, "comments"),
        ("x", {"xl/workbook.xml": b'<sheet name="b" state="hidden"/>'}, "hidden_sheets"),
    ],
)
def test_office_files_tell_what_is_not_seen(tmp_path: Path, main: str, parts: dict[str, bytes], code: str) -> None:
    assert code in codes(media_types.DOCX, inspect_office(kept(tmp_path, office_bytes(main, **parts))))


def test_words_of_every_finding_can_be_said() -> None:
    facts = {
        "restricted": True,
        "repaired": True,
        "gps": True,
        "author": True,
        "text_layer": False,
        "huge_page": True,
        "pages": 900,
        "comments": 3,
        "tracked_changes": True,
        "hidden_sheets": 1,
        "attachments": 2,
        "claimed": ".docx",
    }
    found = findings_of(media_types.PDF, facts)
    assert [one.must for one in found] == [True, True] + [False] * 10
    assert len({str(one.title) for one in found}) == 12
    assert all(str(one.reason) for one in found)
    assert "900" in str(next(one for one in found if one.code == "many_pages").title)
    again = read(FileReport(stored_file_id=1, findings=write(found)))
    assert again == found


def test_report_of_another_release_is_read_as_far_as_it_is_known() -> None:
    told = json.dumps([{"code": "of the future"}, {"code": "gps"}])
    assert read(FileReport(stored_file_id=1, findings=told)) == [Finding("gps")]
    assert read(None) == []


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


RECORDINGS = {
    "film": (b"\0\0\0\x18ftypisom" + bytes(40), media_types.MP4),
    "telephone film": (b"\0\0\0\x14ftypqt  " + bytes(40), media_types.QUICKTIME),
    "sound": (b"\0\0\0\x18ftypM4A " + bytes(40), media_types.M4A),
    "web film": (b"\x1aE\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1fB\x82\x84webm" + bytes(40), media_types.WEBM),
    "wave": (b"RIFF\x24\0\0\0WAVEfmt " + bytes(40), media_types.WAV),
    "ogg": (b"OggS" + bytes(40), media_types.OGG),
    "tagged": (b"ID3\x03" + bytes(40), media_types.MP3),
}


@pytest.mark.parametrize("kind", RECORDINGS)
def test_sound_and_film_are_known_by_their_content(tmp_path: Path, kind: str) -> None:
    content, media_type = RECORDINGS[kind]
    assert detect(Path(kept(tmp_path, content)), "a.pdf") == media_type
    assert codes(media_type, {}) == ["recording"]


@pytest.mark.parametrize(
    "content", [b"\x1aE\xdf\xa3matroska" + bytes(40), b"\0\0\0\x18ftypevil" + bytes(40), b"ID3\x09" + bytes(9)]
)
def test_other_containers_are_not_taken(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnknownKind):
        detect(Path(kept(tmp_path, content)), "a.mp4")
