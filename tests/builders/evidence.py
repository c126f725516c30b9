"""Evidence for tests: rows without blobs unless the caller writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from portfolio.accounts.models import User
from portfolio.core.db import session
from portfolio.core.storage.models import StoredFile
from portfolio.evidence.models import (
    EvidenceItem,
    EvidenceKind,
    EvidenceUse,
    EvidenceUseCriterion,
    EvidenceUseHeading,
    PreviewState,
)
from portfolio.works.models import Work


def make_stored_file(owner: User | None = None, *, filename: str = "minutes.pdf", content: bytes = b"x") -> StoredFile:
    """The row of a file; its blob is not written."""
    stored = StoredFile(
        sha256=sha256(content).hexdigest(),
        size=len(content),
        media_type="application/pdf",
        filename=filename,
        created_by_id=owner.id if owner else None,
    )
    session.add(stored)
    session.flush()
    return stored


def make_evidence(
    owner: User, *, title_th: str = "บันทึกเวทีหมู่บ้าน", title_en: str = "", archived: bool = False, content: bytes = b"x"
) -> EvidenceItem:
    """An item with a file of one page and no picture yet."""
    item = EvidenceItem(
        owner_id=owner.id,
        kind=EvidenceKind.FILE,
        title_th=title_th,
        title_en=title_en,
        stored_file_id=make_stored_file(owner, content=content).id,
        page_count=1,
        preview_state=PreviewState.WAITING,
        archived_at=datetime(2026, 1, 1, tzinfo=UTC) if archived else None,
    )
    session.add(item)
    session.flush()
    return item


def make_link(owner: User, *, title_th: str = "บทความ", url: str = "https://example.org/article") -> EvidenceItem:
    """An item that is an address."""
    item = EvidenceItem(owner_id=owner.id, kind=EvidenceKind.LINK, title_th=title_th, url=url)
    session.add(item)
    session.flush()
    return item


def make_use(
    item: EvidenceItem, work: Work, *, headings: tuple[str, ...] = (), criteria: tuple[str, ...] = (), position: int = 0
) -> EvidenceUse:
    """That an item proves something of a work."""
    use = EvidenceUse(evidence_id=item.id, work_id=work.id, position=position)
    use.headings = [EvidenceUseHeading(heading_code=code) for code in headings]
    use.criteria = [EvidenceUseCriterion(criterion_code=code) for code in criteria]
    session.add(use)
    session.flush()
    session.expire(item, ["uses"])
    return use
