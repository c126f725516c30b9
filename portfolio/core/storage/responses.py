"""Sends originals: always as an attachment, sandboxed, streamed, under a name that every browser reads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from flask import Response, abort

from portfolio.core.storage.filenames import clean_filename
from portfolio.core.storage.filesystem import CHUNK_BYTES, UnknownBlob, storage
from portfolio.core.storage.models import StoredFile

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


def send_stored(stored: StoredFile, download_name: str | None = None) -> Response:
    """Stream a stored file as an attachment. The caller has asked for permission; 404 where the blob is missing.

    `download_name` replaces the file's own name, for instance where that would give a person away.
    """
    return send_blob(stored.sha256, stored.media_type, download_name or stored.filename)


def send_blob(sha256: str, media_type: str, download_name: str) -> Response:
    """The same for a blob that has no StoredFile of its own."""
    try:
        file = storage().open(sha256)
    except UnknownBlob:
        abort(404)
    # Not send_file: its ETag and Last-Modified would tell when a blob came and that two of them are equal.
    response = Response(_pieces(file), mimetype=media_type)
    response.call_on_close(file.close)
    response.content_length = os.fstat(file.fileno()).st_size
    response.headers["Content-Disposition"] = disposition(download_name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, no-store"
    return response


def send_table(content: bytes, media_type: str, download_name: str) -> Response:
    """A table or a list of references that the service wrote just now, as an attachment like any other."""
    response = Response(content, content_type=f"{media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = disposition(download_name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, no-store"
    return response


def send_picture(data: bytes) -> Response:
    """A picture that the service rendered itself, to be shown inside a page."""
    response = Response(data, mimetype="image/png")
    response.headers["Content-Disposition"] = "inline"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, no-store"
    return response


def disposition(download_name: str) -> str:
    """`attachment` with the name in ASCII for old readers and in UTF-8 for the others (RFC 6266, RFC 8187)."""
    name = clean_filename(download_name)
    plain = name.encode("ascii", "ignore").decode().replace("%", "").replace(";", "").strip(" .'") or "download"
    if plain.startswith(".") or "." not in plain:
        ending = name.rsplit(".", 1)[-1] if "." in name else ""
        plain = f"download.{ending}" if ending.isascii() and ending.isalnum() else "download"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(CHUNK_BYTES):
        yield piece
