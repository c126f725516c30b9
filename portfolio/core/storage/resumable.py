"""Files that come in pieces: written under a lock, synced before they are promised, adopted when they are whole."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any

from sqlalchemy import func, select, update
from werkzeug.exceptions import ClientDisconnected

from portfolio.core.clock import now
from portfolio.core.db import own_look, own_transaction, session
from portfolio.core.storage import media_types
from portfolio.core.storage.filesystem import CHUNK_BYTES, FileSystemStorage, StorageFull, named, storage
from portfolio.core.storage.models import Upload
from portfolio.core.storage.operations import Intake, examine
from portfolio.core.storage.tus import Checksum

CHUNK_LIMIT = 8 * 1024 * 1024
"""The most bytes of one request: an interruption costs no more than these, whatever server stands in front."""
LIFETIME = timedelta(days=3)
"""An upload that gets nothing for so long is given up."""
STRAY_AFTER = timedelta(days=1)
"""So old a file goes that no row names: its upload was given up, or its owner's data were erased."""
KEPT_AFTER = timedelta(days=7)
"""So long it can be asked what became of a finished upload."""
ROOM_LEFT_BYTES = 256 * 1024 * 1024
"""So much of the disk stays free for everything else."""
QUOTA_FACTOR = 4
"""A person's unfinished uploads may together be so many files of the largest size."""
MOST_UNFINISHED = 200


class UploadBusy(Exception):
    """Another request is writing to this upload just now."""


class UploadGone(Exception):
    """The upload ran out, or what came of it is no longer there."""


class WrongOffset(Exception):
    """The bytes do not continue what is there; `offset` is where they should."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"the upload stands at {offset}")
        self.offset = offset


class TooMuch(Exception):
    """The bytes would go beyond the length that was announced; none was kept."""


class ChecksumMismatch(Exception):
    """The bytes are not those that the client summed up; none was kept."""


class LineBroke(Exception):
    """Fewer bytes came than were announced; those up to `offset` are kept."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"kept up to {offset}")
        self.offset = offset


class QuotaReached(Exception):
    """This person has too much under way already."""


class NotWhole(Exception):
    """Bytes are still missing."""


@dataclass(frozen=True)
class Piece:
    """What a request brings: where it belongs, how long it says it is, and what it should sum up to."""

    offset: int
    length: int
    body: IO[bytes]
    checksum: Checksum | None = None


def start(*, owner_id: int, sent_by_id: int, filename: str, length: int, largest: int) -> Upload:
    """The row of a new upload, inside the caller's transaction, which holds a lock on the owner's row.

    Raises QuotaReached, and StorageFull where the disk could not take it besides what is under way already.
    """
    open_ones = (Upload.finished_at.is_(None), Upload.expires_at > now())
    count, announced = session.execute(
        select(func.count(), func.coalesce(func.sum(Upload.length), 0)).where(Upload.owner_id == owner_id, *open_ones)
    ).one()
    if count >= MOST_UNFINISHED or int(announced) + length > QUOTA_FACTOR * largest:
        raise QuotaReached
    missing = session.scalar(select(func.coalesce(func.sum(Upload.length - Upload.received), 0)).where(*open_ones))
    if free_bytes() < int(missing or 0) + length + ROOM_LEFT_BYTES:
        raise StorageFull("the disk is full")
    upload = Upload(
        owner_id=owner_id,
        sent_by_id=sent_by_id,
        key=secrets.token_hex(16),
        filename=filename,
        length=length,
        expires_at=now() + LIFETIME,
    )
    session.add(upload)
    session.flush()
    return upload


def free_bytes() -> int:
    """Room on the disk of the store."""
    folder = storage().root
    folder.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(folder).free


def offset_of(upload: Upload) -> int:
    """How much of an upload is safe: what was promised, and never more than what lies on the disk."""
    if upload.finished_at is not None or upload.sha256 is not None:
        return upload.length
    try:
        return min(upload.received, storage().upload_path(upload.key).stat().st_size)
    except FileNotFoundError:
        return 0


def has_run_out(upload: Upload) -> bool:
    """Whether an upload was left alone for too long."""
    return upload.finished_at is None and upload.expires_at <= now()


def append(upload: Upload, piece: Piece) -> tuple[int, datetime]:
    """Write a piece and promise it, outside of any transaction. Returns the new offset and until when it is kept.

    One request at a time: the file is locked, the row read anew under the lock, and the bytes synced before the row
    says that they are there. Bytes beyond the promise, left by a server that was killed, are cut off first.
    Raises UploadBusy, UploadGone, WrongOffset, TooMuch, ChecksumMismatch, LineBroke, StorageFull.
    """
    with hold(storage(), upload.key) as file:
        promised = _read_anew(upload.id)
        at = min(promised.received, os.fstat(file).st_size)
        if promised.finished_at is not None or promised.sha256 is not None:
            at = promised.length  # the file went where it belongs
        if piece.offset != at:
            raise WrongOffset(at)
        if piece.length > promised.length - at:
            raise TooMuch
        if at == promised.length:
            return at, promised.expires_at
        try:
            os.ftruncate(file, at)
            came = _write(file, at, piece)
            os.fsync(file)
        except OSError as error:
            _cut_back(file, at)
            raise named(error) from error
        except ChecksumMismatch:
            _cut_back(file, at)
            raise
        until = now() + LIFETIME
        with own_transaction() as own:
            # The lock holds on one machine; the number in the row holds everywhere.
            statement = (
                update(Upload)
                .where(Upload.id == upload.id, Upload.received == promised.received, Upload.finished_at.is_(None))
                .values(received=at + came, expires_at=until)
            )
            if own.execute(statement).rowcount != 1:  # type: ignore[attr-defined]
                raise UploadBusy
        if came < piece.length:
            raise LineBroke(at + came)
        return at + came, until


def whole_intake(upload: Upload, allowed: Collection[str] = media_types.ALL) -> Intake:
    """Read a whole upload through, make a blob of it and check it, outside of any transaction.

    Bears being killed and repeated at any point: the digest is kept before the file moves. Raises NotWhole,
    UploadBusy, UploadGone, UploadRefused.
    """
    store = storage()
    with hold(store, upload.key, create=False) as file:
        stands = _read_anew(upload.id)
        if not stands.is_whole:
            raise NotWhole
        sha256 = stands.sha256
        if sha256 is None:
            if file is None or os.fstat(file).st_size < stands.length:
                raise NotWhole  # the disk lost what was promised; it can be sent again from `offset_of`
            os.ftruncate(file, stands.length)
            sha256 = _digest(file)
            with own_transaction() as own:
                own.execute(update(Upload).where(Upload.id == upload.id).values(sha256=sha256))
        # A late request may have left an empty file under the old name after the whole one went where it belongs.
        if file is not None and os.fstat(file).st_size == stands.length and store.upload_path(stands.key).exists():
            store.adopt(store.upload_path(stands.key), sha256)
        elif not store.exists(sha256):
            raise UploadGone
    return examine(sha256, stands.length, stands.filename, allowed)


def discard(upload: Upload) -> None:
    """Remove what came of an upload. The caller removes the row afterwards. Raises UploadBusy."""
    store = storage()
    with hold(store, upload.key, create=False) as file:
        if file is not None:
            store.upload_path(upload.key).unlink(missing_ok=True)


def sweep_uploads() -> int:
    """Remove uploads that ran out, finished ones nobody asks about any more, and files without a row."""
    swept = 0
    with own_look() as look:
        stale = look.scalars(
            select(Upload).where(
                ((Upload.finished_at.is_(None)) & (Upload.expires_at <= now()))
                | (Upload.finished_at <= now() - KEPT_AFTER)
            )
        ).all()
    for upload in stale:
        try:
            discard(upload)
        except UploadBusy:
            continue
        with own_transaction() as own:
            row = own.get(Upload, upload.id)
            if row is not None:
                own.delete(row)
                swept += 1
    store = storage()
    for path in store.uploads_before(STRAY_AFTER.total_seconds()):
        with own_look() as look:
            known = look.scalar(select(Upload.id).where(Upload.key == path.name))
        if known is None:
            path.unlink(missing_ok=True)
            swept += 1
    return swept


@contextmanager
def hold(store: FileSystemStorage, key: str, *, create: bool = True) -> Iterator[Any]:
    """The open file of an upload, locked against every other request; None where it is not there nor to be made.

    Raises UploadBusy at once where somebody holds it: waiting would keep a thread of the server.
    """
    path = store.upload_path(key)
    flags = os.O_RDWR | (os.O_CREAT if create else 0)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, flags, 0o600)
    except FileNotFoundError:
        yield None
        return
    except OSError as error:
        raise named(error) from error
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UploadBusy from error
        yield file
    finally:
        os.close(file)


def _read_anew(upload_id: int) -> Upload:
    with own_look() as look:
        found = look.get(Upload, upload_id)
        if found is None or has_run_out(found):
            raise UploadGone
        look.expunge(found)
        return found


def _write(file: int, at: int, piece: Piece) -> int:
    """Write the piece in small parts; returns how many bytes came, where the line broke before all had."""
    summed = hashlib.new(piece.checksum.algorithm, usedforsecurity=False) if piece.checksum else None
    came = 0
    while came < piece.length:
        try:
            part = piece.body.read(min(CHUNK_BYTES, piece.length - came))
        except ClientDisconnected:
            part = b""
        if not part:
            break
        view = memoryview(part)
        while view:
            written = os.pwrite(file, view, at + came)
            view = view[written:]
            came += written
        if summed is not None:
            summed.update(part)
    if piece.checksum is not None and summed is not None and not piece.checksum.holds_for(summed.digest()):
        raise ChecksumMismatch
    return came


def _cut_back(file: int, at: int) -> None:
    os.ftruncate(file, at)
    os.fsync(file)


def _digest(file: int) -> str:
    with open(os.dup(file), "rb") as stream:
        stream.seek(0)
        return hashlib.file_digest(stream, "sha256").hexdigest()
