"""What the reviews of a round say together: per work the levels, the panel's level, and each criterion's profile."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from portfolio.criteria.models import CriteriaSet, Criterion, Grade
from portfolio.submissions.models import SnapshotWork
from review.assignments.models import Assignment, AssignmentState, ReviewRound
from review.assignments.redaction import hide, names_of_people, names_of_universities
from review.reviewers.queries import memberships_of
from review.scoring.aggregation import Summary, panel_grade, summary
from review.scoring.models import Review
from review.scoring.queries import overall_of, reviews_of, score_of


@dataclass(frozen=True)
class Seat:
    """A review that was handed in, and by whom; `number` is how this page calls the reviewer."""

    number: int
    assignment: Assignment
    review: Review


@dataclass(frozen=True)
class CriterionLine:
    """A criterion of a work: what each seat gave, in the order of the seats, and the summary."""

    criterion: Criterion
    levels: tuple[int | None, ...]
    reasons: tuple[str, ...]
    summary: Summary


@dataclass(frozen=True)
class WorkPanel:
    """A work as the panel saw it."""

    work: SnapshotWork
    grades: tuple[Grade | None, ...]
    reasons: tuple[str, ...]
    grade: Grade | None
    lines: tuple[CriterionLine, ...]


@dataclass(frozen=True)
class Panel:
    """All that was handed in for a round."""

    round: ReviewRound
    seats: tuple[Seat, ...]
    works: tuple[WorkPanel, ...]

    @property
    def lacking(self) -> int:
        """How many reviews are still wanted."""
        return max(0, self.round.reviewers_wanted - len(self.seats))


def panel_of(round_: ReviewRound, criteria_set: CriteriaSet) -> Panel:
    """The round as officers see it, by seat."""
    handed_in = [one for one in round_.assignments if one.state is AssignmentState.HANDED_IN]
    return _build(round_, criteria_set, sorted(handed_in, key=lambda one: one.seat))


def anonymous_panel_of(round_: ReviewRound, criteria_set: CriteriaSet) -> Panel:
    """The round as its applicant sees it: in an order that tells nothing of seats and times, and stays the same.

    Every name, address and university of a reviewer that stands in a text is taken out of it.
    """
    handed_in = [one for one in round_.assignments if one.state is AssignmentState.HANDED_IN]
    shuffled = sorted(handed_in, key=lambda one: _lot(round_, one))
    return _build(round_, criteria_set, shuffled, hidden=_traces(round_))


def _traces(round_: ReviewRound) -> tuple[str, ...]:
    """What in a text would tell who reviewed."""
    people = [one.reviewer for one in round_.assignments]
    places = memberships_of([one.id for one in people]).values()
    return names_of_people(people) + names_of_universities(place.university for place in places)


def _lot(round_: ReviewRound, assignment: Assignment) -> str:
    """A place by lot: the snapshot's digest makes it, so neither invitation nor name does."""
    return hashlib.sha256(f"{round_.snapshot.digest}:{round_.sequence}:{assignment.reviewer_id}".encode()).hexdigest()


def _build(
    round_: ReviewRound, criteria_set: CriteriaSet, assignments: Sequence[Assignment], hidden: Sequence[str] = ()
) -> Panel:
    reviews = reviews_of([one.id for one in assignments])
    seats = tuple(
        Seat(number, one, reviews[one.id]) for number, one in enumerate(assignments, start=1) if one.id in reviews
    )
    works = tuple(_work(work, criteria_set, seats, tuple(hidden)) for work in round_.snapshot.works)
    return Panel(round_, seats, works)


def _work(work: SnapshotWork, criteria_set: CriteriaSet, seats: Sequence[Seat], hidden: tuple[str, ...]) -> WorkPanel:
    overall = [overall_of(seat.review, work.id) for seat in seats]
    grades = tuple(one.grade if one else None for one in overall)
    lines = []
    for criterion in criteria_set.scored:
        scores = [score_of(seat.review, work.id, criterion.code) for seat in seats]
        levels = tuple(one.level if one else None for one in scores)
        reasons = tuple(hide(one.reason, hidden) if one else "" for one in scores)
        lines.append(CriterionLine(criterion, levels, reasons, summary(levels)))
    return WorkPanel(
        work=work,
        grades=grades,
        reasons=tuple(hide(one.reason, hidden) if one else "" for one in overall),
        grade=panel_grade([grade for grade in grades if grade is not None]),
        lines=tuple(lines),
    )


def remarks_of(panel: Panel) -> list[str]:
    """The remarks on the portfolio in the panel's order, without names."""
    hidden = _traces(panel.round)
    return [hide(seat.review.remark, hidden) for seat in panel.seats if seat.review.remark.strip()]
