"""The facts that rule checks ask for, from record, works and portfolio in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from portfolio.core.clock import today
from portfolio.portfolios.models import Portfolio
from portfolio.portfolios.rule_checks import Findings, RuleFacts, WorkFacts, evaluate
from portfolio.record.models import AcademicRank, CvEntry, CvKind, DegreeLevel
from portfolio.record.queries import outline_of
from portfolio.works.bibliography.models import EarlierResult
from portfolio.works.bibliography.queries import used_of
from portfolio.works.dissemination.queries import ways_of_works
from portfolio.works.queries import own_parts_of
from portfolio.works.vocabulary import KIND_GROUPS

DEGREES = {
    DegreeLevel.DOCTORAL: "doctorate",
    DegreeLevel.MASTER: "master",
    DegreeLevel.BACHELOR: "bachelor",
}
"""The words of the rules, the highest first."""
POSITIONS = {
    AcademicRank.LECTURER: "lecturer",
    AcademicRank.ASSISTANT_PROFESSOR: "assistant",
    AcademicRank.ASSOCIATE_PROFESSOR: "associate",
    AcademicRank.PROFESSOR: "professor",
}


def findings_of(portfolio: Portfolio) -> Findings:
    """What the portfolio's own rule set says of it as of today."""
    return evaluate(portfolio.rule_set.checks, facts_of(portfolio))


def facts_of(portfolio: Portfolio) -> RuleFacts:
    """Everything the checks ask for."""
    works = portfolio.works
    ids = [work.id for work in works]
    record = outline_of(portfolio.owner_id).facts.entries
    used, parts, ways = used_of(works), own_parts_of(ids), ways_of_works(ids)
    return RuleFacts(
        position=portfolio.position_sought or "",
        mode=portfolio.mode or "",
        method=portfolio.method or "",
        degree=highest_degree(record),
        since=_first_days(record),
        works=[
            WorkFacts(
                id=work.id,
                number=number,
                kind=work.kind,
                group=KIND_GROUPS[work.kind],
                roles=[role.value for part in parts.get(work.id, ()) for role in part.roles],
                ways=ways.get(work.id, ()),
                uses=[(use.position_code, use.year) for use in used[work.id].uses if use.result is EarlierResult.PASSED]
                if used[work.id].uses or used[work.id].never
                else None,
            )
            for number, work in enumerate(works, start=1)
        ],
        on=today(),
        ranks={position.code: position.rank for position in portfolio.rule_set.positions},
    )


def highest_degree(record: Sequence[CvEntry]) -> str:
    """The highest degree by the words of the rules; diplomas are none of them."""
    levels = {entry.level for entry in record if entry.kind is CvKind.EDUCATION}
    return next((word for level, word in DEGREES.items() if level in levels), "")


def _first_days(record: Sequence[CvEntry]) -> dict[str, date]:
    found: dict[str, date] = {}
    for entry in record:
        if entry.kind is CvKind.APPOINTMENT and entry.rank is not None and entry.dated is not None:
            code = POSITIONS[entry.rank]
            found[code] = min(entry.dated, found.get(code, entry.dated))
    return found
