"""The line of steps that every submission shows: where it stands and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from flask_babel import gettext as _

from portfolio.core.i18n.dates import format_date
from portfolio.submissions.models import Submission, SubmissionMove, SubmissionState
from portfolio.submissions.workflow import DECIDE, RETURN, START_REVIEW, SUBMIT

Step = tuple[str, str, str]

_REACHED = {
    SubmissionState.DRAFT: 0,
    SubmissionState.RETURNED: 0,
    SubmissionState.SUBMITTED: 1,
    SubmissionState.UNDER_REVIEW: 2,
    SubmissionState.DECIDED: 4,
}


def steps_of(submission: Submission, moves: Sequence[SubmissionMove]) -> list[Step]:
    """(state, word, when) for the line of steps; state is done, now, back or nothing."""
    last = {move.name: move.at for move in moves}
    due, meeting = submission.call.review_due_on, submission.call.meeting_on
    words = [
        (_("Submitted"), _day(last.get(SUBMIT))),
        (_("Completeness check"), _day(last.get(START_REVIEW))),
        (_("Review"), "" if DECIDE in last else _expected(due)),
        (_("Decision"), _day(last.get(DECIDE)) or _expected(meeting)),
    ]
    if submission.state is SubmissionState.WITHDRAWN:
        reached = 1 if SUBMIT in last else 0
        rows = [("done" if place < reached else "", word, when) for place, (word, when) in enumerate(words)]
        return [*rows[:reached], ("now", _("Withdrawn"), _day(submission.state_since))]
    here = _REACHED[submission.state]
    rows = []
    for place, (word, when) in enumerate(words):
        state = "done" if place < here else ("now" if place == here else "")
        if place == here and submission.state is SubmissionState.RETURNED:
            state, word, when = "back", _("Returned for revision"), _day(last.get(RETURN))
        rows.append((state, word, when if state else when or ""))
    return rows


def _day(at: datetime | None) -> str:
    return format_date(at, "short") if at else ""


def _expected(day: date | None) -> str:
    return _("by %(day)s", day=format_date(day, "short")) if day else ""
