"""Conflicts declared and conflicts on record, for many reviewers at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portfolio.accounts.models import User
from portfolio.core.db import session
from portfolio.organizations.delegations.queries import has_assisted
from portfolio.organizations.models import Membership
from portfolio.submissions.models import Submission
from portfolio.submissions.snapshots import content_of
from review.conflicts.detection import Cause, Matter, Person, causes, full_names
from review.conflicts.models import Conflict


def declared(submission_id: int, reviewer_ids: Sequence[int]) -> dict[int, Conflict]:
    """What these reviewers declared about a submission; a row without ground says that there is no conflict."""
    rows = session.scalars(
        select(Conflict).where(Conflict.submission_id == submission_id, Conflict.reviewer_id.in_(reviewer_ids))
    )
    return {row.reviewer_id: row for row in rows}


def detected(submission: Submission, reviewers: Sequence[User]) -> dict[int, list[Cause]]:
    """Causes on record for each of these reviewers, in two queries; those without any are left out."""
    snapshot = submission.snapshot
    if snapshot is None:
        return {}
    matter = Matter.of(content_of(snapshot), submission.applicant.email)
    places = {
        row.user_id: row.university.code
        for row in session.scalars(
            select(Membership)
            .where(Membership.user_id.in_([reviewer.id for reviewer in reviewers]))
            .options(joinedload(Membership.university))
        )
    }
    assistants = has_assisted(submission.applicant_id, [reviewer.id for reviewer in reviewers])
    found = {
        reviewer.id: causes(matter, _person(reviewer, places.get(reviewer.id), reviewer.id in assistants))
        for reviewer in reviewers
    }
    return {reviewer_id: listed for reviewer_id, listed in found.items() if listed}


def _person(user: User, university_code: str | None, has_assisted: bool) -> Person:
    names = full_names(
        [(user.given_name_th, user.family_name_th), (user.given_name_en, user.family_name_en)],
    )
    return Person(user.email, names, university_code, has_assisted)
