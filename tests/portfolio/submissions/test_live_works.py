"""A work stands in one submission at a time, whatever portfolios share it, and however two are sent."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portfolio.accounts.models import User
from portfolio.calls.models import Call
from portfolio.core.db import session, transaction
from portfolio.organizations.models import Role
from portfolio.portfolios.models import Portfolio
from portfolio.submissions import operations, queries
from portfolio.submissions.models import LiveWork, Submission, SubmissionState
from portfolio.submissions.workflow import DECIDE, START_REVIEW
from portfolio.works.bibliography.models import Bibliography
from portfolio.works.bibliography.reference import PublicationForm
from portfolio.works.twins import copies_of
from portfolio.works.vocabulary import WorkKind
from tests.builders.accounts import signed_in
from tests.builders.submissions import (
    make_call,
    make_person,
    make_portfolio,
    make_ready_portfolio,
    make_submission,
    make_university,
)
from tests.builders.works import make_rule_set, make_work


class Case:
    """Two portfolios of one academic that share a work, and an open call."""

    def __init__(self) -> None:
        self.rules = make_rule_set()
        self.owner = make_person("owner@people.example", university=make_university())
        self.officer = make_person("officer@people.example", roles=(Role.OFFICER,))
        self.call = make_call(self.rules)
        self.first = make_ready_portfolio(self.owner, self.rules, works=2)
        self.second = make_portfolio(self.owner, self.rules, self.first.works[:1], title_th="แฟ้มที่สอง")


def held() -> set[int]:
    return set(session.scalars(select(LiveWork.work_id)))


def make_copy(case: Case) -> Portfolio:
    """The second portfolio with its work, as they are after being brought in by a package once more."""
    copy = make_ready_portfolio(case.owner, case.rules, title_th="แฟ้มที่นำเข้า")
    copy.works[0].title_th, copy.works[0].title_en = case.second.works[0].title_th, case.second.works[0].title_en
    session.flush()
    return copy


def sent_at_once(app: Flask, portfolio_ids: tuple[int, int], call_id: int, owner_id: int) -> list[str]:
    """What came of two portfolios submitted in the same moment."""
    barrier, outcomes = threading.Barrier(2), []

    def send(portfolio_id: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    operations.submit(
                        portfolio=session.get_one(Portfolio, portfolio_id),
                        call=session.get_one(Call, call_id),
                        actor=session.get_one(User, owner_id),
                    )
                outcomes.append("sent")
            except operations.WorkLiveError:
                outcomes.append("refused")

    threads = [threading.Thread(target=send, args=(id,)) for id in portfolio_ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_a_work_in_a_live_submission_is_refused_by_name(app: Flask, database: object) -> None:
    with transaction():
        case = Case()
        submission = make_submission(case.first, case.call)
        assert held() == {work.id for work in case.first.works}
        with pytest.raises(operations.WorkLiveError) as refused:
            make_submission(case.second, case.call)
        assert [(use.work_id, use.reference) for use in refused.value.uses] == [
            (case.second.works[0].id, submission.reference)
        ]
        assert queries.live_of(case.second.id) is None


def test_withdrawal_and_decision_let_works_go_and_a_return_holds_them(app: Flask, database: object) -> None:
    with transaction():
        case = Case()
        submission = make_submission(case.first, case.call)
        operations.return_for_correction(submission=submission, actor=case.officer, note="หลักฐาน")
        assert len(held()) == 2
        operations.withdraw(submission=submission, actor=case.owner)
        assert held() == set()
        second = make_submission(case.second, case.call)
        assert held() == {case.second.works[0].id}
        second.state = SubmissionState.UNDER_REVIEW
        session.flush()
        operations._release_works(second)
        assert held() == set()


def test_a_decision_lets_works_go(app: Flask, database: object, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction():
        case = Case()
        submission = make_submission(case.second, case.call)
        monkeypatch.setattr(operations, "demand", lambda *_args: None)
        operations.move(submission=submission, name=START_REVIEW, actor=case.officer)
        assert len(held()) == 1
        operations.move(submission=submission, name=DECIDE, actor=case.officer)
        assert held() == set()
        assert not list(queries._ledger())
        session.add(LiveWork(work_id=case.second.works[0].id, submission_id=submission.id))
        session.flush()
        assert [violation.subject for violation in queries._ledger()] == [f"submission {submission.id}"]


def test_a_returned_portfolio_holds_what_it_has_when_it_comes_again(app: Flask, database: object) -> None:
    with transaction():
        case = Case()
        submission = make_submission(case.first, case.call)
        operations.return_for_correction(submission=submission, actor=case.officer, note="หลักฐาน")
        dropped = case.first.chosen[1]
        case.first.chosen.remove(dropped)
        session.flush()
        make_submission(case.first, case.call)
        assert held() == {case.first.works[0].id}


def test_the_database_refuses_a_second_submission_of_a_work(app: Flask, database: object) -> None:
    with transaction():
        case = Case()
        submission = make_submission(case.first, case.call)
        work_id, submission_id = case.first.works[0].id, submission.id
    with pytest.raises(IntegrityError), transaction():
        session.execute(LiveWork.__table__.insert().values(work_id=work_id, submission_id=submission_id))  # type: ignore[attr-defined]


def test_of_two_portfolios_sent_at_once_one_goes(app: Flask, database: object) -> None:
    with transaction():
        case = Case()
        ids = case.first.id, case.second.id
        call_id, owner_id = case.call.id, case.owner.id
    assert sorted(sent_at_once(app, ids, call_id, owner_id)) == ["refused", "sent"]
    with transaction():
        assert len(list(session.scalars(select(Submission)))) == 1


def test_pages_say_where_the_work_stands(app: Flask, database: object) -> None:
    with transaction():
        case = Case()
        submission = make_submission(case.first, case.call)
        owner, reference = case.owner.id, submission.reference
        second, call_id, work_id = case.second.id, case.call.id, case.second.works[0].id
    client = signed_in(app, owner)
    assert reference in client.get(f"/works/{work_id}").text
    assert reference in client.get(f"/submissions/portfolios/{second}").text
    form = {"call": str(call_id), "own_work": "y", "permission": "y", "judged": "y"}
    answer = client.post(f"/submissions/portfolios/{second}", data=form)
    assert answer.status_code == 422
    assert reference in answer.text


def test_a_call_takes_a_later_version_of_its_rules(app: Flask, database: object) -> None:
    with transaction():
        case = Case()
        later = make_rule_set(code=case.rules.code, version=2)
        assert case.call.takes(later)
        assert not case.call.takes(make_rule_set(code="OTHER"))
        case.first.rule_set = later
        session.flush()
        assert make_submission(case.first, case.call).state is SubmissionState.SUBMITTED


def test_a_copy_that_came_in_by_a_package_is_the_same_work(app: Flask, database: object) -> None:
    with transaction():
        case = Case()
        submission = make_submission(case.first, case.call)
        original = case.first.works[0]
        copy = make_copy(case)
        assert copy.works[0].id != original.id
        with pytest.raises(operations.WorkLiveError) as refused:
            make_submission(copy, case.call)
        assert [(use.work_id, use.reference) for use in refused.value.uses] == [
            (copy.works[0].id, submission.reference)
        ]
        operations.withdraw(submission=submission, actor=case.owner)
        assert make_submission(copy, case.call).state is SubmissionState.SUBMITTED


@pytest.mark.parametrize(
    ("change", "is_copy"),
    [
        ({"title_th": " ผลงาน ที่ ๑ "}, True),
        ({"title_th": "ผลงานที่ 9"}, False),
        ({"title_en": "Another"}, False),
        ({"kind": WorkKind.RESEARCH}, False),
        ({"doi": "10.5555/2"}, False),
        ({"doi": "10.5555/AB", "title_th": "อีกชื่อ", "kind": WorkKind.RESEARCH}, True),
        ({"year": 2020}, False),
        ({"year": 2021}, True),
    ],
)
def test_what_counts_as_a_copy(app: Flask, database: object, change: dict[str, Any], is_copy: bool) -> None:
    with transaction():
        case = Case()
        one, other = case.first.works[0], make_work(case.owner, case.rules, title_th="ผลงานที่ 1", title_en="Work 1")
        session.add(Bibliography(work_id=one.id, form=PublicationForm.JOURNAL_ARTICLE, doi="10.5555/ab", year=2021))
        published = Bibliography(work_id=other.id, form=PublicationForm.JOURNAL_ARTICLE)
        session.add(published)
        for name, value in change.items():
            setattr(published if name in ("doi", "year") else other, name, value)
        session.flush()
        assert copies_of(case.owner.id, {one.id}) == ({other.id: one.id} if is_copy else {})
        assert copies_of(make_person().id, {one.id}) == {}


def test_of_two_copies_sent_at_once_one_goes(app: Flask, database: object) -> None:
    with transaction():
        case = Case()
        copy = make_copy(case)
        ids, call_id, owner_id = (case.second.id, copy.id), case.call.id, case.owner.id
    assert sorted(sent_at_once(app, ids, call_id, owner_id)) == ["refused", "sent"]
