"""One thing has one word: the glossary's, in catalogues, letters, data and documents alike."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.architecture.house import ROOT

TERMS = tomllib.loads((ROOT / "portfolio" / "core" / "i18n" / "terms.toml").read_text(encoding="utf-8"))["terms"]
AVOIDED = {word: term["th"] for term in TERMS for word in term.get("avoid", [])}

CATALOGS = sorted(path for package in ("portfolio", "review") for path in (ROOT / package).rglob("th.po"))
TEXTS = [
    *sorted((ROOT / "templates").rglob("*.html")),
    *sorted((ROOT / "templates" / "emails" / "th").glob("*.txt")),
    *sorted((ROOT / "portfolio" / "criteria" / "data").glob("*.toml")),
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "README.md",
]


def _other_words(text: str) -> list[str]:
    return [f"{word}: say {right}" for word, right in AVOIDED.items() if word in text]


def test_glossary_knows_words_to_avoid() -> None:
    assert len(AVOIDED) > 50
    assert _other_words("พอร์ตโฟลิโอของผู้ขอ") != []


@pytest.mark.parametrize("path", [pytest.param(path, id=str(path.relative_to(ROOT))) for path in CATALOGS])
def test_catalogue_uses_the_glossary(path: Path) -> None:
    with path.open("rb") as file:
        catalog = read_po(file, locale="th")
    wrong = [
        f"{message.id!r}: {word}"
        for message in catalog
        if message.id
        for text in (message.string if isinstance(message.string, (tuple, list)) else [message.string])
        for word in _other_words(str(text))
    ]
    assert wrong == []


@pytest.mark.parametrize("path", [pytest.param(path, id=str(path.relative_to(ROOT))) for path in TEXTS])
def test_text_uses_the_glossary(path: Path) -> None:
    assert _other_words(path.read_text(encoding="utf-8")) == []
