"""The sample works' evidence: files made on the spot, tied to the headings and criteria that the sample names."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pypdfium2
from sqlalchemy import select

from portfolio.core.db import session, transaction
from portfolio.core.hooks import Hooks
from portfolio.core.storage import media_types
from portfolio.core.storage.operations import Intake, keep
from portfolio.evidence import operations
from portfolio.evidence.models import EvidenceItem, EvidenceType, EvidenceUse
from portfolio.evidence.operations import EvidenceFields, Ties
from portfolio.evidence.sample_files import make_file
from portfolio.works.models import Work
from portfolio.works.sample_data import described, find_sample

ORDER = 60
LINK = "link"


def load() -> None:
    """Add the evidence that is not there yet. Files are made outside of transactions, one item at a time."""
    for entry in described():
        for exhibit in sorted(entry.get("evidence", []), key=lambda one: int(one["number"])):
            work = find_sample(entry)
            if work is None or _is_there(work, exhibit):
                session.rollback()
                continue
            session.rollback()
            intake = None if exhibit["generator"] == LINK else _make(exhibit, entry)
            with transaction():
                work = find_sample(entry)
                if work is not None and not _is_there(work, exhibit):
                    _add(work, exhibit, intake)


def _is_there(work: Work, exhibit: dict[str, Any]) -> bool:
    statement = (
        select(EvidenceItem.id)
        .join(EvidenceUse)
        .where(EvidenceUse.work_id == work.id, EvidenceItem.title_th == exhibit["title_th"])
    )
    return session.scalar(statement.limit(1)) is not None


def _make(exhibit: dict[str, Any], entry: dict[str, Any]) -> Intake:
    filename, content, media_type = make_file(exhibit, entry)
    kept = keep(io.BytesIO(content), filename, media_type)
    facts: dict[str, Any] = {"pages": 1}
    if media_type == media_types.PDF:
        document = pypdfium2.PdfDocument(content)
        facts = {"pages": len(document), "text_layer": True}
        document.close()
    return Intake(kept.sha256, kept.size, kept.media_type, kept.filename, facts)


def _add(work: Work, exhibit: dict[str, Any], intake: Intake | None) -> None:
    fields = EvidenceFields(
        title_th=exhibit["title_th"],
        title_en=exhibit.get("title_en", ""),
        type=EvidenceType(exhibit["type"]),
        caption_th=exhibit.get("caption_th", ""),
        caption_en=exhibit.get("caption_en", ""),
        dated=date.fromisoformat(exhibit["date"]) if exhibit.get("date") else None,
    )
    owner = work.owner
    if intake is None:
        item = operations.add_link(actor=owner, url=exhibit["url"], fields=fields)
    else:
        item = operations.add_file(actor=owner, intake=intake, fields=fields)
    ties = Ties(
        headings=tuple(f"s{number}" for number in exhibit.get("headings", [])),
        criteria=tuple(exhibit.get("criteria", [])),
    )
    operations.tie(actor=owner, item=item, ties={work.id: ties}, version=item.version)


def register(hooks: Hooks) -> None:
    """Add the loader."""
    hooks.sample_data.append((ORDER, "evidence", load))
