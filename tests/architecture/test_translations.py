"""Every sentence that people read has its Thai, once and in one wording."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from portfolio.config import ROOT
from portfolio.core.i18n.catalogs import catalog_files, merge_catalogs

PACKAGES = (ROOT / "portfolio", ROOT / "review")
CATALOGS = [path for package in PACKAGES for path in catalog_files(package)]
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2), "_n": (1, 2)}
POLITE_ENDINGS = re.compile(r"(ครับ|ค่ะ|คะ)(?![ก-๛])")
MADE_OF_SIGNS = re.compile(r"[\W\d_]*")

Key = str | tuple[str, str]


@functools.cache
def sentences() -> dict[Key, list[str]]:
    """Every extracted message and the places it stands at."""
    found: dict[Key, list[str]] = {}
    for folder, method, pattern in (
        (PACKAGES[0], "python", "**.py"),
        (PACKAGES[1], "python", "**.py"),
        (ROOT / "templates", "jinja2", "**.*"),
    ):
        options = {pattern: {"encoding": "utf-8", "silent": "false"}}
        for file, line, message, _comments, _context in extract_from_dir(
            folder, [(pattern, method)], options, KEYWORDS, strip_comment_tags=True
        ):
            key = tuple(message) if isinstance(message, (list, tuple)) else message
            found.setdefault(key, []).append(f"{folder.name}/{file}:{line}")
    return found


@functools.cache
def thai() -> dict[Key, str]:
    """The merged Thai catalogue."""
    merged, _ = merge_catalogs(CATALOGS)
    return {
        message.id: message.string if isinstance(message.string, str) else message.string[0]
        for message in merged
        if message.id
    }


def test_extraction_finds_both_kinds_of_source() -> None:
    places = [place for found in sentences().values() for place in found]
    assert {place.split("/")[0] for place in places} >= {"portfolio", "templates"}
    assert "Cancel" in sentences()


def test_every_sentence_has_its_thai() -> None:
    missing = sorted(f"{places[0]}: {key}" for key, places in sentences().items() if key not in thai())
    assert not missing, "add these to the th.po of the room that owns them:\n" + "\n".join(missing)


def test_no_catalogue_keeps_a_sentence_that_nobody_says() -> None:
    unused = [f"{path.relative_to(ROOT)}: {key}" for path in CATALOGS for key in _keys(path) if key not in sentences()]
    assert not unused, "nobody says these any more:\n" + "\n".join(unused)


def test_rooms_agree_on_the_wording() -> None:
    _, disagreements = merge_catalogs(CATALOGS)
    assert [
        f"{found.words}: {found.first} ({found.kept_from.relative_to(ROOT)}), "
        f"{found.second} ({found.dropped_from.relative_to(ROOT)})"
        for found in disagreements
    ] == []


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parent.relative_to(ROOT).as_posix())
def test_catalogue_is_well_formed(path: Path) -> None:
    with path.open("rb") as file:
        catalog = read_po(file, locale="th", abort_invalid=True)
    assert catalog.plural_forms == "nplurals=1; plural=0;"
    assert [message.id for message in catalog if message.fuzzy and message.id] == []
    assert list(catalog.obsolete) == []
    keys = list(_keys(path, twice=True))
    assert sorted(map(str, keys)) == sorted({str(key) for key in keys}), "a sentence stands twice"


def test_thai_keeps_every_value_of_its_sentence() -> None:
    wrong = {
        str(key): words
        for key, words in thai().items()
        if _values(words) != _values(key if isinstance(key, str) else key[1])
        # A plural may leave its number to the word of the singular.
        and not (isinstance(key, tuple) and _values(words) == _values(key[0]))
    }
    assert wrong == {}


def test_thai_is_thai_and_formal() -> None:
    odd = {
        str(key): words
        for key, words in thai().items()
        if POLITE_ENDINGS.search(words) or (not re.search("[ก-๛]", words) and not _needs_no_thai(str(key), words))
    }
    assert odd == {}


def test_sentences_of_templates_write_percent_twice() -> None:
    """Jinja's gettext always formats: a lone percent sign would break the page."""
    lone = [
        key
        for key, places in sentences().items()
        if any(place.startswith("templates/") for place in places)
        for words in (key if isinstance(key, tuple) else (key,))
        if re.search(r"%(?!\(\w+\)[sd]|%)", words)
    ]
    assert lone == []


def _needs_no_thai(key: str, words: str) -> bool:
    """Names, codes and signs are the same in both languages."""
    return key == words or MADE_OF_SIGNS.fullmatch(re.sub(r"%\(\w+\)[sd]|{\w+}", "", words)) is not None


def _values(words: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)", words)) | set(re.findall(r"{(\w+)}", words))


def _keys(path: Path, *, twice: bool = False) -> Iterator[Key]:
    with path.open("rb") as file:
        catalog = read_po(file, locale="th")
    if twice:
        text = path.read_text(encoding="utf-8")
        yield from re.findall(r'^msgid ((?:".*"\n)+)', text, re.MULTILINE)
        return
    for message in catalog:
        if message.id:
            yield message.id if isinstance(message.id, str) else (message.id[0], message.id[1])
