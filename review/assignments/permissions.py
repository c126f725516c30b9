"""Who assigns reviewers, who answers an invitation, and what that records."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import Hooks
from portfolio.core.permissions import ALLOWED, HIDDEN, Access, refused
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role
from portfolio.submissions.permissions import SubmissionPermission, officer_of
from review.assignments.models import LIVE_STATES, Assignment, AssignmentState
from review.assignments.queries import reviews_submission


class AssignmentPermission(StrEnum):
    """Rights of this room."""

    ASSIGN = "assignment:assign"
    MANAGE = "assignment:manage"
    LIST_OWN = "assignment:list_own"
    READ = "assignment:read"
    ANSWER = "assignment:answer"
    DECLARE = "assignment:declare_conflict"


class AssignmentAction(StrEnum):
    """Deeds of this room on the audit record."""

    OPEN_ROUND = "review_round:opened"
    CLOSE_ROUND = "review_round:closed"
    INVITE = "assignment:invited"
    ACCEPT = "assignment:accepted"
    DECLINE = "assignment:declined"
    CANCEL = "assignment:cancelled"
    EXTEND = "assignment:extended"
    HAND_IN = "assignment:handed_in"


def register(hooks: Hooks) -> None:
    """Fill the extension points."""
    hooks.audits(AssignmentAction)
    hooks.permit(AssignmentPermission.ASSIGN, _officer_apart)
    hooks.permit(SubmissionPermission.START_REVIEW, _officer_apart)
    hooks.permit(AssignmentPermission.MANAGE, _officer_of_assignment)
    hooks.permit(AssignmentPermission.LIST_OWN, _reviewer)
    hooks.permit(AssignmentPermission.READ, _own)
    hooks.permit(AssignmentPermission.ANSWER, _own_invitation)
    hooks.permit(AssignmentPermission.DECLARE, _own_accepted)


def _reviewer(user: Any, _subject: Any) -> Access:
    return ALLOWED if has_role(user, Role.REVIEWER) else HIDDEN


def _officer_of_assignment(user: Any, assignment: Assignment) -> Access:
    return _officer_apart(user, assignment.round.submission)


def _officer_apart(user: Any, submission: Any) -> Access:
    """An officer who is neither the applicant nor one of the reviewers: no reviewer learns who the others are."""
    answer = officer_of(user, submission)
    return HIDDEN if answer and reviews_submission(user.id, submission.id, LIVE_STATES) else answer


def _own(user: Any, assignment: Assignment) -> Access:
    """The reviewer's own, as long as it was not taken back."""
    if assignment.reviewer_id != user.id or not has_role(user, Role.REVIEWER):
        return HIDDEN
    if assignment.state is AssignmentState.CANCELLED:
        return refused(_l("This assignment was cancelled; nothing is asked of you."))
    return ALLOWED


def _own_invitation(user: Any, assignment: Assignment) -> Access:
    answer = _own(user, assignment)
    if answer and assignment.state is not AssignmentState.INVITED:
        return refused(_l("This invitation was answered already."))
    return answer


def _own_accepted(user: Any, assignment: Assignment) -> Access:
    answer = _own(user, assignment)
    if answer and assignment.state is not AssignmentState.ACCEPTED:
        return refused(_l("A conflict is declared while the review is under way."))
    return answer
