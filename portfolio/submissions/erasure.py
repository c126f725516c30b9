"""Erasure leaves what was submitted. The applicant's address goes, with its salt, so that every digest stays valid."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from portfolio.accounts.models import User
from portfolio.core.db import session
from portfolio.core.hooks import Hooks
from portfolio.core.personal import table
from portfolio.portfolios.models import Portfolio
from portfolio.submissions import queries
from portfolio.submissions.models import Snapshot, Submission
from portfolio.submissions.operations import erase_sealed_value
from portfolio.submissions.snapshots import EMAIL, content_of


def erase(user: User) -> None:
    """Erase the address in every snapshot, and set the titles of what stays to those it was frozen with."""
    snapshots = session.scalars(
        select(Snapshot).join(Portfolio).where(Portfolio.owner_id == user.id).order_by(Snapshot.id)
    ).all()
    for snapshot in snapshots:
        erase_sealed_value(snapshot=snapshot, name=EMAIL, actor=user)
        _title_as_frozen(snapshot)
    session.flush()
    session.expire_all()


def _title_as_frozen(snapshot: Snapshot) -> None:
    content = content_of(snapshot)
    _entitle("portfolios", snapshot.portfolio_id, content["portfolio"])
    for row, work in zip(snapshot.works, content["works"], strict=True):
        _entitle("works", row.work_id, work)
    exhibits = {item["number"]: item for item in content["evidence"]}
    for file in snapshot.files:
        item = exhibits[file.exhibit_number]
        facts = {"stored_file_id": file.stored_file_id} if file.stored_file_id else {"url": item["url"]}
        _entitle("evidence_items", file.evidence_id, item, **facts)


def _entitle(name: str, row_id: int, frozen: dict[str, Any], **facts: Any) -> None:
    here = table(name)
    session.execute(
        here.update()
        .where(here.c.id == row_id)
        .values(title_th=frozen["title_th"], title_en=frozen["title_en"], **facts)
        .execution_options(synchronize_session=False)
    )


def refuse(user: Any) -> Iterable[Any]:
    """While a submission is not over, somebody works on it."""
    live = session.scalars(
        select(Submission)
        .where(Submission.applicant_id == user.id, Submission.state.not_in(queries.OVER))
        .order_by(Submission.id)
    )
    for submission in live:
        yield _(
            "Submission %(reference)s is still under way. Withdraw it first, or wait for the decision.",
            reference=submission.reference,
        )


def register(hooks: Hooks) -> None:
    """Come before portfolios."""
    hooks.erase.append((30, "submissions", erase))
    hooks.erasure_refusals.append(refuse)
