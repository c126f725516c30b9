"""Making the copy: the slow work first, then one transaction that makes it count."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from portfolio.core.db import read_at_one_moment, session, transaction
from portfolio.core.hooks import Hooks
from portfolio.core.i18n.marking import N_
from portfolio.core.jobs.operations import finish_in_transaction, report
from portfolio.core.storage.filesystem import workshop
from portfolio.core.storage.operations import keep
from portfolio.transfer.personal import operations, queries
from portfolio.transfer.personal.operations import COPY_TASK, ERASE_TASK
from portfolio.transfer.personal.writing import gather, write_copy


def make_copy(job: Any, *, copy_id: int) -> None:
    """Gather and pack. A copy that is made already, or whose person is gone, is left alone."""
    copy = queries.get(copy_id)
    if copy is None or copy.made_at is not None or copy.owner.is_erased:
        return
    report(job, stage=N_("Gathering your data"), percent=10)
    read_at_one_moment()
    content = gather(copy.owner)
    session.rollback()
    report(job, stage=N_("Packing your files"), percent=40)
    with tempfile.TemporaryDirectory(prefix=f"personal-{copy_id}-", dir=workshop()) as folder:
        out = Path(folder) / "copy.zip"
        digest = write_copy(content, out)
        with out.open("rb") as stream:
            intake = keep(stream, "personal-data.zip", "application/zip")
    with transaction():
        fresh = queries.get(copy_id)
        if fresh is None:  # erased while it was made; the blob goes by the sweep
            return
        operations.complete_copy(copy=fresh, intake=intake, digest=digest)
        finish_in_transaction(job, {"copy_id": copy_id})


def erase_again(_job: Any, *, user_id: int) -> None:
    """A while after an erasure, take what was still being written then."""
    with transaction():
        operations.erase_again(user_id=user_id)


def register(hooks: Hooks) -> None:
    """Name the tasks."""
    hooks.task(COPY_TASK, make_copy)
    hooks.task(ERASE_TASK, erase_again)
