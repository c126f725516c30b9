"""The sample portfolios speak for their owners: title and statement."""

import re
from typing import Any

import pytest
from flask import Flask
from icu4py.breakers import WordBreaker
from sqlalchemy import select

from portfolio.core.db import session
from portfolio.portfolios.models import Portfolio
from portfolio.portfolios.sample_data import described
from portfolio.works import sample_data as works_of_the_sample

LEADING = ("kantida@lanthara.example", "nawaphon@sichalasin.example", "chanathip@thungsuwan.example")
PORTFOLIOS = described()
REPEAT = 40

each_portfolio = pytest.mark.parametrize("portfolio", PORTFOLIOS, ids=[one["owner"] for one in PORTFOLIOS])


def words(text: str) -> int:
    """Count words as ICU's Thai dictionary sees them; spaces and signs are not words."""
    breaker = WordBreaker(text, "th")
    return sum(any(sign.isalnum() for sign in text[start:end]) for start, end in breaker.segments())


def test_every_owner_of_a_sample_work_has_one_portfolio() -> None:
    owners = [portfolio["owner"] for portfolio in PORTFOLIOS]
    assert sorted(owners) == sorted({work["owner"] for work in works_of_the_sample.described()})


@each_portfolio
def test_a_statement_has_the_length_of_its_kind(portfolio: dict[str, Any]) -> None:
    shortest, longest = (150, 250) if portfolio["owner"] in LEADING else (60, 100)
    assert shortest <= words(portfolio["statement_th"]) <= longest
    assert shortest * 0.8 <= len(portfolio["statement_en"].split()) <= longest
    assert portfolio["position_sought"] in {"assistant", "associate", "professor"}


@each_portfolio
def test_a_statement_is_marked_as_fiction_and_written_in_thai(portfolio: dict[str, Any]) -> None:
    assert portfolio["statement_th"].endswith("(ข้อมูลสมมติ)")
    assert portfolio["statement_en"].endswith("(Fictional data)")
    for key in ("title_th", "field_th", "statement_th"):
        assert re.findall(r"[A-Za-z]+", portfolio[key]) == []


def test_statements_borrow_neither_from_each_other_nor_from_the_works() -> None:
    works = works_of_the_sample.described()
    texts = [text for work in works for text in (work["summary_th"], *work["sections"].values())]
    seen: set[str] = set()
    copied: list[str] = []
    for text in [*texts, *(portfolio["statement_th"] for portfolio in PORTFOLIOS)]:
        flat = re.sub(r"\s+|\[[^]]*\]", "", text)
        own = {flat[i : i + REPEAT] for i in range(len(flat) - REPEAT + 1)}
        copied += sorted(own & seen)
        seen |= own
    assert copied == []


def test_portfolios_are_loaded_with_their_statements_and_works(sample_app: Flask) -> None:
    with sample_app.app_context():
        loaded = {portfolio.owner.email: portfolio for portfolio in session.scalars(select(Portfolio))}
        assert {owner: portfolio.statement_th for owner, portfolio in loaded.items()} == {
            one["owner"]: one["statement_th"] for one in PORTFOLIOS
        }
        titles: dict[str, list[str]] = {owner: [] for owner in loaded}
        for work in works_of_the_sample.described():
            titles[work["owner"]].append(work["title_th"])
        chosen = {owner: [row.work.title_th for row in portfolio.chosen] for owner, portfolio in loaded.items()}
        assert chosen == titles
