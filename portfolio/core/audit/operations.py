"""Writing the record: one entry per deed, in the transaction of the deed, chained to the one before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portfolio.core.audit.chain import GENESIS, digest_of
from portfolio.core.audit.models import AuditEntry, AuditHead
from portfolio.core.clock import now
from portfolio.core.db import session
from portfolio.core.hooks import current_hooks

_WORD = re.compile(r"[a-z][a-z0-9_]{0,59}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_HELD_BACK = "audit_held_back"


class UnknownActionError(Exception):
    """The action is in no room's vocabulary (hooks.audits)."""


def record(
    *,
    action: StrEnum,
    actor_id: int | None,
    subject_type: str,
    subject_id: int | None,
    digests: Mapping[str, str] | None = None,
) -> AuditEntry:
    """Add an entry in the caller's transaction. `actor_id` None means the service itself.

    `digests` maps a short name to a SHA-256 in hex. Names, addresses and text never belong here, so nothing else is
    taken: ValueError. Raises UnknownActionError for an action that no room has made known.
    """
    if str(action) not in current_hooks().audit_actions:
        raise UnknownActionError(str(action))
    if not _WORD.fullmatch(subject_type):
        raise ValueError("subject_type is one lower-case word")
    kept = dict(digests or {})
    if not all(_WORD.fullmatch(name) and _DIGEST.fullmatch(value) for name, value in kept.items()):
        raise ValueError("digests are SHA-256 in hex under lower-case words; nothing else may enter the record")
    entry = AuditEntry(
        at=now(),
        action=str(action),
        actor_id=actor_id,
        subject_type=subject_type,
        subject_id=subject_id,
        digests=kept,
    )
    held_back = session().info.get(_HELD_BACK)
    if held_back is None:
        _chain(entry)
    else:
        held_back.append(entry)
    return entry


@contextmanager
def recorded_at_the_end() -> Iterator[None]:
    """Deeds of this block enter the chain when it ends, in their order.

    For what changes rows all over the house: whoever holds one of them may be waiting for the head of the chain, and
    two who wait for each other are both stopped by the database.
    """
    held_back: list[AuditEntry] = []
    session().info[_HELD_BACK] = held_back
    try:
        yield
    finally:
        session().info.pop(_HELD_BACK)
    for entry in held_back:
        _chain(entry)


def _chain(entry: AuditEntry) -> None:
    head = _locked_head()
    entry.position, entry.previous = head.position + 1, head.digest
    entry.digest = digest_of(entry)
    session.add(entry)
    head.position, head.digest = entry.position, entry.digest
    session.flush()
    for listener in current_hooks().recorded:
        listener(entry)


def _locked_head() -> AuditHead:
    """The head, locked until the transaction ends: without it two writers on PostgreSQL would fork the chain."""
    look = select(AuditHead).where(AuditHead.id == 1).with_for_update().execution_options(populate_existing=True)
    session.flush()
    head = session.scalar(look)
    if head is None:
        try:
            with session.begin_nested():
                session.add(AuditHead(id=1, position=0, digest=GENESIS))
        except IntegrityError:
            session.expire_all()  # another writer made the very first entry
        head = session.scalars(look).one()
    return head
