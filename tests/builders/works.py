"""Works for tests: small, valid, and nothing the caller did not ask for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from portfolio.accounts.models import User
from portfolio.core.db import session
from portfolio.criteria.models import RuleCheck, RuleGroup, RuleHeading, RulePosition, RuleSet, Standing
from portfolio.works.bibliography.models import Bibliography, EarlierResult, EarlierUse
from portfolio.works.dissemination.models import Dissemination, Way
from portfolio.works.indicators.models import FollowUp, Measurer
from portfolio.works.missions.models import MissionEntry
from portfolio.works.models import ChangeRecord, Contribution, Work, WorkMission
from portfolio.works.sections.models import WorkSection
from portfolio.works.vocabulary import ContributionRole, Mission, WorkKind
from portfolio.works.words import count_words


def make_rule_set(
    *,
    code: str = "TEST-RULES",
    version: int = 1,
    headings: int = 7,
    target_words: int = 20,
    groups: tuple[tuple[str, ...], ...] = (),
    checks: Sequence[RuleCheck] = (),
) -> RuleSet:
    """A published national rule set with seven headings and three positions; `groups` bring headings together."""
    rules = RuleSet(
        code=code,
        set_version=version,
        be_year=2564,
        title_th="หลักเกณฑ์ทดสอบ",
        title_en="Test rules",
        work_label_th="ผลงานรับใช้ท้องถิ่นและสังคม",
        work_label_en="Work serving locality and society",
        standing=Standing.NATIONAL,
        published_at=datetime(2026, 1, 1, tzinfo=UTC),
        content_digest="0" * 64,
    )
    rules.headings = [
        RuleHeading(
            code=f"s{number}",
            number=number,
            label_th=f"หัวข้อที่ {number}",
            label_en=f"Heading {number}",
            guidance_th="แนวการเขียน",
            guidance_en="How to write it",
            target_words=target_words,
        )
        for number in range(1, headings + 1)
    ]
    rules.groups = [
        RuleGroup(number=number, label_th=f"กลุ่ม {number}", label_en=f"Group {number}", heading_codes=codes)
        for number, codes in enumerate(groups, start=1)
    ]
    rules.checks = list(checks)
    rules.positions = [
        RulePosition(code=code, rank=rank, label_th=th, label_en=en, short_th=short_th, short_en=short_en)
        for rank, (code, th, en, short_th, short_en) in enumerate(
            [
                ("assistant", "ผู้ช่วยศาสตราจารย์", "Assistant professor", "ผศ.", "Asst. Prof."),
                ("associate", "รองศาสตราจารย์", "Associate professor", "รศ.", "Assoc. Prof."),
                ("professor", "ศาสตราจารย์", "Professor", "ศ.", "Prof."),
            ],
            start=1,
        )
    ]
    session.add(rules)
    session.flush()
    return rules


def make_work(
    owner: User,
    rules: RuleSet,
    *,
    title_th: str = "น้ำสะอาด",
    title_en: str = "Clean water",
    not_for_profit: bool = False,
    archived: bool = False,
    kind: WorkKind = WorkKind.SOCIAL,
) -> Work:
    """A work without texts, people or indicators."""
    work = Work(
        owner_id=owner.id,
        rule_set_id=rules.id,
        kind=kind,
        title_th=title_th,
        title_en=title_en,
        not_for_profit=not_for_profit,
        archived_at=datetime(2026, 1, 1, tzinfo=UTC) if archived else None,
    )
    session.add(work)
    session.flush()
    return work


def make_section(work: Work, heading_code: str = "s1", body: str = "ข้อความแรก") -> WorkSection:
    """A text under a heading."""
    section = WorkSection(work_id=work.id, heading_code=heading_code, body=body, word_count=count_words(body))
    session.add(section)
    session.flush()
    session.expire(work, ["sections"])
    return section


def make_contribution(work: Work, *, name_th: str = "สมมติ นามสมมุติ", is_owner: bool = False) -> Contribution:
    """A person named in a work."""
    row = Contribution(
        work_id=work.id,
        position=len(work.contributions) + 1,
        name_th=name_th,
        role=ContributionRole.PRINCIPAL_OPERATOR if is_owner else ContributionRole.CO_OPERATOR,
        is_owner=is_owner,
    )
    session.add(row)
    session.flush()
    session.expire(work, ["contributions"])
    return row


def make_change_record(
    work: Work, *, name_th: str = "ครัวเรือนที่มีน้ำใช้", baseline: str | None = "41", outcome: str | None = "88"
) -> ChangeRecord:
    """An indicator before and after."""
    row = ChangeRecord(
        work_id=work.id,
        position=len(work.change_records) + 1,
        name_th=name_th,
        unit_th="ร้อยละ",
        baseline_value=None if baseline is None else Decimal(baseline),
        outcome_value=None if outcome is None else Decimal(outcome),
    )
    session.add(row)
    session.flush()
    session.expire(work, ["change_records"])
    return row


def make_follow_up(
    record: ChangeRecord, *, due_on: date | None = None, measured_on: date | None = None, value: str | None = None
) -> FollowUp:
    """A follow-up: planned where only `due_on` is given, else measured by the university."""
    row = FollowUp(
        record_id=record.id,
        due_on=due_on,
        measured_on=measured_on,
        value=None if value is None else Decimal(value),
        measured_by=Measurer.UNIVERSITY if measured_on else None,
    )
    session.add(row)
    session.flush()
    return row


def make_mission_entry(
    work: Work, *, mission: Mission = Mission.TEACHING, title_th: str = "การจัดการน้ำชุมชน", code: str = ""
) -> MissionEntry:
    """A course (or what the mission has) in which the work is joined; the mission is ticked."""
    row = MissionEntry(work_id=work.id, mission=mission, position=1, title_th=title_th, code=code)
    session.add(row)
    if session.get(WorkMission, (work.id, mission)) is None:
        session.add(WorkMission(work_id=work.id, mission=mission))
    session.flush()
    session.expire(work, ["missions"])
    return row


def make_dissemination(
    work: Work, *, way: Way = Way.FORUM, title_th: str = "เวทีคืนข้อมูลน้ำ", year: int | None = 2025, **facts: Any
) -> Dissemination:
    """A forum (or what the way has) at which the work was made known."""
    row = Dissemination(work_id=work.id, way=way, position=1, title_th=title_th, year=year, **facts)
    session.add(row)
    session.flush()
    return row


def make_earlier_use(work: Work, *, year: int = 2021, level: str = "ดี", position: str = "assistant") -> EarlierUse:
    """An earlier request in which a work was used."""
    row = EarlierUse(work_id=work.id, position_code=position, year=year, level=level, result=EarlierResult.PASSED)
    session.add(row)
    session.flush()
    return row


def make_bibliography(work: Work, *, year: int | None = 2024, **facts: Any) -> Bibliography:
    """A work as a publication."""
    row = Bibliography(work_id=work.id, year=year, **facts)
    session.add(row)
    session.flush()
    return row
