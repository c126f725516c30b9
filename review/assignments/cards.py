"""What assignments bring to the menu, the home pages and the officer's page of a submission."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import HomeCard, Hooks, NavItem
from portfolio.core.permissions import access
from portfolio.organizations.models import Role
from portfolio.organizations.queries import has_role
from portfolio.submissions.models import Submission, SubmissionState
from review.assignments import queries
from review.assignments.models import LIVE_STATES, AssignmentState
from review.assignments.permissions import AssignmentPermission
from review.panels.queries import rule_of
from review.reviewers.queries import profile_of

SHOWN = 5
OPEN = (SubmissionState.SUBMITTED, SubmissionState.UNDER_REVIEW)


def register(hooks: Hooks) -> None:
    """Fill the extension points."""
    hooks.navigation.append(_navigation)
    hooks.home_cards.append(_officer_cards)
    hooks.submission_panels.append(_panel)


def _navigation(user: Any) -> Iterator[NavItem]:
    if has_role(user, Role.REVIEWER):
        yield NavItem(_l("My reviews"), "assignments.index", 25)


def _officer_cards(user: Any) -> Iterator[HomeCard]:
    if has_role(user, Role.OFFICER):
        short, late = queries.short_of_reviewers(user, SHOWN), queries.overdue(user, SHOWN)
        if short or late:
            yield HomeCard(
                "assignments/_officer_card.html",
                {"short": short, "late": late},
                order=14,
                place="tasks",
                waiting=len(short) + len(late),
            )
    if has_role(user, Role.REVIEWER):
        yield HomeCard(
            "assignments/_reviewer_aside.html",
            {"load": queries.loads_of([user.id]).get(user.id, 0), "capacity": profile_of(user.id).capacity},
            order=30,
            place="aside",
        )


def _panel(user: Any, submission: Submission) -> Iterator[HomeCard]:
    if not access(AssignmentPermission.ASSIGN, user, submission) or submission.state is SubmissionState.RETURNED:
        return
    round_ = queries.latest_round(submission.id)
    assignments = [] if round_ is None else round_.assignments
    shown = [one for one in assignments if one.state is not AssignmentState.CANCELLED]
    yield HomeCard(
        "assignments/_officer_panel.html",
        {
            "submission": submission,
            "assignments": shown,
            "live": sum(one.state in LIVE_STATES for one in assignments),
            "wanted": round_.reviewers_wanted if round_ else rule_of(submission.call_id).reviewers,
            "open": submission.state in OPEN,
        },
        order=10,
    )
