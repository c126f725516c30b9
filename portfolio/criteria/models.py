"""Criteria sets and rule sets: versioned data with source and standing. What is published is frozen."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.core.db import Base, Word, words


class Standing(StrEnum):
    """How far a set may be trusted, printed wherever it is shown."""

    PUBLISHED_BY_ENT = "published_by_ent"
    PROVISIONAL = "provisional"
    NATIONAL = "national"
    UNIVERSITY = "university"


class Grade(StrEnum):
    """Advisory level of a work: the association's, never a national one."""

    BELOW_B = "below_b"
    B = "b"
    A = "a"
    A_PLUS = "a_plus"

    @property
    def rank(self) -> int:
        """0 for below B up to 3 for A+."""
        return list(Grade).index(self)

    @property
    def label(self) -> str:
        """The letters as printed; below B is worded by the page, in its language."""
        return {"below_b": "< B", "b": "B", "a": "A", "a_plus": "A+"}[self.value]


class CriteriaSet(Base):
    """A rubric in one version: principles, their criteria, a scale. Frozen once published."""

    __tablename__ = "criteria_sets"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    set_version: Mapped[int]
    title_th: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300))
    banner_th: Mapped[str] = mapped_column(Text, default="")
    banner_en: Mapped[str] = mapped_column(Text, default="")
    source_th: Mapped[str] = mapped_column(Text, default="")
    source_en: Mapped[str] = mapped_column(Text, default="")
    standing: Mapped[Standing] = mapped_column(Word(Standing))
    published_at: Mapped[datetime | None]
    content_digest: Mapped[str] = mapped_column(String(64))

    criteria: Mapped[list[Criterion]] = relationship(order_by="Criterion.position")
    levels: Mapped[list[Level]] = relationship(order_by="Level.value")

    __table_args__ = (words(Standing, "standing"), UniqueConstraint("code", "set_version"))

    @property
    def is_provisional(self) -> bool:
        """Whether its banner must stand on every page that shows it."""
        return self.standing is Standing.PROVISIONAL

    @property
    def principles(self) -> list[Criterion]:
        """The top rows."""
        return [criterion for criterion in self.criteria if criterion.parent_code is None]

    def children(self, code: str) -> list[Criterion]:
        """The criteria of a principle, in order: what is scored."""
        return [criterion for criterion in self.criteria if criterion.parent_code == code]

    @property
    def scored(self) -> list[Criterion]:
        """Every criterion that takes a level."""
        return [criterion for criterion in self.criteria if criterion.parent_code is not None]


class Criterion(Base):
    """A principle, or a criterion under one."""

    __tablename__ = "criteria"

    id: Mapped[int] = mapped_column(primary_key=True)
    criteria_set_id: Mapped[int] = mapped_column(ForeignKey("criteria_sets.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(20))
    parent_code: Mapped[str | None] = mapped_column(String(20))
    position: Mapped[int]
    label_th: Mapped[str] = mapped_column(String(300))
    label_en: Mapped[str] = mapped_column(String(300))
    expected_evidence_th: Mapped[str] = mapped_column(Text, default="")
    expected_evidence_en: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (UniqueConstraint("criteria_set_id", "code"),)


class Level(Base):
    """A step of the scale, 0 to 5, with its advisory grade where it has one."""

    __tablename__ = "levels"

    id: Mapped[int] = mapped_column(primary_key=True)
    criteria_set_id: Mapped[int] = mapped_column(ForeignKey("criteria_sets.id", ondelete="CASCADE"))
    value: Mapped[int]
    label_th: Mapped[str] = mapped_column(String(120))
    label_en: Mapped[str] = mapped_column(String(120))
    descriptor_th: Mapped[str] = mapped_column(Text, default="")
    descriptor_en: Mapped[str] = mapped_column(Text, default="")
    grade: Mapped[Grade | None] = mapped_column(Word(Grade))

    __table_args__ = (
        UniqueConstraint("criteria_set_id", "value"),
        CheckConstraint("value BETWEEN 0 AND 5", name="value_0_to_5"),
    )


class RuleSet(Base):
    """A body's rules of one Buddhist-era year: headings, positions, grades. Warns, never blocks, unless law."""

    __tablename__ = "rule_sets"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    set_version: Mapped[int]
    be_year: Mapped[int]
    title_th: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300))
    work_label_th: Mapped[str] = mapped_column(String(200))
    work_label_en: Mapped[str] = mapped_column(String(200))
    source_th: Mapped[str] = mapped_column(Text, default="")
    source_en: Mapped[str] = mapped_column(Text, default="")
    standing: Mapped[Standing] = mapped_column(Word(Standing))
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    published_at: Mapped[datetime | None]
    content_digest: Mapped[str] = mapped_column(String(64))

    headings: Mapped[list[RuleHeading]] = relationship(order_by="RuleHeading.number")
    positions: Mapped[list[RulePosition]] = relationship(order_by="RulePosition.rank")

    __table_args__ = (words(Standing, "standing"), UniqueConstraint("code", "set_version"))


class RuleHeading(Base):
    """One heading under which a work is written. `code` ("s1"…"s7") ties texts to it across versions."""

    __tablename__ = "rule_headings"

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_set_id: Mapped[int] = mapped_column(ForeignKey("rule_sets.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    label_th: Mapped[str] = mapped_column(String(300))
    label_en: Mapped[str] = mapped_column(String(300))
    guidance_th: Mapped[str] = mapped_column(Text, default="")
    guidance_en: Mapped[str] = mapped_column(Text, default="")
    target_words: Mapped[int] = mapped_column(default=400)

    __table_args__ = (UniqueConstraint("rule_set_id", "code"),)


class RulePosition(Base):
    """An academic position of a rule set: "assistant", "associate", "professor"."""

    __tablename__ = "rule_positions"

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_set_id: Mapped[int] = mapped_column(ForeignKey("rule_sets.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(20))
    rank: Mapped[int]
    label_th: Mapped[str] = mapped_column(String(120))
    label_en: Mapped[str] = mapped_column(String(120))
    short_th: Mapped[str] = mapped_column(String(20))
    short_en: Mapped[str] = mapped_column(String(40))

    __table_args__ = (UniqueConstraint("rule_set_id", "code"),)
