"""Reviews, what is missing from them, and the pictures of exhibits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from portfolio.core.db import session
from portfolio.core.hooks import Hooks
from portfolio.core.personal import rows_of, table, values_of
from portfolio.core.storage.models import StoredFile
from portfolio.criteria.models import Criterion
from portfolio.evidence.models import PreviewPage
from portfolio.submissions.models import SnapshotFile, SnapshotWork
from review.assignments.models import Assignment
from review.assignments.queries import find_own
from review.scoring.models import OverallLevel, Review, Score

OVERALL = "overall"
REMARK = "remark"


@dataclass(frozen=True)
class Missing:
    """One thing without which a review cannot be handed in. `position` is None for the remark on the whole."""

    position: int | None
    code: str
    level: bool
    reason: bool


@dataclass(frozen=True)
class Place:
    """A work of an assignment, and a criterion under it where one is asked for."""

    assignment: Assignment
    work: SnapshotWork
    criterion: Criterion | None = None


@dataclass(frozen=True)
class Exhibit:
    """An exhibit of an assignment, and the picture of one of its pages where one is asked for."""

    assignment: Assignment
    number: int
    picture: StoredFile | None = None


def find(user: Any, id: int) -> Assignment | None:
    """An assignment of the reviewer's own, with the material's whereabouts."""
    return find_own(user, id)


def review_of(assignment: Assignment) -> Review | None:
    """What was written so far."""
    return session.scalars(
        select(Review)
        .where(Review.assignment_id == assignment.id)
        .options(selectinload(Review.scores), selectinload(Review.overall))
    ).one_or_none()


def reviews_of(assignment_ids: Sequence[int]) -> dict[int, Review]:
    """Several reviews whole, in three queries."""
    rows = session.scalars(
        select(Review)
        .where(Review.assignment_id.in_(assignment_ids))
        .options(selectinload(Review.scores), selectinload(Review.overall), joinedload(Review.assignment))
    )
    return {row.assignment_id: row for row in rows}


def score_of(review: Review | None, work_id: int, code: str) -> Score | None:
    """The score of a criterion of a work."""
    if review is None:
        return None
    return next((s for s in review.scores if s.snapshot_work_id == work_id and s.criterion_code == code), None)


def overall_of(review: Review | None, work_id: int) -> OverallLevel | None:
    """The overall level of a work."""
    if review is None:
        return None
    return next((one for one in review.overall if one.snapshot_work_id == work_id), None)


def missing(review: Review | None, works: Sequence[SnapshotWork], criteria: Sequence[Criterion]) -> list[Missing]:
    """What stands in the way of handing in, in the order of the page."""
    found = []
    for work in works:
        for criterion in criteria:
            score = score_of(review, work.id, criterion.code)
            level, reason = score is None or score.level is None, score is None or not score.reason.strip()
            if level or reason:
                found.append(Missing(work.position, criterion.code, level, reason))
        overall = overall_of(review, work.id)
        level, reason = overall is None or overall.grade is None, overall is None or not overall.reason.strip()
        if level or reason:
            found.append(Missing(work.position, OVERALL, level, reason))
    if review is None or not review.remark.strip():
        found.append(Missing(None, REMARK, False, True))
    return found


def progress_of(assignments: Sequence[Assignment]) -> dict[int, int]:
    """How many levels were given in each review, in one query."""
    rows = session.execute(
        select(Review.assignment_id, func.count(Score.id))
        .join(Score, Score.review_id == Review.id)
        .where(Review.assignment_id.in_([one.id for one in assignments]), Score.level.is_not(None))
        .group_by(Review.assignment_id)
    ).all()
    return {assignment_id: count for assignment_id, count in rows}


def rendered_pages(assignment: Assignment, number: int) -> list[int]:
    """Which pages of an exhibit have a picture."""
    return list(
        session.scalars(
            select(PreviewPage.page)
            .join(SnapshotFile, SnapshotFile.sha256 == PreviewPage.source_sha256)
            .where(SnapshotFile.snapshot_id == assignment.round.snapshot_id, SnapshotFile.exhibit_number == number)
            .order_by(PreviewPage.page)
        )
    )


def find_work(user: Any, id: int, position: int) -> Place | None:
    """A work of the snapshot that this reviewer was given."""
    assignment = find(user, id)
    works = assignment.round.snapshot.works if assignment else []
    work = next((one for one in works if one.position == position), None)
    return Place(assignment, work) if assignment is not None and work is not None else None


def find_score(user: Any, id: int, position: int, code: str) -> Place | None:
    """A criterion of such a work."""
    place = find_work(user, id, position)
    scored = place.assignment.round.submission.call.criteria_set.scored if place else []
    criterion = next((one for one in scored if one.code == code), None)
    return Place(place.assignment, place.work, criterion) if place is not None and criterion is not None else None


def work_again(assignment: Assignment, work_id: int) -> SnapshotWork:
    """The work read afresh inside a transaction."""
    return next(work for work in assignment.round.snapshot.works if work.id == work_id)


def find_picture(user: Any, id: int, number: int, page: int) -> Exhibit | None:
    """The picture of a page of an exhibit of the snapshot that this reviewer was given."""
    assignment = find(user, id)
    if assignment is None:
        return None
    picture = session.scalars(
        select(StoredFile)
        .join(PreviewPage, PreviewPage.picture_id == StoredFile.id)
        .join(SnapshotFile, SnapshotFile.sha256 == PreviewPage.source_sha256)
        .where(
            SnapshotFile.snapshot_id == assignment.round.snapshot_id,
            SnapshotFile.exhibit_number == number,
            PreviewPage.page == page,
        )
        .limit(1)
    ).one_or_none()
    return Exhibit(assignment, number, picture) if picture is not None else None


def find_original(user: Any, id: int, number: int) -> Exhibit | None:
    """The file of an exhibit as it was handed in."""
    assignment = find(user, id)
    if assignment is None:
        return None
    original = session.scalars(
        select(StoredFile)
        .join(SnapshotFile, SnapshotFile.stored_file_id == StoredFile.id)
        .where(SnapshotFile.snapshot_id == assignment.round.snapshot_id, SnapshotFile.exhibit_number == number)
    ).one_or_none()
    return Exhibit(assignment, number, original) if original is not None else None


def _personal_data(user: Any) -> list[dict[str, Any]]:
    """What a reviewer wrote, for the copy of their data that they may ask for."""
    reviews = table("reviews")
    mine = values_of(
        Review.id, Review.assignment_id.in_(select(Assignment.id).where(Assignment.reviewer_id == user.id))
    )
    return rows_of(reviews, reviews.c.id.in_(mine))


def register(hooks: Hooks) -> None:
    """Bring reviews to the copy of a person's data."""
    hooks.personal_data["reviews"] = _personal_data
