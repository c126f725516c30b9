"""Tidying: uploads whose page was closed before their last answer are finished, those left alone are given up."""

from __future__ import annotations

from datetime import timedelta

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import session, transaction
from portfolio.core.hooks import Hooks
from portfolio.core.storage import media_types, resumable
from portfolio.core.storage.operations import UploadRefused
from portfolio.evidence.models import EvidenceUpload
from portfolio.evidence.uploads import operations, queries

LEFT_AFTER = timedelta(minutes=10)


def finish_left() -> int:
    """Finish what came whole but was not finished by its page. Returns how many."""
    finished = 0
    for upload_id in queries.left_whole(now() - LEFT_AFTER):
        row = session.get(EvidenceUpload, upload_id)
        if row is None:
            continue
        upload, sender_id = row.upload, row.upload.sent_by_id or row.upload.owner_id
        session.expunge(upload)
        session.rollback()
        try:
            intake = resumable.whole_intake(upload, media_types.ALL | media_types.RECORDINGS)
            refusal = ""
        except UploadRefused as error:
            intake, refusal = None, error.code
        except (resumable.UploadBusy, resumable.UploadGone, resumable.NotWhole):
            continue
        with transaction():
            actor, again = session.get(User, sender_id), session.get(EvidenceUpload, upload_id)
            if actor is None or again is None or again.upload.owner_id != actor.id:
                continue  # sent by an assistant: its page finishes it, or it runs out
            if intake is not None:
                operations.finish_upload(actor=actor, row=again, intake=intake)
            else:
                operations.refuse_upload(actor=actor, row=again, code=refusal)
        finished += 1
    return finished


def register(hooks: Hooks) -> None:
    """Name the sweeps."""
    hooks.sweep("evidence.uploads", finish_left)
    hooks.sweep("storage.uploads", resumable.sweep_uploads)
