"""Reads a PDF's body back, as a person who copies its text would."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path


def body_text(path: Path, first: int = 1, last: int | None = None) -> str:
    """poppler's text of the pages without header and footer."""
    pages = ["-f", str(first), *(["-l", str(last)] if last else [])]
    clip = ["-x", "0", "-y", "70", "-W", "596", "-H", "708"]
    done = subprocess.run(["pdftotext", *pages, *clip, str(path), "-"], capture_output=True, text=True, check=True)
    return done.stdout


def squeezed(text: str) -> str:
    """Without any white space: where a line of Thai ends, none is typed and none is lost."""
    return re.sub(r"\s+", "", text)


def found(paragraphs: Iterable[str], text: str) -> list[bool]:
    """For each paragraph whether it stands in the text exactly."""
    whole = squeezed(text)
    return [squeezed(one) in whole for one in paragraphs]
