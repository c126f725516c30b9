"""Freezing: the same matter gives the same bytes, every change shows, and the documentation names every key."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portfolio.config import ROOT
from portfolio.core.db import session, transaction
from portfolio.evidence.models import EvidenceItem
from portfolio.organizations.models import Organization, OrganizationKind
from portfolio.portfolios.models import CvEntry, CvKind
from portfolio.submissions import operations, snapshots
from portfolio.submissions.canonical import canonical, sealed_digest, sha256
from portfolio.submissions.models import SealedValue, Submission
from portfolio.submissions.snapshots import EMAIL, check_all, content_of, exhibit_numbers, freeze, gather, verify
from portfolio.works.models import ChangeRecord, Work, WorkSdg
from tests.builders.submissions import make_call, make_person, make_ready_portfolio, make_submission, make_university
from tests.builders.works import make_rule_set

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def salt() -> bytes:
    """The same salt every time, for tests only."""
    return b"0123456789abcdef"


@given(JSON)
def test_canonical_text_is_read_back_and_written_the_same(value: Any) -> None:
    text = canonical(value)
    assert canonical(json.loads(text)) == text
    assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize("value", [1.5, {"a": 0.1}, [b"x"], {"a": date(2026, 1, 1)}, Decimal("1")])
def test_what_has_no_single_text_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical(value)


def test_key_order_and_unicode_form_do_not_matter() -> None:
    composed, decomposed = "\u00e9", "e\u0301"
    assert canonical({"b": composed, "a": 1}) == canonical({"a": 1, "b": decomposed})


def _whole(rules: Any = None) -> Submission:
    """A submission in which every optional part is there."""
    rules = rules or make_rule_set()
    owner = make_person("owner@people.example", university=make_university())
    place = Organization(
        kind=OrganizationKind.FACULTY, code="F1", name_th="คณะทดสอบ", name_en="Testing", parent_id=_university(owner)
    )
    session.add(place)
    session.flush()
    membership = snapshots.membership_of(owner)
    assert membership is not None
    membership.organization = place
    session.add(CvEntry(owner_id=owner.id, kind=CvKind.TEACHING, title_th="วิชา", hours_per_week=3.5, year_from=2020))
    portfolio = make_ready_portfolio(owner, rules, works=2)
    for work in portfolio.works:
        work.province_code = "TH-55"
        work.period_start = date(2022, 1, 2)
        work.sdgs = [WorkSdg(goal=6), WorkSdg(goal=3)]
    session.flush()
    return make_submission(portfolio, make_call(rules))


def _university(owner: Any) -> int:
    membership = snapshots.membership_of(owner)
    assert membership is not None
    return membership.university_id


def test_the_same_portfolio_and_salt_give_the_same_bytes(app: Flask, database: object) -> None:
    with transaction():
        submission = _whole()
        material = gather(submission.portfolio, submission.call.criteria_set)
        first, second = freeze(material, salt=salt), freeze(material, salt=salt)
        assert first.content == second.content
        assert first.digest == hashlib.sha256(first.content.encode("utf-8")).hexdigest()
        session.expire_all()
        again = freeze(gather(submission.portfolio, submission.call.criteria_set), salt=salt)
        assert again.digest == first.digest


def test_every_change_of_the_portfolio_changes_the_digest(app: Flask, database: object) -> None:
    with transaction():
        submission = _whole()
        seen = {_digest(submission)}
        work = session.scalars(select(Work)).first()
        assert work is not None
        changes = [
            lambda: setattr(submission.portfolio, "statement_th", "ถ้อยแถลง"),
            lambda: setattr(work.sections[0], "body", "แก้"),
            lambda: setattr(work.contributions[0], "part_th", "ส่วนของข้าพเจ้า"),
            lambda: setattr(session.scalars(select(ChangeRecord)).first(), "outcome_value", Decimal("89.5")),
            lambda: setattr(session.scalars(select(EvidenceItem)).first(), "caption_en", "Caption"),
            lambda: setattr(submission.applicant, "family_name_en", "Other"),
            lambda: setattr(work, "subdistrict", "แม่สายธาร"),
        ]
        for number, change in enumerate(changes, start=1):
            change()
            session.flush()
            seen.add(_digest(submission))
            assert len(seen) == number + 1


def _digest(submission: Submission) -> str:
    return freeze(gather(submission.portfolio, submission.call.criteria_set), salt=salt).digest


def test_later_changes_do_not_reach_what_was_submitted(app: Flask, database: object) -> None:
    with transaction():
        submission = _whole()
        snapshot = submission.snapshot
        assert snapshot is not None
        digest, title = snapshot.digest, submission.portfolio.title_th
        assert snapshots.is_current(snapshot)
        submission.portfolio.title_th = "ชื่อใหม่"
        session.flush()
        assert not snapshots.is_current(snapshot)
        assert snapshot.digest == digest
        assert content_of(snapshot)["portfolio"]["title_th"] == title


def test_verifying_finds_every_kind_of_tampering(app: Flask, database: object) -> None:
    with transaction():
        submission = _whole()
        snapshot = submission.snapshot
        assert snapshot is not None
        assert verify(snapshot) == []
        assert list(check_all()) == []
        content = snapshot.content
        snapshot.content = content.replace("ข้อความใต้หัวข้อ", "ข้อความปลอม", 1)
        assert verify(snapshot) == ["the content does not give the digest"]
        assert [found.invariant for found in check_all()] == ["snapshots"]
        snapshot.content = content.replace('{"', '{ "', 1)
        snapshot.digest = sha256(snapshot.content)
        assert verify(snapshot) == ["the content is not canonical"]
        snapshot.content, snapshot.digest = content, sha256(content)
        snapshot.works[0].title_th = "อื่น"
        snapshot.files[0].sha256 = "f" * 64
        assert len(verify(snapshot)) == 2
        session.rollback()


def test_contact_values_are_sealed_and_can_be_erased(app: Flask, database: object) -> None:
    with transaction():
        submission = _whole()
        snapshot = submission.snapshot
        assert snapshot is not None
        assert submission.applicant.email not in snapshot.content
        sealed = session.scalars(select(SealedValue)).one()
        assert (sealed.name, sealed.value) == (EMAIL, submission.applicant.email)
        assert sealed.salt is not None
        assert sealed_digest(sealed.salt, sealed.value) == sealed.digest
        assert content_of(snapshot)["applicant"]["email"] == {"sealed": sealed.digest}
        operations.erase_sealed_value(snapshot=snapshot, name=EMAIL, actor=submission.applicant)
        assert (sealed.salt, sealed.value) == (None, None)
        assert sealed.erased_at is not None
        assert verify(snapshot) == []


def test_salts_differ_so_that_an_address_cannot_be_guessed_from_two_digests(app: Flask, database: object) -> None:
    with transaction():
        submission = _whole()
        first = freeze(gather(submission.portfolio, None)).sealed[0].digest
        second = freeze(gather(submission.portfolio, None)).sealed[0].digest
        assert first != second


def test_exhibits_are_numbered_through_the_portfolio_and_within_each_work(app: Flask, database: object) -> None:
    with transaction():
        snapshot = _whole().snapshot
        assert snapshot is not None
        content = content_of(snapshot)
        assert [item["number"] for item in content["evidence"]] == [1, 2]
        assert exhibit_numbers(content, 1) == {1: 1}
        assert exhibit_numbers(content, 2) == {1: 2}
        assert [file.exhibit_number for file in snapshot.files] == [1, 2]


def test_printing_uses_what_was_judged_and_makes_no_needless_snapshots(app: Flask, database: object) -> None:
    with transaction():
        rules = make_rule_set()
        owner = make_person("owner@people.example", university=make_university())
        portfolio = make_ready_portfolio(owner, rules)
        first = operations.snapshot_to_print(portfolio=portfolio, actor=owner)
        assert operations.snapshot_to_print(portfolio=portfolio, actor=owner).id == first.id
        portfolio.title_th = "ชื่อใหม่"
        session.flush()
        second = operations.snapshot_to_print(portfolio=portfolio, actor=owner)
        assert second.id != first.id
        submission = make_submission(portfolio, make_call(rules))
        assert submission.snapshot is not None
        portfolio.title_th = "ชื่อใหม่กว่า"
        session.flush()
        assert operations.snapshot_to_print(portfolio=portfolio, actor=owner).id == submission.snapshot.id
        operations.withdraw(submission=submission, actor=owner)
        assert operations.snapshot_to_print(portfolio=portfolio, actor=owner).id > submission.snapshot.id


def test_documentation_lists_every_key_and_no_other(app: Flask, database: object) -> None:
    with transaction():
        snapshot = _whole().snapshot
        assert snapshot is not None
        keys = set(_keys(content_of(snapshot)))
    table = (ROOT / "docs" / "snapshot.md").read_text("utf-8").partition("## Keys")[2]
    named = {
        key
        for line in table.splitlines()
        if line.startswith("| `")
        for key in re.findall(r"`([^`]+)`", line.split("|")[1])
    }
    # An object that may be null has a line of its own beside those of its keys.
    objects = {"portfolio.position", "applicant.university", "applicant.faculty", "criteria_set", "works[].province"}
    assert named == keys | objects | {"evidence[].file"}


def _keys(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _keys(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        objects = [item for item in value if isinstance(item, dict)]
        if not objects:
            yield f"{path}[]"
        for item in objects:
            yield from _keys(item, f"{path}[]")
    else:
        yield path
