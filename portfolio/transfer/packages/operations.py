"""Beginning and ending the way of a package out or in. The packing itself is done by the task, outside of these."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portfolio.accounts.models import User
from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import session, transaction
from portfolio.core.hooks import Hooks
from portfolio.core.jobs.operations import enqueue
from portfolio.core.permissions import demand
from portfolio.core.storage.models import StoredFile
from portfolio.core.storage.operations import Intake, record_file
from portfolio.evidence.operations import queue_missing_previews
from portfolio.portfolios.models import Portfolio
from portfolio.transfer.packages.models import Direction, PackageTransfer, TransferState
from portfolio.transfer.packages.permissions import PackageAction, PackagePermission
from portfolio.transfer.packages.reading import Package, put_back
from portfolio.transfer.packages.vocabulary import PackageError

EXPORT_TASK = "packages.export"
IMPORT_TASK = "packages.import"
KEPT = timedelta(days=7)
SAME_PRESS = timedelta(seconds=20)


def begin_export(*, actor: User, portfolio: Portfolio) -> PackageTransfer:
    """Queue the packing of a portfolio. A second press within seconds finds the first one."""
    demand(PackagePermission.EXPORT, actor, portfolio)
    session.scalar(select(User.id).where(User.id == actor.id).with_for_update(key_share=True))
    known = session.scalar(
        select(PackageTransfer)
        .where(
            PackageTransfer.portfolio_id == portfolio.id,
            PackageTransfer.direction == Direction.EXPORT,
            PackageTransfer.state == TransferState.WAITING,
            PackageTransfer.created_at > now() - SAME_PRESS,
        )
        .limit(1)
    )
    return known or _begin(actor, Direction.EXPORT, EXPORT_TASK, portfolio=portfolio)


def begin_import(*, actor: User, intake: Intake) -> PackageTransfer:
    """Queue the reading of a package that has come."""
    demand(PackagePermission.IMPORT, actor)
    return _begin(actor, Direction.IMPORT, IMPORT_TASK, stored=record_file(intake, actor))


def _begin(
    actor: User,
    direction: Direction,
    task: str,
    *,
    portfolio: Portfolio | None = None,
    stored: StoredFile | None = None,
) -> PackageTransfer:
    transfer = PackageTransfer(
        owner_id=actor.id,
        direction=direction,
        portfolio_id=None if portfolio is None else portfolio.id,
        stored_file_id=None if stored is None else stored.id,
    )
    session.add(transfer)
    session.flush()
    job = enqueue(task=task, payload={"transfer_id": transfer.id}, key=f"{task}:{transfer.id}", owner_id=actor.id)
    session.flush()
    transfer.job_id = job.id
    return transfer


def complete_export(*, transfer: PackageTransfer, intake: Intake, digest: str) -> None:
    """Give the transfer its bag."""
    stored = record_file(intake, transfer.owner)
    transfer.stored_file_id, transfer.digest, transfer.state = stored.id, digest, TransferState.DONE
    session.flush()
    _record(PackageAction.EXPORT, transfer)


def complete_import(*, transfer: PackageTransfer, package: Package, intakes: list[Intake]) -> int:
    """Write everything for the owner of the transfer; returns the portfolio's id. Raises PackageError."""
    portfolio_id = put_back(package, intakes, owner=transfer.owner)
    queue_missing_previews(actor=transfer.owner)
    transfer.portfolio_id, transfer.digest, transfer.state = portfolio_id, package.digest, TransferState.DONE
    session.flush()
    _record(PackageAction.IMPORT, transfer)
    return portfolio_id


def refuse(*, transfer: PackageTransfer, error: PackageError) -> None:
    """Say why nothing was packed or taken in."""
    transfer.state = TransferState.REFUSED
    transfer.code, transfer.path, transfer.detail = error.code[:40], error.path[:300], error.detail[:300]
    session.flush()
    _record(PackageAction.REFUSE, transfer)


def note_download(*, actor: User, transfer: PackageTransfer) -> None:
    """That the owner took the bag away."""
    demand(PackagePermission.READ, actor, transfer)
    _record(PackageAction.DOWNLOAD, transfer)


def forget_old_bags() -> int:
    """Let go of bags a week old; the record that there was one stays. Opens its transaction."""
    with transaction():
        old = list(
            session.scalars(
                select(PackageTransfer)
                .where(PackageTransfer.stored_file_id.is_not(None), PackageTransfer.created_at < now() - KEPT)
                .limit(500)
            )
        )
        for transfer in old:
            stored = session.get_one(StoredFile, transfer.stored_file_id)
            transfer.stored_file_id = None
            session.flush()
            session.delete(stored)
        return len(old)


def register(hooks: Hooks) -> None:
    """Sweep now and then."""
    hooks.sweep("packages.old_bags", forget_old_bags)


def _record(action: PackageAction, transfer: PackageTransfer) -> None:
    digests = {"payload": transfer.digest} if transfer.digest else {}
    record(
        action=action,
        actor_id=transfer.owner_id,
        subject_type="package",
        subject_id=transfer.id,
        digests=digests,
    )
