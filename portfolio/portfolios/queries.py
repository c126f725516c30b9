"""Portfolios a person may see, their exhibits, and how ready they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from portfolio.accounts.models import User
from portfolio.core.db import session, while_reading
from portfolio.core.hooks import Hooks, Violation
from portfolio.core.web.pagination import Page, paginate
from portfolio.criteria.models import RuleSet
from portfolio.evidence.citations import exhibits_of_works
from portfolio.evidence.models import EvidenceItem
from portfolio.evidence.queries import uses_of_works
from portfolio.organizations.delegations.queries import whose
from portfolio.portfolios import readiness_facts
from portfolio.portfolios.models import Portfolio, PortfolioWork
from portfolio.portfolios.readiness import PortfolioNumbers, Readiness, assess
from portfolio.works.bibliography.numbering import Numbered, in_order, numbers
from portfolio.works.bibliography.queries import numbered_of
from portfolio.works.models import Work


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
    return select(Portfolio).where(Portfolio.owner_id == whose(user).id)


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
    statement = _lines(visible_to(user), archived=archived).options(
        joinedload(Portfolio.rule_set).selectinload(RuleSet.positions),
    )
    found = paginate(session, statement, page, per_page=10)
    lines = [PortfolioLine(portfolio, count) for portfolio, count in found.items]
    return Page(lines, found.number, found.per_page, found.has_next)


def latest(user: Any, limit: int) -> list[Portfolio]:
    """The portfolios a person worked on last."""
    return [line.portfolio for line in latest_lines(user, limit)]


def latest_lines(user: Any, limit: int) -> list[PortfolioLine]:
    """The same, each with the number of its works."""
    statement = _lines(visible_to(user), archived=False).limit(limit)
    return [PortfolioLine(portfolio, count) for portfolio, count in session.execute(statement)]


def _lines(portfolios: Select[Any], *, archived: bool) -> Select[Any]:
    """Of these portfolios those in use or set aside, with the number of their works, the latest changed first."""
    works = (
        select(func.count())
        .select_from(PortfolioWork)
        .where(PortfolioWork.portfolio_id == Portfolio.id)
        .correlate(Portfolio)
        .scalar_subquery()
    )
    return (
        portfolios.add_columns(works)
        .where(Portfolio.archived_at.is_not(None) if archived else Portfolio.archived_at.is_(None))
        .order_by(Portfolio.updated_at.desc(), Portfolio.id.desc())
    )


def has_archived(user: Any) -> bool:
    """Whether this person has set a portfolio aside."""
    return session.scalar(visible_to(user).where(Portfolio.archived_at.is_not(None)).limit(1)) is not None


def exhibits(portfolio: Portfolio) -> list[tuple[int, EvidenceItem]]:
    """The evidence of a portfolio, numbered from 1 through its works in their order; used twice is one exhibit."""
    place = {chosen.work_id: position for position, chosen in enumerate(portfolio.chosen)}
    uses = sorted(uses_of_works(place), key=lambda use: place[use.work_id])
    items = dict.fromkeys(use.evidence for use in uses)
    return list(enumerate(items, start=1))


def numbers_of_exhibits(portfolio: Portfolio) -> dict[int, int]:
    """The same numbers by the ids of the items, without loading any of them."""
    place = {chosen.work_id: position for position, chosen in enumerate(portfolio.chosen)}
    orders = exhibits_of_works(place)
    items = (exhibit.item_id for work_id in sorted(orders, key=place.__getitem__) for exhibit in orders[work_id])
    return {item_id: number for number, item_id in enumerate(dict.fromkeys(items), start=1)}


def exhibit_numbers(portfolio: Portfolio) -> dict[int, list[int]]:
    """For each work, the portfolio's exhibit numbers in the order in which that work counts its own evidence.

    A text that cites its work's second exhibit cites number `exhibit_numbers(portfolio)[work.id][1]`.
    """
    number_of = {item.id: number for number, item in exhibits(portfolio)}
    found: dict[int, list[int]] = {chosen.work_id: [] for chosen in portfolio.chosen}
    for use in uses_of_works(found):
        found[use.work_id].append(number_of[use.evidence_id])
    return found


def form_numbers(portfolio: Portfolio) -> dict[int, str]:
    """The number of each chosen work in the form for the position sought; nothing before one is chosen."""
    return numbers(portfolio.position_sought or "", _numbered(portfolio))


def form_order(portfolio: Portfolio) -> list[int]:
    """The ids of the chosen works in the order of the form."""
    return [work.id for work in in_order(_numbered(portfolio))]


def _numbered(portfolio: Portfolio) -> list[Numbered]:
    return while_reading(("numbered", portfolio.id), lambda: numbered_of(portfolio.works))


def is_in_form_order(portfolio: Portfolio) -> bool:
    """Whether the works stand in that order already."""
    return form_order(portfolio) == [work.id for work in portfolio.works]


def numbers_of(portfolio: Portfolio) -> PortfolioNumbers:
    """What is there of a portfolio, in numbers; read once for a page."""
    return while_reading(("numbers", portfolio.id), lambda: readiness_facts.numbers_of([portfolio])[0])


def readiness_of(portfolio: Portfolio) -> Readiness:
    """How ready a portfolio is; worked out once for a page."""
    return while_reading(("readiness", portfolio.id), lambda: assess(numbers_of(portfolio)))


def readiness_of_all(portfolios: Sequence[Portfolio]) -> dict[int, Readiness]:
    """How ready each of one academic's portfolios is, in the same number of queries for one and for many."""
    return {numbers.id: assess(numbers) for numbers in readiness_facts.numbers_of(portfolios)} if portfolios else {}


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
    """A person's portfolios, for the copy of their data that they may ask for."""
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
