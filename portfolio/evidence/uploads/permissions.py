"""Who may send a file in pieces: academics, and whoever works for one; nobody touches another's upload."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from portfolio.core.hooks import Hooks
from portfolio.core.permissions import ALLOWED, HIDDEN, Access
from portfolio.evidence.models import EvidenceUpload
from portfolio.organizations.delegations.queries import whose
from portfolio.works.permissions import academic


class UploadPermission(StrEnum):
    """What can be done with uploads."""

    START = "upload:start"
    SEND = "upload:send"


def _owner(user: Any, subject: Any) -> Access:
    mine = isinstance(subject, EvidenceUpload) and subject.upload.owner_id == whose(user).id
    return ALLOWED if mine else HIDDEN


def register(hooks: Hooks) -> None:
    """State the rules."""
    hooks.permit(UploadPermission.START, academic)
    hooks.permit(UploadPermission.SEND, _owner)
