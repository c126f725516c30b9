"""Erasure takes evidence, except the very files and links that snapshots name."""

from __future__ import annotations

from sqlalchemy import select

from portfolio.accounts.models import User
from portfolio.core.db import session
from portfolio.core.hooks import Hooks
from portfolio.core.personal import empty_texts, forget, forget_files, forget_where, held, table, values_of
from portfolio.core.storage.models import StoredFile
from portfolio.evidence.operations import forget_pictures


def erase(user: User) -> None:
    """Take items that no snapshot names with all their files, and of the others every file that was not frozen."""
    uploads = table("uploads")
    forget_where(uploads, uploads.c.owner_id == user.id)
    items, versions, files = table("evidence_items"), table("evidence_versions"), table("stored_files")
    mine = values_of(items.c.id, items.c.owner_id == user.id)
    kept = held(items, mine)
    named = values_of(versions.c.stored_file_id, versions.c.evidence_id.in_(mine))
    named |= values_of(items.c.stored_file_id, items.c.id.in_(mine)) - {None}
    digests = values_of(files.c.sha256, files.c.id.in_(named))
    forget(items, mine - kept)
    uses = table("evidence_uses")
    forget_where(uses, uses.c.evidence_id.in_(kept))
    forget_where(versions, versions.c.evidence_id.in_(kept))
    empty_texts(items, kept, keep=("title_th", "title_en", "url"))
    forget_files(named)
    _forget_lost_pictures(digests)


def _forget_lost_pictures(digests: set[str]) -> None:
    """The previews of files that are gone."""
    for digest in sorted(digests):
        if session.scalar(select(StoredFile.id).where(StoredFile.sha256 == digest).limit(1)) is None:
            forget_pictures(sha256=digest)


def register(hooks: Hooks) -> None:
    """Come before partners and works."""
    hooks.erase.append((50, "evidence", erase))
