"""Who decides, who reads the outcome, and what that records."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from portfolio.core.hooks import Hooks, current_hooks
from portfolio.core.permissions import ALLOWED, HIDDEN, Access
from portfolio.submissions.permissions import SubmissionPermission, officer_of

# Facts asked of the disclosure policy: the first three of an assignment, the last of a submission.
REVIEWER = "reviewer"
REVIEW = "review"
CONFIDENTIAL_NOTE = "confidential_note"
OUTCOME = "outcome"


class DecisionPermission(StrEnum):
    """Rights of this room."""

    DECIDE = "decision:decide"
    READ_OWN = "decision:read_own"


class DecisionAction(StrEnum):
    """Deeds of this room on the audit record."""

    DECIDE = "decision:made"
    LETTER = "decision_letter:sent"
    CERTIFICATE = "certificate:issued"


def register(hooks: Hooks) -> None:
    """Fill the extension points."""
    hooks.audits(DecisionAction)
    hooks.permit(DecisionPermission.DECIDE, _officer)
    hooks.permit(SubmissionPermission.DECIDE, _officer)
    hooks.permit(DecisionPermission.READ_OWN, _applicant)


def _officer(user: Any, submission: Any) -> Access:
    """An officer without a part in the matter, neither as applicant nor as one of its reviewers."""
    answer = officer_of(user, submission)
    if not answer:
        return answer
    return ALLOWED if current_hooks().discloses(user, OUTCOME, submission) else HIDDEN


def _applicant(user: Any, submission: Any) -> Access:
    if submission.applicant_id != user.id:
        return HIDDEN
    return ALLOWED if current_hooks().discloses(user, OUTCOME, submission) else HIDDEN
