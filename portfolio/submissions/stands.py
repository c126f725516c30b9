"""Where submitted portfolios stand, for every page that shows portfolios: two queries for a whole list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portfolio.core.hooks import Hooks, PortfolioStand
from portfolio.core.i18n.dates import format_date
from portfolio.submissions import queries
from portfolio.submissions.models import Submission, SubmissionState
from portfolio.submissions.workflow import DECIDE, RETURN, START_REVIEW, STATE_LABELS, STATE_TAGS, SUBMIT

# How many of the six steps lie behind a submission in this state.
_BEHIND = {
    SubmissionState.RETURNED: 2,
    SubmissionState.SUBMITTED: 2,
    SubmissionState.UNDER_REVIEW: 3,
    SubmissionState.DECIDED: 5,
}

_NEXT: dict[SubmissionState, Any] = {
    SubmissionState.RETURNED: _l("Mend what the association's office asked for, then submit again."),
    SubmissionState.SUBMITTED: _l("The association's office checks whether everything is there."),
    SubmissionState.UNDER_REVIEW: _l("Experts are reviewing the works. There is nothing for you to do."),
    SubmissionState.DECIDED: _l("Read the outcome, generate the dossier and release it to your university."),
}


def stands(portfolios: Sequence[Any]) -> Mapping[int, PortfolioStand]:
    """The stands of those portfolios whose newest submission is neither a draft nor withdrawn."""
    found = queries.newest_of([portfolio.id for portfolio in portfolios])
    told = [submission for submission in found if submission.state in _BEHIND]
    moments = queries.last_moves([submission.id for submission in told])
    return {submission.portfolio_id: _stand(submission, moments.get(submission.id, {})) for submission in told}


def _stand(submission: Submission, last: Mapping[str, datetime]) -> PortfolioStand:
    kind, symbol = STATE_TAGS[submission.state]
    return PortfolioStand(
        word=STATE_LABELS[submission.state],
        kind=kind,
        symbol=symbol,
        steps=tuple(_steps(submission, last)),
        next=_NEXT[submission.state],
    )


def _steps(submission: Submission, last: Mapping[str, datetime]) -> list[tuple[str, Any, str]]:
    call = submission.call
    words: list[tuple[Any, str]] = [
        (_("Draft and check"), ""),
        (_("Submit"), _day(last.get(SUBMIT))),
        (_("Completeness check"), _day(last.get(START_REVIEW))),
        (_("Review by experts"), "" if DECIDE in last else _expected(call.review_due_on)),
        (_("Committee's resolution"), _day(last.get(DECIDE)) or _expected(call.meeting_on)),
        (_("Dossier"), ""),
    ]
    here = _BEHIND[submission.state]
    rows = []
    for place, (word, when) in enumerate(words):
        state = "done" if place < here else ("now" if place == here else "")
        if place == here and submission.state is SubmissionState.RETURNED:
            state, when = "back", _day(last.get(RETURN))
        rows.append((state, word, when))
    return rows


def _day(at: datetime | None) -> str:
    return format_date(at, "short") if at else ""


def _expected(day: date | None) -> str:
    return _("by %(day)s", day=format_date(day, "short")) if day else ""


def register(hooks: Hooks) -> None:
    """Tell where portfolios stand."""
    hooks.portfolio_stands.append(stands)
