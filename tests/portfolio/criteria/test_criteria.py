"""What the published sets say, how they are versioned, and that nothing published changes."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, scoped_session

from portfolio.core.audit.models import AuditEntry
from portfolio.core.db import transaction
from portfolio.criteria import operations, queries
from portfolio.criteria.commands import seed
from portfolio.criteria.models import (
    CriteriaSet,
    Criterion,
    FrozenError,
    Grade,
    Level,
    RuleHeading,
    RulePosition,
    RuleSet,
    Standing,
)
from portfolio.criteria.schemas import DATA, ContentError, CriteriaContent, read_content, read_files
from tests.builders.calls import make_call
from tests.builders.criteria import make_criteria_set, make_rule_set

Database = scoped_session[Session]
BANNER = "ชุดเกณฑ์ชั่วคราวของระบบ อ้างอิงหลักการ 4 ประการของสมาคม ยังไม่ใช่เกณฑ์ที่สมาคมประกาศ"


def provisional() -> dict[str, Any]:
    return tomllib.loads((DATA / "ent-provisional.toml").read_text(encoding="utf-8"))


@pytest.fixture
def published(database: Database) -> tuple[CriteriaSet, RuleSet]:
    """Both sets of this release."""
    with transaction():
        ids = make_criteria_set().id, make_rule_set().id
    return database.get_one(CriteriaSet, ids[0]), database.get_one(RuleSet, ids[1])


def test_principles_are_the_associations_own_words(published: tuple[CriteriaSet, RuleSet]) -> None:
    assert [(row.code, row.label_th) for row in published[0].principles] == [
        ("P1", "ร่วมคิดร่วมทำแบบพันธมิตรและหุ้นส่วน"),
        ("P2", "เกิดประโยชน์ร่วมกันแก่ผู้เกี่ยวข้องทุกฝ่าย"),
        ("P3", "เกิดการเรียนรู้ร่วมกัน และเกิดผลงานวิชาการ"),
        ("P4", "เกิดผลกระทบต่อสังคมที่ประเมินได้"),
    ]


def test_criteria_stand_under_their_principles_in_order(published: tuple[CriteriaSet, RuleSet]) -> None:
    found = published[0]
    assert {row.code: [child.code for child in found.children(row.code)] for row in found.principles} == {
        "P1": ["P1.1", "P1.2", "P1.3", "P1.4"],
        "P2": ["P2.1", "P2.2", "P2.3"],
        "P3": ["P3.1", "P3.2", "P3.3", "P3.4"],
        "P4": ["P4.1", "P4.2", "P4.3", "P4.4", "P4.5"],
    }
    assert len(found.scored) == 16
    assert all(row.label_en and row.expected_evidence_th and row.expected_evidence_en for row in found.scored)


def test_scale_maps_three_levels_to_advisory_grades(published: tuple[CriteriaSet, RuleSet]) -> None:
    assert [(row.value, row.label_th, row.grade) for row in published[0].levels] == [
        (0, "ไม่มีหลักฐาน", None),
        (1, "เริ่มต้น", None),
        (2, "พอใช้", None),
        (3, "ดี", Grade.B),
        (4, "ดีมาก", Grade.A),
        (5, "ดีเด่น", Grade.A_PLUS),
    ]


def test_provisional_set_says_so(published: tuple[CriteriaSet, RuleSet]) -> None:
    assert published[0].standing is Standing.PROVISIONAL
    assert published[0].is_provisional
    assert published[0].banner_th == BANNER


def test_national_rules_have_seven_headings_and_three_positions(published: tuple[CriteriaSet, RuleSet]) -> None:
    rules = published[1]
    assert (rules.code, rules.be_year, rules.standing) == ("NATIONAL-2564", 2564, Standing.NATIONAL)
    assert [row.code for row in rules.headings] == [f"s{number}" for number in range(1, 8)]
    assert rules.headings[0].label_th == "สภาพการณ์ก่อนการเปลี่ยนแปลงที่เกิดขึ้น"
    assert rules.headings[6].label_th == "แนวทางการติดตามและธำรงรักษาพัฒนาการ"
    assert all(row.guidance_th and row.guidance_en and row.target_words > 0 for row in rules.headings)
    assert [(row.code, row.short_th) for row in rules.positions] == [
        ("assistant", "ผศ."),
        ("associate", "รศ."),
        ("professor", "ศ."),
    ]
    assert "ตรวจสอบกับประกาศ" in rules.source_th


def test_loading_again_changes_nothing(published: tuple[CriteriaSet, RuleSet], database: Database) -> None:
    before = database.scalar(select(func.count()).select_from(AuditEntry))
    for _turn in range(2):
        seed()
        with transaction():
            assert operations.load_published_data() == []
    assert database.scalar(select(func.count()).select_from(CriteriaSet)) == 2
    assert database.scalar(select(func.count()).select_from(RuleSet)) == 2
    assert database.scalar(select(func.count()).select_from(AuditEntry)) == before


def test_changed_content_is_a_new_version_beside_the_old(
    published: tuple[CriteriaSet, RuleSet], database: Database
) -> None:
    old = published[0]
    values = provisional()
    values["principles"][0]["criteria"][0]["label_th"] = "โจทย์ที่ร่วมกันกำหนด"
    content = read_content(values)
    with transaction():
        new = operations.publish_new_version(actor=None, content=content)
        assert (new.code, new.set_version) == (old.code, 2)
        assert new.content_digest != old.content_digest
    newest = queries.latest_criteria_set(old.code)
    assert newest is not None
    assert newest.set_version == 2
    assert [(row.code, row.set_version) for row in queries.all_criteria_sets()] == [
        ("CES-8", 1),
        ("ENT-PROVISIONAL", 2),
        ("ENT-PROVISIONAL", 1),
    ]
    assert [(row.code, row.set_version) for row in queries.current_criteria_sets()] == [
        ("CES-8", 1),
        ("ENT-PROVISIONAL", 2),
    ]
    assert old.children("P1")[0].label_th == "โจทย์มาจากการร่วมกำหนด"


def test_files_of_an_older_release_do_not_come_back(published: tuple[CriteriaSet, RuleSet], database: Database) -> None:
    values = provisional() | {"title_en": "Next year's title"}
    with transaction():
        operations.publish_new_version(actor=None, content=read_content(values))
        assert operations.load_published_data() == []


def test_publication_is_on_the_record(published: tuple[CriteriaSet, RuleSet], database: Database) -> None:
    entries = database.scalars(select(AuditEntry).order_by(AuditEntry.position)).all()
    assert {entry.action for entry in entries} == {"criteria_set:publish", "rule_set:publish"}
    digests = {entry.digests["content"] for entry in entries}
    assert digests == {row.content_digest for row in (*queries.all_criteria_sets(), *queries.all_rule_sets())}


def _change(row: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)


CHANGES: dict[str, Callable[[Any, CriteriaSet, RuleSet], Any]] = {
    "title": lambda s, c, r: _change(c, title_th="อื่น"),
    "unpublish": lambda s, c, r: _change(c, published_at=None),
    "label": lambda s, c, r: _change(c.criteria[1], label_en="Other"),
    "grade": lambda s, c, r: _change(c.levels[3], grade=Grade.A),
    "heading": lambda s, c, r: _change(r.headings[0], label_th="อื่น"),
    "guidance": lambda s, c, r: _change(r.headings[0], guidance_en="Other"),
    "position": lambda s, c, r: _change(r.positions[0], rank=9),
    "delete set": lambda s, c, r: s.delete(r),
    "delete criterion": lambda s, c, r: s.delete(c.criteria[0]),
    "delete level": lambda s, c, r: s.delete(c.levels[0]),
    "add criterion": lambda s, c, r: s.add(
        Criterion(criteria_set_id=c.id, code="P9", position=99, label_th="ก", label_en="a")
    ),
    "append level": lambda s, c, r: c.levels.append(Level(value=5, label_th="ก", label_en="a")),
    "add heading": lambda s, c, r: s.add(
        RuleHeading(rule_set_id=r.id, code="s8", number=8, label_th="ก", label_en="a")
    ),
    "move a position here": lambda s, c, r: s.add(
        RulePosition(rule_set_id=r.id, code="x", rank=4, label_th="ก", label_en="a", short_th="ก", short_en="a")
    ),
    "update many": lambda s, c, r: s.execute(update(Criterion).values(label_en="Other")),
    "delete many": lambda s, c, r: s.execute(delete(Level)),
    "update sets": lambda s, c, r: s.execute(update(CriteriaSet).values(banner_th="")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_published_set_never_changes(published: tuple[CriteriaSet, RuleSet], database: Database, change: str) -> None:
    digest = published[0].content_digest
    with pytest.raises(FrozenError), transaction() as current:
        criteria_set = current.get_one(CriteriaSet, published[0].id)
        rules = current.get_one(RuleSet, published[1].id)
        CHANGES[change](current, criteria_set, rules)
        current.flush()
    database.rollback()
    found = queries.latest_criteria_set("ENT-PROVISIONAL")
    assert found is not None
    assert (found.title_th, found.content_digest, len(found.criteria)) == (provisional()["title_th"], digest, 20)


def test_reading_a_published_set_and_flushing_is_no_change(
    published: tuple[CriteriaSet, RuleSet], database: Database
) -> None:
    with transaction() as current:
        criteria_set = current.get_one(CriteriaSet, published[0].id)
        criteria_set.title_th = str(criteria_set.title_th)
        current.flush()


def _without(key: str) -> Callable[[dict[str, Any]], Any]:
    return lambda values: values.pop(key)


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (_without("title_th"), "title_th"),
        (lambda v: v.update(version="first"), "version"),
        (lambda v: v.update(version=True), "version"),
        (lambda v: v.update(standing="law"), "standing"),
        (lambda v: v.update(titel_en="misspelt"), "titel_en"),
        (lambda v: v["levels"].pop(), "levels"),
        (lambda v: v["levels"][3].update(grade="s"), "levels[3].grade"),
        (lambda v: v["principles"][1].update(code="P1"), "P1"),
        (lambda v: v["principles"][0]["criteria"][2].pop("label_en"), "principles[0].criteria[2].label_en"),
        (lambda v: v["principles"][0]["criteria"][2].update(weight=3), "principles[0].criteria[2].weight"),
        (lambda v: v["principles"][0].update(criteria=[]), "principles[0].criteria"),
        (lambda v: v["principles"][0].update(label_th=" "), "principles[0].label_th"),
        (lambda v: v["principles"][0]["criteria"][1].update(required_types="APPOINT"), "criteria[1].required_types"),
        (lambda v: v["principles"][0]["criteria"][1].update(required_types=["a b"]), "criteria[1].required_types"),
        (lambda v: v["principles"][0]["criteria"][1].update(required_types=["X", "X"]), "criteria[1].required_types"),
        (lambda v: v["principles"][0]["criteria"][1].update(heading_codes=[1]), "criteria[1].heading_codes"),
    ],
)
def test_wrong_file_is_refused_with_the_place(spoil: Callable[[dict[str, Any]], Any], place: str) -> None:
    values = copy.deepcopy(provisional())
    spoil(values)
    with pytest.raises(ContentError) as refusal:
        read_content(values)
    assert place in str(refusal.value)


def test_error_names_the_file(tmp_path: Path) -> None:
    Path(tmp_path, "broken.toml").write_text("code = ", encoding="utf-8")
    with pytest.raises(ContentError, match=r"broken\.toml"):
        read_files(tmp_path)


def test_digest_follows_the_meaning_and_not_the_spelling() -> None:
    first = read_content(provisional())
    assert isinstance(first, CriteriaContent)
    assert read_content(dict(reversed(provisional().items()))).digest == first.digest
    assert replace(first, version=7).digest == first.digest
    assert replace(first, banner_en="").digest != first.digest


def test_what_a_set_leaves_unsaid_does_not_change_its_digest() -> None:
    values = provisional()
    plain = copy.deepcopy(values)
    for principle in plain["principles"]:
        for criterion in principle["criteria"]:
            criterion.pop("required_types", None)
    # The digest under which the first release published this set, before kinds of evidence could be required.
    assert read_content(plain).digest == "8d3372733641358decb78e8007afe5d6a1b385e0dad260b41772e309e7adcfaf"
    assert read_content(values).digest != read_content(plain).digest


def test_eight_characteristics_keep_their_english_names_and_say_what_is_ours(database: Database) -> None:
    with transaction():
        operations.load_published_data()
    found = queries.latest_criteria_set("CES-8")
    assert found is not None
    assert [row.code for row in found.principles] == ["CES"]
    assert [row.code for row in found.scored] == [f"CES.{number}" for number in range(1, 9)]
    assert all(f"({row.label_en})" in row.label_th for row in found.scored)
    assert "Jordan" in found.source_th
    assert found.is_provisional
    assert "ไม่ใช่เกณฑ์ที่สมาคมประกาศ" in found.banner_th
    assert [level.value for level in found.levels] == list(range(6))
    headings = {row.code for row in _headings()}
    assert {code for row in found.scored for code in row.heading_codes} <= headings
    assert found.scored[3].required_types == ("USECERT", "RETURNS")
    assert found.scored[5].required_types == ()


def _headings() -> list[RuleHeading]:
    rules = queries.latest_rule_set()
    assert rules is not None
    return rules.headings


@pytest.mark.parametrize("language", ["th", "en"])
def test_everybody_reads_criteria_and_rules(
    client: FlaskClient, published: tuple[CriteriaSet, RuleSet], language: str
) -> None:
    client.set_cookie("language", language)
    assert client.get("/criteria/").status_code == 200
    page = client.get(f"/criteria/sets/{published[0].id}").text
    rules = client.get(f"/criteria/rules/{published[1].id}").text
    for row in published[0].criteria:
        assert (row.label_th if language == "th" else row.label_en.replace("'", "&#39;")) in page
    for heading in published[1].headings:
        assert (heading.label_th if language == "th" else heading.label_en) in rules
    assert ("ตรวจสอบกับประกาศ" if language == "th" else "Check against the announcement") in rules


def test_banner_stands_wherever_the_provisional_set_is_shown(
    client: FlaskClient, published: tuple[CriteriaSet, RuleSet], database: Database
) -> None:
    with transaction():
        call_id = make_call().id
    for path in (f"/criteria/sets/{published[0].id}", f"/calls/{call_id}"):
        assert BANNER in client.get(path).text


@pytest.mark.parametrize("path", ["/criteria/sets/999", "/criteria/rules/999", "/criteria/sets/x"])
def test_unknown_set_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_unpublished_set_is_not_shown(client: FlaskClient, app: Flask, database: Database) -> None:
    with transaction() as current:
        draft = CriteriaSet(
            code="DRAFT",
            set_version=1,
            title_th="ร่างชุดเกณฑ์",
            title_en="Draft",
            standing=Standing.PROVISIONAL,
            content_digest="0" * 64,
        )
        current.add(draft)
        current.flush()
        draft_id = draft.id
    assert client.get(f"/criteria/sets/{draft_id}").status_code == 404
    assert "ร่างชุดเกณฑ์" not in client.get("/criteria/").text
