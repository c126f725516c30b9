"""The audit vocabulary of criteria; reading them is open to everybody."""

from __future__ import annotations

from enum import StrEnum

from portfolio.core.hooks import Hooks


class CriteriaAction(StrEnum):
    """What this room writes into the audit chain."""

    PUBLISH_CRITERIA_SET = "criteria_set:publish"
    PUBLISH_RULE_SET = "rule_set:publish"


def register(hooks: Hooks) -> None:
    """Make the audit vocabulary known."""
    hooks.audits(CriteriaAction)
