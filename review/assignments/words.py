"""How states of an assignment are called, with colour and symbol."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from review.assignments.models import AssignmentState

ASSIGNMENT_LABELS: dict[AssignmentState, Any] = {
    AssignmentState.INVITED: _l("Waiting for an answer"),
    AssignmentState.ACCEPTED: _l("Accepted"),
    AssignmentState.DECLINED: _l("Declined"),
    AssignmentState.CANCELLED: _l("Cancelled"),
    AssignmentState.HANDED_IN: _l("Handed in"),
}

ASSIGNMENT_TAGS: dict[AssignmentState, tuple[str, str]] = {
    AssignmentState.INVITED: ("wait", "envelope"),
    AssignmentState.ACCEPTED: ("info", "eye"),
    AssignmentState.DECLINED: ("", "x-lg"),
    AssignmentState.CANCELLED: ("", "slash-circle"),
    AssignmentState.HANDED_IN: ("ok", "check-lg"),
}
