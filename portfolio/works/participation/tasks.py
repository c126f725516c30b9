"""Reminders to those who were asked to sign: at most three, a week apart, until they answer."""

from __future__ import annotations

from portfolio.core.db import transaction
from portfolio.core.hooks import Hooks
from portfolio.works.participation import operations


def send_reminders() -> int:
    """Write the reminders that are due, each in a transaction of its own. How many letters were written."""
    due = operations.due_reminders()
    written = 0
    for request_id in due:
        with transaction():
            written += operations.remind(request_id=request_id)
    return written


def register(hooks: Hooks) -> None:
    """Have the worker do it."""
    hooks.sweep("participation.reminders", send_reminders)
