"""Decisions, letters and certificates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portfolio.core.db import session
from portfolio.submissions import queries as submissions
from portfolio.submissions.models import SnapshotWork, Submission
from review.assignments.models import ReviewRound
from review.decisions.models import Certificate, Decision, DecisionLetter


def find(user: Any, id: int) -> Submission | None:
    """A submission this person may know of."""
    return submissions.find(user, id)


def find_own(user: Any, id: int) -> Submission | None:
    """One of the person's own submissions."""
    return submissions.find_own(user, id)


def decisions_of(round_: ReviewRound) -> Sequence[Decision]:
    """The decisions of a round in the order of the works."""
    return session.scalars(
        select(Decision)
        .join(Decision.snapshot_work)
        .where(Decision.round_id == round_.id)
        .options(joinedload(Decision.snapshot_work), joinedload(Decision.certificate))
        .order_by(SnapshotWork.position)
    ).all()


def decisions_on(snapshot_id: int) -> Sequence[Decision]:
    """The decisions about a snapshot, with certificates and what the dossier prints of them."""
    return session.scalars(
        select(Decision)
        .join(Decision.snapshot_work)
        .where(SnapshotWork.snapshot_id == snapshot_id)
        .options(
            joinedload(Decision.snapshot_work),
            joinedload(Decision.certificate),
            joinedload(Decision.round).selectinload(ReviewRound.assignments),
        )
        .order_by(SnapshotWork.position)
    ).all()


def letter_of(round_: ReviewRound) -> DecisionLetter | None:
    """The letter that told the applicant."""
    return session.scalars(select(DecisionLetter).where(DecisionLetter.round_id == round_.id)).one_or_none()


def every_decision() -> Sequence[Decision]:
    """All decisions, for the invariant check only."""
    return session.scalars(
        select(Decision)
        .options(
            joinedload(Decision.snapshot_work).joinedload(SnapshotWork.snapshot),
            joinedload(Decision.round).joinedload(ReviewRound.submission).joinedload(Submission.call),
            selectinload(Decision.certificate),
        )
        .order_by(Decision.id)
    ).all()


def number_taken(number: str) -> bool:
    """Whether a letter or certificate bears this number."""
    return (
        session.scalar(select(Certificate.id).where(Certificate.number == number)) is not None
        or session.scalar(select(DecisionLetter.id).where(DecisionLetter.number == number)) is not None
    )
