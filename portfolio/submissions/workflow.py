"""The one table of a submission's states: which moves there are, from where, to where."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.workflow import Move, Workflow
from portfolio.submissions.models import SubmissionState as State
from portfolio.submissions.permissions import SubmissionAction, SubmissionPermission

SUBMIT = "submit"
RETURN = "return"
START_REVIEW = "start_review"
DECIDE = "decide"
WITHDRAW = "withdraw"

WORKFLOW = Workflow(
    State,
    initial=State.DRAFT,
    moves=(
        Move(
            SUBMIT,
            frozenset({State.DRAFT, State.RETURNED}),
            State.SUBMITTED,
            SubmissionPermission.SUBMIT,
            SubmissionAction.SUBMIT,
        ),
        Move(
            RETURN,
            frozenset({State.SUBMITTED}),
            State.RETURNED,
            SubmissionPermission.RETURN,
            SubmissionAction.RETURN,
        ),
        Move(
            START_REVIEW,
            frozenset({State.SUBMITTED}),
            State.UNDER_REVIEW,
            SubmissionPermission.START_REVIEW,
            SubmissionAction.START_REVIEW,
        ),
        Move(
            DECIDE,
            frozenset({State.UNDER_REVIEW}),
            State.DECIDED,
            SubmissionPermission.DECIDE,
            SubmissionAction.DECIDE,
        ),
        Move(
            WITHDRAW,
            frozenset({State.DRAFT, State.SUBMITTED, State.RETURNED, State.UNDER_REVIEW}),
            State.WITHDRAWN,
            SubmissionPermission.WITHDRAW,
            SubmissionAction.WITHDRAW,
        ),
    ),
)

STATE_LABELS: dict[State, Any] = {
    State.DRAFT: _l("Draft"),
    State.SUBMITTED: _l("Received"),
    State.RETURNED: _l("Returned for revision"),
    State.UNDER_REVIEW: _l("Under review"),
    State.DECIDED: _l("Decided"),
    State.WITHDRAWN: _l("Withdrawn"),
}

# Colour and symbol of a state's tag; never one without the word.
STATE_TAGS: dict[State, tuple[str, str]] = {
    State.DRAFT: ("", "pencil"),
    State.SUBMITTED: ("info", "inbox"),
    State.RETURNED: ("warn", "arrow-return-left"),
    State.UNDER_REVIEW: ("wait", "eye"),
    State.DECIDED: ("ok", "check-lg"),
    State.WITHDRAWN: ("", "slash-circle"),
}

MOVE_LABELS: dict[str, Any] = {
    SUBMIT: _l("Submitted"),
    RETURN: _l("Returned for revision"),
    START_REVIEW: _l("Review began"),
    DECIDE: _l("Decided"),
    WITHDRAW: _l("Withdrawn"),
}
