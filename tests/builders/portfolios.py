"""Portfolios for tests."""

from __future__ import annotations

from portfolio.accounts.models import User
from portfolio.core.db import session
from portfolio.criteria.models import RuleSet
from portfolio.portfolios.models import Portfolio, PortfolioWork
from portfolio.works.models import Work


def make_portfolio(
    owner: User,
    rules: RuleSet,
    *works: Work,
    title_th: str = "แฟ้มน้ำสะอาด",
    title_en: str = "Clean water portfolio",
    position_sought: str | None = None,
) -> Portfolio:
    """A portfolio with these works in this order."""
    portfolio = Portfolio(
        owner_id=owner.id,
        rule_set_id=rules.id,
        title_th=title_th,
        title_en=title_en,
        position_sought=position_sought,
    )
    portfolio.chosen = [PortfolioWork(work_id=work.id, position=place) for place, work in enumerate(works, start=1)]
    session.add(portfolio)
    session.flush()
    return portfolio
