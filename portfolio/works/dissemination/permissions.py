"""What the audit chain says of dissemination; who may see and change it is who may edit the work."""

from __future__ import annotations

from enum import StrEnum

from portfolio.core.hooks import Hooks


class DisseminationAction(StrEnum):
    """What can be done with an entry."""

    ADD = "dissemination:add"
    UPDATE = "dissemination:update"
    REMOVE = "dissemination:remove"


def register(hooks: Hooks) -> None:
    """Make the actions known."""
    hooks.audits(DisseminationAction)
