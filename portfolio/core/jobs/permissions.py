"""Who may watch a job: the person who started it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from portfolio.core.hooks import Hooks
from portfolio.core.permissions import ALLOWED, HIDDEN, Access


class JobPermission(StrEnum):
    """What may be done to a job."""

    VIEW = "job:view"


def own_job(user: Any, job: Any) -> Access:
    """Only the owner; that a job exists is nobody else's business."""
    return ALLOWED if job is not None and job.owner_id is not None and job.owner_id == user.id else HIDDEN


def register(hooks: Hooks) -> None:
    """Add the rule."""
    hooks.permit(JobPermission.VIEW, own_job)
