"""Works for tests: small, valid, and nothing the caller did not ask for."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from portfolio.accounts.models import User
from portfolio.core.db import session
from portfolio.criteria.models import RuleHeading, RulePosition, RuleSet, Standing
from portfolio.works.models import ChangeRecord, Contribution, Work, WorkSection
from portfolio.works.vocabulary import ContributionRole
from portfolio.works.words import count_words


def make_rule_set(*, code: str = "TEST-RULES", version: int = 1, headings: int = 7, target_words: int = 20) -> RuleSet:
    """A published national rule set with seven headings and three positions."""
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
) -> Work:
    """A work without texts, people or indicators."""
    work = Work(
        owner_id=owner.id,
        rule_set_id=rules.id,
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
