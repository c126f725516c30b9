"""Reading the record."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Select, select

from portfolio.core.audit.chain import GENESIS, Broken, Head, first_break, seal
from portfolio.core.audit.models import AuditEntry, AuditHead
from portfolio.core.db import read_at_one_moment, session

PORTION = 500


def entries() -> Select[AuditEntry]:
    """All entries, newest first; to be paged."""
    return select(AuditEntry).order_by(AuditEntry.position.desc())


def entries_about(subject_type: str, subject_id: int) -> Select[AuditEntry]:
    """What was done to one subject, newest first."""
    return entries().where(AuditEntry.subject_type == subject_type, AuditEntry.subject_id == subject_id)


def current_head(key: str) -> Head:
    """The end of the chain as it stands, sealed with the installation's key."""
    position, digest = _end()
    return seal(position, digest, key)


def verify(kept: Head | None = None) -> tuple[int, Broken | None]:
    """Walk the whole chain in one read transaction. Returns how many entries the head counts and the first break."""
    read_at_one_moment()
    end = _end()
    return end[0], first_break(_in_order(), end=end, kept=kept)


def _end() -> tuple[int, str]:
    head = session.get(AuditHead, 1, populate_existing=True)
    return (0, GENESIS) if head is None else (head.position, head.digest)


def _in_order() -> Iterator[AuditEntry]:
    """All entries by position, some at a time: a walk that ends early leaves no cursor open."""
    position = -1
    statement = select(AuditEntry).order_by(AuditEntry.position).limit(PORTION)
    statement = statement.execution_options(populate_existing=True)
    while portion := session.scalars(statement.where(AuditEntry.position > position)).all():
        yield from portion
        position = portion[-1].position
        for entry in portion:
            session.expunge(entry)
