"""Inviting reviewers, their answers, and what closes an assignment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from portfolio.accounts.models import User
from portfolio.calls.models import Anonymity
from portfolio.core.audit.operations import record
from portfolio.core.clock import now, today
from portfolio.core.db import session
from portfolio.core.hooks import Hooks, Transition
from portfolio.core.permissions import demand
from portfolio.core.workflow import ImpossibleMove
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role
from portfolio.submissions.models import Submission, SubmissionState
from portfolio.submissions.operations import move
from portfolio.submissions.workflow import START_REVIEW, WITHDRAW
from review.assignments import letters, queries
from review.assignments.models import Assignment, AssignmentState, ReviewRound
from review.assignments.permissions import AssignmentAction, AssignmentPermission
from review.conflicts.detection import Cause
from review.conflicts.models import Conflict, ConflictGround
from review.conflicts.operations import declare
from review.conflicts.queries import declared, detected
from review.panels.queries import rule_of


class ConflictFoundError(Exception):
    """The reviewer must not judge this submission; carries why."""

    def __init__(self, causes: Sequence[Cause], declaration: Conflict | None) -> None:
        super().__init__("conflict of interest")
        self.causes = list(causes)
        self.declaration = declaration


class NotAReviewerError(Exception):
    """The person is no reviewer, or in a double-blind call one who sees applicants as an officer."""


def invite(*, submission: Submission, reviewer: User, actor: Any, due_on: date | None = None) -> Assignment:
    """Ask a reviewer. The first invitation opens the round on the latest snapshot and begins the review.

    A reviewer who declined or was cancelled is asked anew; one who is asked already keeps that invitation. Raises
    ConflictFoundError, NotAReviewerError or ImpossibleMove.
    """
    demand(AssignmentPermission.ASSIGN, actor, submission)
    if submission.state not in (SubmissionState.SUBMITTED, SubmissionState.UNDER_REVIEW):
        raise ImpossibleMove("invite", submission.state)
    _check_reviewer(submission, reviewer)
    round_ = queries.open_round(submission.id) or _open_round(submission, actor)
    assignment = queries.of_reviewer(round_.id, reviewer.id)
    if assignment is None:
        assignment = Assignment(
            round_id=round_.id,
            reviewer_id=reviewer.id,
            seat=queries.next_seat(round_.id),
            due_on=due_on or round_.due_on,
            invited_by_id=actor.id,
        )
        session.add(assignment)
    elif assignment.state in (AssignmentState.DECLINED, AssignmentState.CANCELLED):
        assignment.state = AssignmentState.INVITED
        assignment.due_on = due_on or max(round_.due_on, assignment.due_on)
        assignment.invited_by_id, assignment.invited_at = actor.id, now()
        assignment.answered_at, assignment.decline_reason = None, ""
    else:
        return assignment
    session.flush()
    session.expire(round_, ["assignments"])
    _record(AssignmentAction.INVITE, assignment, actor)
    letters.invitation(assignment)
    return assignment


def accept(*, assignment: Assignment, actor: Any) -> Assignment:
    """Accept, declaring to be free of conflict: the material opens."""
    demand(AssignmentPermission.ANSWER, actor, assignment)
    declare(submission=assignment.round.submission, reviewer=actor, ground=None, actor=actor)
    _answer(assignment, AssignmentState.ACCEPTED)
    _record(AssignmentAction.ACCEPT, assignment, actor)
    return assignment


def decline(*, assignment: Assignment, actor: Any, reason: str = "") -> Assignment:
    """Decline, with a reason for the officers if the reviewer gives one."""
    demand(AssignmentPermission.ANSWER, actor, assignment)
    _answer(assignment, AssignmentState.DECLINED, reason)
    _record(AssignmentAction.DECLINE, assignment, actor)
    letters.declined(assignment)
    return assignment


def declare_conflict(*, assignment: Assignment, actor: Any, ground: ConflictGround, detail: str = "") -> Assignment:
    """Declare a conflict, before accepting or after: the assignment ends and what it opened is closed again."""
    invited = assignment.state is AssignmentState.INVITED
    demand(AssignmentPermission.ANSWER if invited else AssignmentPermission.DECLARE, actor, assignment)
    declare(submission=assignment.round.submission, reviewer=actor, ground=ground, detail=detail, actor=actor)
    _answer(assignment, AssignmentState.DECLINED)
    _record(AssignmentAction.DECLINE, assignment, actor)
    letters.declined(assignment)
    return assignment


def cancel(*, assignment: Assignment, actor: Any) -> Assignment:
    """Take an invitation or an unfinished review back."""
    demand(AssignmentPermission.MANAGE, actor, assignment)
    if assignment.state not in queries.LOADING:
        raise ImpossibleMove("cancel", assignment.state)
    _end(assignment, actor)
    letters.cancelled(assignment)
    return assignment


def extend(*, assignment: Assignment, due_on: date, actor: Any) -> Assignment:
    """Give a reviewer another day."""
    demand(AssignmentPermission.MANAGE, actor, assignment)
    if assignment.state not in queries.LOADING:
        raise ImpossibleMove("extend", assignment.state)
    if due_on < today():
        raise ValueError("a due date lies ahead")
    assignment.due_on = due_on
    session.flush()
    _record(AssignmentAction.EXTEND, assignment, actor)
    letters.extended(assignment)
    return assignment


def mark_handed_in(*, assignment: Assignment, actor: Any) -> None:
    """Close an assignment whose review is complete; scoring has checked that."""
    assignment.state, assignment.handed_in_at = AssignmentState.HANDED_IN, now()
    session.flush()
    _record(AssignmentAction.HAND_IN, assignment, actor)
    letters.handed_in(assignment)


def close_round(*, round_: ReviewRound, actor: Any) -> None:
    """Close a round; what was not handed in is no longer asked for."""
    for assignment in round_.assignments:
        if assignment.state in queries.LOADING:
            _end(assignment, actor)
            letters.cancelled(assignment)
    round_.closed_at = now()
    session.flush()
    record(action=AssignmentAction.CLOSE_ROUND, actor_id=actor.id, subject_type="review_round", subject_id=round_.id)


def _check_reviewer(submission: Submission, reviewer: User) -> None:
    if not has_role(reviewer, Role.REVIEWER) or reviewer.id == submission.applicant_id:
        raise NotAReviewerError
    # An officer sees who applied; in a double-blind call such a person cannot also be the reviewer.
    if submission.call.anonymity is Anonymity.DOUBLE and has_role(reviewer, Role.OFFICER):
        raise NotAReviewerError
    causes = detected(submission, [reviewer]).get(reviewer.id, [])
    declaration = declared(submission.id, [reviewer.id]).get(reviewer.id)
    if causes or (declaration is not None and declaration.ground is not None):
        raise ConflictFoundError(causes, declaration)


def _open_round(submission: Submission, actor: Any) -> ReviewRound:
    snapshot = submission.snapshot
    if snapshot is None:
        raise ImpossibleMove("invite", submission.state)
    if submission.state is SubmissionState.SUBMITTED:
        move(submission=submission, name=START_REVIEW, actor=actor)
    rule = rule_of(submission.call_id)
    round_ = ReviewRound(
        submission_id=submission.id,
        snapshot_id=snapshot.id,
        sequence=queries.next_sequence(submission.id),
        reviewers_wanted=rule.reviewers,
        due_on=_due(submission, rule.review_days),
        opened_by_id=actor.id,
    )
    session.add(round_)
    session.flush()
    record(
        action=AssignmentAction.OPEN_ROUND,
        actor_id=actor.id,
        subject_type="review_round",
        subject_id=round_.id,
        digests={"snapshot": snapshot.digest},
    )
    return round_


def _due(submission: Submission, days: int) -> date:
    """The call's day where it lies far enough ahead to be fair, else the rule's number of days from today."""
    by_rule = today() + timedelta(days=days)
    by_call = submission.call.review_due_on
    return by_call if by_call is not None and by_call > today() + timedelta(days=6) else by_rule


def _answer(assignment: Assignment, state: AssignmentState, reason: str = "") -> None:
    assignment.state, assignment.answered_at, assignment.decline_reason = state, now(), reason
    session.flush()


def _end(assignment: Assignment, actor: Any) -> None:
    assignment.state = AssignmentState.CANCELLED
    session.flush()
    _record(AssignmentAction.CANCEL, assignment, actor)


def _record(action: AssignmentAction, assignment: Assignment, actor: Any) -> None:
    record(action=action, actor_id=actor.id, subject_type="assignment", subject_id=assignment.id)


def _on_withdraw(told: Transition) -> None:
    """A withdrawn submission is judged no further."""
    round_ = queries.open_round(told.subject.id)
    if round_ is not None:
        close_round(round_=round_, actor=told.actor)


def register(hooks: Hooks) -> None:
    """Fill the extension points."""
    hooks.on(WITHDRAW, _on_withdraw)
