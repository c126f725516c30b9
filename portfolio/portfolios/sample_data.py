"""The sample portfolios; later states are made by the rooms above."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portfolio.accounts.models import User
from portfolio.accounts.queries import by_email
from portfolio.core.db import session, transaction
from portfolio.core.hooks import Hooks
from portfolio.criteria.queries import latest_rule_set
from portfolio.portfolios import operations
from portfolio.portfolios.models import Method, Portfolio
from portfolio.portfolios.operations import PortfolioFields
from portfolio.record.models import AppointmentMode
from portfolio.works import sample_data as works_of_the_sample
from portfolio.works.models import Work

FILE = Path(__file__).parent / "sample_data" / "portfolios.toml"
STATEMENTS = FILE.with_name("statements.toml")
ORDER = 70


def described() -> list[dict[str, Any]]:
    """Every portfolio of the sample with its title and statement."""
    facts, texts = (tomllib.loads(path.read_text("utf-8"))["portfolio"] for path in (FILE, STATEMENTS))
    words = {text["owner"]: text for text in texts}
    return [{**fact, **words[fact["owner"]]} for fact in facts]


def load() -> None:
    """Add the portfolios that are not there yet."""
    for entry in described():
        with transaction():
            owner = by_email(entry["owner"])
            if owner is None:
                continue
            there = session.scalar(select(Portfolio.id).where(Portfolio.owner_id == owner.id).limit(1))
            works = _works_of(owner)
            if there is None and works:
                _add(owner, entry, works)


def _works_of(owner: User) -> list[Work]:
    entries = works_of_the_sample.described()
    found = [works_of_the_sample.find_sample(entry) for entry in entries if entry["owner"] == owner.email]
    return [work for work in found if work is not None]


def _add(owner: User, entry: dict[str, Any], works: list[Work]) -> None:
    rules = latest_rule_set()
    if rules is None:
        return
    fields = PortfolioFields(
        title_th=entry["title_th"],
        title_en=entry["title_en"],
        position_sought=entry["position_sought"],
        mode=AppointmentMode(entry["mode"]) if "mode" in entry else None,
        method=Method(entry["method"]) if "method" in entry else None,
        field_th=entry["field_th"],
        field_en=entry["field_en"],
        statement_th=entry["statement_th"],
        statement_en=entry["statement_en"],
    )
    portfolio = operations.create_portfolio(actor=owner, rule_set=rules, fields=fields)
    for work in works:
        operations.choose_work(actor=owner, portfolio=portfolio, work=work)


def register(hooks: Hooks) -> None:
    """Add the loader."""
    hooks.sample_data.append((ORDER, "portfolios", load))
