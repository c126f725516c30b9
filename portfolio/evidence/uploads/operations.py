"""What an upload is for, and what becomes of it: exactly one item, or a refusal with its reason."""

from __future__ import annotations

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import Stale, lock, session
from portfolio.core.permissions import demand
from portfolio.core.storage import resumable
from portfolio.core.storage.models import Upload
from portfolio.core.storage.operations import Intake
from portfolio.evidence import operations as evidence
from portfolio.evidence.models import EvidenceItem, EvidenceType, EvidenceUpload
from portfolio.evidence.operations import EvidenceFields
from portfolio.evidence.uploads.permissions import UploadPermission
from portfolio.organizations.delegations.queries import whose
from portfolio.works.models import Work


def start_upload(
    *,
    actor: User,
    filename: str,
    length: int,
    largest: int,
    type: EvidenceType = EvidenceType.OTHER,
    work: Work | None = None,
    replaces: EvidenceItem | None = None,
) -> EvidenceUpload:
    """Make room for a file that will come in pieces.

    Raises QuotaReached, StorageFull, and Stale where the academic was erased in the meantime.
    """
    demand(UploadPermission.START, actor)
    owner_id = whose(actor).id
    if (work is not None and work.owner_id != owner_id) or (replaces is not None and replaces.owner_id != owner_id):
        raise ValueError("a work or an item is not this person's")
    owner = session.get_one(User, owner_id)
    lock(owner)
    if owner.is_erased:
        raise Stale
    upload = resumable.start(owner_id=owner_id, sent_by_id=actor.id, filename=filename, length=length, largest=largest)
    row = EvidenceUpload(
        upload_id=upload.id,
        type=type,
        work_id=work.id if work else None,
        replaces_id=replaces.id if replaces else None,
    )
    row.upload = upload
    session.add(row)
    session.flush()
    return row


def finish_upload(*, actor: User, row: EvidenceUpload, intake: Intake) -> EvidenceItem | None:
    """Make an item of a whole upload, or give an item its new file. A second time gives what came of the first.

    None where an upload was refused before, or its item is no longer there.
    """
    demand(UploadPermission.SEND, actor, row)
    lock(row.upload)
    session.refresh(row)
    if row.upload.finished_at is not None:
        return session.get(EvidenceItem, row.item_id) if row.item_id is not None else None
    item = _replaced(actor, row, intake) or _added(actor, row, intake)
    row.item_id = item.id
    row.upload.finished_at = now()
    session.flush()
    return item


def refuse_upload(*, actor: User, row: EvidenceUpload, code: str) -> None:
    """Note why nothing can come of a whole upload; its bytes are swept away later."""
    demand(UploadPermission.SEND, actor, row)
    lock(row.upload)
    session.refresh(row)
    if row.upload.finished_at is None:
        row.refusal = code
        row.upload.finished_at = now()
        session.flush()


def forget_upload(*, actor: User, row: EvidenceUpload) -> None:
    """Give an upload up; an item that came of it stays. Its bytes are discarded beforehand."""
    demand(UploadPermission.SEND, actor, row)
    upload = session.get(Upload, row.upload_id)
    session.delete(row)
    session.flush()
    if upload is not None:
        session.delete(upload)
        session.flush()


def _replaced(actor: User, row: EvidenceUpload, intake: Intake) -> EvidenceItem | None:
    item = session.get(EvidenceItem, row.replaces_id) if row.replaces_id is not None else None
    if item is not None:
        evidence.replace_file(actor=actor, item=item, intake=intake)
    return item


def _added(actor: User, row: EvidenceUpload, intake: Intake) -> EvidenceItem:
    fields = EvidenceFields(title_th=evidence.title_of(intake.filename), type=row.type)
    item = evidence.add_file(actor=actor, intake=intake, fields=fields)
    work = session.get(Work, row.work_id) if row.work_id is not None else None
    if work is not None and work.owner_id == item.owner_id:
        evidence.tie_to(actor=actor, item=item, work_id=work.id)
    return item
