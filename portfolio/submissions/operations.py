"""What moves a submission. `move` is the only function that changes a state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete

from portfolio.accounts.models import User
from portfolio.calls.models import Call
from portfolio.core.audit.operations import record
from portfolio.core.clock import now
from portfolio.core.db import session
from portfolio.core.hooks import Hooks, Transition, current_hooks
from portfolio.core.permissions import demand
from portfolio.partners.confirmations.operations import freeze as freeze_testimonies
from portfolio.partners.confirmations.operations import hold as hold_testimonies
from portfolio.portfolios.models import Portfolio
from portfolio.portfolios.readiness import Point
from portfolio.submissions import consent, letters, queries, snapshots
from portfolio.submissions.models import LiveWork, Snapshot, Submission, SubmissionMove, SubmissionState
from portfolio.submissions.permissions import SubmissionAction, SubmissionPermission
from portfolio.submissions.queries import LiveUse
from portfolio.submissions.references import new_reference
from portfolio.submissions.workflow import RETURN, SUBMIT, WITHDRAW, WORKFLOW

FIXED = (SubmissionState.SUBMITTED, SubmissionState.UNDER_REVIEW, SubmissionState.DECIDED)


class CallClosedError(Exception):
    """The call takes no portfolios at this moment."""


class WrongCallError(Exception):
    """The call does not accept this portfolio's rule set, or the portfolio stands in another call."""


class NotReadyError(Exception):
    """Something that must be there is missing; `musts` are the points of readiness in the order of mending."""

    def __init__(self, musts: Sequence[Point]) -> None:
        super().__init__(f"{len(musts)} points must be mended")
        self.musts = list(musts)


class WorkLiveError(Exception):
    """A work of the portfolio stands in another submission that is not over; `uses` names each."""

    def __init__(self, uses: Sequence[LiveUse]) -> None:
        super().__init__(f"{len(uses)} works stand in another submission")
        self.uses = list(uses)


def move(*, submission: Submission, name: str, actor: Any, note: str = "") -> SubmissionMove:
    """Make one move of the table: check it, ask the rule, write the step, put it on the record, tell the receivers.

    Raises ImpossibleMove when the submission is not where the move begins, Forbidden when the actor may not, Stale
    when somebody else moved it in the meantime.
    """
    step = WORKFLOW.check(name, submission.state)
    demand(step.permission, actor, submission)
    source, at = submission.state, now()
    submission.state = SubmissionState(step.target)
    submission.state_since = at
    row = SubmissionMove(
        submission_id=submission.id,
        name=name,
        source=source,
        target=submission.state,
        actor_id=actor.id,
        note=note,
        at=at,
    )
    session.add(row)
    session.flush()
    if submission.state in queries.OVER:
        _release_works(submission)
    snapshot = submission.snapshot
    record(
        action=step.action,
        actor_id=actor.id,
        subject_type="submission",
        subject_id=submission.id,
        digests={"snapshot": snapshot.digest} if snapshot else {},
    )
    told = Transition(name, submission, source, submission.state, actor, note)
    for receiver in current_hooks().receivers.get(name, []):
        receiver(told)
    return row


def submit(*, portfolio: Portfolio, call: Call, actor: Any) -> Submission:
    """Hand a portfolio in to a call: freeze it and give it a reference.

    Pressing twice is harmless: while the first is received or under review, the second gets that very submission. A
    returned one is submitted again, with a new snapshot, even after the call has closed, because it was asked for.
    Raises CallClosedError, WrongCallError, NotReadyError, or WorkLiveError where a work stands in another submission.
    """
    portfolio = queries.locked_portfolio(portfolio.id)
    demand(SubmissionPermission.CREATE, actor, portfolio)
    submission = queries.live_of(portfolio.id)
    if submission is not None and submission.state in (SubmissionState.SUBMITTED, SubmissionState.UNDER_REVIEW):
        return submission
    again = submission is not None and submission.state is SubmissionState.RETURNED
    if submission is not None and submission.call_id != call.id:
        raise WrongCallError
    if not again and not call.is_open:
        raise CallClosedError
    if not call.takes(portfolio.rule_set):
        raise WrongCallError
    uses = queries.live_elsewhere(portfolio, lock=True)
    _hold(portfolio)
    musts = queries.open_musts(portfolio)
    if musts:
        raise NotReadyError(musts)
    if uses:
        raise WorkLiveError(uses)
    if submission is None:
        submission = Submission(
            portfolio_id=portfolio.id,
            call_id=call.id,
            applicant_id=portfolio.owner_id,
            reference=_unused_reference(),
        )
        session.add(submission)
        session.flush()
    take_snapshot(portfolio=portfolio, submission=submission, actor=actor)
    freeze_testimonies(work_ids=[work.id for work in portfolio.works])
    _hold_works(submission, portfolio)
    session.refresh(submission, ["snapshots"])
    submission.submitted_at = now()
    move(submission=submission, name=SUBMIT, actor=actor)
    return submission


def take_snapshot(*, portfolio: Portfolio, submission: Submission | None, actor: Any) -> Snapshot:
    """Freeze a portfolio, for a submission or (None) for printing only, and put the digest on the record."""
    snapshot = snapshots.take_snapshot(portfolio=portfolio, submission=submission, actor=actor)
    record(
        action=SubmissionAction.SNAPSHOT,
        actor_id=actor.id,
        subject_type="snapshot",
        subject_id=snapshot.id,
        digests={"snapshot": snapshot.digest},
    )
    return snapshot


def snapshot_to_print(*, portfolio: Portfolio, actor: Any) -> Snapshot:
    """The snapshot that a dossier of this portfolio is made of.

    While a submission is received, under review or decided it is that submission's: the same text that was judged.
    Else the present state: the newest snapshot where nothing changed since, or a new one.
    """
    _hold(portfolio)
    submission = queries.latest_of(portfolio.id)
    if submission is not None and submission.snapshot is not None and submission.state in FIXED:
        return submission.snapshot
    newest = queries.newest_snapshot(portfolio.id)
    if newest is not None and portfolio.owner.is_erased:
        return newest  # there is no present state any more
    if newest is not None and snapshots.is_current(newest):
        return newest
    return take_snapshot(portfolio=portfolio, submission=None, actor=actor)


def _hold(portfolio: Portfolio) -> None:
    """Hold what is frozen until it is, and read it anew: in between nobody moves an exhibit of which a text that was
    read already speaks, and no partner withdraws words that were read already."""
    work_ids = [chosen.work_id for chosen in queries.locked_portfolio(portfolio.id).chosen]
    queries.hold_works(work_ids)
    hold_testimonies(work_ids=work_ids)
    session.flush()
    session.expire_all()


def _hold_works(submission: Submission, portfolio: Portfolio) -> None:
    """Note that these works stand in this submission, and no others. The table's key refuses a second submission."""
    _release_works(submission)
    session.add_all(LiveWork(work_id=work.id, submission_id=submission.id) for work in portfolio.works)
    session.flush()


def _release_works(submission: Submission) -> None:
    session.execute(delete(LiveWork).where(LiveWork.submission_id == submission.id))


def withdraw(*, submission: Submission, actor: Any, note: str = "") -> SubmissionMove:
    """Take a submission back; it stays in the history."""
    return move(submission=submission, name=WITHDRAW, actor=actor, note=note)


def return_for_correction(*, submission: Submission, actor: Any, note: str) -> SubmissionMove:
    """Send a submission back to its applicant with what is to be mended."""
    if not note.strip():
        raise ValueError("a returned submission needs a note")
    return move(submission=submission, name=RETURN, actor=actor, note=note)


def erase_sealed_value(*, snapshot: Snapshot, name: str, actor: Any) -> None:
    """Take a personal value out of a snapshot for good; its digest, and so the snapshot's, stays valid."""
    for value in snapshot.sealed_values:
        if value.name == name and value.erased_at is None:
            value.salt, value.value, value.erased_at = None, None, now()
            session.flush()
            record(
                action=SubmissionAction.ERASE,
                actor_id=actor.id,
                subject_type="sealed_value",
                subject_id=value.id,
                digests={"value": value.digest},
            )


def _unused_reference() -> str:
    reference = new_reference()
    while queries.reference_taken(reference):
        reference = new_reference()
    return reference


def _personal_data(user: User) -> dict[str, Any]:
    return {
        "submissions": [
            {
                "reference": submission.reference,
                "state": str(submission.state),
                "submitted_at": submission.submitted_at.isoformat() if submission.submitted_at else None,
                "snapshots": [snapshot.digest for snapshot in submission.snapshots],
            }
            for submission in queries.every_of(user.id)
        ]
    }


def register(hooks: Hooks) -> None:
    """Fill the extension points."""
    letters.register(hooks)
    snapshots.register(hooks)
    consent.register(hooks)
    hooks.personal_data["submissions"] = _personal_data
