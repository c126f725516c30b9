"""A partner's picture: checked, turned upright and drawn anew, so that nothing but what is seen is kept of it."""

from __future__ import annotations

from typing import IO

from portfolio.core.storage import media_types
from portfolio.core.storage.filesystem import storage
from portfolio.core.storage.limited import LimitedError
from portfolio.core.storage.operations import Intake, UploadRefused, take_in
from portfolio.core.storage.previews import render_pages

LARGEST_BYTES = 10 * 1024 * 1024
WIDTH = 1200
NAME = "photo.png"


def take_photo(stream: IO[bytes], filename: str) -> Intake:
    """Keep a picture without its metadata (place, device, time), outside of any transaction. Raises UploadRefused.

    What was sent itself gets no row and is swept away after a day.
    """
    sent = take_in(stream, filename, media_types.IMAGES, LARGEST_BYTES)
    try:
        drawn = render_pages(storage().path(sent.sha256), sent.media_type, [0], WIDTH).pictures[0]
    except LimitedError as error:
        raise UploadRefused("too_costly") from error
    return Intake(drawn.sha256, drawn.size, "image/png", NAME)
