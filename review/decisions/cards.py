"""What decisions bring to the officers' home and to the pages of a submission."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portfolio.core.hooks import HomeCard, Hooks, current_hooks
from portfolio.core.permissions import access
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role
from portfolio.submissions.models import Submission, SubmissionState
from review.assignments.models import AssignmentState
from review.assignments.queries import latest_round, ready_to_decide
from review.decisions.matter import check_digests
from review.decisions.permissions import OUTCOME, DecisionPermission
from review.decisions.queries import decisions_of

SHOWN = 5


def register(hooks: Hooks) -> None:
    """Fill the extension points."""
    hooks.home_cards.append(_cards)
    hooks.submission_panels.append(_panel)
    hooks.invariants["decisions"] = check_digests


def _cards(user: Any) -> Iterator[HomeCard]:
    if has_role(user, Role.OFFICER):
        rounds = ready_to_decide(user, SHOWN)
        if rounds:
            yield HomeCard(
                "decisions/_officer_card.html", {"rounds": rounds}, order=12, place="tasks", waiting=len(rounds)
            )


def _panel(user: Any, submission: Submission) -> Iterator[HomeCard]:
    if submission.state not in (SubmissionState.UNDER_REVIEW, SubmissionState.DECIDED):
        return
    round_ = latest_round(submission.id)
    if round_ is None:
        return
    if submission.applicant_id == user.id:
        if current_hooks().discloses(user, OUTCOME, submission):
            context = {"submission": submission, "decisions": decisions_of(round_)}
            yield HomeCard("decisions/_result_panel.html", context, order=5)
    elif access(DecisionPermission.DECIDE, user, submission):
        done = sum(one.state is AssignmentState.HANDED_IN for one in round_.assignments)
        open_ = submission.state is SubmissionState.UNDER_REVIEW
        context = {
            "submission": submission,
            "lacking": max(0, round_.reviewers_wanted - done) if open_ else 0,
            "open": open_,
        }
        yield HomeCard("decisions/_officer_panel.html", context, order=20)
