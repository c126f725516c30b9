"""Rules of a set against what is here: met, not met, or not to be told; warnings that stop nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask

from portfolio.accounts.models import User
from portfolio.core.db import session, transaction
from portfolio.criteria.models import Certainty, RuleCheck, RuleCheckKind
from portfolio.criteria.operations import load_published_data
from portfolio.criteria.queries import latest_rule_set
from portfolio.organizations.models import Role
from portfolio.portfolios.models import Method, Portfolio
from portfolio.portfolios.operations import choose_work
from portfolio.portfolios.rule_checks import Finding, Outcome, RuleFacts, WorkFacts, evaluate, full_years
from portfolio.portfolios.rule_facts import highest_degree
from portfolio.record.models import CvEntry, CvKind, DegreeLevel
from tests.builders.accounts import signed_in
from tests.builders.organizations import make_person
from tests.builders.portfolios import make_portfolio
from tests.builders.queries import count_queries
from tests.builders.works import make_work

SOCIAL = WorkFacts(1, 1, "social", "other", ["principal_operator"])
PAPER = WorkFacts(2, 2, "research", "research", ["first_author"])
FACTS = RuleFacts(
    position="assistant",
    mode="normal",
    method="1",
    degree="master",
    since={"lecturer": date(2020, 6, 1)},
    works=[SOCIAL, PAPER],
    on=date(2026, 6, 1),
    ranks={"assistant": 1, "associate": 2, "professor": 3},
)
ONE_OF_EACH = {"options": [[{"groups": ["research"], "count": 1}, {"groups": ["other"], "count": 1}]]}
YEARS = {"since": "lecturer", "years": {"bachelor": 6, "master": 4}}
ROLES = {"roles": ["first_author", "corresponding_author"]}
SHOWN = {"all_of": ["public", "record"], "one_of": ["forum", "visit"], "kinds": ["social"]}
REUSE = {"years": 5, "level": "same_or_lower"}
THIRD = {"methods": ["3"]}


def check(kind: str, terms: dict[str, Any], **where: str) -> RuleCheck:
    return RuleCheck(
        kind=RuleCheckKind(kind),
        terms=terms,
        certainty=Certainty.REMEMBERED,
        position_code=where.get("position", ""),
        mode=where.get("mode", ""),
        method=where.get("method", ""),
    )


def found(kind: str, terms: dict[str, Any], **changes: Any) -> Sequence[Finding]:
    return evaluate([check(kind, terms)], replace(FACTS, **changes)).found


@pytest.mark.parametrize(
    ("kind", "terms", "changes", "outcome"),
    [
        ("works", ONE_OF_EACH, {}, Outcome.MET),
        ("works", ONE_OF_EACH, {"works": [PAPER]}, Outcome.NOT_MET),
        ("works", ONE_OF_EACH, {"works": []}, Outcome.NOT_MET),
        ("service_years", YEARS, {}, Outcome.MET),
        ("service_years", YEARS, {"degree": "bachelor"}, Outcome.MET),  # six years to the day
        ("service_years", YEARS, {"degree": "bachelor", "on": date(2026, 5, 31)}, Outcome.NOT_MET),
        ("service_years", YEARS, {"degree": ""}, Outcome.UNKNOWN),
        ("service_years", YEARS, {"degree": "doctorate"}, Outcome.UNKNOWN),  # the rule does not say
        ("service_years", YEARS, {"since": {}}, Outcome.UNKNOWN),
        ("service_years", {"since": "lecturer", "years": {"any": 2}}, {"degree": ""}, Outcome.MET),
        ("roles", ROLES, {}, Outcome.MET),
        ("roles", ROLES, {"works": [replace(PAPER, roles=["co_author"])]}, Outcome.NOT_MET),
        ("roles", ROLES, {"works": [replace(PAPER, roles=["co_author", "corresponding_author"])]}, Outcome.MET),
        ("roles", ROLES, {"works": [replace(PAPER, roles=[])]}, Outcome.UNKNOWN),
        ("dissemination", SHOWN, {}, Outcome.UNKNOWN),
        ("dissemination", SHOWN, {"works": [replace(SOCIAL, ways=["visit", "public", "record"])]}, Outcome.MET),
        ("dissemination", SHOWN, {"works": [replace(SOCIAL, ways=["visit", "forum"])]}, Outcome.NOT_MET),
        ("dissemination", SHOWN, {"works": [replace(SOCIAL, ways=["public", "record"])]}, Outcome.NOT_MET),
        ("reuse", REUSE, {}, Outcome.MET),
        ("reuse", REUSE, {"works": [replace(PAPER, uses=None)]}, Outcome.UNKNOWN),
        ("reuse", REUSE, {"works": [replace(PAPER, uses=[("assistant", 2020)])]}, Outcome.NOT_MET),
        ("reuse", REUSE, {"works": [replace(PAPER, uses=[("assistant", 2021)])]}, Outcome.MET),
        (  # for a higher position the rule does not speak
            "reuse",
            REUSE,
            {"position": "associate", "works": [replace(PAPER, uses=[("assistant", 2015)])]},
            Outcome.MET,
        ),
        ("method_suspended", THIRD, {}, Outcome.MET),
        ("method_suspended", THIRD, {"method": "3"}, Outcome.NOT_MET),
        ("method_suspended", THIRD, {"method": ""}, Outcome.UNKNOWN),
    ],
)
def test_what_is_here_decides(kind: str, terms: dict[str, Any], changes: dict[str, Any], outcome: Outcome) -> None:
    (finding,) = found(kind, terms, **changes)
    assert finding.outcome is outcome
    if outcome is not Outcome.MET:
        assert finding.words


@pytest.mark.parametrize(
    ("kind", "terms"), [("roles", ROLES), ("dissemination", {**SHOWN, "kinds": ["patent"]}), ("appeals", {})]
)
def test_what_concerns_no_work_here_is_left_out(kind: str, terms: dict[str, Any]) -> None:
    assert found(kind, terms, works=[SOCIAL]) == []


def test_rules_for_others_are_left_out_and_open_choices_are_named() -> None:
    checks = [
        check("works", ONE_OF_EACH, position="assistant", mode="normal"),
        check("works", ONE_OF_EACH, position="assistant", mode="special"),
        check("works", ONE_OF_EACH, position="professor", method="2"),
        check("dissemination", SHOWN),
    ]
    assert [one.outcome for one in evaluate(checks, FACTS).found] == [Outcome.UNKNOWN, Outcome.MET]
    undecided = evaluate(checks, replace(FACTS, mode="", method=""))
    assert (len(undecided.found), undecided.waiting, len(undecided.choose)) == (1, 2, 1)  # a professor's is not asked
    nothing = evaluate(checks, replace(FACTS, position="", mode="", method=""))
    assert (nothing.waiting, len(nothing.choose)) == (3, 3)


def test_the_first_thing_to_look_at_comes_first() -> None:
    checks = [check("works", ONE_OF_EACH), check("dissemination", SHOWN), check("method_suspended", THIRD)]
    findings = evaluate(checks, replace(FACTS, method="3"))
    assert [one.check.kind.value for one in findings.found] == ["method_suspended", "dissemination", "works"]
    assert [findings.count(word) for word in ("met", "not_met", "unknown")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("since", "on", "years"),
    [
        (date(2020, 2, 29), date(2021, 2, 28), 0),
        (date(2020, 2, 29), date(2021, 3, 1), 1),
        (date(2030, 1, 1), date(2026, 1, 1), 0),
    ],
)
def test_only_full_years_count(since: date, on: date, years: int) -> None:
    assert full_years(since, on) == years


def test_the_highest_degree_is_told_from_the_record() -> None:
    record = [CvEntry(kind=CvKind.EDUCATION, level=level) for level in (DegreeLevel.BACHELOR, DegreeLevel.MASTER)]
    assert highest_degree(record) == "master"
    assert highest_degree([CvEntry(kind=CvKind.EDUCATION, level=DegreeLevel.GRADUATE_DIPLOMA)]) == ""


def test_the_page_tells_of_the_suspended_method_and_stops_nobody(app: Flask) -> None:
    with app.app_context(), transaction():
        load_published_data()
        owner = make_person(Role.ACADEMIC)
        rules = latest_rule_set("KKU-2569")
        assert rules is not None
        work = make_work(owner, rules)
        portfolio = make_portfolio(owner, rules, work, position_sought="associate")
        portfolio.method = Method.THIRD
        owner_id, portfolio_id = owner.id, portfolio.id
    client, url = signed_in(app, owner_id), f"/portfolios/{portfolio_id}/rules"
    client.post("/language", data={"language": "th"})
    page = client.get(url).get_data(as_text=True)
    assert "วิธีที่ 3 ระงับการใช้" in page or "Method 3 is suspended." in page
    one = count_queries(app, lambda: client.get(url))
    with app.app_context(), transaction():
        owner, portfolio = session.get_one(User, owner_id), session.get_one(Portfolio, portfolio_id)
        for _each in range(4):
            choose_work(actor=owner, portfolio=portfolio, work=make_work(owner, portfolio.rule_set))
    assert count_queries(app, lambda: client.get(url)) == one
