"""Uploads, downloads, previews and the sweep."""

from __future__ import annotations

import hashlib
import io
import os
import time
from pathlib import Path
from typing import IO

import pikepdf
import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from portfolio.accounts.models import User
from portfolio.core.db import session, transaction
from portfolio.core.storage import filesystem, media_types
from portfolio.core.storage.filesystem import (
    storage,
    workshop,
)
from portfolio.core.storage.limited import (
    ChildRefused,
)
from portfolio.core.storage.models import StoredFile
from portfolio.core.storage.operations import (
    MESSAGES,
    UploadRefused,
    keep,
    record_file,
    sweep_unreferenced,
    sweep_workshop,
    take_in,
)
from portfolio.core.storage.previews import can_render, render_pages
from portfolio.core.storage.responses import disposition, send_stored
from tests.builders.files import flat_png, office_bytes, pdf_bytes, picture_bytes

DAY = 24 * 60 * 60


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


@pytest.fixture
def person(ground: Flask) -> User:
    with transaction():
        user = User(email="alice@example.org")
        session.add(user)
        session.flush()
    return user


def refused(content: bytes, filename: str = "a.pdf", **kwargs: object) -> str:
    with pytest.raises(UploadRefused) as caught:
        take_in(io.BytesIO(content), filename, **kwargs)  # type: ignore[arg-type]
    assert str(caught.value.message)
    return caught.value.code


@pytest.mark.usefixtures("ground")
class TestIntake:
    def test_pdf_is_taken_and_recorded(self, person: User) -> None:
        content = pdf_bytes(2, text="work")
        intake = take_in(io.BytesIO(content), "ผลงาน.pdf")
        with transaction():
            record_file(intake, person)
        stored = session.scalars(select(StoredFile)).one()
        assert (stored.sha256, stored.size) == (hashlib.sha256(content).hexdigest(), len(content))
        assert (stored.media_type, stored.filename) == (media_types.PDF, "ผลงาน.pdf")
        assert stored.created_by_id == person.id
        assert (intake.facts["pages"], intake.facts["text_layer"]) == (2, True)

    def test_scan_has_no_text_layer(self) -> None:
        assert take_in(io.BytesIO(pdf_bytes()), "scan.pdf").facts["text_layer"] is False

    def test_large_sheet_is_noted(self) -> None:
        assert take_in(io.BytesIO(pdf_bytes(size=(4000, 3000))), "poster.pdf").facts["huge_page"] is True

    def test_restricted_pdf_is_taken_and_noted(self) -> None:
        content = pdf_bytes(encryption=pikepdf.Encryption(owner="owner", user=""))
        assert take_in(io.BytesIO(content), "a.pdf").facts["restricted"] is True

    def test_password_is_refused(self) -> None:
        assert refused(pdf_bytes(encryption=pikepdf.Encryption(owner="owner", user="user"))) == "encrypted"

    def test_damaged_pdf_is_refused(self) -> None:
        content = pdf_bytes(5, text="work")
        assert refused(content[: len(content) // 2]) == "damaged"

    def test_pdf_with_a_wrong_table_is_repaired_and_noted(self) -> None:
        content = pdf_bytes(2, text="work", object_stream_mode=pikepdf.ObjectStreamMode.disable)
        start = content.rindex(b"startxref")
        facts = take_in(io.BytesIO(content[:start] + b"startxref\n1\n%%EOF"), "a.pdf").facts
        assert (facts["repaired"], facts["pages"]) == (True, 2)

    def test_pdf_without_pages_is_refused(self) -> None:
        assert refused(pdf_bytes(0)) == "no_pages"

    def test_gigantic_page_is_refused(self) -> None:
        assert refused(pdf_bytes(size=(20_000, 500))) == "page_too_large"

    def test_pdf_collection_is_refused(self) -> None:
        pdf = pikepdf.new()
        pdf.add_blank_page()
        pdf.Root.Collection = pikepdf.Dictionary(Type=pikepdf.Name.Collection)
        out = io.BytesIO()
        pdf.save(out)
        assert refused(out.getvalue()) == "pdf_portfolio"

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_pictures_are_taken(self, kind: str) -> None:
        intake = take_in(io.BytesIO(picture_bytes(kind)), f"photo.{kind.lower()}", media_types.IMAGES)
        assert (intake.facts["width"], intake.facts["height"]) == (40, 30)

    def test_picture_bomb_is_refused_by_its_declared_size(self) -> None:
        assert refused(flat_png(60_000, 60_000), "a.png") == "image_too_large"

    def test_cut_picture_is_refused(self) -> None:
        content = picture_bytes("JPEG", (400, 300))
        assert refused(content[: len(content) // 3], "a.jpg") == "damaged"

    def test_office_file_with_a_wrong_checksum_is_refused(self) -> None:
        content = bytearray(office_bytes())
        checksum = content.index(b"PK\x01\x02") + 16
        content[checksum] ^= 0xFF
        assert refused(bytes(content), "a.docx") == "damaged"

    def test_kind_not_allowed_here(self) -> None:
        assert refused(picture_bytes(), "a.png", allowed={media_types.PDF}) == "not_allowed"

    def test_limit_of_the_route(self) -> None:
        assert refused(pdf_bytes(), limit=100) == "too_large"

    def test_executable_called_pdf_is_refused(self) -> None:
        assert refused(b"MZ" + os.urandom(500), "article.pdf") == "unknown_kind"

    def test_every_code_of_a_refusal_has_a_sentence(self) -> None:
        source = "".join(
            (Path(filesystem.__file__).parent / name).read_text()
            for name in ("media_types.py", "checks.py", "operations.py")
        )
        for name in ("UnknownKind(", "Refusal(", "UploadRefused("):
            for piece in source.split(name + '"')[1:]:
                assert piece.split('"')[0] in MESSAGES


@pytest.mark.usefixtures("ground")
class TestSweep:
    def test_blob_that_no_row_names_goes_after_a_day(self, person: User) -> None:
        named = take_in(io.BytesIO(b"named"), "a.txt")
        lost = take_in(io.BytesIO(b"lost"), "b.txt")
        young = take_in(io.BytesIO(b"young"), "c.txt")
        with transaction():
            record_file(named, person)
        for intake in (named, lost):
            age(storage().path(intake.sha256), DAY + 60)
        assert sweep_unreferenced() == 1
        assert [storage().exists(intake.sha256) for intake in (named, lost, young)] == [True, False, True]

    def test_upload_of_the_same_content_keeps_the_blob(self) -> None:
        intake = take_in(io.BytesIO(b"again"), "a.txt")
        age(storage().path(intake.sha256), DAY + 60)
        take_in(io.BytesIO(b"again"), "b.txt")
        assert sweep_unreferenced() == 0
        assert storage().exists(intake.sha256)

    def test_one_of_two_names_is_enough(self, person: User) -> None:
        intake = take_in(io.BytesIO(b"shared"), "a.txt")
        with transaction():
            record_file(intake, person)
            second = record_file(intake, None)
        with transaction():
            session.delete(session.merge(second))
        age(storage().path(intake.sha256), DAY + 60)
        assert sweep_unreferenced() == 0

    def test_what_killed_writers_left_is_cleared(self) -> None:
        drafts = storage().root / "drafts"
        drafts.mkdir(parents=True)
        for name, seconds in (("old", DAY + 60), ("new", 10)):
            (drafts / name).write_bytes(b"half")
            age(drafts / name, seconds)
        sweep_unreferenced()
        assert [path.name for path in drafts.iterdir()] == ["new"]

    def test_what_killed_workers_left_is_cleared(self) -> None:
        for name, seconds in (("old", DAY + 60), ("new", 10)):
            (workshop() / name).mkdir()
            (workshop() / name / "half.pdf").write_bytes(b"half")
            age(workshop() / name, seconds)
        (workshop() / "old-file").write_bytes(b"half")
        age(workshop() / "old-file", DAY + 60)
        assert sweep_workshop() == 2
        assert [path.name for path in workshop().iterdir()] == ["new"]


@pytest.mark.usefixtures("ground")
class TestDownloads:
    def stored(self, content: bytes, filename: str) -> StoredFile:
        with transaction():
            return record_file(take_in(io.BytesIO(content), filename), None)

    def test_original_is_an_attachment_in_a_sandbox(self, ground: Flask) -> None:
        stored = self.stored(pdf_bytes(), "ผลงาน.pdf")
        with ground.test_request_context():
            response = send_stored(stored)
            headers = response.headers
            assert sum(len(piece) for piece in response.response) == stored.size
            response.close()
        assert headers["Content-Disposition"] == (
            "attachment; filename=\"download.pdf\"; filename*=UTF-8''%E0%B8%9C%E0%B8%A5%E0%B8%87%E0%B8%B2%E0%B8%99.pdf"
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"].startswith("sandbox")
        assert headers["Content-Length"] == str(stored.size)
        assert "ETag" not in headers
        assert "Last-Modified" not in headers

    def test_missing_blob_is_404(self, ground: Flask) -> None:
        stored = self.stored(b"text", "a.txt")
        storage().path(stored.sha256).unlink()
        with ground.test_request_context(), pytest.raises(Exception, match="404"):
            send_stored(stored)

    @pytest.mark.parametrize(
        ("name", "plain"),
        [
            ("report.pdf", "report.pdf"),
            ("ผลงาน.pdf", "download.pdf"),
            ('a"; filename="b.exe', "a filename=b.exe"),
            ("a\r\nX: y.pdf", "a X y.pdf"),
            ("ก ข", "download"),
        ],
    )
    def test_plain_name_cannot_break_the_header(self, name: str, plain: str) -> None:
        header = disposition(name)
        assert header.startswith(f'attachment; filename="{plain}"; ')
        assert header.isascii()
        assert "\n" not in header


@pytest.mark.usefixtures("ground")
class TestPreviews:
    def test_pages_are_rendered_in_order(self) -> None:
        intake = take_in(io.BytesIO(pdf_bytes(3, text="seen")), "a.pdf")
        rendering = render_pages(storage().path(intake.sha256), intake.media_type, [2, 0], 300)
        assert (len(rendering.pictures), rendering.pages) == (2, 3)
        for blob in rendering.pictures:
            with Image.open(storage().path(blob.sha256)) as picture:
                assert picture.format == "PNG"
                assert picture.width == 300
                assert len(picture.getcolors(100_000) or ()) > 1

    def test_picture_is_turned_upright_and_loses_its_metadata(self, tmp_path: Path) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6  # lying on its side
        exif[0x010F] = "maker of the camera"
        path = tmp_path / "a.jpg"
        Image.new("RGB", (400, 200), "navy").save(path, exif=exif)
        rendering = render_pages(path, media_types.JPEG, [0], 100)
        content = storage().path(rendering.pictures[0].sha256).read_bytes()
        with Image.open(io.BytesIO(content)) as picture:
            assert picture.size == (100, 200)
            assert dict(picture.getexif()) == {}
        assert b"maker" not in content

    def test_no_such_page(self) -> None:
        intake = take_in(io.BytesIO(pdf_bytes()), "a.pdf")
        with pytest.raises(ChildRefused) as caught:
            render_pages(storage().path(intake.sha256), intake.media_type, [1], 300)
        assert caught.value.code == "no_such_page"

    def test_office_files_are_not_rendered(self, tmp_path: Path) -> None:
        assert not can_render(media_types.DOCX)
        with pytest.raises(ValueError, match="no picture"):
            render_pages(tmp_path, media_types.DOCX, [0], 300)

    def test_width_is_limited(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="width"):
            render_pages(tmp_path, media_types.PDF, [0], 100_000)


def test_what_the_service_made_is_kept_without_checks(ground: Flask) -> None:
    intake = keep(io.BytesIO(b"anything"), "แฟ้ม.zip", "application/zip")
    assert (intake.filename, intake.media_type) == ("แฟ้ม.zip", "application/zip")
    assert storage().exists(intake.sha256)


def test_stream_is_read_in_pieces(ground: Flask) -> None:
    class Counting(io.BytesIO):
        largest = 0

        def read(self, size: int | None = -1) -> bytes:
            assert size is not None
            self.largest = max(self.largest, size)
            assert 0 < size <= filesystem.CHUNK_BYTES
            return super().read(size)

    stream: IO[bytes] = Counting(b"x" * 5_000_000)
    assert take_in(stream, "a.txt").size == 5_000_000
