"""Which jobs a person may see."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from portfolio.core.db import session
from portfolio.core.jobs.models import Job


def visible_to(user: Any) -> Select[Job]:
    """The jobs this person started."""
    return select(Job).where(Job.owner_id == user.id)


def job_for(user: Any, job_id: int) -> Job | None:
    """A job this person started, or None."""
    return session.scalar(visible_to(user).where(Job.id == job_id))


def job_by_key(key: str) -> Job | None:
    """The job that does the work named by this key, if it was ever queued."""
    return session.scalar(select(Job).where(Job.key == key))
