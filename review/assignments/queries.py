"""Rounds, assignments, and candidates with their load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from portfolio.accounts.models import User
from portfolio.core.clock import today
from portfolio.core.db import session
from portfolio.core.web.pagination import Page, paginate
from portfolio.organizations.models import Membership, Organization, Role
from portfolio.organizations.queries import has_role
from portfolio.partners.queries import names_in_works
from portfolio.submissions.models import Snapshot, Submission, SubmissionState
from portfolio.submissions.snapshots import EMAIL, sealed_value
from review.assignments.models import LIVE_STATES, Assignment, AssignmentState, ReviewRound
from review.assignments.redaction import names_of_others
from review.conflicts.detection import Cause
from review.conflicts.models import Conflict
from review.conflicts.queries import declared, detected
from review.reviewers.models import ReviewerProfile
from review.reviewers.queries import profiles_of, reviewers

LOADING = (AssignmentState.INVITED, AssignmentState.ACCEPTED)


def names_to_hide(snapshot: Snapshot) -> list[str]:
    """What gives the applicant away beyond the text of a snapshot: the address, and the names of the partners."""
    address = sealed_value(snapshot, EMAIL)
    partners = names_in_works([work.work_id for work in snapshot.works])
    return [*([address] if address else []), *names_of_others(partners)]


@dataclass(frozen=True)
class Candidate:
    """A possible reviewer of one submission, with everything an officer weighs."""

    user: User
    profile: ReviewerProfile | None
    university: Organization | None
    load: int
    causes: list[Cause]
    declaration: Conflict | None
    assignment: Assignment | None

    @property
    def capacity(self) -> int:
        """How many at a time are welcome."""
        return self.profile.capacity if self.profile else 4

    @property
    def is_full(self) -> bool:
        """Whether one more is over what was said to be welcome."""
        return self.load >= self.capacity

    @property
    def is_away(self) -> bool:
        """Whether the person said to be away today."""
        return bool(self.profile and self.profile.away_until and self.profile.away_until >= today())

    @property
    def conflicted(self) -> bool:
        """Whether anything on record or declared forbids this person to judge."""
        return bool(self.causes) or bool(self.declaration and self.declaration.ground)


def visible_to(user: Any) -> Select[Any]:
    """Assignments this person may know of: a reviewer's own; every one for officers, but those on their own work."""
    statement = (
        select(Assignment)
        .join(Assignment.round)
        .join(ReviewRound.submission)
        .options(
            joinedload(Assignment.round)
            .joinedload(ReviewRound.submission)
            .options(joinedload(Submission.call), joinedload(Submission.portfolio)),
        )
    )
    if has_role(user, Role.OFFICER):
        return statement.where(Submission.applicant_id != user.id)
    return statement.where(Assignment.reviewer_id == user.id)


def find(user: Any, id: int) -> Assignment | None:
    """An assignment this person may know of."""
    return session.scalars(visible_to(user).where(Assignment.id == id)).one_or_none()


def own(user: Any) -> Select[Any]:
    """A reviewer's own assignments."""
    return (
        select(Assignment)
        .where(Assignment.reviewer_id == user.id)
        .options(
            joinedload(Assignment.round).joinedload(ReviewRound.submission).joinedload(Submission.call),
            joinedload(Assignment.round)
            .joinedload(ReviewRound.snapshot)
            .load_only(Snapshot.id)
            .selectinload(Snapshot.works),
        )
    )


def find_own(user: Any, id: int) -> Assignment | None:
    """One of the reviewer's own assignments, whatever other roles they hold."""
    return session.scalars(own(user).where(Assignment.id == id)).unique().one_or_none()


def own_in(user: Any, states: Sequence[AssignmentState], limit: int = 20) -> Sequence[Assignment]:
    """A reviewer's assignments in these states, the nearest due first."""
    return (
        session.scalars(
            own(user).where(Assignment.state.in_(states)).order_by(Assignment.due_on, Assignment.id).limit(limit)
        )
        .unique()
        .all()
    )


def every_own(user: Any) -> Sequence[Assignment]:
    """All of a reviewer's assignments, for the export of personal data."""
    return session.scalars(own(user).order_by(Assignment.id)).unique().all()


def own_page(user: Any, number: int) -> Page[Assignment]:
    """All of a reviewer's assignments, newest first; those taken back are left out."""
    statement = own(user).where(Assignment.state != AssignmentState.CANCELLED).order_by(Assignment.id.desc())
    return paginate(session, statement, number)


def for_change(id: int) -> Assignment:
    """The assignment read afresh, its row locked until the transaction ends."""
    return session.get_one(Assignment, id, populate_existing=True, with_for_update=True)


def open_round(submission_id: int) -> ReviewRound | None:
    """The open round of a submission."""
    return session.scalars(
        select(ReviewRound)
        .where(ReviewRound.submission_id == submission_id, ReviewRound.closed_at.is_(None))
        .options(selectinload(ReviewRound.assignments).joinedload(Assignment.reviewer))
    ).one_or_none()


def latest_round(submission_id: int) -> ReviewRound | None:
    """The newest round of a submission, open or closed."""
    return session.scalars(
        select(ReviewRound)
        .where(ReviewRound.submission_id == submission_id)
        .options(selectinload(ReviewRound.assignments).joinedload(Assignment.reviewer))
        .order_by(ReviewRound.sequence.desc())
        .limit(1)
    ).one_or_none()


def next_sequence(submission_id: int) -> int:
    """The number of the next round."""
    return (
        session.scalar(select(func.max(ReviewRound.sequence)).where(ReviewRound.submission_id == submission_id)) or 0
    ) + 1


def next_seat(round_id: int) -> int:
    """The next free seat of a round; seats are never given twice."""
    return (session.scalar(select(func.max(Assignment.seat)).where(Assignment.round_id == round_id)) or 0) + 1


def of_reviewer(round_id: int, reviewer_id: int) -> Assignment | None:
    """A reviewer's assignment in a round, whatever its state."""
    return session.scalars(
        select(Assignment).where(Assignment.round_id == round_id, Assignment.reviewer_id == reviewer_id)
    ).one_or_none()


def reviews_submission(user_id: int, submission_id: int, states: Sequence[AssignmentState]) -> bool:
    """Whether this person holds an assignment on this submission in one of these states."""
    statement = (
        select(Assignment.id)
        .join(Assignment.round)
        .where(
            ReviewRound.submission_id == submission_id,
            Assignment.reviewer_id == user_id,
            Assignment.state.in_(states),
        )
        .limit(1)
    )
    return session.scalar(statement) is not None


def candidates(submission: Submission, round_: ReviewRound | None, words: str, number: int) -> Page[Candidate]:
    """A page of people who might review a submission, each with load, capacity, university and conflicts."""
    page = paginate(session, reviewers(words), number, per_page=15)
    people: list[User] = list(page)
    ids = [person.id for person in people]
    profiles, loads, said = profiles_of(ids), loads_of(ids), declared(submission.id, ids)
    seen = detected(submission, people)
    places = {
        row.user_id: row.university
        for row in session.scalars(
            select(Membership).where(Membership.user_id.in_(ids)).options(joinedload(Membership.university))
        )
    }
    sitting = {assignment.reviewer_id: assignment for assignment in (round_.assignments if round_ else [])}
    found = [
        Candidate(
            user=person,
            profile=profiles.get(person.id),
            university=places.get(person.id),
            load=loads.get(person.id, 0),
            causes=seen.get(person.id, []),
            declaration=said.get(person.id),
            assignment=sitting.get(person.id),
        )
        for person in people
    ]
    return Page(found, page.number, page.per_page, page.has_next)


def loads_of(reviewer_ids: Sequence[int]) -> dict[int, int]:
    """How many invitations and reviews each of these people has open, in one query."""
    rows = session.execute(
        select(Assignment.reviewer_id, func.count())
        .where(Assignment.reviewer_id.in_(reviewer_ids), Assignment.state.in_(LOADING))
        .group_by(Assignment.reviewer_id)
    ).all()
    return {reviewer_id: count for reviewer_id, count in rows}


def short_of_reviewers(user: Any, limit: int) -> Sequence[ReviewRound]:
    """Open rounds with too few live assignments, the oldest first."""
    live = (
        select(func.count())
        .select_from(Assignment)
        .where(Assignment.round_id == ReviewRound.id, Assignment.state.in_(LIVE_STATES))
        .correlate(ReviewRound)
        .scalar_subquery()
    )
    return _open_rounds(user, limit, live < ReviewRound.reviewers_wanted)


def ready_to_decide(user: Any, limit: int) -> Sequence[ReviewRound]:
    """Open rounds in which enough reviews were handed in, the oldest first."""
    done = (
        select(func.count())
        .select_from(Assignment)
        .where(Assignment.round_id == ReviewRound.id, Assignment.state == AssignmentState.HANDED_IN)
        .correlate(ReviewRound)
        .scalar_subquery()
    )
    return _open_rounds(user, limit, done >= ReviewRound.reviewers_wanted)


def overdue(user: Any, limit: int) -> Sequence[Assignment]:
    """Assignments past their day and not handed in, the latest first to be mended."""
    return session.scalars(
        select(Assignment)
        .join(Assignment.round)
        .join(ReviewRound.submission)
        .where(
            Assignment.state.in_(LOADING),
            Assignment.due_on < today(),
            ReviewRound.closed_at.is_(None),
            Submission.applicant_id != user.id,
            _without_part_of(user),
        )
        .options(
            joinedload(Assignment.round).joinedload(ReviewRound.submission).joinedload(Submission.portfolio),
            joinedload(Assignment.reviewer),
        )
        .order_by(Assignment.due_on, Assignment.id)
        .limit(limit)
    ).all()


def _without_part_of(user: Any) -> ColumnElement[bool]:
    """Rounds in which this officer is not one of the reviewers, who learn nothing of each other."""
    own = select(Assignment.round_id).where(Assignment.reviewer_id == user.id, Assignment.state.in_(LIVE_STATES))
    return ReviewRound.id.not_in(own)


def _open_rounds(user: Any, limit: int, condition: Any) -> Sequence[ReviewRound]:
    return session.scalars(
        select(ReviewRound)
        .join(ReviewRound.submission)
        .where(
            ReviewRound.closed_at.is_(None),
            Submission.state == SubmissionState.UNDER_REVIEW,
            Submission.applicant_id != user.id,
            _without_part_of(user),
            condition,
        )
        .options(
            joinedload(ReviewRound.submission).joinedload(Submission.portfolio),
            selectinload(ReviewRound.assignments),
        )
        .order_by(ReviewRound.opened_at, ReviewRound.id)
        .limit(limit)
    ).all()
