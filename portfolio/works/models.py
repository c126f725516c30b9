"""Works of socially engaged scholarship: their sections, people, indicators and coded facts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words
from portfolio.criteria.models import RuleSet
from portfolio.works.sections.models import WorkSection
from portfolio.works.vocabulary import ChangeDomain, ContributionRole, Direction, Mission, Theme, WorkKind


class Work(Base):
    """A work under one rule set's headings, owned by the academic who writes it."""

    __tablename__ = "works"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    rule_set_id: Mapped[int] = mapped_column(ForeignKey("rule_sets.id"))
    kind: Mapped[WorkKind] = mapped_column(Word(WorkKind), default=WorkKind.SOCIAL)
    title_th: Mapped[str] = mapped_column(String(500), default="")
    title_en: Mapped[str] = mapped_column(String(500), default="")
    summary_th: Mapped[str] = mapped_column(Text, default="")
    summary_en: Mapped[str] = mapped_column(Text, default="")
    discipline_th: Mapped[str] = mapped_column(String(200), default="")
    discipline_en: Mapped[str] = mapped_column(String(200), default="")
    province_code: Mapped[str | None] = mapped_column(String(6), index=True)
    district: Mapped[str] = mapped_column(String(120), default="")
    subdistrict: Mapped[str] = mapped_column(String(120), default="")
    theme: Mapped[Theme | None] = mapped_column(Word(Theme), index=True)
    period_start: Mapped[date | None]
    period_end: Mapped[date | None]
    not_for_profit: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    owner: Mapped[User] = relationship()
    rule_set: Mapped[RuleSet] = relationship()
    sections: Mapped[list[WorkSection]] = relationship(
        order_by="WorkSection.heading_code", cascade="all, delete-orphan"
    )
    contributions: Mapped[list[Contribution]] = relationship(
        order_by="Contribution.position", cascade="all, delete-orphan"
    )
    change_records: Mapped[list[ChangeRecord]] = relationship(
        order_by="ChangeRecord.position", cascade="all, delete-orphan"
    )
    sdgs: Mapped[list[WorkSdg]] = relationship(order_by="WorkSdg.goal", cascade="all, delete-orphan")
    change_domains: Mapped[list[WorkChangeDomain]] = relationship(cascade="all, delete-orphan")
    missions: Mapped[list[WorkMission]] = relationship(cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        words(WorkKind, "kind"),
        CheckConstraint("period_end IS NULL OR period_start IS NULL OR period_end >= period_start", name="period"),
        Index("ix_works_owner_id_updated_at", "owner_id", "updated_at"),
    )

    def title_in(self, language: str) -> str:
        """The title in a language, or in the other one where that is all there is."""
        first, second = (self.title_th, self.title_en) if language == "th" else (self.title_en, self.title_th)
        return first or second

    def section(self, heading_code: str) -> WorkSection | None:
        """The text under a heading, if anything was ever written there."""
        return next((section for section in self.sections if section.heading_code == heading_code), None)


class Contribution(Base):
    """Who did what in a work.

    `role` is the main one; somebody may besides be the corresponding author or an essentially intellectual
    contributor. `family_en` and `given_en` are the Latin name as it is cited; `is_literal` marks an organisation or a
    pen name, which is never taken apart. Who is no author (`is_author` false) is left out of citations.
    """

    __tablename__ = "contributions"

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name_th: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    role: Mapped[ContributionRole] = mapped_column(Word(ContributionRole))
    part_th: Mapped[str] = mapped_column(Text, default="")
    part_en: Mapped[str] = mapped_column(Text, default="")
    is_owner: Mapped[bool] = mapped_column(default=False)
    family_en: Mapped[str] = mapped_column(String(120), default="")
    given_en: Mapped[str] = mapped_column(String(120), default="")
    is_literal: Mapped[bool] = mapped_column(default=False)
    is_author: Mapped[bool] = mapped_column(default=True)
    also_corresponding: Mapped[bool] = mapped_column(default=False)
    also_intellectual: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (words(ContributionRole, "role"),)

    @property
    def roles(self) -> tuple[ContributionRole, ...]:
        """The main role, then what the person is besides."""
        return roles_of(self.role, corresponding=self.also_corresponding, intellectual=self.also_intellectual)


def roles_of(main: ContributionRole, *, corresponding: bool, intellectual: bool) -> tuple[ContributionRole, ...]:
    """Everything that a person is in a work, the main role first, each once."""
    also = (
        (corresponding, ContributionRole.CORRESPONDING_AUTHOR),
        (intellectual, ContributionRole.INTELLECTUAL_CONTRIBUTOR),
    )
    return (main, *(role for said, role in also if said and role is not main))


class ChangeRecord(Base):
    """An indicator before and after: what was measured, how, when, from which source, and why it changed.

    `attribution` says why the change is put down to this work, `other_causes` what else may have caused it.
    """

    __tablename__ = "change_records"

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name_th: Mapped[str] = mapped_column(String(300))
    name_en: Mapped[str] = mapped_column(String(300), default="")
    unit_th: Mapped[str] = mapped_column(String(80))
    unit_en: Mapped[str] = mapped_column(String(80), default="")
    baseline_value: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    baseline_date: Mapped[date | None]
    baseline_source: Mapped[str] = mapped_column(Text, default="")
    outcome_value: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    outcome_date: Mapped[date | None]
    outcome_source: Mapped[str] = mapped_column(Text, default="")
    target_value: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    note_th: Mapped[str] = mapped_column(Text, default="")
    note_en: Mapped[str] = mapped_column(Text, default="")
    direction: Mapped[Direction | None] = mapped_column(Word(Direction))
    method_th: Mapped[str] = mapped_column(Text, default="")
    method_en: Mapped[str] = mapped_column(Text, default="")
    attribution_th: Mapped[str] = mapped_column(Text, default="")
    attribution_en: Mapped[str] = mapped_column(Text, default="")
    other_causes_th: Mapped[str] = mapped_column(Text, default="")
    other_causes_en: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (words(Direction, "direction"),)


class WorkSdg(Base):
    """A Sustainable Development Goal, 1 to 17, that a work serves."""

    __tablename__ = "work_sdgs"

    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete="CASCADE"), primary_key=True)
    goal: Mapped[int] = mapped_column(primary_key=True)

    __table_args__ = (CheckConstraint("goal BETWEEN 1 AND 17", name="goal_1_to_17"),)


class WorkChangeDomain(Base):
    """An area of life in which a work brought change."""

    __tablename__ = "work_change_domains"

    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete="CASCADE"), primary_key=True)
    domain: Mapped[ChangeDomain] = mapped_column(Word(ChangeDomain), primary_key=True)

    __table_args__ = (words(ChangeDomain, "domain"),)


class WorkMission(Base):
    """A mission of the university that a work joins."""

    __tablename__ = "work_missions"

    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete="CASCADE"), primary_key=True)
    mission: Mapped[Mission] = mapped_column(Word(Mission), primary_key=True)

    __table_args__ = (words(Mission, "mission"),)
