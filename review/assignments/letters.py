"""Letters about assignments. To a reviewer they say nothing of the applicant; to officers nothing of the content."""

from __future__ import annotations

from typing import Any

from portfolio.core.mail.operations import enqueue_mail
from portfolio.organizations.models import Role
from portfolio.organizations.queries import people_with_role
from review.assignments.models import Assignment

OFFICERS_TOLD = 20


def invitation(assignment: Assignment) -> None:
    """Please review; the link only opens a page, whose buttons act."""
    _to_reviewer(assignment, "assignments_invitation")


def cancelled(assignment: Assignment) -> None:
    """Nothing is asked any more."""
    _to_reviewer(assignment, "assignments_cancelled")


def extended(assignment: Assignment) -> None:
    """Another day."""
    _to_reviewer(assignment, "assignments_extended")


def declined(assignment: Assignment) -> None:
    """To the officers: a seat is free."""
    _to_officers(assignment, "assignments_declined")


def handed_in(assignment: Assignment) -> None:
    """A receipt to the reviewer, a line to the officers."""
    _to_reviewer(assignment, "assignments_handed_in")
    _to_officers(assignment, "assignments_review_in")


def _to_reviewer(assignment: Assignment, template: str) -> None:
    _send(assignment, assignment.reviewer, template)


def _to_officers(assignment: Assignment, template: str) -> None:
    submission = assignment.round.submission
    for officer in people_with_role(Role.OFFICER)[:OFFICERS_TOLD]:
        if officer.id != submission.applicant_id:
            _send(assignment, officer, template)


def _send(assignment: Assignment, person: Any, template: str) -> None:
    submission, language = assignment.round.submission, str(person.language)
    enqueue_mail(
        to=person.email,
        language=language,
        template=template,
        context={
            "name": person.name_in(language),
            "assignment_id": assignment.id,
            "submission_id": submission.id,
            "reference": submission.reference,
            "seat": assignment.seat,
            "call": submission.call.title_in(language),
            "works": len(assignment.round.snapshot.works),
            "due_on": assignment.due_on,
        },
        key=f"{template}:{assignment.id}:{assignment.version}:{person.id}",
    )
