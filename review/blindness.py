"""The disclosure policy: what a viewer may learn of whom. One place, asked by every page, mail and document.

With nothing said the answer is to hide; a refusal here wins over anybody's yes (portfolio.core.hooks).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, select

from portfolio.calls.models import Anonymity, Call
from portfolio.core.hooks import Hooks
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role
from portfolio.submissions.models import Submission, SubmissionState
from portfolio.submissions.permissions import APPLICANT
from review.assignments.models import Assignment, AssignmentState, ReviewRound
from review.assignments.queries import reviews_submission
from review.decisions.permissions import CONFIDENTIAL_NOTE, OUTCOME, REVIEW, REVIEWER
from review.scoring.permissions import ORIGINAL_FILE

ASKED = (AssignmentState.INVITED, AssignmentState.ACCEPTED, AssignmentState.HANDED_IN)
READING = (AssignmentState.ACCEPTED, AssignmentState.HANDED_IN)


def register(hooks: Hooks) -> None:
    """Fill the extension points."""
    hooks.disclosure.append(policy)
    hooks.concealed.append(concealed_from)


def concealed_from(viewer: Any) -> Select[Any]:
    """The ids of the submissions that the viewer reviews double-blind: `_applicant`, asked for a whole list."""
    return (
        select(ReviewRound.submission_id)
        .join(Assignment, Assignment.round_id == ReviewRound.id)
        .join(Submission, Submission.id == ReviewRound.submission_id)
        .join(Call, Call.id == Submission.call_id)
        .where(Assignment.reviewer_id == viewer.id, Assignment.state.in_(ASKED), Call.anonymity == Anonymity.DOUBLE)
    )


def policy(viewer: Any, fact: str, subject: Any) -> bool | None:
    """True: may be learnt; False: never by this viewer, whatever other roles they hold; None: not for us to say."""
    rules: dict[str, Callable[[Any, Any], bool | None]] = {
        APPLICANT: _applicant,
        ORIGINAL_FILE: _original_file,
        REVIEWER: _reviewer,
        REVIEW: _review,
        CONFIDENTIAL_NOTE: _confidential_note,
        OUTCOME: _outcome,
    }
    rule = rules.get(fact)
    return None if rule is None or not viewer.is_authenticated else rule(viewer, subject)


def _applicant(viewer: Any, submission: Submission) -> bool | None:
    """Who applied: in double-blind calls no reviewer, even one who is also an officer; else from accepting on."""
    if not reviews_submission(viewer.id, submission.id, ASKED):
        return None
    if submission.call.anonymity is Anonymity.DOUBLE:
        return False
    return True if reviews_submission(viewer.id, submission.id, READING) else None


def _original_file(viewer: Any, submission: Submission) -> bool | None:
    """A file as it was handed in names people in its text and its metadata: single-blind only."""
    if submission.call.anonymity is Anonymity.DOUBLE:
        return False
    return True if reviews_submission(viewer.id, submission.id, READING) else None


def _reviewer(viewer: Any, assignment: Assignment) -> bool | None:
    """Who reviewed: the reviewer knows, officers without a part in the matter know; the applicant never learns."""
    submission = assignment.round.submission
    if submission.applicant_id == viewer.id:
        return False
    if assignment.reviewer_id == viewer.id:
        return True
    if _sits(viewer, assignment):
        return False
    return True if has_role(viewer, Role.OFFICER) else None


def _review(viewer: Any, assignment: Assignment) -> bool | None:
    """What was written: the author; officers once it was handed in; the applicant, without names, once decided."""
    submission = assignment.round.submission
    if assignment.reviewer_id == viewer.id:
        return True
    if assignment.state is not AssignmentState.HANDED_IN:
        return False
    if submission.applicant_id == viewer.id:
        return submission.state is SubmissionState.DECIDED
    if _sits(viewer, assignment):
        return False
    return True if has_role(viewer, Role.OFFICER) else None


def _sits(viewer: Any, assignment: Assignment) -> bool:
    """Whether this viewer is asked to review in the same round; the round is at hand, so no query for each seat."""
    return any(one.reviewer_id == viewer.id and one.state in ASKED for one in assignment.round.assignments)


def _confidential_note(viewer: Any, assignment: Assignment) -> bool | None:
    """The word for the committee: its author and officers, never the applicant."""
    if assignment.round.submission.applicant_id == viewer.id:
        return False
    return _review(viewer, assignment)


def _outcome(viewer: Any, submission: Submission) -> bool | None:
    """The decision: the applicant once it was made, officers without a part in the matter."""
    if submission.applicant_id == viewer.id:
        return submission.state is SubmissionState.DECIDED
    if reviews_submission(viewer.id, submission.id, ASKED):
        return False
    return True if has_role(viewer, Role.OFFICER) else None
