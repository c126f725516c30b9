"""The typesetting engines: what each is called, what it makes, what it can do, and how typesetting fails."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Format = Literal["pdf", "docx", "html"]


class TypesettingError(Exception):
    """A document could not be typeset; the text is one line for the person who waits."""


class EngineMissing(TypesettingError):
    """The engine chosen is not installed on this machine."""


class TypesettingTimeout(TypesettingError):
    """Typesetting took longer than its limit and was ended."""


class OutOfMemory(TypesettingError):
    """Typesetting needed more memory than its limit."""


class Capability(StrEnum):
    """What a reader of the file can count on."""

    COVER = "cover"
    CONTENTS = "contents"
    CONTENTS_PAGE_NUMBERS = "contents with page numbers"
    RUNNING_HEAD = "running head"
    PAGE_NUMBERS = "page numbers"
    TABLE_HEADERS = "table header on every page"
    WHOLE_ROWS = "table rows kept whole"
    OUTLINE = "outline"
    TAGS = "tags"
    PDF_A = "PDF/A"
    SEARCHABLE_THAI = "searchable Thai"
    EXHIBIT_LINKS = "links to exhibits"
    SAME_BYTES = "same bytes for the same tree"
    EDITABLE = "editable"


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine. `lacks` is what its files do not have; it is shown, never dropped in silence."""

    name: str
    format: Format
    title: str
    capabilities: frozenset[Capability]

    @property
    def lacks(self) -> frozenset[Capability]:
        """What this engine cannot do, among what its format could hold."""
        possible = frozenset(Capability) - ({Capability.EDITABLE} if self.format == "pdf" else _OF_PDF)
        return possible - self.capabilities


_OF_PDF = {Capability.TAGS, Capability.PDF_A, Capability.OUTLINE}
_ALL_PDF = frozenset(Capability) - {Capability.EDITABLE}

ENGINES: dict[str, Engine] = {
    engine.name: engine
    for engine in (
        Engine("typst", "pdf", "Typst", _ALL_PDF),
        Engine(
            "pdfkit",
            "pdf",
            "wkhtmltopdf (pdfkit)",
            frozenset(
                {
                    Capability.COVER,
                    Capability.CONTENTS,
                    Capability.CONTENTS_PAGE_NUMBERS,
                    Capability.PAGE_NUMBERS,
                    Capability.RUNNING_HEAD,
                    Capability.OUTLINE,
                    Capability.EXHIBIT_LINKS,
                    Capability.SAME_BYTES,
                }
            ),
        ),
        Engine(
            "docx",
            "docx",
            "python-docx",
            frozenset(
                {
                    Capability.COVER,
                    Capability.CONTENTS,
                    Capability.CONTENTS_PAGE_NUMBERS,
                    Capability.RUNNING_HEAD,
                    Capability.PAGE_NUMBERS,
                    Capability.TABLE_HEADERS,
                    Capability.WHOLE_ROWS,
                    Capability.SEARCHABLE_THAI,
                    Capability.SAME_BYTES,
                    Capability.EDITABLE,
                }
            ),
        ),
        Engine(
            "html",
            "html",
            "HTML",
            frozenset({Capability.COVER, Capability.CONTENTS, Capability.SEARCHABLE_THAI, Capability.SAME_BYTES}),
        ),
    )
}


def engine_for(format: Format, name: str | None = None) -> Engine:
    """The engine of that name, else the format's default; PORTFOLIO_PDF_ENGINE chooses it for PDF."""
    if name is None:
        name = os.environ.get("PORTFOLIO_PDF_ENGINE", "typst") if format == "pdf" else format
    engine = ENGINES.get(name)
    if engine is None or engine.format != format:
        known = ", ".join(one.name for one in ENGINES.values() if one.format == format)
        raise EngineMissing(f"There is no engine {name!r} for {format}; known: {known}.")
    return engine


def engine_version(engine: Engine) -> str:
    """The version of what typesets, part of an edition's inputs; raises EngineMissing."""
    if engine.name == "pdfkit":
        return f"wkhtmltopdf {_wkhtmltopdf_version()}"
    if engine.name == "html":
        return "html 1"
    package = {"typst": "typst", "docx": "python-docx"}[engine.name]
    try:
        return f"{package} {importlib.metadata.version(package)}"
    except importlib.metadata.PackageNotFoundError:
        raise EngineMissing(f"The Python package {package} is not installed.") from None


def _wkhtmltopdf_version() -> str:
    binary = shutil.which("wkhtmltopdf")
    if binary is None:
        raise EngineMissing("PORTFOLIO_PDF_ENGINE is pdfkit, but the program wkhtmltopdf is not installed.")
    said = subprocess.run(  # noqa: S603 - a fixed program and argument
        [binary, "--version"], capture_output=True, text=True, timeout=20, check=False
    )
    found = re.search(r"\d+(\.\d+)+( \([^)]*\))?", said.stdout)
    return found[0] if found else "unknown"
