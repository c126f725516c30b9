"""Readiness is read from few statements for many works; here each work is told plainly, from its own rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from portfolio.core.db import session, transaction
from portfolio.criteria.models import CriteriaSet
from portfolio.evidence import citations, reports
from portfolio.evidence.models import FileReport
from portfolio.evidence.queries import current_criteria, proofs_of_works, uses_of_work
from portfolio.organizations.models import Role
from portfolio.organizations.queries import membership_of
from portfolio.partners.queries import of_work as partners_of
from portfolio.partners.vocabulary import PartnerState
from portfolio.portfolios import queries
from portfolio.portfolios.models import Portfolio
from portfolio.portfolios.readiness import HeadingNumbers, PortfolioNumbers, WorkNumbers, assess
from portfolio.portfolios.self_assessment.queries import levels_of
from portfolio.record.gaps import gaps_of
from portfolio.record.models import CvKind, PersonalDetails
from portfolio.record.queries import facts_of
from portfolio.works.bibliography.kinds import asks_headings
from portfolio.works.bibliography.queries import bibliography_of, numbered_of, used_of
from portfolio.works.models import Work
from portfolio.works.participation.models import EthicsDeclaration
from portfolio.works.participation.queries import sheet_of
from portfolio.works.queries import OwnPart, own_parts_of
from tests.builders.criteria import make_criteria_set, make_rule_set
from tests.builders.organizations import make_person, make_university
from tests.builders.portfolios import make_portfolio
from tests.builders.queries import count_queries
from tests.builders.record import make_cv_entry, make_details, make_profile
from tests.builders.varied import make_varied

Database = scoped_session[Session]
WORKS = 17  # every kind of work, those with headings twice


def _told_plainly(portfolio: Portfolio) -> PortfolioNumbers:
    """The same numbers, work by work, from whole rows and the properties that pages use."""
    owner, criteria = portfolio.owner, current_criteria()
    assert criteria is not None
    details = session.get(PersonalDetails, owner.id) is not None
    facts = facts_of(owner, include_sensitive=False)
    return PortfolioNumbers(
        id=portfolio.id,
        position_sought=bool(portfolio.position_sought),
        works=[
            replace(_work(work, number, criteria), same_as=_twin(work, portfolio.works[: number - 1]))
            for number, work in enumerate(portfolio.works, start=1)
        ],
        name_th=bool(owner.given_name_th and owner.family_name_th),
        name_en=bool(owner.given_name_en and owner.family_name_en),
        university=membership_of(owner) is not None,
        criteria=len(criteria.scored),
        cv={kind: len(facts.of(kind)) for kind in CvKind if facts.of(kind)},
        gaps=gaps_of(facts, has_details=details),
        exhibits=len(queries.exhibits(portfolio)),
    )


def _work(work: Work, number: int, criteria: CriteriaSet) -> WorkNumbers:
    uses, sheet, asked = uses_of_work(work), sheet_of(work), asks_headings(work.kind)
    words = {section.heading_code: section.word_count for section in work.sections}
    spoken_to = {row.criterion_code for use in uses for row in use.criteria}
    states = [row.state for row in partners_of(work)]
    bibliography, used = bibliography_of(work), used_of([work])[work.id]
    needed = len(sheet.lines) > 1
    return WorkNumbers(
        id=work.id,
        number=number,
        title_th=work.title_th != "",
        title_en=work.title_en != "",
        not_for_profit=work.not_for_profit,
        headings=[
            HeadingNumbers(heading.code, heading.number, words.get(heading.code, 0), heading.target_words)
            for heading in (work.rule_set.headings if asked else ())
        ],
        names_owner=any(person.is_owner for person in work.contributions),
        evidence=len(uses),
        indicators=len(work.change_records),
        complete_indicators=sum(None not in (row.baseline_value, row.outcome_value) for row in work.change_records),
        missing_criteria=[criterion.code for criterion in criteria.scored if criterion.code not in spoken_to],
        asks_headings=asked,
        dated=bool((bibliography and bibliography.year) or work.period_end),
        use_said=bool(used.uses or used.never),
        unusable=[use.evidence_id for use in uses if _is_unusable(use.evidence.stored_file_id)],
        broken_citations=[one.heading_code for one in citations.of_work(work) if one.broken is not None],
        partners=len(states),
        unconfirmed=len([state for state in states if state is not PartnerState.CONFIRMED]),
        ethics=session.get(EthicsDeclaration, work.id) is not None,
        signers=len(sheet.lines) if needed else 0,
        unsigned=len([line for line in sheet.lines if not line.is_settled]) if needed else 0,
        judged=len(levels_of([work.id], criteria.code).get(work.id, {})) if asked else None,
        written=len([section for section in work.sections if section.word_count]),
    )


def _twin(work: Work, earlier: Sequence[Work]) -> int | None:
    told = (work.kind, work.title_th, work.title_en)
    return next((n for n, one in enumerate(earlier, start=1) if (one.kind, one.title_th, one.title_en) == told), None)


def _is_unusable(stored_file_id: int | None) -> bool:
    report = session.get(FileReport, stored_file_id) if stored_file_id is not None else None
    return any(finding.must for finding in reports.read(report))


def _words(numbers: PortfolioNumbers) -> list[Any]:
    return [
        (
            *(point.code, point.must, point.ready, point.endpoint),
            *(str(point.title), str(point.reason), str(point.act), dict(point.values)),
        )
        for point in assess(numbers).points
    ]


def _make(seed: int, *, works: int = WORKS) -> tuple[int, ...]:
    """Three portfolios of one academic: all works, some of them, none."""
    with transaction():
        criteria, rules = make_criteria_set(), make_rule_set()
        owner = make_person(Role.ACADEMIC, university=make_university() if seed else None)
        made = make_varied(owner, rules, criteria, works, seed)
        if seed:
            make_profile(owner)
            make_cv_entry(owner, CvKind.TEACHING)
            make_cv_entry(owner)
            make_details(owner)
        chosen = (made, made[works // 2 :: -1], [])
        return tuple(make_portfolio(owner, rules, *each, position_sought="associate").id for each in chosen)


@pytest.mark.parametrize("seed", [0, 1])
def test_readiness_is_what_each_work_tells_by_itself(app: Flask, database: Database, seed: int) -> None:
    portfolios = [session.get_one(Portfolio, id) for id in _make(seed)]
    plain = [_told_plainly(portfolio) for portfolio in portfolios]
    read = queries.readiness_facts.numbers_of(portfolios)
    for language in ("th", "en"):
        with app.test_request_context(), force_locale(language):
            assert [_words(numbers) for numbers in read] == [_words(numbers) for numbers in plain]
    assert [(numbers.exhibits, numbers.cv) for numbers in read] == [(told.exhibits, told.cv) for told in plain]
    assert [[work.written for work in numbers.works] for numbers in read] == [
        [work.written for work in told.works] for told in plain
    ]
    assert [queries.numbers_of(portfolio) for portfolio in portfolios] == read


def test_the_works_to_compare_are_ready_and_not_in_every_way(app: Flask, database: Database) -> None:
    points = queries.readiness_of(session.get_one(Portfolio, _make(1)[0])).points
    ready, open_ = ({point.code.split(":")[0] for point in points if point.ready is so} for so in (True, False))
    assert {"title_th", "people", "evidence", "dated", "used", "partners", "ethics", "signatures"} <= ready & open_
    assert {"headings", "short", "files", "citations", "criteria", "self_assessment"} <= open_


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_readiness_costs_the_same_for_many_works_and_portfolios(app: Flask) -> None:
    with app.app_context():
        few, many = (_make(1, works=works) for works in (WORKS, 2 * WORKS))

    def ask(ids: tuple[int, ...]) -> int:
        with app.app_context():
            portfolios = list(session.scalars(select(Portfolio).where(Portfolio.id.in_(ids))))
            return count_queries(app, lambda: queries.readiness_of_all(portfolios))

    assert ask(few[:1]) == ask(few) == ask(many)


def test_own_part_and_place_among_the_authors(app: Flask, database: Database) -> None:
    portfolio = session.get_one(Portfolio, _make(1)[0])
    parts = own_parts_of(work.id for work in portfolio.works)
    for work in portfolio.works:
        authors = [person for person in work.contributions if person.is_author]
        own = [
            OwnPart(person.roles, authors.index(person) + 1 if person.is_author else None)
            for person in work.contributions
            if person.is_owner
        ]
        assert parts.get(work.id, []) == own
    assert {numbered.place for numbered in numbered_of(portfolio.works)} == {None, 1}


def test_exhibits_stand_in_the_order_of_their_work(app: Flask, database: Database) -> None:
    portfolio = session.get_one(Portfolio, _make(1)[0])
    proofs = proofs_of_works(work.id for work in portfolio.works)
    for work in portfolio.works:
        uses = uses_of_work(work)
        assert [(proof.item_id, proof.pages, set(proof.criteria)) for proof in proofs.get(work.id, [])] == [
            (use.evidence_id, use.evidence.page_count, {row.criterion_code for row in use.criteria}) for use in uses
        ]
