"""The sample records: complete enough for the form, fictional, loaded once."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portfolio.accounts.queries import by_email
from portfolio.core.clock import today
from portfolio.core.db import session
from portfolio.record import queries, sample_data
from portfolio.record.form import part_one
from portfolio.record.gaps import gaps_of
from portfolio.record.models import CvEntry, PersonalDetails
from portfolio.works import sample_data as works_of_the_sample

RECORDS = sample_data.described()
LEAST = {"education": 3, "appointment": 1, "teaching": 3, "research": 1, "service": 2}

each_record = pytest.mark.parametrize("record", RECORDS, ids=[record["owner"] for record in RECORDS])


def test_every_owner_of_a_sample_work_has_one_record() -> None:
    owners = [record["owner"] for record in RECORDS]
    assert sorted(owners) == sorted({work["owner"] for work in works_of_the_sample.described()})


@each_record
def test_a_record_has_every_part_that_the_form_needs(record: dict[str, Any]) -> None:
    parts = Counter(line["kind"] for line in record["line"])
    assert {kind: least for kind, least in LEAST.items() if parts[kind] < least} == {}
    for line in record["line"]:
        assert line.get("year_from", 1990) <= line.get("year_to", 2100)
    lines = [sample_data.line_of(line) for line in record["line"]]
    assert all(line.title_en or line.rank for line in lines)


def test_records_are_loaded_whole_and_lack_nothing(sample_app: Flask) -> None:
    with sample_app.app_context():
        count = session.scalar(select(func.count()).select_from(CvEntry))
        assert count == sum(len(record["line"]) for record in RECORDS)
        for record in RECORDS:
            owner = by_email(record["owner"])
            assert owner is not None
            facts = queries.facts_of(owner, include_sensitive=True)
            assert gaps_of(facts, has_details=queries.has_details(owner)) == []
            assert part_one(facts, on=today()).section("1.2").rows
        sample_data.load()
        assert session.scalar(select(func.count()).select_from(CvEntry)) == count
        assert session.scalar(select(func.count()).select_from(PersonalDetails)) == len(RECORDS)
