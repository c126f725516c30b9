"""What happens to a work or a partner's words while a portfolio is frozen: before it or after it, never half."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from portfolio.accounts.models import User
from portfolio.calls.models import Call
from portfolio.core.db import lock, session, transaction
from portfolio.evidence import operations as evidence
from portfolio.evidence.models import EvidenceItem, EvidenceUse
from portfolio.partners import models
from portfolio.partners.confirmations.operations import withdraw_consent
from portfolio.portfolios.models import Portfolio
from portfolio.submissions import consent, operations, snapshots
from portfolio.submissions.models import SealedValue, Snapshot
from portfolio.submissions.snapshots import content_of
from portfolio.works.models import Work
from portfolio.works.sections.operations import save_section
from tests.builders.partners import make_in_work, make_partner, make_testimony
from tests.builders.submissions import make_call, make_exhibit, make_person, make_ready_portfolio, make_university
from tests.builders.works import make_contribution, make_rule_set

Database = scoped_session[Session]

A_MOMENT = 0.5
"""Seconds: long enough for somebody whom nobody holds."""


class Case:
    """A ready portfolio of one work with two exhibits and a partner's words, and an open call."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context(), transaction():
            owner = make_person("owner@people.example", university=make_university())
            portfolio = make_ready_portfolio(owner, make_rule_set())
            work = portfolio.works[0]
            other = make_exhibit(owner, work, title_th="แบบสำรวจ", filename="survey.pdf")
            save_section(actor=owner, work=work, heading_code="s1", body="เห็นได้จาก [หลักฐาน 2]", version=1)
            testimony, _secret = make_testimony(make_in_work(make_partner(owner), work))
            self.owner, self.portfolio, self.work, self.call = (
                owner.id,
                portfolio.id,
                work.id,
                make_call(work.rule_set).id,
            )
            self.item, self.testimony = other.id, testimony.id

    def beside(self, act: Callable[[], object]) -> threading.Thread:
        """Somebody else does it on a connection of their own, from now on; we go on after a moment."""

        def run() -> None:
            with self.app.app_context(), transaction():
                act()

        other = threading.Thread(target=run)
        other.start()
        other.join(A_MOMENT)
        return other

    def submit(self) -> None:
        operations.submit(
            portfolio=session.get_one(Portfolio, self.portfolio),
            call=session.get_one(Call, self.call),
            actor=session.get_one(User, self.owner),
        )

    def print(self) -> None:
        operations.snapshot_to_print(
            portfolio=session.get_one(Portfolio, self.portfolio), actor=session.get_one(User, self.owner)
        )

    def freeze(self, way: str) -> None:
        (self.submit if way == "submitted" else self.print)()


@pytest.fixture
def case(app: Flask) -> Case:
    return Case(app)


def frozen(database: Database) -> dict[str, Any]:
    database.rollback()
    return content_of(database.scalars(select(Snapshot)).one())


@pytest.mark.parametrize("way", ["submitted", "printed"])
def test_words_withdrawn_while_they_are_frozen_are_erased(
    case: Case, database: Database, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    others: list[threading.Thread] = []
    freeze = snapshots.freeze

    def frozen_in_the_middle(*args: Any, **kwargs: Any) -> Any:
        draft = freeze(*args, **kwargs)
        act = lambda: withdraw_consent(testimony=session.get_one(models.Testimony, case.testimony))  # noqa: E731
        others.append(case.beside(act))
        return draft

    monkeypatch.setattr(snapshots, "freeze", frozen_in_the_middle)
    with case.app.app_context(), transaction():
        case.freeze(way)
    others[0].join()
    database.rollback()
    kept = database.scalars(select(SealedValue).where(SealedValue.name.startswith("partner."))).all()
    assert kept
    assert all(value.erased_at is not None and value.value is None for value in kept)
    assert not list(consent.check_all())


def test_the_check_names_words_that_were_kept_though_withdrawn(case: Case, database: Database) -> None:
    with transaction():
        case.print()
    with transaction():
        withdraw_consent(testimony=session.get_one(models.Testimony, case.testimony))
    assert not list(consent.check_all())
    with transaction():
        words = session.scalars(select(SealedValue).where(SealedValue.name.endswith(".words"))).one()
        words.salt, words.value, words.erased_at = b"salt", {"done": "ลงแรงเอง"}, None
    found = list(consent.check_all())
    assert [(violation.invariant, violation.subject) for violation in found] == [
        ("consents", f"sealed value {words.id}")
    ]


@pytest.mark.parametrize("way", ["submitted", "printed"])
def test_an_exhibit_moved_while_its_work_is_frozen_stays_the_cited_one(
    case: Case, database: Database, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    others: list[threading.Thread] = []
    uses_of_works = snapshots.uses_of_works

    def move() -> None:
        use = session.scalars(select(EvidenceUse).where(EvidenceUse.evidence_id == case.item)).one()
        evidence.move_use(actor=session.get_one(User, case.owner), use=use, up=True)

    def moved_before(*args: Any) -> Any:
        others.append(case.beside(move))
        return uses_of_works(*args)

    monkeypatch.setattr(snapshots, "uses_of_works", moved_before)
    with case.app.app_context(), transaction():
        case.freeze(way)
    others[0].join()
    content = frozen(database)
    body = content["works"][0]["sections"][0]["body"]
    numbers = {use["number_in_work"]: item["title_th"] for item in content["evidence"] for use in item["uses"]}
    assert body in ("เห็นได้จาก [หลักฐาน 1]", "เห็นได้จาก [หลักฐาน 2]")
    assert numbers[int(body[-2])] == "แบบสำรวจ"


def test_a_work_saved_while_its_portfolio_is_submitted_is_frozen_as_saved(case: Case, database: Database) -> None:
    with case.app.app_context(), transaction():
        work = session.get_one(Work, case.work)
        lock(work)
        work.title_th = "ชื่อใหม่"
        make_contribution(work, name_th="คนใหม่ มาร่วม")
        other = case.beside(case.submit)
    other.join()
    work_frozen = frozen(database)["works"][0]
    names = [person["name_th"] for person in work_frozen["contributions"]]
    assert (work_frozen["title_th"], "คนใหม่ มาร่วม" in names) == ("ชื่อใหม่", True)


def test_an_exhibit_set_aside_while_its_portfolio_is_submitted_stops_neither(case: Case, database: Database) -> None:
    with case.app.app_context(), transaction():
        item = session.get_one(EvidenceItem, case.item)
        lock(item)
        other = case.beside(case.submit)
        evidence.archive_item(actor=session.get_one(User, case.owner), item=item)
    other.join()
    database.rollback()
    assert database.get_one(EvidenceItem, case.item).archived_at is not None
    assert len(frozen(database)["evidence"]) in (1, 2)
