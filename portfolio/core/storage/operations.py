"""Taking files in, in two steps: the file work outside of a transaction, the row inside."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import IO, Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portfolio.core.db import own_transaction, session
from portfolio.core.hooks import Hooks
from portfolio.core.storage import media_types
from portfolio.core.storage.filenames import clean_filename, name_for
from portfolio.core.storage.filesystem import StorageFull, TooLargeForStorage, storage, workshop
from portfolio.core.storage.limited import ChildRefused, LimitedError, run_limited
from portfolio.core.storage.models import StoredFile

CHECK_SECONDS = 30
CHECK_MEMORY_MB = 1536
GRACE_SECONDS = 24 * 60 * 60
MIB = 1024 * 1024

MESSAGES: dict[str, Any] = {
    "empty": _l("The file is empty."),
    "too_large": _l("The file is larger than may be uploaded here."),
    "storage_full": _l("There is no room to keep the file just now. Nothing was changed; please try again later."),
    "unknown_kind": _l("The content of this file is of a kind that cannot be taken here, whatever its name says."),
    "not_allowed": _l("A file of this kind cannot be taken here."),
    "old_office": _l("This is an old Office format. Save it as PDF, or as DOCX, XLSX or PPTX."),
    "macros": _l("The file contains macros. Save it without macros, or as PDF."),
    "zip_bomb": _l("The file unpacks to far more than its size. Save it as PDF."),
    "encrypted": _l("The file is protected by a password. Remove the password and upload it again."),
    "damaged": _l("The file is damaged or incomplete. Open it, save it again and upload that."),
    "no_such_page": _l("The file has no such page."),
    "no_pages": _l("The PDF has no pages."),
    "too_many_pages": _l("The PDF has too many pages. Divide it into parts."),
    "page_too_large": _l("A page of the PDF is larger than 200 inches. Save it in a smaller page size."),
    "pdf_portfolio": _l("This PDF is a collection of other files. Upload these one by one."),
    "image_too_large": _l("The picture has too many pixels. Save it smaller."),
    "too_costly": _l("The file could not be checked within the time and memory allowed. Save it in a simpler form."),
}


class UploadRefused(Exception):
    """The file is not taken; `code` for programs, `message` a translated sentence for the field."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def message(self) -> Any:
        """Why, and what to do about it."""
        return MESSAGES[self.code]


@dataclass(frozen=True)
class Intake:
    """A file that was kept and checked but that no row names yet.

    `facts` of a PDF: pages, text_layer, huge_page, restricted, repaired, width, height (points); of a picture:
    width, height (pixels), pages = 1; besides, what `metadata.py` found, and `claimed`: the ending of a name that told
    another kind than the content.
    """

    sha256: str
    size: int
    media_type: str
    filename: str
    facts: dict[str, Any] = field(default_factory=dict)


def take_in(
    stream: IO[bytes], filename: str, allowed: Collection[str] = media_types.ALL, limit: int | None = None
) -> Intake:
    """Keep and check a file, outside of any transaction. `allowed` are media types, `limit` is in bytes.

    Raises UploadRefused. A blob that stays without a row is swept away after a day.
    """
    store = storage()
    try:
        blob = store.write(stream, current_app.extensions["config"].max_upload_bytes if limit is None else limit)
    except TooLargeForStorage as error:
        raise UploadRefused("too_large") from error
    except StorageFull as error:
        raise UploadRefused("storage_full") from error
    return examine(blob.sha256, blob.size, filename, allowed)


def examine(sha256: str, size: int, filename: str, allowed: Collection[str] = media_types.ALL) -> Intake:
    """Check a blob that nobody has looked into yet. Raises UploadRefused."""
    path = storage().path(sha256)
    try:
        media_type = media_types.detect(path, filename)
    except media_types.UnknownKind as error:
        raise UploadRefused(error.code) from error
    if media_type not in allowed:
        raise UploadRefused("not_allowed")
    kept_name = name_for(filename, media_type)
    facts = _inspect(path, media_type)
    ending = PurePath(clean_filename(filename)).suffix.lower()
    if ending and ending != PurePath(kept_name).suffix.lower():
        facts["claimed"] = ending
    return Intake(sha256, size, media_type, kept_name, facts)


def clean(intake_of: StoredFile, *, metadata: bool) -> Intake:
    """A copy of a kept file written anew: without restrictions and, with `metadata`, without what it tells of people
    and places. Outside of any transaction; the original stays as it is. Raises UploadRefused.
    """
    store = storage()
    kind = _inspector(intake_of.media_type)
    if kind is None:
        raise UploadRefused("unknown_kind")
    path = store.path(intake_of.sha256)
    arguments: dict[str, Any] = {"path": str(path)}
    if intake_of.media_type == media_types.PDF:
        arguments["metadata"] = metadata
    with tempfile.TemporaryDirectory(prefix="clean-", dir=workshop()) as folder:
        out = Path(folder) / "copy"
        told = _in_child(f"cleaning:{kind.replace('inspect', 'clean')}", arguments | {"out": str(out)}, path)
        with out.open("rb") as stream:
            try:
                blob = store.write(stream, 2 * intake_of.size + 16 * MIB)
            except (TooLargeForStorage, StorageFull) as error:
                raise UploadRefused("storage_full") from error
    name = intake_of.filename
    if told["ending"] == ".jpg" and intake_of.media_type == media_types.HEIC:
        name = f"{PurePath(name).stem}.jpg"
    return examine(blob.sha256, blob.size, name)


def keep(stream: IO[bytes], filename: str, media_type: str) -> Intake:
    """Keep a file that the service itself made (a dossier, a preview): no checks, no limit but the disk's."""
    blob = storage().write(stream, 2**62)
    return Intake(blob.sha256, blob.size, media_type, clean_filename(filename))


def record_file(intake: Intake, actor: Any | None) -> StoredFile:
    """Give the blob its row, inside the caller's transaction. `actor` is a person with an `id`, or None."""
    stored = StoredFile(
        sha256=intake.sha256,
        size=intake.size,
        media_type=intake.media_type,
        filename=intake.filename,
        created_by_id=None if actor is None else actor.id,
    )
    session.add(stored)
    session.flush()
    return stored


def sweep_unreferenced(grace_seconds: float = GRACE_SECONDS) -> int:
    """Delete blobs that no row names, unless written within the grace. Returns how many. Opens its transactions.

    A file is taken in before its row is written, so a young blob without a row is an upload under way.
    """
    store = storage()
    store.clear_drafts(grace_seconds)
    swept = 0
    for sha256 in list(store.written_before(grace_seconds)):
        with own_transaction() as own:
            named = own.scalar(select(StoredFile.id).where(StoredFile.sha256 == sha256).limit(1))
        if named is None and store.delete_if_older(sha256, grace_seconds):
            swept += 1
    return swept


def sweep_workshop(grace_seconds: float = GRACE_SECONDS) -> int:
    """Delete what killed workers left half made. Returns how many files and folders went."""
    latest = time.time() - grace_seconds
    left = [path for path in workshop().iterdir() if path.lstat().st_mtime <= latest]
    for path in left:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(left)


def register(hooks: Hooks) -> None:
    """Sweep now and then."""
    hooks.sweep("storage.unreferenced", sweep_unreferenced)
    hooks.sweep("storage.workshop", sweep_workshop)


def _inspect(path: Path, media_type: str) -> dict[str, Any]:
    kind = _inspector(media_type)
    return {} if kind is None else _in_child(f"checks:{kind}", {"path": str(path)}, path)


def _in_child(function: str, arguments: dict[str, Any], path: Path) -> dict[str, Any]:
    try:
        return run_limited(
            f"portfolio.core.storage.{function}",
            arguments,
            seconds=CHECK_SECONDS,
            memory_mb=CHECK_MEMORY_MB + 2 * path.stat().st_size // MIB,  # large files are mapped, not read
        )
    except ChildRefused as error:
        raise UploadRefused(error.code if error.code in MESSAGES else "damaged") from error
    except LimitedError as error:
        raise UploadRefused("too_costly") from error


def _inspector(media_type: str) -> str | None:
    if media_type == media_types.PDF:
        return "inspect_pdf"
    if media_type in media_types.IMAGES:
        return "inspect_image"
    return "inspect_office" if media_type in media_types.OFFICE else None
