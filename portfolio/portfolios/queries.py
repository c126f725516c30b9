"""Portfolios a person may see, their exhibits, and the numbers that readiness is told from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import joinedload, load_only, selectinload

from portfolio.accounts.models import User
from portfolio.core.db import session
from portfolio.core.hooks import Hooks, Violation
from portfolio.core.web.pagination import Page, paginate
from portfolio.criteria.models import RuleSet
from portfolio.evidence.models import EvidenceItem
from portfolio.evidence.queries import counts_by_work, criteria_by_work, current_criteria, uses_of_works
from portfolio.organizations.models import Membership
from portfolio.portfolios.models import CvEntry, CvKind, Portfolio, PortfolioWork
from portfolio.portfolios.readiness import HeadingNumbers, PortfolioNumbers, Readiness, WorkNumbers, assess
from portfolio.works.models import ChangeRecord, Contribution, Work, WorkSection
from portfolio.works.vocabulary import ContributionRole


@dataclass(frozen=True)
class Choice:
    """A work chosen into a portfolio."""

    portfolio: Portfolio
    work: Work


@dataclass(frozen=True)
class PortfolioLine:
    """A portfolio in a list."""

    portfolio: Portfolio
    works: int


def visible_to(user: Any) -> Select[Portfolio]:
    """A person's own portfolios, set aside or not."""
    return select(Portfolio).where(Portfolio.owner_id == user.id)


def find(user: Any, portfolio_id: int) -> Portfolio | None:
    """One portfolio with its rule set, positions and chosen works."""
    return session.scalar(
        visible_to(user)
        .where(Portfolio.id == portfolio_id)
        .options(
            joinedload(Portfolio.rule_set).selectinload(RuleSet.positions),
            joinedload(Portfolio.owner),
            selectinload(Portfolio.chosen)
            .joinedload(PortfolioWork.work)
            .joinedload(Work.rule_set)
            .selectinload(RuleSet.headings),
        )
    )


def find_choice(user: Any, portfolio_id: int, work_id: int) -> Choice | None:
    """A work chosen into a portfolio that this person may see."""
    portfolio = find(user, portfolio_id)
    work = next((work for work in portfolio.works if work.id == work_id), None) if portfolio else None
    return Choice(portfolio, work) if portfolio is not None and work is not None else None


def index_page(user: Any, *, page: int = 1, archived: bool = False) -> Page[PortfolioLine]:
    """A person's portfolios, the latest changed first."""
    works = (
        select(func.count())
        .select_from(PortfolioWork)
        .where(PortfolioWork.portfolio_id == Portfolio.id)
        .correlate(Portfolio)
        .scalar_subquery()
    )
    statement = (
        visible_to(user)
        .add_columns(works)
        .where(Portfolio.archived_at.is_not(None) if archived else Portfolio.archived_at.is_(None))
        .options(joinedload(Portfolio.rule_set).selectinload(RuleSet.positions))
        .order_by(Portfolio.updated_at.desc(), Portfolio.id.desc())
    )
    found = paginate(session, statement, page, per_page=10)
    lines = [PortfolioLine(portfolio, count) for portfolio, count in found.items]
    return Page(lines, found.number, found.per_page, found.has_next)


def latest(user: Any, limit: int = 5) -> list[Portfolio]:
    """The portfolios a person worked on last."""
    statement = (
        visible_to(user)
        .where(Portfolio.archived_at.is_(None))
        .options(selectinload(Portfolio.chosen))
        .order_by(Portfolio.updated_at.desc(), Portfolio.id.desc())
        .limit(limit)
    )
    return list(session.scalars(statement))


def has_archived(user: Any) -> bool:
    """Whether this person has set a portfolio aside."""
    return session.scalar(visible_to(user).where(Portfolio.archived_at.is_not(None)).limit(1)) is not None


def exhibits(portfolio: Portfolio) -> list[tuple[int, EvidenceItem]]:
    """The evidence of a portfolio, numbered from 1 through its works in their order; used twice is one exhibit."""
    order = [chosen.work_id for chosen in portfolio.chosen]
    uses = sorted(uses_of_works(order), key=lambda use: order.index(use.work_id))
    items = dict.fromkeys(use.evidence for use in uses)
    return list(enumerate(items, start=1))


def exhibit_numbers(portfolio: Portfolio) -> dict[int, list[int]]:
    """For each work, the portfolio's exhibit numbers in the order in which that work counts its own evidence.

    A text that cites its work's second exhibit cites number `exhibit_numbers(portfolio)[work.id][1]`.
    """
    number_of = {item.id: number for number, item in exhibits(portfolio)}
    found: dict[int, list[int]] = {chosen.work_id: [] for chosen in portfolio.chosen}
    for use in uses_of_works(found):
        found[use.work_id].append(number_of[use.evidence_id])
    return found


def own_parts(portfolio: Portfolio) -> dict[int, ContributionRole]:
    """The academic's own role in each chosen work that names it."""
    statement = select(Contribution.work_id, Contribution.role).where(
        Contribution.work_id.in_([chosen.work_id for chosen in portfolio.chosen]), Contribution.is_owner
    )
    return {work_id: role for work_id, role in session.execute(statement)}


def written_headings(portfolio: Portfolio) -> dict[int, int]:
    """How many headings of each chosen work have text."""
    statement = (
        select(WorkSection.work_id, func.count())
        .where(WorkSection.work_id.in_([chosen.work_id for chosen in portfolio.chosen]), WorkSection.word_count > 0)
        .group_by(WorkSection.work_id)
    )
    return {work_id: count for work_id, count in session.execute(statement)}


def cv_entries(user: Any, kind: CvKind | None = None) -> list[CvEntry]:
    """The academic's record in the order they chose, a part at a time."""
    statement = select(CvEntry).where(CvEntry.owner_id == user.id)
    if kind is not None:
        statement = statement.where(CvEntry.kind == kind)
    return list(session.scalars(statement.order_by(CvEntry.kind, CvEntry.position, CvEntry.id)))


def find_cv_entry(user: Any, entry_id: int) -> CvEntry | None:
    """A line of a person's own record."""
    return session.scalar(select(CvEntry).where(CvEntry.owner_id == user.id, CvEntry.id == entry_id))


def cv_counts(user: Any) -> dict[CvKind, int]:
    """How many lines each part of a person's record has."""
    statement = select(CvEntry.kind, func.count()).where(CvEntry.owner_id == user.id).group_by(CvEntry.kind)
    return {kind: count for kind, count in session.execute(statement)}


def readiness_of(portfolio: Portfolio) -> Readiness:
    """How ready a portfolio is."""
    return readiness_of_all([portfolio])[portfolio.id]


def readiness_of_all(portfolios: Sequence[Portfolio]) -> dict[int, Readiness]:
    """How ready each of these portfolios is, in the same number of queries for one and for many."""
    return {numbers.id: assess(numbers) for numbers in _numbers(portfolios)}


def _numbers(portfolios: Sequence[Portfolio]) -> list[PortfolioNumbers]:
    ids = [portfolio.id for portfolio in portfolios]
    owner_ids = {portfolio.owner_id for portfolio in portfolios}
    chosen = session.execute(
        select(PortfolioWork.portfolio_id, Work)
        .join(Work, PortfolioWork.work_id == Work.id)
        .where(PortfolioWork.portfolio_id.in_(ids))
        .options(
            load_only(Work.title_th, Work.title_en, Work.not_for_profit, Work.rule_set_id),
            joinedload(Work.rule_set).selectinload(RuleSet.headings),
        )
        .order_by(PortfolioWork.portfolio_id, PortfolioWork.position)
    ).all()
    work_ids = {work.id for _, work in chosen}
    facts = _WorkFacts.of(work_ids)
    owners = {owner.id: owner for owner in session.scalars(select(User).where(User.id.in_(owner_ids)))}
    placed = set(session.scalars(select(Membership.user_id).where(Membership.user_id.in_(owner_ids))))
    records: dict[int, dict[CvKind, int]] = {}
    for owner_id, kind, count in session.execute(
        select(CvEntry.owner_id, CvEntry.kind, func.count())
        .where(CvEntry.owner_id.in_(owner_ids))
        .group_by(CvEntry.owner_id, CvEntry.kind)
    ):
        records.setdefault(owner_id, {})[kind] = count
    found = []
    for portfolio in portfolios:
        owner = owners[portfolio.owner_id]
        works = [work for portfolio_id, work in chosen if portfolio_id == portfolio.id]
        found.append(
            PortfolioNumbers(
                id=portfolio.id,
                position_sought=bool(portfolio.position_sought),
                works=[facts.numbers(work, number) for number, work in enumerate(works, start=1)],
                name_th=bool(owner.given_name_th and owner.family_name_th),
                name_en=bool(owner.given_name_en and owner.family_name_en),
                university=owner.id in placed,
                criteria=len(facts.criteria),
                cv=records.get(owner.id, {}),
            )
        )
    return found


@dataclass(frozen=True)
class _WorkFacts:
    """What readiness asks of works, read for all of them at once."""

    words: dict[tuple[int, str], int]
    with_owner: set[int]
    evidence: dict[int, int]
    indicators: dict[int, tuple[int, int]]
    criteria: list[str]
    criteria_met: dict[int, set[str]]

    @classmethod
    def of(cls, work_ids: set[int]) -> _WorkFacts:
        words = session.execute(
            select(WorkSection.work_id, WorkSection.heading_code, WorkSection.word_count).where(
                WorkSection.work_id.in_(work_ids)
            )
        )
        with_owner = session.scalars(
            select(Contribution.work_id).where(Contribution.work_id.in_(work_ids), Contribution.is_owner)
        )
        both = and_(ChangeRecord.baseline_value.is_not(None), ChangeRecord.outcome_value.is_not(None))
        indicators = session.execute(
            select(ChangeRecord.work_id, func.count(), func.count().filter(both))
            .where(ChangeRecord.work_id.in_(work_ids))
            .group_by(ChangeRecord.work_id)
        )
        criteria = current_criteria()
        return cls(
            words={(work_id, code): count for work_id, code, count in words},
            with_owner=set(with_owner),
            evidence=counts_by_work(work_ids),
            indicators={work_id: (count, complete) for work_id, count, complete in indicators},
            criteria=[criterion.code for criterion in criteria.scored] if criteria else [],
            criteria_met=criteria_by_work(work_ids),
        )

    def numbers(self, work: Work, number: int) -> WorkNumbers:
        """The numbers of one work at its place in a portfolio."""
        indicators, complete = self.indicators.get(work.id, (0, 0))
        met = self.criteria_met.get(work.id, set())
        return WorkNumbers(
            id=work.id,
            number=number,
            title_th=bool(work.title_th),
            title_en=bool(work.title_en),
            not_for_profit=work.not_for_profit,
            headings=[
                HeadingNumbers(
                    heading.code, heading.number, self.words.get((work.id, heading.code), 0), heading.target_words
                )
                for heading in work.rule_set.headings
            ],
            names_owner=work.id in self.with_owner,
            evidence=self.evidence.get(work.id, 0),
            indicators=indicators,
            complete_indicators=complete,
            missing_criteria=[code for code in self.criteria if code not in met],
        )


def _listing() -> list[dict[str, Any]]:
    statement = select(Portfolio, User.email).join(User, Portfolio.owner_id == User.id).order_by(Portfolio.id)
    return [
        {
            "id": portfolio.id,
            "title_th": portfolio.title_th,
            "title_en": portfolio.title_en,
            "owner": email,
            "position_sought": portfolio.position_sought,
            "archived": portfolio.archived_at is not None,
        }
        for portfolio, email in session.execute(statement)
    ]


def _personal_data(user: User) -> dict[str, Any]:
    """A person's portfolios and record, for the copy of their data that they may ask for."""
    return {
        "portfolios": [
            {
                "title_th": portfolio.title_th,
                "title_en": portfolio.title_en,
                "position_sought": portfolio.position_sought,
                "statement_th": portfolio.statement_th,
                "statement_en": portfolio.statement_en,
            }
            for portfolio in session.scalars(visible_to(user).order_by(Portfolio.id))
        ],
        "record": [
            {"kind": entry.kind.value, "title_th": entry.title_th, "title_en": entry.title_en}
            for entry in cv_entries(user)
        ],
    }


def _foreign_works() -> Iterable[Violation]:
    """A portfolio holds its owner's works only."""
    statement = (
        select(Portfolio.id, Work.id)
        .join(PortfolioWork, PortfolioWork.portfolio_id == Portfolio.id)
        .join(Work, PortfolioWork.work_id == Work.id)
        .where(Portfolio.owner_id != Work.owner_id)
    )
    for portfolio_id, work_id in session.execute(statement):
        yield Violation("portfolios", f"portfolio {portfolio_id}", f"work {work_id} has another owner")


def register(hooks: Hooks) -> None:
    """Bring portfolios to the `list` command, to the copy of a person's data and to the check."""
    hooks.lists("portfolios", _listing)
    hooks.personal_data["portfolios"] = _personal_data
    hooks.invariants["portfolios"] = _foreign_works
