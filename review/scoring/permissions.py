"""Who reads the material and writes a review, and what handing in records."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import Hooks, current_hooks
from portfolio.core.permissions import ALLOWED, HIDDEN, Access, refused
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role
from portfolio.submissions.models import SubmissionState
from review.assignments.models import Assignment, AssignmentState

OPEN_STATES = (AssignmentState.ACCEPTED, AssignmentState.HANDED_IN)


ORIGINAL_FILE = "original_file"
"""The fact that one sees an exhibit as it was handed in, asked of a submission."""


class ScoringPermission(StrEnum):
    """Rights of this room."""

    READ = "review:read"
    WRITE = "review:write"
    READ_ORIGINAL = "review:read_original"


class ScoringAction(StrEnum):
    """Deeds of this room on the audit record."""

    HAND_IN = "review:handed_in"
    OPEN_ORIGINAL = "review:original_opened"


def register(hooks: Hooks) -> None:
    """Fill the extension points."""
    hooks.audits(ScoringAction)
    hooks.permit(ScoringPermission.READ, _reads)
    hooks.permit(ScoringPermission.WRITE, _writes)
    hooks.permit(ScoringPermission.READ_ORIGINAL, _reads_original)


def _reads(user: Any, subject: Any) -> Access:
    """The reviewer's own material, from accepting on; nothing of anybody else's review, before handing in or after.

    The subject is an assignment, or a place in its material.
    """
    assignment = _assignment(subject)
    if assignment.reviewer_id != user.id or not has_role(user, Role.REVIEWER):
        return HIDDEN
    return ALLOWED if assignment.state in OPEN_STATES else HIDDEN


def _writes(user: Any, subject: Any) -> Access:
    answer = _reads(user, subject)
    if not answer:
        return answer
    assignment = _assignment(subject)
    if assignment.state is AssignmentState.HANDED_IN:
        return refused(_l("This review was handed in and can no longer be changed."))
    if assignment.round.closed_at is not None or assignment.round.submission.state is not SubmissionState.UNDER_REVIEW:
        return refused(_l("The review of this submission has ended."))
    return ALLOWED


def _reads_original(user: Any, subject: Any) -> Access:
    answer = _reads(user, subject)
    if not answer:
        return answer
    submission = _assignment(subject).round.submission
    return ALLOWED if current_hooks().discloses(user, ORIGINAL_FILE, submission) else HIDDEN


def _assignment(subject: Any) -> Assignment:
    assignment: Assignment = getattr(subject, "assignment", subject)
    return assignment
