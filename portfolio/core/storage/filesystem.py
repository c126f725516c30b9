"""Blobs on a file system, named by their SHA-256: written aside, synced, renamed; never half there."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO
from urllib.parse import unquote, urlsplit

from flask import current_app

CHUNK_BYTES = 1024 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")
_KEY = re.compile(r"[0-9a-f]{32}")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class StorageError(Exception):
    """A blob could not be written or read."""


class StorageFull(StorageError):
    """The disk has no room; nothing was left behind."""


class TooLargeForStorage(StorageError):
    """More bytes came than may; nothing was left behind."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"more than {limit_bytes} bytes")
        self.limit_bytes = limit_bytes


class UnknownBlob(StorageError):
    """No blob of this name, or the name is not a digest."""


@dataclass(frozen=True)
class Blob:
    """What was written: its SHA-256 in hex and its size in bytes."""

    sha256: str
    size: int


class FileSystemStorage:
    """A folder of blobs, two levels deep so that no folder grows large."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._blobs = root / "blobs"
        self._drafts = root / "drafts"
        self._uploads = root / "uploads"

    def write(self, stream: IO[bytes], limit_bytes: int) -> Blob:
        """Keep what the stream gives, reading it in pieces.

        Raises TooLargeForStorage or StorageFull, and then leaves nothing behind. The same content twice is one blob.
        """
        try:
            self._drafts.mkdir(parents=True, exist_ok=True)
            draft = self._drafts / secrets.token_hex(16)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise named(error) from error
        try:
            with os.fdopen(descriptor, "wb") as file:
                blob = _copy(stream, file, limit_bytes)
                file.flush()
                os.fsync(file.fileno())
            self._keep(draft, blob.sha256)
        except OSError as error:
            raise named(error) from error
        finally:
            draft.unlink(missing_ok=True)
        return blob

    def open(self, sha256: str) -> BinaryIO:
        """The blob for reading. Raises UnknownBlob."""
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError as error:
            raise UnknownBlob(sha256) from error

    def path(self, sha256: str) -> Path:
        """Where the blob lies, for programs that want a file name. Raises UnknownBlob for a name that is no digest."""
        if not _DIGEST.fullmatch(sha256):
            raise UnknownBlob("a blob is named by 64 hexadecimal digits")
        return self._blobs / sha256[:2] / sha256[2:4] / sha256

    def exists(self, sha256: str) -> bool:
        """Whether the blob is there."""
        return self.path(sha256).is_file()

    def delete_if_older(self, sha256: str, seconds: float) -> bool:
        """Remove the blob unless it was written again just now; only the sweep does. Returns whether it went.

        Set aside first and looked at there, so that a writer who comes in between keeps what it wrote.
        """
        aside = self._drafts / f"swept-{secrets.token_hex(8)}"
        self._drafts.mkdir(parents=True, exist_ok=True)
        try:
            os.rename(self.path(sha256), aside)
        except FileNotFoundError:
            return False
        if aside.stat().st_mtime > time.time() - seconds:
            os.replace(aside, self.path(sha256))
            return False
        aside.unlink()
        return True

    def upload_path(self, key: str) -> Path:
        """Where the bytes of an upload lie that comes in pieces; `key` is 32 hexadecimal digits."""
        if not _KEY.fullmatch(key):
            raise UnknownBlob("an upload is named by 32 hexadecimal digits")
        return self._uploads / key

    def adopt(self, path: Path, sha256: str) -> None:
        """Make a blob of a file on this store's disk whose digest is known and whose bytes are synced."""
        self.path(sha256)
        os.utime(path)
        self._keep(path, sha256)

    def uploads_before(self, seconds: float) -> Iterator[Path]:
        """Files of uploads that got their last byte at least so long ago."""
        latest = time.time() - seconds
        for path in self._uploads.glob("*"):
            try:
                old = path.stat().st_mtime <= latest
            except FileNotFoundError:
                continue
            if old and _KEY.fullmatch(path.name):
                yield path

    def written_before(self, seconds: float) -> Iterator[str]:
        """Digests of the blobs last written at least so long ago, in no order."""
        latest = time.time() - seconds
        for path in self._blobs.glob("??/??/*"):
            try:
                old = path.stat().st_mtime <= latest
            except FileNotFoundError:
                continue
            if old and _DIGEST.fullmatch(path.name):
                yield path.name

    def clear_drafts(self, seconds: float) -> int:
        """Remove what writers killed half-way left behind. Returns how many."""
        cleared = 0
        latest = time.time() - seconds
        for path in self._drafts.glob("*"):
            try:
                if path.stat().st_mtime <= latest:
                    path.unlink()
                    cleared += 1
            except FileNotFoundError:
                continue
        return cleared

    def check_writable(self) -> None:
        """Write and remove a byte. Raises StorageError when that fails; the health page asks."""
        try:
            self._drafts.mkdir(parents=True, exist_ok=True)
            probe = self._drafts / f"probe-{secrets.token_hex(8)}"
            probe.write_bytes(b".")
            probe.unlink()
        except OSError as error:
            raise named(error) from error

    def _keep(self, draft: Path, sha256: str) -> None:
        target = self.path(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        # Renamed even where the blob is there: its new date keeps the sweep away until the row is written,
        # and a blob that was damaged on disk is whole again.
        os.replace(draft, target)
        for folder in (target.parent, target.parent.parent, self._blobs):
            _sync_folder(folder)


def storage() -> FileSystemStorage:
    """The store of the current application."""
    url = urlsplit(current_app.extensions["config"].storage_url)
    return FileSystemStorage(Path(unquote(url.path)))


def workshop() -> Path:
    """A private folder for work in progress, below the data folder; the sweep empties it of what was left behind."""
    folder: Path = current_app.extensions["config"].var / "tmp"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _copy(stream: IO[bytes], file: IO[bytes], limit_bytes: int) -> Blob:
    digest = hashlib.sha256()
    size = 0
    while piece := stream.read(CHUNK_BYTES):
        size += len(piece)
        if size > limit_bytes:
            raise TooLargeForStorage(limit_bytes)
        digest.update(piece)
        file.write(piece)
    return Blob(digest.hexdigest(), size)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def named(error: OSError) -> StorageError:
    """The error of the system as one of ours."""
    if error.errno in _FULL:
        return StorageFull("the disk is full")
    return StorageError(error.strerror or "the storage cannot be used")
