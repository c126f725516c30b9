"""Making the pictures of evidence: one job per file, as often as need be, with the same result."""

from __future__ import annotations

import struct
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portfolio.core.clock import now
from portfolio.core.db import session, transaction
from portfolio.core.hooks import Hooks
from portfolio.core.i18n.marking import N_
from portfolio.core.jobs.models import JobState
from portfolio.core.jobs.operations import GiveUp, enqueue, finish_in_transaction, report
from portfolio.core.jobs.queries import job_by_key
from portfolio.core.storage.filesystem import Blob, storage
from portfolio.core.storage.limited import ChildRefused, LimitedError
from portfolio.core.storage.models import StoredFile
from portfolio.core.storage.operations import Intake, record_file
from portfolio.core.storage.previews import render_pages
from portfolio.evidence.models import EvidenceItem, PreviewPage, PreviewState, Thumbnail
from portfolio.evidence.operations import DRAWN_AT_ONCE, PAGES_TASK, PREVIEW_TASK

MOST_PAGES = 20
WIDTH = 1100
THUMBNAIL_WIDTH = 176
AT_ONCE = 5
FORGOTTEN_AFTER = timedelta(minutes=10)


def make_preview(job: Any, *, item_id: int) -> None:
    """Render the first pages of an item's file that have no picture yet, and say so on the item."""
    item = session.get(EvidenceItem, item_id)
    if item is None or item.stored_file is None or item.preview_state is not PreviewState.WAITING:
        return
    stored = item.stored_file
    stored_id, sha256, media_type = stored.id, stored.sha256, stored.media_type
    pages = range(1, min(item.page_count or 1, MOST_PAGES) + 1)
    try:
        _render_missing(job, sha256, media_type, list(pages))
        _render_thumbnail(sha256, media_type)
    except (ChildRefused, LimitedError) as error:
        with transaction():
            _settle(item_id, stored_id, PreviewState.FAILED)
        raise GiveUp(getattr(error, "code", "too_costly")) from error
    with transaction():
        _settle(item_id, stored_id, PreviewState.READY)
        finish_in_transaction(job)


def draw_pages(job: Any, *, item_id: int, stored_file_id: int, first: int) -> None:
    """Render ten pages of a long file from `first` on, because somebody wants to look at one of them."""
    item = session.get(EvidenceItem, item_id)
    if item is None or item.stored_file is None or item.stored_file_id != stored_file_id:
        return
    sha256, media_type = item.stored_file.sha256, item.stored_file.media_type
    last = min(item.page_count or 0, first + DRAWN_AT_ONCE - 1)
    try:
        _render_missing(job, sha256, media_type, list(range(first, last + 1)))
    except (ChildRefused, LimitedError) as error:
        raise GiveUp(getattr(error, "code", "too_costly")) from error
    with transaction():
        finish_in_transaction(job)


def _render_thumbnail(sha256: str, media_type: str) -> None:
    there = session.get(Thumbnail, sha256) is not None
    session.rollback()
    if there:
        return
    (picture,) = render_pages(storage().path(sha256), media_type, [0], THUMBNAIL_WIDTH).pictures
    width, height = _size_of(picture)
    with transaction():
        if session.get(Thumbnail, sha256) is None:
            kept = record_file(Intake(picture.sha256, picture.size, "image/png", "thumbnail.png"), None)
            session.add(Thumbnail(source_sha256=sha256, picture_id=kept.id, width=width, height=height))
            session.flush()


def _render_missing(job: Any, sha256: str, media_type: str, pages: list[int]) -> None:
    known = set(session.scalars(select(PreviewPage.page).where(PreviewPage.source_sha256 == sha256)))
    missing = [page for page in pages if page not in known]
    session.rollback()  # no read transaction is held open while pages are drawn
    for start in range(0, len(missing), AT_ONCE):
        batch = missing[start : start + AT_ONCE]
        report(job, stage=N_("Drawing the pages"), percent=100 * start // len(missing))
        drawn = render_pages(storage().path(sha256), media_type, [page - 1 for page in batch], WIDTH)
        sizes = [_size_of(picture) for picture in drawn.pictures]
        with transaction():
            for page, picture, (width, height) in zip(batch, drawn.pictures, sizes, strict=True):
                _keep_page(sha256, page, picture, width, height)


def _keep_page(sha256: str, page: int, picture: Blob, width: int, height: int) -> None:
    there = select(PreviewPage.id).where(PreviewPage.source_sha256 == sha256, PreviewPage.page == page)
    if session.scalar(there) is not None:
        return
    intake = Intake(picture.sha256, picture.size, "image/png", f"page-{page}.png")
    kept = record_file(intake, None)
    session.add(PreviewPage(source_sha256=sha256, page=page, picture_id=kept.id, width=width, height=height))
    session.flush()


def _size_of(picture: Blob) -> tuple[int, int]:
    """Width and height as the header of our own PNG states them."""
    with storage().open(picture.sha256) as file:
        width, height = struct.unpack(">II", file.read(24)[16:24])
    return width, height


def _settle(item_id: int, stored_id: int, state: PreviewState) -> None:
    """Say how it went, unless the item has another file by now, whose own job will say it."""
    item = session.scalar(select(EvidenceItem).where(EvidenceItem.id == item_id).with_for_update())
    if item is not None and item.stored_file_id == stored_id:
        table = EvidenceItem.__table__
        # Without a new version: the picture is no change that a form in somebody's hands could overwrite.
        session.execute(table.update().where(table.c.id == item_id).values(preview_state=state.value))  # type: ignore[attr-defined]
        session.expire(item)


def mend_previews() -> int:
    """Find items that wait for pictures which no job is making any more. Returns how many were taken up."""
    mended = 0
    with transaction():
        forgotten = (
            select(EvidenceItem)
            .join(StoredFile, EvidenceItem.stored_file_id == StoredFile.id)
            .where(EvidenceItem.preview_state == PreviewState.WAITING, StoredFile.created_at < now() - FORGOTTEN_AFTER)
        )
        for item in session.scalars(forgotten.limit(200)).all():
            key = f"{PREVIEW_TASK}:{item.id}:{item.stored_file_id}"
            job = job_by_key(key)
            if job is not None and job.state is JobState.FAILED:
                _settle(item.id, item.stored_file_id or 0, PreviewState.FAILED)
                mended += 1
            elif job is None:
                enqueue(task=PREVIEW_TASK, payload={"item_id": item.id}, key=key, owner_id=item.owner_id)
                mended += 1
    return mended


def register(hooks: Hooks) -> None:
    """Name the task and the sweep."""
    hooks.task(PREVIEW_TASK, make_preview)
    hooks.task(PAGES_TASK, draw_pages)
    hooks.sweep("evidence.previews", mend_previews)
