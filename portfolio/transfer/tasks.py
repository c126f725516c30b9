"""Reading large files and asking other services, and writing large imports: jobs that bear being killed."""

from __future__ import annotations

from typing import Any

from flask import current_app

from portfolio.config import Config
from portfolio.core.db import session, transaction
from portfolio.core.hooks import Hooks
from portfolio.core.i18n.marking import N_
from portfolio.core.jobs.operations import finish_in_transaction, report
from portfolio.core.storage.filesystem import storage
from portfolio.transfer import operations, queries
from portfolio.transfer.formats import recognising
from portfolio.transfer.formats.reading import ReadFile, Remark, Unreadable
from portfolio.transfer.lookup import Lookup, LookupFailed
from portfolio.transfer.models import BatchState, ImportBatch, ImportSource
from portfolio.transfer.operations import READ_TASK, WRITE_TASK

WRITTEN_AT_ONCE = 100
"""So many works are written in one transaction: others wait for the database no longer than that takes."""

READING = N_("Reading the file")
ASKING = N_("Asking the other service")
RECOGNISING = N_("Looking for works that are there already")
WRITING = N_("Writing the works")
OFF = N_("Looking works up is switched off in this installation.")


def read(job: Any, *, batch_id: int) -> None:
    """Read what an import names and keep what it says. Read before, it stays as it is."""
    batch = queries.get(batch_id)
    if batch is None or batch.state is not BatchState.READING:
        return
    found: ReadFile | Remark
    try:
        found = _read(job, batch)
    except (Unreadable, LookupFailed) as error:
        found = error.remark
    session.rollback()
    report(job, stage=RECOGNISING, percent=80)
    with transaction():
        fresh = queries.get(batch_id)
        if fresh is not None and isinstance(found, Remark):
            operations.fail(batch=fresh, reason=found)
        elif fresh is not None and isinstance(found, ReadFile):
            operations.take_reading(batch=fresh, found=found)
        finish_in_transaction(job)


def _read(job: Any, batch: ImportBatch) -> ReadFile:
    """What the file or the other service says; no transaction is open meanwhile."""
    source, asked = batch.source, list(batch.asked)
    sha256 = batch.stored_file.sha256 if batch.stored_file is not None else None
    session.rollback()
    if sha256 is not None:
        report(job, stage=READING, percent=10)
        return recognising.read(storage().path(sha256).read_bytes())
    config = current_app.extensions["config"]
    assert isinstance(config, Config)
    if not config.lookup:
        raise LookupFailed(Remark(OFF))

    def told(done: int) -> None:
        report(job, stage=ASKING, percent=min(75, 5 + 70 * done // max(len(asked), done + 1)))

    with Lookup(config) as lookup:
        if source is ImportSource.ORCID:
            return lookup.orcid(asked[0], told)
        return lookup.dois(asked, told)


def write(job: Any, *, batch_id: int) -> None:
    """Write a large import in parts, each whole; after a kill the next attempt goes on where the last part ended."""
    more = True
    while more:
        batch = queries.get(batch_id)
        if batch is None or batch.state is not BatchState.WRITING:
            return
        done, total = queries.progress_of(batch), batch.entry_count
        session.rollback()
        report(job, stage=WRITING, percent=100 * done // max(total, 1))
        with transaction():
            fresh = queries.get(batch_id)
            assert fresh is not None
            more = operations.write_some(actor=fresh.owner, batch=fresh, most=WRITTEN_AT_ONCE)
            if not more:
                finish_in_transaction(job, {"batch_id": batch_id})


def sweep() -> int:
    """Delete imports that nobody finished."""
    with transaction():
        return operations.sweep_unwritten()


def register(hooks: Hooks) -> None:
    """Name the tasks and the sweep."""
    hooks.task(READ_TASK, read)
    hooks.task(WRITE_TASK, write)
    hooks.sweep("transfer.unwritten", sweep)
