"""Letters that go out with the steps of a submission, written in the step's own transaction."""

from __future__ import annotations

from typing import Any

from portfolio.core.hooks import Hooks, Transition
from portfolio.core.mail.operations import enqueue_mail
from portfolio.organizations.models import Role
from portfolio.organizations.queries import people_with_role
from portfolio.submissions.models import Submission
from portfolio.submissions.workflow import RETURN, START_REVIEW, SUBMIT, WITHDRAW

OFFICERS_TOLD = 20


def register(hooks: Hooks) -> None:
    """Fill the extension points."""
    hooks.on(SUBMIT, on_submit)
    hooks.on(RETURN, on_return)
    hooks.on(START_REVIEW, on_start_review)
    hooks.on(WITHDRAW, on_withdraw)


def on_submit(told: Transition) -> None:
    """A receipt to the applicant, a line to the officers."""
    _to_applicant(told, "submissions_received")
    _to_officers(told, "submissions_new")


def on_return(told: Transition) -> None:
    """What is to be mended, to the applicant."""
    _to_applicant(told, "submissions_returned")


def on_start_review(told: Transition) -> None:
    """That the review has begun, to the applicant; by whom is nobody's business."""
    _to_applicant(told, "submissions_review_started")


def on_withdraw(told: Transition) -> None:
    """A confirmation to the applicant, a line to the officers."""
    _to_applicant(told, "submissions_withdrawn")
    _to_officers(told, "submissions_withdrawn_officer")


def _to_applicant(told: Transition, template: str) -> None:
    submission: Submission = told.subject
    _send(submission, told, submission.applicant, template)


def _to_officers(told: Transition, template: str) -> None:
    submission: Submission = told.subject
    for officer in people_with_role(Role.OFFICER)[:OFFICERS_TOLD]:
        if officer.id != submission.applicant_id:
            _send(submission, told, officer, template)


def _send(submission: Submission, told: Transition, person: Any, template: str) -> None:
    snapshot = submission.snapshot
    enqueue_mail(
        to=person.email,
        language=str(person.language),
        template=template,
        context={
            "name": person.name_in(str(person.language)),
            "submission_id": submission.id,
            "reference": submission.reference,
            "call": submission.call.title_th if str(person.language) == "th" else submission.call.title_en,
            "digest": snapshot.digest if snapshot else "",
            "at": submission.state_since,
            "note": told.note,
        },
        key=f"submission:{submission.id}:{submission.version}:{told.name}:{person.id}",
    )
