"""Pictures of files, rendered in the limited child; what a page shows of an original is one of these."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from portfolio.core.storage import media_types
from portfolio.core.storage.filesystem import Blob, storage, workshop
from portfolio.core.storage.limited import run_limited

RENDER_SECONDS = 60
RENDER_MEMORY_MB = 2048
LARGEST_PREVIEW_BYTES = 64 * 1024 * 1024
WIDEST_PIXELS = 4_000


@dataclass(frozen=True)
class Rendering:
    """The PNG of each page asked for, in order, and how many pages the file has."""

    pictures: list[Blob]
    pages: int


def can_render(media_type: str) -> bool:
    """Whether a picture can be made of this kind of file without converting it first."""
    return media_type == media_types.PDF or media_type in media_types.IMAGES


def render_pages(path: Path, media_type: str, pages: Sequence[int], width: int) -> Rendering:
    """Render pages (from 0) at this width in pixels and keep the PNGs as blobs; belongs in a task.

    Raises ChildRefused with damaged, image_too_large or no_such_page, and the other LimitedErrors.
    """
    if not can_render(media_type):
        raise ValueError(f"no picture can be made of {media_type}")
    if not 1 <= width <= WIDEST_PIXELS:
        raise ValueError(f"width must be from 1 to {WIDEST_PIXELS}")
    function = "render_pdf" if media_type == media_types.PDF else "render_image"
    with tempfile.TemporaryDirectory(prefix="pages-", dir=workshop()) as folder:
        told = run_limited(
            f"portfolio.core.storage.checks:{function}",
            {"path": str(path), "pages": list(pages), "width": width, "folder": folder},
            seconds=RENDER_SECONDS,
            memory_mb=RENDER_MEMORY_MB,
        )
        pictures = []
        for name in told["files"]:
            with (Path(folder) / name).open("rb") as file:
                pictures.append(storage().write(file, LARGEST_PREVIEW_BYTES))
    return Rendering(pictures, told["pages"])
