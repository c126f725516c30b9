"""The sample submissions and reviews stand in every state, and loading them again changes nothing."""

from __future__ import annotations

from collections import Counter

from flask import Flask
from sqlalchemy import func, select

from portfolio.core.audit.models import AuditEntry
from portfolio.core.db import session
from portfolio.core.mail.models import MailMessage, MailState
from portfolio.submissions.models import Submission
from portfolio.submissions.snapshots import check_all
from review.assignments.models import Assignment
from review.decisions.matter import check_digests
from review.decisions.models import Certificate, Decision
from review.decisions.sample_data import ORDER
from review.scoring.models import Score


def _load(app: Flask) -> None:
    for order, _room, load in sorted(app.extensions["hooks"].sample_data, key=lambda entry: entry[:2]):
        if order <= ORDER:
            load()
    session.rollback()


def test_sample_data_stands_in_every_state_and_is_loaded_once(app: Flask, database: object) -> None:
    for seed in app.extensions["hooks"].seed:
        seed()
    _load(app)
    states = Counter(str(state) for state in session.scalars(select(Submission.state)))
    assert states == {"decided": 2, "under_review": 2, "submitted": 1, "returned": 1, "withdrawn": 1}
    assignments = Counter(str(state) for state in session.scalars(select(Assignment.state)))
    assert assignments == {"handed_in": 10, "accepted": 1, "invited": 1}
    assert session.scalar(select(func.count()).select_from(Decision)) == 4
    assert session.scalar(select(func.count()).select_from(Certificate)) == 4
    assert list(check_all()) == []
    assert list(check_digests()) == []
    waiting = select(func.count()).select_from(MailMessage).where(MailMessage.state == MailState.QUEUED)
    assert session.scalar(waiting) == 0
    counts = [session.scalar(select(func.count()).select_from(table)) for table in (Submission, Score, AuditEntry)]
    _load(app)
    assert counts == [
        session.scalar(select(func.count()).select_from(table)) for table in (Submission, Score, AuditEntry)
    ]


def _counts() -> list[int | None]:
    return [session.scalar(select(func.count()).select_from(table)) for table in (Submission, Score, AuditEntry)]
