"""One Thai catalogue, merged in memory from every room's th.po; English is the source and needs none."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask
from flask_babel import Babel, Domain, get_locale

from portfolio.core.i18n.language import DEFAULT_LANGUAGE, choose_language

CATALOG_NAME = "th.po"
_EXTENSION = "portfolio_catalogs"


@dataclass(frozen=True)
class Disagreement:
    """Two rooms translate the same words differently; a test keeps this from happening."""

    words: str
    first: str
    second: str
    kept_from: Path
    dropped_from: Path


class MergedDomain(Domain):
    """A Flask-Babel domain whose Thai comes from the th.po files below the registered packages."""

    def __init__(self) -> None:
        super().__init__()
        self._roots: list[Path] = []

    def add_root(self, root: Path) -> None:
        """Read the catalogues below this package as well."""
        if root not in self._roots:
            self._roots.append(root)

    def thai(self) -> Translations:
        """The merged Thai translations."""
        return _compiled(tuple(stamp for root in self._roots for stamp in _stamps(root)))

    def get_translations(self) -> NullTranslations:
        """What flask-babel asks on every string: Thai for Thai pages, the source text otherwise."""
        locale = get_locale()
        if locale is None or locale.language != "th":
            return _ENGLISH
        return self._frozen

    @functools.cached_property
    def _frozen(self) -> Translations:
        """The catalogue as it was at the first request; a changed file needs a new process."""
        return self.thai()


_ENGLISH = NullTranslations()


def init_catalogs(app: Flask) -> None:
    """Set up Flask-Babel with the merged domain. Rooms add their translations with `register_catalogs`."""
    babel = Babel()
    babel.init_app(
        app, default_locale=DEFAULT_LANGUAGE, default_timezone="Asia/Bangkok", locale_selector=choose_language
    )
    domain = MergedDomain()
    babel.domain_instance = domain
    app.extensions[_EXTENSION] = domain


def register_catalogs(app: Flask, package_root: Path) -> None:
    """Add every th.po below a package, before the first request."""
    domain = app.extensions[_EXTENSION]
    assert isinstance(domain, MergedDomain)
    domain.add_root(package_root)


def catalog_files(package_root: Path) -> list[Path]:
    """The catalogues of a package in a fixed order."""
    return sorted(package_root.rglob(CATALOG_NAME))


def merge_catalogs(paths: Iterable[Path]) -> tuple[Catalog, list[Disagreement]]:
    """One catalogue of all files. Where two disagree the first file wins, and the disagreement is told."""
    merged = Catalog(locale="th")
    origin: dict[object, Path] = {}
    disagreements = []
    for path in paths:
        for message in read_messages(path):
            known = merged.get(message.id, message.context)
            key = (message.context, message.id)
            if known is None:
                merged[message.id] = message
                origin[key] = path
            elif known.string != message.string:
                disagreements.append(
                    Disagreement(str(message.id), str(known.string), str(message.string), origin[key], path)
                )
    return merged, disagreements


def read_messages(path: Path) -> Iterator[Message]:
    """The translated entries of one file; empty and fuzzy ones are left out."""
    with path.open("rb") as file:
        catalog = read_po(file, locale="th")
    for message in catalog:
        translated = any(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string)
        if message.id and translated and not message.fuzzy:
            yield message


def _stamps(root: Path) -> Iterator[tuple[Path, int]]:
    for path in catalog_files(root):
        yield path, path.stat().st_mtime_ns


@functools.lru_cache(maxsize=8)
def _compiled(stamps: tuple[tuple[Path, int], ...]) -> Translations:
    """Merged and compiled; kept per process, because tests make many applications from the same files."""
    buffer = io.BytesIO()
    write_mo(buffer, merge_catalogs(path for path, _ in stamps)[0])
    buffer.seek(0)
    return Translations(buffer)
