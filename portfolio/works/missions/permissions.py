"""What the audit chain says of missions; who may see and change them is who may edit the work."""

from __future__ import annotations

from enum import StrEnum

from portfolio.core.hooks import Hooks


class MissionAction(StrEnum):
    """What can be done with an entry."""

    ADD = "mission_entry:add"
    UPDATE = "mission_entry:update"
    REMOVE = "mission_entry:remove"


def register(hooks: Hooks) -> None:
    """Make the actions known."""
    hooks.audits(MissionAction)
