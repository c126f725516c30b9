"""Writing a review piece by piece, and handing it in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import Stale, session
from portfolio.core.permissions import demand
from portfolio.criteria.models import Grade
from portfolio.submissions.canonical import canonical, sha256
from portfolio.submissions.models import SnapshotWork
from review.assignments.models import Assignment
from review.assignments.operations import mark_handed_in
from review.scoring import queries
from review.scoring.models import OverallLevel, Review, Score
from review.scoring.permissions import ScoringAction, ScoringPermission
from review.scoring.queries import Missing

LEVELS = range(6)


class StaleTextError(Stale):
    """A text was saved elsewhere since this one was begun; carries both, so that neither is lost."""

    def __init__(self, mine: str, theirs: str, version: int) -> None:
        super().__init__("the text was saved elsewhere")
        self.mine = mine
        self.theirs = theirs
        self.version = version


class IncompleteError(Exception):
    """The review cannot be handed in yet; carries what is missing."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        super().__init__(f"{len(missing)} points are missing")
        self.missing = list(missing)


def save_level(*, assignment: Assignment, work: SnapshotWork, code: str, level: int | None, actor: Any) -> Score:
    """Give a criterion of a work its level, or take it back."""
    if level is not None and level not in LEVELS:
        raise ValueError("a level is 0 to 5")
    score = _score(assignment, work, code, actor)
    score.level = level
    return _kept(score)


def save_reason(*, assignment: Assignment, work: SnapshotWork, code: str, text: str, version: int, actor: Any) -> Score:
    """Write the reason for a level. Raises StaleTextError when the text was saved elsewhere in between."""
    score = _score(assignment, work, code, actor)
    _write(score, "reason", text, version)
    return _kept(score)


def save_grade(*, assignment: Assignment, work: SnapshotWork, grade: Grade | None, actor: Any) -> OverallLevel:
    """Give a work its one advisory level."""
    overall = _overall(assignment, work, actor)
    overall.grade = grade
    return _kept(overall)


def save_grade_reason(
    *, assignment: Assignment, work: SnapshotWork, text: str, version: int, actor: Any
) -> OverallLevel:
    """Write the reason for a work's level. Raises StaleTextError."""
    overall = _overall(assignment, work, actor)
    _write(overall, "reason", text, version)
    return _kept(overall)


def save_remark(*, assignment: Assignment, text: str, version: int, actor: Any) -> Review:
    """Write the remark on the portfolio, which the applicant will read. Raises StaleTextError."""
    review = _review(assignment, actor)
    _write(review, "remark", text, version)
    return _kept(review)


def save_confidential_note(*, assignment: Assignment, text: str, version: int, actor: Any) -> Review:
    """Write the word that only the secretariat and the committee read. Raises StaleTextError."""
    review = _review(assignment, actor)
    _write(review, "confidential_note", text, version)
    return _kept(review)


def hand_in(*, assignment: Assignment, actor: Any) -> Assignment:
    """Close a complete review for good. Raises IncompleteError with what is missing."""
    demand(ScoringPermission.WRITE, actor, assignment)
    review = queries.review_of(assignment)
    snapshot, criteria_set = assignment.round.snapshot, assignment.round.submission.call.criteria_set
    lacking = queries.missing(review, snapshot.works, criteria_set.scored)
    if lacking or review is None:
        raise IncompleteError(lacking)
    mark_handed_in(assignment=assignment, actor=actor)
    record(
        action=ScoringAction.HAND_IN,
        actor_id=actor.id,
        subject_type="review",
        subject_id=review.id,
        digests={"review": sha256(canonical(_plain(review))), "snapshot": snapshot.digest},
    )
    return assignment


def _review(assignment: Assignment, actor: Any) -> Review:
    demand(ScoringPermission.WRITE, actor, assignment)
    review = queries.review_of(assignment)
    if review is None:
        review = Review(assignment_id=assignment.id, remark="", remark_version=1, confidential_note="")
        review.confidential_note_version = 1
        session.add(review)
        session.flush()
    review.updated_at = now()
    return review


def _score(assignment: Assignment, work: SnapshotWork, code: str, actor: Any) -> Score:
    review = _review(assignment, actor)
    _check_place(assignment, work)
    if code not in {criterion.code for criterion in assignment.round.submission.call.criteria_set.scored}:
        raise ValueError("the call's criteria set has no such criterion")
    score = queries.score_of(review, work.id, code)
    if score is None:
        score = Score(snapshot_work_id=work.id, criterion_code=code, reason="", reason_version=1)
        review.scores.append(score)
    return score


def _overall(assignment: Assignment, work: SnapshotWork, actor: Any) -> OverallLevel:
    review = _review(assignment, actor)
    _check_place(assignment, work)
    overall = queries.overall_of(review, work.id)
    if overall is None:
        overall = OverallLevel(snapshot_work_id=work.id, reason="", reason_version=1)
        review.overall.append(overall)
    return overall


def _check_place(assignment: Assignment, work: SnapshotWork) -> None:
    if work.snapshot_id != assignment.round.snapshot_id:
        raise ValueError("the work is in another snapshot")


def _write(row: Any, field: str, text: str, version: int) -> None:
    """Replace a text that nobody else replaced; the same text again is no change."""
    known, known_version = getattr(row, field), getattr(row, f"{field}_version")
    if text == known:
        return
    if version != known_version:
        raise StaleTextError(text, known, known_version)
    setattr(row, field, text)
    setattr(row, f"{field}_version", known_version + 1)


def _kept(row: Any) -> Any:
    session.flush()
    return row


def _plain(review: Review) -> dict[str, Any]:
    return {
        "scores": sorted([s.snapshot_work_id, s.criterion_code, s.level, s.reason] for s in review.scores),
        "overall": sorted([one.snapshot_work_id, str(one.grade), one.reason] for one in review.overall),
        "remark": review.remark,
        "confidential_note": review.confidential_note,
    }
