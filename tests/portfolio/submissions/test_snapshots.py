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
from portfolio.core.clock import now
from portfolio.core.db import session, transaction
from portfolio.core.storage.models import StoredFile
from portfolio.evidence.dissemination import prove
from portfolio.evidence.models import EvidenceItem
from portfolio.evidence.queries import uses_of_works
from portfolio.organizations.models import Organization, OrganizationKind
from portfolio.organizations.queries import membership_of
from portfolio.partners import models
from portfolio.partners.confirmations.operations import withdraw_consent
from portfolio.partners.frozen import APART
from portfolio.record.models import CvEntry, CvKind
from portfolio.submissions import operations, snapshots
from portfolio.submissions.canonical import canonical, sealed_digest, sha256
from portfolio.submissions.models import SealedValue, Submission
from portfolio.submissions.snapshots import (
    EMAIL,
    check_all,
    content_as_kept,
    content_of,
    exhibit_numbers,
    freeze,
    gather,
    is_current,
    verify,
)
from portfolio.works.dissemination.models import Way
from portfolio.works.models import ChangeRecord, Work, WorkSdg
from portfolio.works.participation.models import Absence, Signature
from portfolio.works.participation.queries import forms_of
from portfolio.works.participation.vocabulary import AbsenceReason, SignatureMethod
from tests.builders.partners import make_in_work, make_partner, make_testimony
from tests.builders.submissions import make_call, make_person, make_ready_portfolio, make_submission, make_university
from tests.builders.works import (
    make_bibliography,
    make_contribution,
    make_dissemination,
    make_earlier_use,
    make_follow_up,
    make_mission_entry,
    make_rule_set,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def salt(_name: str) -> bytes:
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
    membership = membership_of(owner)
    assert membership is not None
    membership.organization = place
    session.add(CvEntry(owner_id=owner.id, kind=CvKind.TEACHING, title_th="วิชา", hours_per_week=3.5, year_from=2020))
    portfolio = make_ready_portfolio(owner, rules, works=2)
    for work in portfolio.works:
        work.province_code = "TH-55"
        work.period_start = date(2022, 1, 2)
        work.sdgs = [WorkSdg(goal=6), WorkSdg(goal=3)]
    _publish(portfolio.works[0])
    testimony, _secret = make_testimony(make_in_work(make_partner(owner), portfolio.works[0]))
    drawn = StoredFile(sha256="a" * 64, size=1, media_type="image/png", filename="photo.png")
    session.add(drawn)
    testimony.photo, testimony.consent_photo = drawn, True
    session.flush()
    return make_submission(portfolio, make_call(rules))


def _publish(work: Work) -> None:
    """Everything that rooms beside works know of a work."""
    author = {"family": "สมมติ", "given": "ก", "literal": ""}
    make_bibliography(work, keywords=["น้ำ"], editors=[author], extra={"shelf": "ก 12"})
    make_earlier_use(work)
    record = work.change_records[0]
    make_follow_up(record, measured_on=date(2025, 1, 2), value="90")
    make_follow_up(record, due_on=date(2030, 1, 2))
    make_mission_entry(work)
    make_dissemination(work, begun_on=date(2025, 1, 2), ended_on=date(2025, 1, 3), people=40)
    session.expire(work, ["contributions"])
    mine = next(row for row in work.contributions if row.is_owner)
    other = make_contribution(work, name_th="ผู้ร่วมงาน สมมติ")
    digest = forms_of([work.id])[work.id].form.digest
    session.add(
        Signature(
            contribution_id=mine.id,
            text_digest=digest,
            signed_text="{}",
            signed_name="ก",
            method=SignatureMethod.ACCOUNT,
            signed_at=now(),
            user_id=work.owner_id,
        )
    )
    session.add(
        Absence(contribution_id=other.id, reason=AbsenceReason.DIED, note="ถึงแก่กรรม", stated_by_id=work.owner_id)
    )
    session.flush()


def _university(owner: Any) -> int:
    membership = membership_of(owner)
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
        sealed = session.scalars(select(SealedValue).where(SealedValue.name == EMAIL)).one()
        assert (sealed.name, sealed.value) == (EMAIL, submission.applicant.email)
        assert sealed.salt is not None
        assert sealed_digest(sealed.salt, sealed.value) == sealed.digest
        assert content_of(snapshot)["applicant"]["email"] == {"sealed": sealed.digest}
        operations.erase_sealed_value(snapshot=snapshot, name=EMAIL, actor=submission.applicant)
        assert (sealed.salt, sealed.value) == (None, None)
        assert sealed.erased_at is not None
        assert verify(snapshot) == []


def test_withdrawn_consent_erases_the_partner_in_every_snapshot(app: Flask, database: object) -> None:
    with transaction():
        submission = _whole()
        snapshot = submission.snapshot
        assert snapshot is not None
        for words in ("พวกเราลงแรงเอง", "กลุ่มผู้ใช้น้ำ", "สมหมาย", "08 1234 5678", "group@partners.example", "a" * 64):
            assert words not in snapshot.content
        (partner,) = content_as_kept(snapshot)["works"][0]["partners"]
        assert (partner["words"]["done"], partner["identity"]["name_th"]) == ("พวกเราลงแรงเองทุกวันหยุด", "กลุ่มผู้ใช้น้ำ")
        assert (partner["state"], partner["photo"]["sha256"]) == ("confirmed", "a" * 64)
        testimony = session.scalars(select(models.Testimony)).one()
        assert testimony.frozen_at is not None
        printed = operations.take_snapshot(portfolio=submission.portfolio, submission=None, actor=submission.applicant)
        withdraw_consent(testimony=testimony)
        session.expire_all()
        for one in (snapshot, printed):
            (partner,) = content_as_kept(one)["works"][0]["partners"]
            assert {key: partner[key] for key in APART} == dict.fromkeys(APART)
            assert partner["state"] == "withdrawn"
            assert verify(one) == []
            assert not is_current(one)
            kept = {value.name: value.value for value in one.sealed_values if value.value is not None}
            assert list(kept) == [EMAIL]


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


def test_dissemination_is_frozen_with_the_numbers_of_its_exhibits(app: Flask, database: object) -> None:
    with transaction():
        submission = _whole()
        second = submission.portfolio.works[1]
        row = make_dissemination(second, way=Way.RECORD, title_th="รายงาน", year=None)
        (use,) = uses_of_works([second.id])
        prove(second, row.id, [use.evidence_id])
        session.flush()
        draft = freeze(gather(submission.portfolio, submission.call.criteria_set), salt=salt)
        one, two = json.loads(draft.content)["works"]
        assert [(kept["way"], kept["begun_on"], kept["people"]) for kept in one["dissemination"]] == [
            ("forum", "2025-01-02", 40)
        ]
        assert [(kept["way"], kept["exhibits"]) for kept in two["dissemination"]] == [("record", [2])]


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
    # A list that is empty, or an object that is null in one place, stands with its keys where it is filled.
    assert {key for key in named if not _opens(key, named)} == {key for key in keys if not _opens(key, keys)}


def _opens(key: str, keys: set[str]) -> bool:
    """Whether a key is only the beginning of others."""
    return any(other.startswith(f"{key}.") for other in keys)


OPEN = ("record.header", "record.method_3", "reference.extra", "people[].duties", "participation.transfers")
"""Where the keys are names of rows or of another's fields."""


def _keys(value: Any, path: str = "") -> Iterator[str]:
    if path.endswith(OPEN):
        yield path
    elif isinstance(value, dict):
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
