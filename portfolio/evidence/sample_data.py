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
from portfolio.evidence import dissemination, operations
from portfolio.evidence.models import EvidenceItem, EvidenceType, EvidenceUse
from portfolio.evidence.operations import EvidenceFields, Ties
from portfolio.evidence.queries import uses_of_work
from portfolio.evidence.sample_files import make_file
from portfolio.works.dissemination.queries import of_work
from portfolio.works.missions.queries import entries_of
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
                    _add(work, exhibit, intake, _borne_out(work, entry, exhibit))
        with transaction():
            work = find_sample(entry)
            if work is not None:
                _prove(work, entry)


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


def _borne_out(work: Work, entry: dict[str, Any], exhibit: dict[str, Any]) -> tuple[int, ...]:
    """The entries of the work's missions that name this exhibit."""
    named = {
        one["title_th"] for one in entry.get("mission_entries", []) if exhibit["number"] in one.get("exhibits", [])
    }
    return tuple(one.id for one in entries_of(work) if one.title_th in named)


def _prove(work: Work, entry: dict[str, Any]) -> None:
    """Tie what a work names as its dissemination to its exhibits, where nothing bears it out yet."""
    titles = {one["number"]: one["title_th"] for one in entry.get("evidence", [])}
    items = {use.evidence.title_th: use.evidence_id for use in uses_of_work(work)}
    named = {one["title_th"]: one.get("exhibits", []) for one in entry.get("dissemination", [])}
    proven = dissemination.proofs_of_works([work.id])
    for row in of_work(work):
        if row.id not in proven and named.get(row.title_th):
            dissemination.prove(work, row.id, [items[titles[number]] for number in named[row.title_th]])


def _add(work: Work, exhibit: dict[str, Any], intake: Intake | None, missions: tuple[int, ...]) -> None:
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
        missions=missions,
    )
    operations.tie(actor=owner, item=item, ties={work.id: ties}, version=item.version)


def register(hooks: Hooks) -> None:
    """Add the loader."""
    hooks.sample_data.append((ORDER, "evidence", load))
