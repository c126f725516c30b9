"""Whether the service can do its work: asked by the health page and by `check`."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portfolio.core.clock import now
from portfolio.core.db import session
from portfolio.core.jobs.operations import last_beat
from portfolio.core.storage.filesystem import StorageError, storage

SILENCE = timedelta(seconds=30)


def ailments() -> dict[str, str]:
    """What is not ready, by part, in words for the operator; empty when all is well."""
    found = {}
    try:
        session.execute(text("SELECT 1"))
        seen = last_beat()
    except SQLAlchemyError:
        session.rollback()
        found["database"] = "the database does not answer or has no tables; see the log, then run: run.py migrate"
    else:
        if seen is None:
            found["worker"] = "no worker has shown itself yet; start one with: run.py worker"
        elif now() - seen > SILENCE:
            found["worker"] = f"no worker has shown itself for {int((now() - seen).total_seconds())} s"
    try:
        storage().check_writable()
    except StorageError as error:
        found["storage"] = f"files cannot be kept: {error}"
    return found
