"""What the audit chain says of follow-ups; who may see and change them is who may edit the work."""

from __future__ import annotations

from enum import StrEnum

from portfolio.core.hooks import Hooks


class IndicatorAction(StrEnum):
    """Follow-ups come after the work, often after a submission, so each step is on the record."""

    PLAN = "follow_up:plan"
    MEASURE = "follow_up:measure"
    CANCEL = "follow_up:cancel"
    REMOVE = "follow_up:remove"
    REMIND = "follow_up:remind"


def register(hooks: Hooks) -> None:
    """Make the actions known."""
    hooks.audits(IndicatorAction)
