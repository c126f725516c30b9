"""The words of tus, the protocol of resumable uploads: headers read strictly, nothing else.

tus 1.0.0 (tus.io/protocols/resumable-upload): the core with creation, termination, checksum and expiration.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from werkzeug.datastructures import Headers

VERSION = "1.0.0"
EXTENSIONS = ("creation", "termination", "checksum", "expiration")
ALGORITHMS = ("sha1", "sha256")
CONTENT_TYPE = "application/offset+octet-stream"
CHECKSUM_MISMATCH = 460
LARGEST_NUMBER = 2**63 - 1
MOST_METADATA_CHARS = 8_192
_NUMBER = re.compile(r"[0-9]{1,19}")
_KEY = re.compile(r"[\x21-\x2b\x2d-\x7e]{1,100}")


class BadHeader(ValueError):
    """A header of the request says nothing that the protocol knows; its name."""

    def __init__(self, header: str) -> None:
        super().__init__(header)
        self.header = header


@dataclass(frozen=True)
class Checksum:
    """What the client says of the bytes it sends: an algorithm of ALGORITHMS and the digest."""

    algorithm: str
    digest: bytes

    def holds_for(self, found: bytes) -> bool:
        """Whether this is the digest of what came."""
        return found == self.digest


def number(headers: Headers, name: str) -> int:
    """A header that is a whole number from 0 to 2⁶³ − 1. Raises BadHeader where it is missing or anything else."""
    text = headers.get(name, "")
    if not _NUMBER.fullmatch(text) or int(text) > LARGEST_NUMBER:
        raise BadHeader(name)
    return int(text)


def see_that_it_is_whole(headers: Headers) -> None:
    """Raises BadHeader where an upload is to be put together with others: each would be taken for a file of its own."""
    if "Upload-Concat" in headers:
        raise BadHeader("Upload-Concat")


def metadata(headers: Headers) -> dict[str, str]:
    """Upload-Metadata: pairs of a key and a value in base64, parted by commas. Raises BadHeader.

    Values are UTF-8; a key without a value has the empty one; a key that comes twice is refused.
    """
    text = headers.get("Upload-Metadata", "")
    if len(text) > MOST_METADATA_CHARS:
        raise BadHeader("Upload-Metadata")
    found: dict[str, str] = {}
    for pair in text.split(",") if text.strip() else ():
        key, _space, value = pair.strip(" ").partition(" ")
        if not _KEY.fullmatch(key) or key in found:
            raise BadHeader("Upload-Metadata")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError) as error:
            raise BadHeader("Upload-Metadata") from error
    return found


def checksum(headers: Headers) -> Checksum | None:
    """Upload-Checksum where it is sent. Raises BadHeader for an algorithm or a digest that cannot be one."""
    text = headers.get("Upload-Checksum")
    if text is None:
        return None
    algorithm, _space, value = text.partition(" ")
    if algorithm not in ALGORITHMS:
        raise BadHeader("Upload-Checksum")
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadHeader("Upload-Checksum") from error
    if len(digest) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise BadHeader("Upload-Checksum")
    return Checksum(algorithm, digest)


def expires(at: datetime) -> str:
    """Upload-Expires in the form of RFC 9110."""
    return format_datetime(at.replace(microsecond=0), usegmt=True)
