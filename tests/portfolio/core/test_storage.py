"""Files: kept whole or not at all, known by their content, looked at in a child that may do little."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import struct
import threading
import time
import zipfile
from pathlib import Path

import pytest

from portfolio.core.storage import filesystem, media_types
from portfolio.core.storage.filenames import clean_filename, name_for
from portfolio.core.storage.filesystem import (
    FileSystemStorage,
    StorageError,
    StorageFull,
    TooLargeForStorage,
    UnknownBlob,
)
from portfolio.core.storage.limited import (
    ChildCrashed,
    ChildOutOfMemory,
    ChildRefused,
    ChildTimedOut,
    run_limited,
    run_program,
)
from tests.builders.files import office_bytes, pdf_bytes, picture_bytes


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


class Endless(io.RawIOBase):
    """A stream that never ends and counts what was read of it."""

    def __init__(self) -> None:
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        self.given += size
        return b"x" * size


class Breaking(io.RawIOBase):
    """A connection that goes away half-way."""

    def __init__(self) -> None:
        self.turns = 0

    def read(self, size: int = -1) -> bytes:
        self.turns += 1
        if self.turns > 2:
            raise ConnectionResetError("gone")
        return b"x" * size


@pytest.fixture
def store(tmp_path: Path) -> FileSystemStorage:
    return FileSystemStorage(tmp_path / "storage")


class TestFileSystem:
    def test_blob_is_named_by_its_content(self, store: FileSystemStorage) -> None:
        content = "ผลงาน".encode() * 500_000
        blob = store.write(io.BytesIO(content), len(content))
        assert (blob.sha256, blob.size) == (hashlib.sha256(content).hexdigest(), len(content))
        with store.open(blob.sha256) as file:
            assert file.read() == content
        assert files_below(store.root) == [store.path(blob.sha256)]

    def test_same_content_twice_is_one_blob(self, store: FileSystemStorage) -> None:
        assert store.write(io.BytesIO(b"same"), 10) == store.write(io.BytesIO(b"same"), 10)
        assert len(files_below(store.root)) == 1

    def test_writing_again_mends_a_damaged_blob(self, store: FileSystemStorage) -> None:
        blob = store.write(io.BytesIO(b"whole"), 10)
        store.path(blob.sha256).write_bytes(b"who")
        store.write(io.BytesIO(b"whole"), 10)
        assert store.path(blob.sha256).read_bytes() == b"whole"

    def test_exactly_the_limit_passes(self, store: FileSystemStorage) -> None:
        assert store.write(io.BytesIO(b"12345"), 5).size == 5

    def test_too_large_stops_early_and_leaves_nothing(self, store: FileSystemStorage) -> None:
        stream = Endless()
        with pytest.raises(TooLargeForStorage) as caught:
            store.write(stream, 1000)  # type: ignore[arg-type]
        assert caught.value.limit_bytes == 1000
        assert stream.given <= 2 * filesystem.CHUNK_BYTES
        assert files_below(store.root) == []

    def test_broken_connection_leaves_nothing(self, store: FileSystemStorage) -> None:
        with pytest.raises(StorageError):
            store.write(Breaking(), 1_000_000)  # type: ignore[arg-type]
        assert files_below(store.root) == []

    @pytest.mark.parametrize("call", ["fsync", "replace"])
    def test_full_disk_is_told_and_leaves_nothing(
        self, store: FileSystemStorage, monkeypatch: pytest.MonkeyPatch, call: str
    ) -> None:
        def full(*_arguments: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(filesystem.os, call, full)
        with pytest.raises(StorageFull):
            store.write(io.BytesIO(b"content"), 100)
        assert files_below(store.root) == []

    def test_full_disk_for_real(self, store: FileSystemStorage, monkeypatch: pytest.MonkeyPatch) -> None:
        """/dev/full answers every write with ENOSPC."""
        real = os.open
        monkeypatch.setattr(filesystem.os, "open", lambda *_arguments: real("/dev/full", os.O_WRONLY))
        monkeypatch.setattr(filesystem, "CHUNK_BYTES", 100)
        with pytest.raises(StorageFull):
            store.write(io.BytesIO(b"x" * 100_000), 1_000_000)
        assert files_below(store.root) == []

    @pytest.mark.parametrize(
        "name", ["", "..", "a" * 63, "a" * 65, "A" * 64, "g" * 64, "../" + "a" * 61, "a" * 63 + "\n", "a" * 64 + "\n"]
    )
    def test_only_digests_are_names(self, store: FileSystemStorage, name: str) -> None:
        for ask in (store.path, store.open, store.exists):
            with pytest.raises(UnknownBlob):
                ask(name)

    def test_missing_blob(self, store: FileSystemStorage) -> None:
        assert not store.exists("a" * 64)
        with pytest.raises(UnknownBlob):
            store.open("a" * 64)

    def test_many_writers_of_the_same_content(self, store: FileSystemStorage) -> None:
        content = os.urandom(300_000)
        threads = [threading.Thread(target=store.write, args=(io.BytesIO(content), 10**6)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        [path] = files_below(store.root)
        assert path.read_bytes() == content

    def test_blob_is_readable_by_its_owner_only(self, store: FileSystemStorage) -> None:
        blob = store.write(io.BytesIO(b"private"), 10)
        assert store.path(blob.sha256).stat().st_mode & 0o077 == 0

    def test_writable_check_leaves_nothing(self, store: FileSystemStorage) -> None:
        store.check_writable()
        assert files_below(store.root) == []

    def test_storage_that_is_a_file_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "storage").write_text("in the way")
        with pytest.raises(StorageError):
            FileSystemStorage(tmp_path / "storage").check_writable()


class TestMediaTypes:
    @pytest.mark.parametrize(
        ("content", "filename", "expected"),
        [
            (pdf_bytes(), "งาน.pdf", media_types.PDF),
            (pdf_bytes(), "called.exe", media_types.PDF),
            (b"\xef\xbb\xbf\n" + pdf_bytes(), "with-mark.pdf", media_types.PDF),
            (picture_bytes("JPEG"), "a.jpg", media_types.JPEG),
            (picture_bytes("PNG"), "a.jpg", media_types.PNG),
            (picture_bytes("WEBP"), "a.webp", media_types.WEBP),
            (office_bytes(), "a.docx", media_types.DOCX),
            (office_bytes("xl/workbook.xml"), "a.xlsx", media_types.XLSX),
            (office_bytes("ppt/presentation.xml"), "a.pptx", media_types.PPTX),
            ("ข้อความธรรมดา\nสองบรรทัด".encode(), "a.txt", media_types.TEXT),
            ("ชื่อ,จำนวน\nก,1\n".encode(), "ตาราง.CSV", media_types.CSV),
            ("ชื่อ,จำนวน\n".encode("cp874"), "old.csv", media_types.CSV),
            (b"@article{key, title={Work}}", "a.bib", media_types.TEXT),
            (b"a < b and c > d", "a.txt", media_types.TEXT),
        ],
    )
    def test_content_decides(self, tmp_path: Path, content: bytes, filename: str, expected: str) -> None:
        path = tmp_path / "content"
        path.write_bytes(content)
        assert media_types.detect(path, filename) == expected

    def test_heic_by_content(self, tmp_path: Path) -> None:
        path = tmp_path / "content"
        path.write_bytes(b"\0\0\0\x18ftypheic" + b"\0" * 100)
        assert media_types.detect(path, "a.heic") == media_types.HEIC

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "empty"),
            (b"MZ\x90\0\x03\0\0\0" + b"\0" * 200, "unknown_kind"),
            (b"MZ\x90\0 %PDF-1.7 hidden further on" + b"\0" * 50, "unknown_kind"),
            (b"\x7fELF\x02\x01\x01" + b"\0" * 200, "unknown_kind"),
            (b"#!/bin/sh\nrm -rf /\n", "unknown_kind"),
            (b"<!DOCTYPE html><script>alert(1)</script>", "unknown_kind"),
            (b"\xef\xbb\xbf  \n<HTML><body>", "unknown_kind"),
            (b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "unknown_kind"),
            (b"<?xml version='1.0'?><svg/>", "unknown_kind"),
            (b"GIF89a" + b"\0" * 100, "unknown_kind"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "old_office"),
            (b"PK\x03\x04 and then nothing", "damaged"),
            (b"\x89PNG\r\n\x1a\n".replace(b"\r\n", b"\n") + b"x", "unknown_kind"),
            (b"text with \x00 in it", "unknown_kind"),
        ],
    )
    def test_everything_else_is_refused(self, tmp_path: Path, content: bytes, code: str) -> None:
        path = tmp_path / "content"
        path.write_bytes(content)
        with pytest.raises(media_types.UnknownKind) as caught:
            media_types.detect(path, "report.pdf")
        assert caught.value.code == code

    def test_plain_zip_is_no_office_file(self, tmp_path: Path) -> None:
        path = tmp_path / "content"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("evil.exe", b"MZ")
        with pytest.raises(media_types.UnknownKind) as caught:
            media_types.detect(path, "report.docx")
        assert caught.value.code == "unknown_kind"

    def test_macros_are_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "content"
        path.write_bytes(office_bytes(**{"word/vbaProject.bin": b"macro"}))
        with pytest.raises(media_types.UnknownKind) as caught:
            media_types.detect(path, "report.docx")
        assert caught.value.code == "macros"

    def test_dense_zip_is_a_bomb(self, tmp_path: Path) -> None:
        path = tmp_path / "content"
        path.write_bytes(office_bytes(**{"word/media.bin": b"\0" * 50_000_000}))
        assert path.stat().st_size < 100_000
        with pytest.raises(media_types.UnknownKind) as caught:
            media_types.detect(path, "report.docx")
        assert caught.value.code == "zip_bomb"

    def test_declared_sum_is_a_bomb_without_unpacking(self, tmp_path: Path) -> None:
        path = tmp_path / "content"
        path.write_bytes(office_bytes(**{"word/a.bin": os.urandom(1000)}))
        content = bytearray(path.read_bytes())
        position = content.rindex(b"PK\x01\x02")  # the last entry of the central directory
        content[position + 24 : position + 28] = struct.pack("<I", 0xFFFFFFF0)
        path.write_bytes(bytes(content))
        with pytest.raises(media_types.UnknownKind) as caught:
            media_types.detect(path, "report.docx")
        assert caught.value.code == "zip_bomb"

    def test_parts_lying_over_one_another_are_a_bomb(self, tmp_path: Path) -> None:
        path = tmp_path / "content"
        path.write_bytes(office_bytes(**{"word/a.bin": os.urandom(5000), "word/b.bin": os.urandom(5000)}))
        content = bytearray(path.read_bytes())
        last = content.rindex(b"PK\x01\x02")
        before = content.rindex(b"PK\x01\x02", 0, last)
        content[last + 42 : last + 46] = content[before + 42 : before + 46]  # both point at the same data
        path.write_bytes(bytes(content))
        with pytest.raises(media_types.UnknownKind) as caught:
            media_types.detect(path, "report.docx")
        assert caught.value.code == "zip_bomb"

    def test_too_many_parts_are_a_bomb(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(media_types, "LARGEST_OFFICE_PARTS", 3)
        path = tmp_path / "content"
        path.write_bytes(office_bytes(**{"word/a": b"1", "word/b": b"2"}))
        with pytest.raises(media_types.UnknownKind) as caught:
            media_types.detect(path, "report.docx")
        assert caught.value.code == "zip_bomb"

    def test_endings_for_forms(self) -> None:
        assert media_types.extensions_of({media_types.PDF, media_types.JPEG}) == [".pdf", ".jpg", ".jpeg"]


class TestFilenames:
    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ("รายงาน ฉบับสมบูรณ์.pdf", "รายงาน ฉบับสมบูรณ์.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\x\\งาน.pdf", "งาน.pdf"),
            ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie x=1.pdf"),
            ("invoice\u202egnp.exe", "invoicegnp.exe"),
            ("a\u200bb\u0000c.pdf", "abc.pdf"),
            ("  ..hidden.pdf", "hidden.pdf"),
            ("", "file"),
            ("...", "file"),
            ("/", "file"),
            ("cafe\u0301.pdf", "café.pdf"),
            ('a"b*c?.pdf', "abc.pdf"),
        ],
    )
    def test_names_are_made_harmless(self, given: str, expected: str) -> None:
        assert clean_filename(given) == expected

    def test_long_thai_name_is_cut_between_whole_syllables(self) -> None:
        name = clean_filename("ที่" * 200 + ".pdf")
        assert name.endswith("ที่.pdf")
        assert len(name.encode()) <= 200

    def test_long_ending_is_no_ending(self) -> None:
        assert len(clean_filename("a." + "b" * 500).encode()) == 200

    @pytest.mark.parametrize(
        ("given", "media_type", "expected"),
        [
            ("a.PDF", media_types.PDF, "a.PDF"),
            ("photo.jpg", media_types.PNG, "photo.png"),
            ("setup.exe", media_types.PDF, "setup.exe.pdf"),
            ("no ending", media_types.DOCX, "no ending.docx"),
            ("v1.2", media_types.PDF, "v1.2.pdf"),
        ],
    )
    def test_ending_tells_the_truth(self, given: str, media_type: str, expected: str) -> None:
        assert name_for(given, media_type) == expected


class TestLimited:
    def test_answer_travels_as_json(self, tmp_path: Path) -> None:
        path = tmp_path / "a.pdf"
        path.write_bytes(pdf_bytes(3, text="hello"))
        facts = run_limited("portfolio.core.storage.checks:inspect_pdf", {"path": str(path)})
        assert facts == {
            "pages": 3,
            "author": False,
            "comments": 0,
            "attachments": 0,
            "signed": False,
            "gps": False,
            "text_layer": True,
            "restricted": False,
            "repaired": False,
            "huge_page": False,
            "width": 595.0,
            "height": 842.0,
        }

    def test_time_is_limited(self) -> None:
        began = time.monotonic()
        with pytest.raises(ChildTimedOut):
            run_limited("subprocess:run", {"args": ["sleep", "30"]}, seconds=1)
        with pytest.raises(ChildTimedOut):
            run_program(["sleep", "30"], seconds=1, memory_mb=512, folder=Path("/"))
        assert time.monotonic() - began < 10

    def test_failure_is_a_crash_and_not_an_answer(self) -> None:
        with pytest.raises(ChildCrashed):
            run_limited("portfolio.core.storage.checks:inspect_pdf", {"no": "such argument"})
        with pytest.raises(ChildCrashed):
            run_limited("no.such.module:at_all", {})

    def test_refusal_keeps_its_code(self, tmp_path: Path) -> None:
        path = tmp_path / "a.pdf"
        path.write_bytes(b"%PDF-1.7 and nothing more")
        with pytest.raises(ChildRefused) as caught:
            run_limited("portfolio.core.storage.checks:inspect_pdf", {"path": str(path)})
        assert caught.value.code == "damaged"

    def test_memory_is_limited(self, tmp_path: Path) -> None:
        path = tmp_path / "a.png"
        path.write_bytes(picture_bytes(size=(10_000, 9_000)))
        with pytest.raises((ChildOutOfMemory, ChildCrashed)):
            run_limited("portfolio.core.storage.checks:inspect_image", {"path": str(path)}, memory_mb=300)

    def test_program_runs_in_its_folder(self, tmp_path: Path) -> None:
        run_program(["touch", "made"], seconds=10, memory_mb=512, folder=tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["made"]

    def test_failing_program_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(ChildCrashed):
            run_program(["false"], seconds=10, memory_mb=512, folder=tmp_path)
        with pytest.raises(ChildCrashed):
            run_program(["no-such-program-anywhere"], seconds=10, memory_mb=512, folder=tmp_path)

    def test_grandchildren_end_as_well(self, tmp_path: Path) -> None:
        run_program(["sh", "-c", "sleep 60 & echo $! > started"], seconds=10, memory_mb=512, folder=tmp_path)
        number = int((tmp_path / "started").read_text())
        for _turn in range(50):
            if not Path(f"/proc/{number}").exists() or " Z " in Path(f"/proc/{number}/stat").read_text():
                return
            time.sleep(0.1)
        pytest.fail("what the program started outlived it")

    def test_secrets_stay_in_the_parent(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PORTFOLIO_SECRET_KEY", "do not tell")
        run_program(["sh", "-c", "env > seen"], seconds=10, memory_mb=512, folder=tmp_path)
        assert "PORTFOLIO_SECRET_KEY" not in (tmp_path / "seen").read_text()
