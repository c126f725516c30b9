"""The chain: how an entry is digested, how the head is sealed, and how both are checked."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from portfolio.core.audit.models import AuditEntry

GENESIS = "0" * 64
FORMAT = "ent-portfolio-audit-1"


@dataclass(frozen=True)
class Head:
    """The end of a chain at some moment, as exported: its length, its last digest and the seal over both."""

    position: int
    digest: str
    seal: str

    def as_json(self) -> str:
        """One line, to be kept where nobody who can write the database can write."""
        return canonical({"format": FORMAT, "position": self.position, "digest": self.digest, "seal": self.seal})


@dataclass(frozen=True)
class Broken:
    """The first place where the record is not what was written."""

    position: int
    reason: str


def canonical(value: Any) -> str:
    """JSON with one spelling only: sorted keys, no blanks, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest_of(entry: AuditEntry) -> str:
    """SHA-256 over everything the entry says and the digest of the entry before."""
    content = {
        "position": entry.position,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "action": entry.action,
        "actor_id": entry.actor_id,
        "subject_type": entry.subject_type,
        "subject_id": entry.subject_id,
        "digests": entry.digests,
        "previous": entry.previous,
    }
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def seal(position: int, digest: str, key: str) -> Head:
    """The head with an HMAC-SHA-256 by a key that the database does not hold."""
    message = canonical({"format": FORMAT, "position": position, "digest": digest})
    return Head(position, digest, hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest())


def read_head(text: str, key: str) -> Head:
    """A head that was exported. Raises ValueError unless it is one and its seal is by this key."""
    try:
        told: Mapping[str, Any] = json.loads(text)
        head = Head(int(told["position"]), str(told["digest"]), str(told["seal"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError("this is not an exported head") from error
    if told.get("format") != FORMAT or not hmac.compare_digest(head.seal, seal(head.position, head.digest, key).seal):
        raise ValueError("the seal of this head is not by this installation's key")
    return head


def first_break(entries: Iterable[AuditEntry], *, end: tuple[int, str], kept: Head | None = None) -> Broken | None:
    """The first broken entry of the chain, or None. `entries` in order of position.

    `end` is position and digest of the head row; `kept` a head exported earlier and read with read_head: with it a cut
    tail and a chain rewritten from some entry on are found even where the head row was rewritten as well.
    """
    position, previous = 0, GENESIS
    for entry in entries:
        position += 1
        if entry.position != position:
            return Broken(position, "an entry is missing here")
        if entry.previous != previous:
            return Broken(position, "the entry does not follow the one before it")
        if entry.digest != digest_of(entry):
            return Broken(position, "the entry was changed after it was written")
        if kept and position == kept.position and entry.digest != kept.digest:
            return Broken(position, "the chain was rewritten: up to here it is not the one whose head was kept")
        previous = entry.digest
    if kept and position < kept.position:
        return Broken(position + 1, f"the tail was cut: the kept head counts {kept.position} entries")
    if end != (position, previous):
        return Broken(min(position, end[0]) + 1, f"the tail was cut or added to: the head counts {end[0]} entries")
    return None
