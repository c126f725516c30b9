"""The moves of a submission: who may make which, from where, and that two at once never both win."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portfolio.core.audit.models import AuditEntry
from portfolio.core.clock import frozen_at, now
from portfolio.core.db import session, transaction
from portfolio.core.hooks import Transition
from portfolio.core.mail.models import MailMessage
from portfolio.core.permissions import Forbidden
from portfolio.core.workflow import ImpossibleMove
from portfolio.organizations.models import Role
from portfolio.submissions import operations, queries
from portfolio.submissions.models import Submission, SubmissionMove, SubmissionState
from portfolio.submissions.workflow import DECIDE, RETURN, START_REVIEW, SUBMIT, WITHDRAW, WORKFLOW
from tests.builders.submissions import make_call, make_person, make_ready_portfolio, make_submission, make_university
from tests.builders.works import make_rule_set

State = SubmissionState


class Case:
    """An academic with a portfolio that is ready, an open call and an officer."""

    def __init__(self, grace_minutes: int = 0) -> None:
        self.rules = make_rule_set()
        self.owner = make_person("owner@people.example", family_th="เจ้าของแฟ้ม", university=make_university())
        self.officer = make_person("officer@people.example", roles=(Role.OFFICER,))
        self.call = make_call(self.rules, grace_minutes=grace_minutes)
        self.portfolio = make_ready_portfolio(self.owner, self.rules)


def test_table_leads_only_where_design_says() -> None:
    table = {name: (set(move.sources), move.target) for name, move in WORKFLOW.moves.items()}
    assert table == {
        SUBMIT: ({State.DRAFT, State.RETURNED}, State.SUBMITTED),
        RETURN: ({State.SUBMITTED}, State.RETURNED),
        START_REVIEW: ({State.SUBMITTED}, State.UNDER_REVIEW),
        DECIDE: ({State.UNDER_REVIEW}, State.DECIDED),
        WITHDRAW: ({State.DRAFT, State.SUBMITTED, State.RETURNED, State.UNDER_REVIEW}, State.WITHDRAWN),
    }


def test_submitting_freezes_records_and_writes_letters(app: Flask, database: object) -> None:
    with transaction():
        case = Case()
        submission = make_submission(case.portfolio, case.call)
        assert submission.state is State.SUBMITTED
        assert submission.snapshot is not None
        assert [move.name for move in queries.moves_of(submission)] == [SUBMIT]
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "submission:submitted")).one()
        assert entry.digests == {"snapshot": submission.snapshot.digest}
        letters = {mail.to_address: mail for mail in session.scalars(select(MailMessage))}
        assert set(letters) == {case.owner.email, case.officer.email}
        assert submission.snapshot.digest in letters[case.owner.email].body
        assert case.owner.family_name_th not in letters[case.officer.email].body


def test_second_press_gets_the_first_submission(app: Flask, database: object) -> None:
    with transaction():
        case = Case()
        first = make_submission(case.portfolio, case.call)
        second = make_submission(case.portfolio, case.call)
        assert second.id == first.id
        assert len(second.snapshots) == 1
        assert session.scalar(select(func.count()).select_from(SubmissionMove)) == 1


def test_two_presses_at_once_make_one_submission(app: Flask, database: object) -> None:
    with transaction():
        case = Case()
        ids = case.portfolio.id, case.call.id, case.owner.id
    barrier, found = threading.Barrier(2), []

    def press() -> None:
        with app.app_context():
            barrier.wait()
            with transaction():
                portfolio = queries.locked_portfolio(ids[0])
                call = portfolio and operations.session.get_one(type(case.call), ids[1])
                owner = session.get_one(type(case.owner), ids[2])
                found.append(operations.submit(portfolio=portfolio, call=call, actor=owner).id)

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.rollback()  # type: ignore[attr-defined]
    assert len(set(found)) == 1
    assert len(found) == 2
    assert session.scalar(select(func.count()).select_from(Submission)) == 1


def test_of_two_officers_at_once_one_wins_and_the_other_is_told(app: Flask, database: object) -> None:
    with transaction():
        case = Case()
        submission_id = make_submission(case.portfolio, case.call).id
        officer_id, owner_id = case.officer.id, case.owner.id
    barrier, outcomes = threading.Barrier(2), []

    def act(name: str, person_id: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    actor = session.get_one(type(case.owner), person_id)
                    operations.move(
                        submission=queries.for_change(submission_id), name=name, actor=actor, note="ขอให้แก้ไข"
                    )
                outcomes.append(name)
            except ImpossibleMove:
                outcomes.append("told")

    threads = [
        threading.Thread(target=act, args=(RETURN, officer_id)),
        threading.Thread(target=act, args=(RETURN, officer_id)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.rollback()  # type: ignore[attr-defined]
    assert sorted(outcomes) == ["return", "told"]
    names = [move.name for move in session.scalars(select(SubmissionMove).order_by(SubmissionMove.id))]
    assert names == [SUBMIT, RETURN]
    assert owner_id != officer_id


def test_call_that_closed_takes_nothing_but_grace_counts(app: Flask, database: object) -> None:
    with transaction():
        case = Case(grace_minutes=30)
        closing = case.call.closes_at
        with frozen_at(closing + timedelta(minutes=31)), pytest.raises(operations.CallClosedError):
            make_submission(case.portfolio, case.call)
        with frozen_at(closing + timedelta(minutes=29)):
            assert make_submission(case.portfolio, case.call).state is State.SUBMITTED


def test_returned_submission_comes_back_after_the_call_closed_under_its_reference(app: Flask, database: object) -> None:
    with transaction():
        case = Case()
        submission = make_submission(case.portfolio, case.call)
        reference = submission.reference
        operations.return_for_correction(submission=submission, actor=case.officer, note="เพิ่มหลักฐาน")
        assert submission.state is State.RETURNED
        with frozen_at(case.call.closes_at + timedelta(days=1)):
            again = make_submission(case.portfolio, case.call)
        assert again.id == submission.id
        assert again.reference == reference
        assert [move.name for move in queries.moves_of(again)] == [SUBMIT, RETURN, SUBMIT]
        assert len(again.snapshots) == 2


def test_portfolio_that_is_not_ready_is_not_taken(app: Flask, database: object) -> None:
    with transaction():
        case = Case()
        case.portfolio.position_sought = None
        with pytest.raises(operations.NotReadyError) as refused:
            make_submission(case.portfolio, case.call)
        assert [point.code for point in refused.value.musts] == ["position"]


def test_call_for_other_rules_is_refused(app: Flask, database: object) -> None:
    with transaction():
        case = Case()
        other = make_call(make_rule_set(code="OTHER"))
        with pytest.raises(operations.WrongCallError):
            make_submission(case.portfolio, other)


def test_only_the_applicant_submits_and_withdraws_and_only_officers_return(app: Flask, database: object) -> None:
    with transaction():
        case = Case()
        colleague = make_person("colleague@people.example")
        with pytest.raises(Forbidden):
            operations.submit(portfolio=case.portfolio, call=case.call, actor=colleague)
        submission = make_submission(case.portfolio, case.call)
        for actor, name in [(colleague, WITHDRAW), (case.officer, WITHDRAW), (case.owner, RETURN), (colleague, RETURN)]:
            with pytest.raises(Forbidden):
                operations.move(submission=submission, name=name, actor=actor, note="x")
        assert submission.state is State.SUBMITTED


def test_officer_does_not_handle_an_own_submission(app: Flask, database: object) -> None:
    with transaction():
        case = Case()
        both = make_person("both@people.example", roles=(Role.ACADEMIC, Role.OFFICER), university=make_university())
        submission = make_submission(make_ready_portfolio(both, case.rules), case.call)
        with pytest.raises(Forbidden):
            operations.return_for_correction(submission=submission, actor=both, note="x")


def test_withdrawn_submission_moves_nowhere_and_the_portfolio_can_go_again(app: Flask, database: object) -> None:
    with transaction():
        case = Case()
        submission = make_submission(case.portfolio, case.call)
        operations.withdraw(submission=submission, actor=case.owner)
        for name in (SUBMIT, RETURN, START_REVIEW, DECIDE, WITHDRAW):
            with pytest.raises(ImpossibleMove):
                operations.move(submission=submission, name=name, actor=case.owner)
        again = make_submission(case.portfolio, case.call)
        assert again.id != submission.id


def test_receivers_run_in_the_transaction_and_can_stop_it(app: Flask, database: object) -> None:
    def refuse(_told: Transition) -> None:
        raise RuntimeError("no room")

    with transaction():
        case = Case()
    app.extensions["hooks"].on(SUBMIT, refuse)
    with pytest.raises(RuntimeError), transaction():
        make_submission(queries.locked_portfolio(case.portfolio.id), case.call)
    assert session.scalar(select(func.count()).select_from(Submission)) == 0
    assert session.scalar(select(func.count()).select_from(MailMessage)) == 0


def test_references_are_unlike_and_count_nothing(app: Flask, database: object) -> None:
    with transaction():
        case = Case()
        first = make_submission(case.portfolio, case.call)
        second = make_submission(make_ready_portfolio(case.owner, case.rules), case.call)
        assert first.reference != second.reference
        assert first.reference.startswith("EnT-")
        assert len(first.reference) == 11
        assert str(first.id) not in first.reference.removeprefix("EnT-") or first.id < 10
        assert first.state_since <= now()
