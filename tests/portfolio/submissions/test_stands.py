"""Portfolios show where their submission stands, at the same cost for one and for many."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select

from portfolio.core.db import session, transaction
from portfolio.organizations.models import Role
from portfolio.portfolios.models import Portfolio
from portfolio.portfolios.stands import DRAFT, stands_of
from portfolio.submissions import operations
from portfolio.submissions.workflow import RETURN, WITHDRAW
from tests.builders.organizations import make_university
from tests.builders.queries import count_queries
from tests.builders.submissions import make_call, make_person, make_ready_portfolio, make_submission
from tests.builders.works import make_rule_set


def test_each_state_has_its_line_of_steps(database: Any) -> None:
    with transaction():
        rules = make_rule_set()
        owner = make_person(university=make_university())
        officer = make_person(roles=(Role.OFFICER,))
        call = make_call(rules)
        draft, sent, returned, withdrawn = (make_ready_portfolio(owner, rules) for _ in range(4))
        make_submission(sent, call)
        operations.move(submission=make_submission(returned, call), name=RETURN, actor=officer, note="เพิ่มหลักฐาน")
        operations.move(submission=make_submission(withdrawn, call), name=WITHDRAW, actor=owner)
    found = stands_of([draft, sent, returned, withdrawn])
    states = {id: [state for state, _word, _when in stand.steps] for id, stand in found.items()}
    assert found[draft.id] is DRAFT
    assert found[withdrawn.id] is DRAFT
    assert states[sent.id] == ["done", "done", "now", "", "", ""]
    assert states[returned.id] == ["done", "done", "back", "", "", ""]


def test_many_portfolios_cost_as_many_queries_as_one(app: Flask, database: Any) -> None:
    with transaction():
        rules = make_rule_set()
        owner = make_person(university=make_university())
        call = make_call(rules)
        portfolios = [make_ready_portfolio(owner, rules) for _ in range(8)]
        for portfolio in portfolios:
            make_submission(portfolio, call)
    session.rollback()

    def look(number: int) -> None:
        session.expunge_all()
        stands_of(session.scalars(select(Portfolio).limit(number)).all())

    look(1)
    assert count_queries(app, lambda: look(1)) == count_queries(app, lambda: look(8))
