"""Sample evidence is made of real files, the same each time, and says that it is fictional."""

from __future__ import annotations

import io
import tomllib
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from portfolio.config import ROOT
from portfolio.evidence.sample_files import make_file

WORKS = sorted((ROOT / "portfolio" / "works" / "sample_data").glob("*.toml"))


def _entries(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    work = tomllib.loads(path.read_text(encoding="utf-8"))
    return work, [entry for entry in work["evidence"] if entry["generator"] != "link"]


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in WORKS])
def test_every_entry_gives_a_file_that_opens(path: Path) -> None:
    work, entries = _entries(path)
    for entry in entries:
        name, data, media_type = make_file(entry, work)
        if media_type == "image/jpeg":
            assert name.endswith(".jpg")
            with Image.open(io.BytesIO(data)) as picture:
                assert picture.size == (1600, 1067)
                assert "Fictional" in picture.getexif()[0x010E]
        else:
            assert name.endswith(".pdf")
            with pikepdf.open(io.BytesIO(data)) as pdf:
                assert len(pdf.pages) >= 1


def test_sheet_says_on_every_page_that_it_is_fictional() -> None:
    work, entries = _entries(ROOT / "portfolio" / "works" / "sample_data" / "clean-water-mae-sai-than.toml")
    minutes = next(entry for entry in entries if entry["generator"] == "minutes")
    _name, data, _media_type = make_file(minutes, work)
    document = pypdfium2.PdfDocument(data)
    try:
        assert len(document) == minutes["body_th"].count("\n---\n") + 1
        for page in document:
            assert "ข้อมูลสมมติ" in page.get_textpage().get_text_range()
    finally:
        document.close()


def test_same_entry_gives_the_same_bytes() -> None:
    work, entries = _entries(WORKS[0])
    for generator in ("photo", "survey_table"):
        entry = next(entry for entry in entries if entry["generator"] == generator)
        assert make_file(entry, work) == make_file(entry, work)


def test_link_has_no_file() -> None:
    with pytest.raises(ValueError, match="link"):
        make_file({"generator": "link", "number": 1}, {"slug": "any"})
