"""The numbers that readiness is told from, read for portfolios, works and record in a fixed number of queries.

What a work has one of stands in one select; each room below brings the columns that it alone can count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, select

from portfolio.core.db import session
from portfolio.criteria.models import RuleHeading, RuleSet
from portfolio.evidence.citations import count_broken
from portfolio.evidence.queries import Proof, current_criteria, proofs_of_works
from portfolio.partners import queries as partners
from portfolio.portfolios.models import Portfolio, PortfolioWork
from portfolio.portfolios.readiness import HeadingNumbers, PortfolioNumbers, WorkNumbers
from portfolio.portfolios.self_assessment import queries as self_assessments
from portfolio.record.gaps import gaps_of
from portfolio.record.queries import outline_of
from portfolio.works.bibliography.kinds import asks_headings
from portfolio.works.bibliography.models import Bibliography
from portfolio.works.bibliography.queries import says_use
from portfolio.works.models import ChangeRecord, Work
from portfolio.works.participation import queries as participation
from portfolio.works.participation.models import EthicsDeclaration, ParticipationForm
from portfolio.works.sections.models import WorkSection
from portfolio.works.twins import repeated


def numbers_of(portfolios: Sequence[Portfolio]) -> list[PortfolioNumbers]:
    """The numbers of these portfolios of one academic, in their order."""
    criteria = current_criteria()
    codes = [criterion.code for criterion in criteria.scored] if criteria else []
    ids = [portfolio.id for portfolio in portfolios]
    chosen = session.execute(_chosen(ids, criteria.code if criteria else "")).all()
    facts = _Facts.of(chosen, codes)
    found = []
    for portfolio in portfolios:
        record = outline_of(portfolio.owner_id)
        owner = record.facts.owner
        rows = [row for row in chosen if row.portfolio_id == portfolio.id]
        found.append(
            PortfolioNumbers(
                id=portfolio.id,
                position_sought=bool(portfolio.position_sought),
                works=_in_order(facts, rows),
                name_th=bool(owner.given_name_th and owner.family_name_th),
                name_en=bool(owner.given_name_en and owner.family_name_en),
                university=record.has_place,
                criteria=len(codes),
                cv=record.counts,
                gaps=gaps_of(record.facts, has_details=record.has_details),
                exhibits=len({proof.item_id for row in rows for proof in facts.proofs.get(row.id, ())}),
            )
        )
    return found


def _in_order(facts: _Facts, rows: Sequence[Any]) -> list[WorkNumbers]:
    """The numbers of a portfolio's works, each at its place."""
    places = {row.id: number for number, row in enumerate(rows, start=1)}
    twice = {work_id: places[first] for work_id, first in repeated(rows).items()}
    return [facts.numbers(row, places[row.id], twice.get(row.id)) for row in rows]


def _chosen(portfolio_ids: Sequence[int], criteria_set_code: str) -> Any:
    """Every chosen work in its order with all that there is once of it."""
    works = select(PortfolioWork.work_id).where(PortfolioWork.portfolio_id.in_(portfolio_ids)).correlate(None)
    both = and_(ChangeRecord.baseline_value.is_not(None), ChangeRecord.outcome_value.is_not(None))
    indicators = (
        select(ChangeRecord.work_id, func.count().label("indicators"), func.count().filter(both).label("complete"))
        .where(ChangeRecord.work_id.in_(works))
        .group_by(ChangeRecord.work_id)
        .subquery("indicators_counted")
    )
    people = participation.counted(works)
    joined = partners.counted(works)
    judged = self_assessments.counted(works, criteria_set_code)
    return (
        select(
            PortfolioWork.portfolio_id,
            Work.id,
            Work.kind,
            Work.rule_set_id,
            RuleSet.code.label("rules"),
            Work.title_th,
            Work.title_en,
            Work.not_for_profit,
            Work.period_end,
            Bibliography.year,
            Bibliography.doi,
            says_use(Work.id).label("use_said"),
            EthicsDeclaration.work_id.is_not(None).label("ethics"),
            ParticipationForm.variant,
            *(func.coalesce(column, 0).label(column.name) for column in people.c if column.name != "work_id"),
            func.coalesce(joined.c.partners, 0).label("partners"),
            func.coalesce(joined.c.confirmed, 0).label("confirmed"),
            func.coalesce(indicators.c.indicators, 0).label("indicators"),
            func.coalesce(indicators.c.complete, 0).label("complete"),
            func.coalesce(judged.c.levels, 0).label("judged"),
        )
        .join(Work, Work.id == PortfolioWork.work_id)
        .join(RuleSet, RuleSet.id == Work.rule_set_id)
        .outerjoin(Bibliography, Bibliography.work_id == Work.id)
        .outerjoin(EthicsDeclaration, EthicsDeclaration.work_id == Work.id)
        .outerjoin(ParticipationForm, ParticipationForm.work_id == Work.id)
        .outerjoin(people, people.c.work_id == Work.id)
        .outerjoin(joined, joined.c.work_id == Work.id)
        .outerjoin(indicators, indicators.c.work_id == Work.id)
        .outerjoin(judged, judged.c.work_id == Work.id)
        .where(PortfolioWork.portfolio_id.in_(portfolio_ids))
        .order_by(PortfolioWork.portfolio_id, PortfolioWork.position)
    )


@dataclass(frozen=True)
class _Facts:
    """What there is several times of a work, read for all of them at once."""

    headings: Mapping[int, Sequence[RuleHeading]]
    words: Mapping[int, Mapping[str, int]]
    broken: Mapping[int, Sequence[str]]
    proofs: Mapping[int, Sequence[Proof]]
    codes: Sequence[str]
    signed: Mapping[int, participation.Tally]

    @classmethod
    def of(cls, chosen: Iterable[Any], codes: Sequence[str]) -> _Facts:
        ids = sorted({row.id for row in chosen})
        headings: dict[int, list[RuleHeading]] = {}
        rules = {row.rule_set_id for row in chosen if asks_headings(row.kind)}
        statement = select(RuleHeading).where(RuleHeading.rule_set_id.in_(rules)).order_by(RuleHeading.number)
        for heading in session.scalars(statement):
            headings.setdefault(heading.rule_set_id, []).append(heading)
        proofs = proofs_of_works(ids)
        # Only a text with a bracket can cite, and texts are long: the others stay in the database.
        citing = case((WorkSection.body.contains("[", autoescape=True), WorkSection.body))
        texts = session.execute(
            select(WorkSection.work_id, WorkSection.heading_code, WorkSection.word_count, citing)
            .where(WorkSection.work_id.in_(ids))
            .order_by(WorkSection.work_id, WorkSection.heading_code)
        )
        words: dict[int, dict[str, int]] = {}
        broken: dict[int, list[str]] = {}
        for work_id, code, count, body in texts:
            words.setdefault(work_id, {})[code] = count
            times = count_broken(body, proofs.get(work_id, ())) if body else 0
            if times:
                broken.setdefault(work_id, []).extend([code] * times)
        # A signature holds as long as the text under it reads the same, which only the whole form tells.
        signed = participation.tallies_of(row.id for row in chosen if row.signed)
        return cls(headings, words, broken, proofs, codes, signed)

    def numbers(self, work: Any, number: int, same_as: int | None) -> WorkNumbers:
        """The numbers of one work at its place in a portfolio, where an earlier one may be the same."""
        asked = asks_headings(work.kind)
        words, proofs = self.words.get(work.id, {}), self.proofs.get(work.id, ())
        met = {code for proof in proofs for code in proof.criteria}
        signing = self.signed.get(work.id) or participation.tally(
            participation.variant_of(work.rules, work.kind, work.variant), work
        )
        return WorkNumbers(
            id=work.id,
            number=number,
            title_th=work.title_th != "",
            title_en=work.title_en != "",
            same_as=same_as,
            not_for_profit=work.not_for_profit,
            headings=[
                HeadingNumbers(heading.code, heading.number, words.get(heading.code, 0), heading.target_words)
                for heading in self.headings.get(work.rule_set_id, ())
                if asked
            ],
            names_owner=work.owners > 0,
            evidence=len(proofs),
            indicators=work.indicators,
            complete_indicators=work.complete,
            missing_criteria=[code for code in self.codes if code not in met],
            asks_headings=asked,
            dated=bool(work.year or work.period_end),
            use_said=work.use_said,
            unusable=[proof.item_id for proof in proofs if proof.unusable],
            broken_citations=self.broken.get(work.id, ()),
            partners=work.partners,
            unconfirmed=work.partners - work.confirmed,
            ethics=work.ethics,
            signers=signing.signers,
            unsigned=signing.missing,
            judged=work.judged if asked else None,
            written=sum(count > 0 for count in words.values()),
        )
