"""The sample portfolios and records; later states are made by the rooms above."""

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
from portfolio.portfolios.models import CvKind, Portfolio
from portfolio.portfolios.operations import CvFields, PortfolioFields
from portfolio.works import sample_data as works_of_the_sample
from portfolio.works.models import Work

FILE = Path(__file__).parent / "sample_data" / "portfolios.toml"
STATEMENTS = FILE.with_name("statements.toml")
ORDER = 70


def described() -> list[dict[str, Any]]:
    """Every portfolio of the sample with its title, statement and whole record."""
    facts, texts = (tomllib.loads(path.read_text("utf-8"))["portfolio"] for path in (FILE, STATEMENTS))
    words = {text["owner"]: text for text in texts}
    return [
        {**fact, **words[fact["owner"]], "record": [*fact["record"], *words[fact["owner"]]["record"]]} for fact in facts
    ]


def load() -> None:
    """Add the portfolios and lines of record that are not there yet."""
    for entry in described():
        with transaction():
            owner = by_email(entry["owner"])
            if owner is None:
                continue
            for line in entry["record"]:
                operations.add_cv_entry(actor=owner, kind=CvKind(line["kind"]), fields=_line(line))
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
        field_th=entry["field_th"],
        field_en=entry["field_en"],
        statement_th=entry["statement_th"],
        statement_en=entry["statement_en"],
    )
    portfolio = operations.create_portfolio(actor=owner, rule_set=rules, fields=fields)
    for work in works:
        operations.choose_work(actor=owner, portfolio=portfolio, work=work)


def _line(line: dict[str, Any]) -> CvFields:
    return CvFields(
        title_th=line["title_th"],
        title_en=line.get("title_en", ""),
        institution_th=line.get("institution_th", ""),
        institution_en=line.get("institution_en", ""),
        detail_th=line.get("detail_th", ""),
        detail_en=line.get("detail_en", ""),
        year_from=line.get("year_from"),
        year_to=line.get("year_to"),
        hours_per_week=float(line["hours_per_week"]) if "hours_per_week" in line else None,
    )


def register(hooks: Hooks) -> None:
    """Add the loader."""
    hooks.sample_data.append((ORDER, "portfolios", load))
