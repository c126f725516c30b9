"""Who brings works in and takes them out: the academic whose works they are, or who assists them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from portfolio.core.hooks import Hooks
from portfolio.core.permissions import ALLOWED, HIDDEN, Access
from portfolio.organizations.delegations.queries import whose
from portfolio.transfer.models import ImportBatch
from portfolio.works.permissions import academic


class TransferPermission(StrEnum):
    """What can be done with imports and exports."""

    LIST = "import:list"
    CREATE = "import:create"
    READ = "import:read"
    EDIT = "import:edit"
    EXPORT = "works:export"


class TransferAction(StrEnum):
    """What the audit chain says of imports."""

    READ = "import:read"
    WRITE = "import:write"
    DISCARD = "import:discard"


def _owner(user: Any, batch: Any) -> Access:
    return ALLOWED if isinstance(batch, ImportBatch) and batch.owner_id == whose(user).id else HIDDEN


def register(hooks: Hooks) -> None:
    """State the rules."""
    hooks.permit(TransferPermission.LIST, academic)
    hooks.permit(TransferPermission.CREATE, academic)
    hooks.permit(TransferPermission.EXPORT, academic)
    hooks.permit(TransferPermission.READ, _owner)
    hooks.permit(TransferPermission.EDIT, _owner)
    hooks.audits(TransferAction)
