"""What the audit chain says of self-assessments; who may see and change them is who may edit the portfolio."""

from __future__ import annotations

from enum import StrEnum

from portfolio.core.hooks import Hooks


class SelfAssessmentAction(StrEnum):
    """What can be done with them."""

    SAVE = "self_assessment:save"


def register(hooks: Hooks) -> None:
    """Make the action known."""
    hooks.audits(SelfAssessmentAction)
