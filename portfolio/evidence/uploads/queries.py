"""Uploads a person has under way."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from portfolio.core.clock import now
from portfolio.core.db import own_look, session
from portfolio.core.storage.models import Upload
from portfolio.evidence.models import EvidenceItem, EvidenceUpload
from portfolio.organizations.delegations.queries import whose

MOST_SHOWN = 50


def visible_to(user: Any) -> Select[EvidenceUpload]:
    """A person's uploads, finished or not."""
    return (
        select(EvidenceUpload)
        .join(EvidenceUpload.upload)
        .where(Upload.owner_id == whose(user).id)
        .options(contains_eager(EvidenceUpload.upload))
    )


def find(user: Any, upload_id: int) -> EvidenceUpload | None:
    """One upload."""
    return session.scalar(visible_to(user).where(Upload.id == upload_id))


def unfinished(user: Any) -> list[EvidenceUpload]:
    """What a person began to send and can still go on with, newest first."""
    statement = (
        visible_to(user)
        .where(Upload.finished_at.is_(None), Upload.expires_at > now())
        .order_by(Upload.id.desc())
        .limit(MOST_SHOWN)
    )
    return list(session.scalars(statement))


def item_of(row: EvidenceUpload) -> EvidenceItem | None:
    """The item that came of an upload, with its file's report."""
    if row.item_id is None:
        return None
    statement = select(EvidenceItem).where(EvidenceItem.id == row.item_id)
    return session.scalar(statement.options(joinedload(EvidenceItem.stored_file), joinedload(EvidenceItem.report)))


def left_whole(before: Any, limit: int = 50) -> list[int]:
    """Uploads of which every byte came before an instant but that nobody finished."""
    statement = (
        select(Upload.id)
        .join(EvidenceUpload, EvidenceUpload.upload_id == Upload.id)
        .where(
            Upload.finished_at.is_(None),
            Upload.received == Upload.length,
            Upload.created_at < before,
            Upload.expires_at > now(),
        )
        .order_by(Upload.id)
        .limit(limit)
    )
    with own_look() as look:
        return list(look.scalars(statement))
