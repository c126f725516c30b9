"""Who may see and change evidence: the academic it belongs to. What others see of it goes through snapshots."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from portfolio.core.hooks import Hooks
from portfolio.core.permissions import ALLOWED, HIDDEN, Access
from portfolio.evidence.models import EvidenceItem
from portfolio.organizations.delegations.queries import whose
from portfolio.works.permissions import academic


class EvidencePermission(StrEnum):
    """What can be done with evidence."""

    LIST = "evidence:list"
    CREATE = "evidence:create"
    READ = "evidence:read"
    EDIT = "evidence:edit"


class EvidenceAction(StrEnum):
    """What the audit chain says of evidence."""

    ADD = "evidence:add"
    UPDATE = "evidence:update"
    REPLACE_FILE = "evidence:replace_file"
    REMOVE_VERSION = "evidence:remove_version"
    TIE = "evidence:tie"
    MOVE = "evidence:move"
    ARCHIVE = "evidence:archive"
    RESTORE = "evidence:restore"


def _owner(user: Any, subject: Any) -> Access:
    item = subject if isinstance(subject, EvidenceItem) else getattr(subject, "item", None)
    return ALLOWED if item is not None and item.owner_id == whose(user).id else HIDDEN


def register(hooks: Hooks) -> None:
    """State the rules."""
    hooks.permit(EvidencePermission.LIST, academic)
    hooks.permit(EvidencePermission.CREATE, academic)
    hooks.permit(EvidencePermission.READ, _owner)
    hooks.permit(EvidencePermission.EDIT, _owner)
    hooks.audits(EvidenceAction)
