"""The deeds of conflicts on the audit record; who may declare one is said by assignments."""

from __future__ import annotations

from enum import StrEnum

from portfolio.core.hooks import Hooks


class ConflictAction(StrEnum):
    """Deeds of this room on the audit record."""

    DECLARE = "conflict:declared"
    DECLARE_NONE = "conflict:declared_none"


def register(hooks: Hooks) -> None:
    """Fill the extension points."""
    hooks.audits(ConflictAction)
