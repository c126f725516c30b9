"""What may be read of submissions, and what a snapshot is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portfolio.calls.models import Call
from portfolio.core.db import escape_like, session
from portfolio.core.hooks import Hooks, Violation, current_hooks
from portfolio.core.web.pagination import PER_PAGE, Page, paginate
from portfolio.organizations.models import Membership, Role
from portfolio.organizations.queries import has_role
from portfolio.portfolios.models import Portfolio, PortfolioWork
from portfolio.portfolios.queries import readiness_of
from portfolio.portfolios.readiness import Point
from portfolio.submissions.models import (
    LiveWork,
    Snapshot,
    SnapshotWork,
    Submission,
    SubmissionMove,
    SubmissionState,
)
from portfolio.submissions.references import tidy_reference
from portfolio.works.models import Work
from portfolio.works.twins import copies_of

OVER = (SubmissionState.DECIDED, SubmissionState.WITHDRAWN)
COUNT_AT_MOST = 100
"""A count on a page stops here; beyond it the page says "100+"."""


def visible_to(user: Any) -> Select[Any]:
    """Submissions whose existence this person may know: their own; for officers all that nothing conceals."""
    statement = select(Submission)
    if not has_role(user, Role.OFFICER):
        return statement.where(Submission.applicant_id == user.id)
    for ids in current_hooks().concealed:
        statement = statement.where(Submission.id.not_in(ids(user)))
    return statement


def find(user: Any, id: int) -> Submission | None:
    """A submission this person may know of."""
    return session.scalars(visible_to(user).where(Submission.id == id)).one_or_none()


def mine(user: Any) -> Select[Any]:
    """The person's own submissions, newest first."""
    return (
        select(Submission)
        .where(Submission.applicant_id == user.id)
        .options(joinedload(Submission.call), joinedload(Submission.portfolio))
        .order_by(Submission.id.desc())
    )


def own_page(user: Any, number: int) -> Page[Submission]:
    """The person's own submissions, a page at a time."""
    return paginate(session, mine(user), number)


def officers_page(
    user: Any,
    number: int,
    *,
    call_id: int | None = None,
    state: SubmissionState | None = None,
    words: str = "",
    per_page: int = PER_PAGE,
) -> Page[Submission]:
    """The officers' list, a page at a time."""
    statement = for_officers(user, call_id=call_id, state=state, words=words)
    return paginate(session, statement, number, per_page)


def for_change(id: int) -> Submission:
    """The submission read afresh, its row locked until the transaction ends."""
    return session.get_one(Submission, id, populate_existing=True, with_for_update=True)


def find_own(user: Any, id: int) -> Submission | None:
    """One of the person's own submissions, never somebody else's, whatever roles they hold."""
    return session.scalars(mine(user).where(Submission.id == id)).unique().one_or_none()


def find_portfolio(user: Any, id: int) -> Portfolio | None:
    """One of the person's own portfolios."""
    return session.scalars(
        select(Portfolio)
        .where(Portfolio.id == id, Portfolio.owner_id == user.id)
        .options(selectinload(Portfolio.chosen).joinedload(PortfolioWork.work))
    ).one_or_none()


def locked_portfolio(id: int) -> Portfolio:
    """The portfolio with its row locked, so that two presses of a button queue up (SQLite has locked already)."""
    return session.scalars(
        select(Portfolio)
        .where(Portfolio.id == id)
        .options(selectinload(Portfolio.chosen).joinedload(PortfolioWork.work))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def hold_works(work_ids: Iterable[int]) -> None:
    """Hold works until the transaction ends, in the order of their ids as everybody does who holds several."""
    held = select(Work.id).where(Work.id.in_(list(work_ids))).order_by(Work.id)
    session.execute(held.with_for_update(key_share=True))


def live_of(portfolio_id: int) -> Submission | None:
    """The submission of a portfolio that is not over."""
    return session.scalars(
        select(Submission).where(Submission.portfolio_id == portfolio_id, Submission.state.not_in(OVER))
    ).one_or_none()


def latest_of(portfolio_id: int) -> Submission | None:
    """The newest submission of a portfolio, over or not."""
    return session.scalars(
        select(Submission).where(Submission.portfolio_id == portfolio_id).order_by(Submission.id.desc()).limit(1)
    ).one_or_none()


def newest_of(portfolio_ids: Sequence[int]) -> Sequence[Submission]:
    """The newest submission of each of these portfolios, with its call, in one query."""
    newest = (
        select(func.max(Submission.id))
        .where(Submission.portfolio_id.in_(portfolio_ids))
        .group_by(Submission.portfolio_id)
    )
    return session.scalars(
        select(Submission).where(Submission.id.in_(newest)).options(joinedload(Submission.call))
    ).all()


def last_moves(submission_ids: Sequence[int]) -> dict[int, dict[str, datetime]]:
    """When each kind of step was last made, by submission, in one query; none where nothing is submitted."""
    if not submission_ids:
        return {}
    rows = session.execute(
        select(SubmissionMove.submission_id, SubmissionMove.name, SubmissionMove.at)
        .where(SubmissionMove.submission_id.in_(submission_ids))
        .order_by(SubmissionMove.id)
    )
    found: dict[int, dict[str, datetime]] = {}
    for submission_id, name, at in rows:
        found.setdefault(submission_id, {})[name] = at
    return found


def every_of(user_id: int) -> Sequence[Submission]:
    """All submissions of a person with their snapshots, for the export of personal data."""
    return session.scalars(
        select(Submission)
        .where(Submission.applicant_id == user_id)
        .options(selectinload(Submission.snapshots).load_only(Snapshot.digest))
        .order_by(Submission.id)
    ).all()


def reference_taken(reference: str) -> bool:
    """Whether a reference is in use."""
    return session.scalar(select(Submission.id).where(Submission.reference == reference)) is not None


def for_officers(
    user: Any, *, call_id: int | None = None, state: SubmissionState | None = None, words: str = ""
) -> Select[Any]:
    """The officers' list, longest in its state first. `words` looks in the reference and the portfolio's title."""
    statement = (
        visible_to(user)
        .where(Submission.state != SubmissionState.DRAFT, Submission.applicant_id != user.id)
        .join(Submission.portfolio)
        .options(
            joinedload(Submission.portfolio),
            joinedload(Submission.call),
            joinedload(Submission.applicant),
        )
    )
    if call_id is not None:
        statement = statement.where(Submission.call_id == call_id)
    if state is not None:
        statement = statement.where(Submission.state == state)
    if words:
        like = f"%{escape_like(words)}%"
        statement = statement.where(
            or_(
                Submission.reference == tidy_reference(words),
                Portfolio.title_th.ilike(like, escape="\\"),
                Portfolio.title_en.ilike(like, escape="\\"),
            )
        )
    return statement.order_by(Submission.state_since, Submission.id)


def count_in(state: SubmissionState, call_id: int | None = None) -> int:
    """How many submissions are in a state, counted up to COUNT_AT_MOST only."""
    rows = select(Submission.id).where(Submission.state == state)
    if call_id is not None:
        rows = rows.where(Submission.call_id == call_id)
    bounded = rows.limit(COUNT_AT_MOST).subquery()
    return session.scalar(select(func.count()).select_from(bounded)) or 0


def waiting_longest(user: Any, state: SubmissionState, limit: int) -> Sequence[Submission]:
    """The submissions, not the officer's own, that have been longest in a state."""
    return session.scalars(for_officers(user, state=state).limit(limit)).all()


def latest_own(user: Any, limit: int) -> Sequence[Submission]:
    """The person's newest submissions, for the home page."""
    return session.scalars(mine(user).limit(limit)).all()


def listing() -> list[dict[str, Any]]:
    """What `list submissions` prints."""
    rows = session.scalars(
        select(Submission)
        .options(joinedload(Submission.call), joinedload(Submission.portfolio))
        .order_by(Submission.id)
    )
    return [
        {
            "id": row.id,
            "reference": row.reference,
            "state": str(row.state),
            "call": row.call.code,
            "portfolio": row.portfolio_id,
            "title_th": row.portfolio.title_th,
            "submitted_at": row.submitted_at.isoformat() if row.submitted_at else None,
        }
        for row in rows
    ]


def universities_of(user_ids: Sequence[int]) -> dict[int, Membership]:
    """The places of work of several people, in one query."""
    rows = session.scalars(
        select(Membership)
        .where(Membership.user_id.in_(user_ids))
        .options(joinedload(Membership.university), joinedload(Membership.organization))
    ).all()
    return {row.user_id: row for row in rows}


def moves_of(submission: Submission) -> Sequence[SubmissionMove]:
    """The steps of a submission, oldest first."""
    return session.scalars(
        select(SubmissionMove)
        .where(SubmissionMove.submission_id == submission.id)
        .options(joinedload(SubmissionMove.actor))
        .order_by(SubmissionMove.id)
    ).all()


def calls_with_submissions(limit: int = 50) -> Sequence[Call]:
    """Published calls for the officers' filter, newest first."""
    return session.scalars(
        select(Call).where(Call.published_at.is_not(None)).order_by(Call.opens_at.desc(), Call.id.desc()).limit(limit)
    ).all()


def newest_snapshot(portfolio_id: int) -> Snapshot | None:
    """The snapshot of a portfolio taken last."""
    return session.scalars(
        select(Snapshot).where(Snapshot.portfolio_id == portfolio_id).order_by(Snapshot.id.desc()).limit(1)
    ).one_or_none()


@dataclass(frozen=True)
class LiveUse:
    """A work that stands in a submission which is not over."""

    work_id: int
    title_th: str
    title_en: str
    submission_id: int
    reference: str

    def title_in(self, language: str) -> str:
        """The title in a language, or in the other one where that is all there is."""
        first, second = (self.title_th, self.title_en) if language == "th" else (self.title_en, self.title_th)
        return first or second


def live_elsewhere(portfolio: Portfolio, *, lock: bool = False) -> list[LiveUse]:
    """The works of a portfolio that stand in another portfolio's submission now, themselves or as a copy. With `lock`
    the works' rows are held, in the order of their ids, so that two portfolios that share one cannot be submitted in
    the same moment."""
    works = {work.id: work for work in portfolio.works}
    same = copies_of(portfolio.owner_id, works) | {work_id: work_id for work_id in works}
    if lock:
        hold_works(same)
    statement = (
        select(LiveWork.work_id, Submission.id, Submission.reference)
        .join(Submission, LiveWork.submission_id == Submission.id)
        .where(LiveWork.work_id.in_(sorted(same)), Submission.portfolio_id != portfolio.id)
        .order_by(LiveWork.work_id)
    )
    return [
        LiveUse(same[work_id], works[same[work_id]].title_th, works[same[work_id]].title_en, submission_id, reference)
        for work_id, submission_id, reference in session.execute(statement)
    ]


def submissions_of_work(user: Any, work_id: int) -> list[tuple[Submission, bool]]:
    """The person's own submissions in which a work stood, newest first, and whether it stands there still."""
    stood = (
        select(Snapshot.submission_id)
        .join(SnapshotWork, SnapshotWork.snapshot_id == Snapshot.id)
        .where(SnapshotWork.work_id == work_id, Snapshot.submission_id.is_not(None))
    )
    live = set(session.scalars(select(LiveWork.submission_id).where(LiveWork.work_id == work_id)))
    found = session.scalars(mine(user).where(Submission.id.in_(stood)))
    return [(submission, submission.id in live) for submission in found]


def open_musts(portfolio: Portfolio) -> list[Point]:
    """What must be mended before this portfolio can be submitted, first to mend first."""
    return readiness_of(portfolio).musts


def every_snapshot() -> Iterator[Snapshot]:
    """All snapshots, a few at a time: for the invariant check only."""
    last = 0
    while True:
        batch = session.scalars(
            select(Snapshot)
            .where(Snapshot.id > last)
            .options(selectinload(Snapshot.works), selectinload(Snapshot.files), selectinload(Snapshot.sealed_values))
            .order_by(Snapshot.id)
            .limit(50)
        ).all()
        if not batch:
            return
        yield from batch
        last = batch[-1].id


def _ledger() -> Iterable[Violation]:
    """Works are held by submissions that are not over, and by those that hold them in their newest snapshot."""
    statement = (
        select(LiveWork.work_id, Submission.id)
        .join(Submission, LiveWork.submission_id == Submission.id)
        .where(Submission.state.in_(OVER))
    )
    for work_id, submission_id in session.execute(statement):
        yield Violation("submissions", f"submission {submission_id}", f"is over and still holds work {work_id}")


def register(hooks: Hooks) -> None:
    """Bring the check of the ledger."""
    hooks.invariants["live works"] = _ledger
