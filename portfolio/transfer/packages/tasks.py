"""Packing and unpacking: the slow work first, then one transaction that makes it count."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import current_app

from portfolio.core.db import read_at_one_moment, session, transaction
from portfolio.core.hooks import Hooks
from portfolio.core.i18n.marking import N_
from portfolio.core.jobs.operations import finish_in_transaction, report
from portfolio.core.storage.bag import BagError, open_bag
from portfolio.core.storage.filesystem import StorageError, storage, workshop
from portfolio.core.storage.operations import keep
from portfolio.transfer.packages import operations, queries
from portfolio.transfer.packages.models import TransferState
from portfolio.transfer.packages.operations import EXPORT_TASK, IMPORT_TASK
from portfolio.transfer.packages.reading import take_in_files, understand
from portfolio.transfer.packages.vocabulary import PackageError
from portfolio.transfer.packages.writing import gather, write_package

MIB = 1024 * 1024
UNPACKED_FACTOR = 20  # a whole portfolio has many files, each of which may be as large as an upload

NOTE = "A portfolio of EnT Portfolio with all its files. docs/package.md of the service explains the format."


def export(job: Any, *, transfer_id: int) -> None:
    """Pack a portfolio."""
    transfer = queries.get(transfer_id)
    if transfer is None or transfer.state is not TransferState.WAITING or transfer.portfolio is None:
        return
    name = f"portfolio-{transfer.portfolio_id}"
    report(job, stage=N_("Gathering texts and facts"), percent=10)
    try:
        read_at_one_moment()
        content = gather(transfer.portfolio)
        session.rollback()
        report(job, stage=N_("Packing the files"), percent=35)
        with tempfile.TemporaryDirectory(prefix=f"package-{transfer_id}-", dir=workshop()) as folder:
            out = Path(folder) / "package.zip"
            digest = write_package(content, out, name=name, note=NOTE)
            with out.open("rb") as stream:
                intake = keep(stream, f"{name}.zip", "application/zip")
    except PackageError as error:
        session.rollback()
        _refuse(job, transfer_id, error)
        return
    with transaction():
        fresh = queries.get(transfer_id)
        assert fresh is not None
        operations.complete_export(transfer=fresh, intake=intake, digest=digest)
        finish_in_transaction(job, {"transfer_id": transfer_id})


def take_in_package(job: Any, *, transfer_id: int) -> None:
    """Unpack a portfolio: all of it or nothing, and where it fails the place in the file."""
    transfer = queries.get(transfer_id)
    if transfer is None or transfer.state is not TransferState.WAITING or transfer.stored_file is None:
        return
    path = storage().path(transfer.stored_file.sha256)
    session.rollback()
    try:
        report(job, stage=N_("Checking the package"), percent=10)
        with open_bag(path, most_bytes=most_bytes()) as bag:
            package = understand(bag)
            session.rollback()
            report(job, stage=N_("Checking the files"), percent=35)
            intakes = take_in_files(package, bag)
        report(job, stage=N_("Writing the portfolio"), percent=80)
        with transaction():
            fresh = queries.get(transfer_id)
            assert fresh is not None
            portfolio_id = operations.complete_import(transfer=fresh, package=package, intakes=intakes)
            finish_in_transaction(job, {"portfolio_id": portfolio_id})
    except (BagError, PackageError) as error:
        reason = error if isinstance(error, PackageError) else PackageError(error.code, error.path)
    except StorageError:
        reason = PackageError("storage")
    else:
        return
    _refuse(job, transfer_id, reason)


def _refuse(job: Any, transfer_id: int, reason: PackageError) -> None:
    with transaction():
        fresh = queries.get(transfer_id)
        assert fresh is not None
        operations.refuse(transfer=fresh, error=reason)
        finish_in_transaction(job, {"transfer_id": transfer_id})


def most_bytes() -> int:
    """What a package may unpack to."""
    limit: int = current_app.extensions["config"].max_upload_bytes
    return UNPACKED_FACTOR * limit


def register(hooks: Hooks) -> None:
    """Name the tasks."""
    hooks.task(EXPORT_TASK, export)
    hooks.task(IMPORT_TASK, take_in_package)
