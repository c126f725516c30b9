"""Criteria sets and rule sets: versioned data with source and standing. What is published is frozen."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Connection,
    Dialect,
    ForeignKey,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    event,
    select,
)
from sqlalchemy.orm import Mapped, Mapper, ORMExecuteState, Session, mapped_column, object_session, relationship

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


class RuleCheckKind(StrEnum):
    """What a rule asks, where a machine can look; `portfolio/criteria/schemas.py` says which terms each has."""

    WORKS = "works"
    SERVICE_YEARS = "service_years"
    ROLES = "roles"
    DISSEMINATION = "dissemination"
    REUSE = "reuse"
    METHOD_SUSPENDED = "method_suspended"
    APPEALS = "appeals"


class Certainty(StrEnum):
    """How sure we are of a rule. Only what a source confirms may be printed as a rule; all else is a remark."""

    CONFIRMED = "confirmed"
    SECONDARY = "secondary"
    REMEMBERED = "remembered"


class Codes(TypeDecorator[tuple[str, ...]]):
    """A few codes in order, kept as one line with blanks between them."""

    impl = String(300)
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str:
        """Join them."""
        return " ".join(value or ())

    def process_result_value(self, value: Any, _dialect: Dialect) -> tuple[str, ...]:
        """Part them."""
        return tuple((value or "").split())


class CriteriaSet(Base):
    """A rubric in one version: principles, their criteria, a scale. FrozenError once published."""

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

    criteria: Mapped[list[Criterion]] = relationship(order_by="Criterion.position", passive_deletes="all")
    levels: Mapped[list[Level]] = relationship(order_by="Level.value", passive_deletes="all")

    __table_args__ = (words(Standing, "standing"), UniqueConstraint("code", "set_version"))

    def title_in(self, language: str) -> str:
        """The title in a language."""
        return self.title_th if language == "th" else self.title_en

    def banner_in(self, language: str) -> str:
        """The banner in a language."""
        return self.banner_th if language == "th" else self.banner_en

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
    """A principle, or a criterion under one.

    Of `required_types` (codes of kinds of evidence) a work should show at least one; `heading_codes` name the headings
    under which the criterion is usually answered. Either may be empty.
    """

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
    required_types: Mapped[tuple[str, ...]] = mapped_column(Codes, default=())
    heading_codes: Mapped[tuple[str, ...]] = mapped_column(Codes, default=())

    __table_args__ = (UniqueConstraint("criteria_set_id", "code"),)

    def label_in(self, language: str) -> str:
        """The label in a language."""
        return self.label_th if language == "th" else self.label_en


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

    headings: Mapped[list[RuleHeading]] = relationship(order_by="RuleHeading.number", passive_deletes="all")
    positions: Mapped[list[RulePosition]] = relationship(order_by="RulePosition.rank", passive_deletes="all")
    checks: Mapped[list[RuleCheck]] = relationship(order_by="RuleCheck.number", passive_deletes="all")
    groups: Mapped[list[RuleGroup]] = relationship(order_by="RuleGroup.number", passive_deletes="all")

    __table_args__ = (words(Standing, "standing"), UniqueConstraint("code", "set_version"))

    def title_in(self, language: str) -> str:
        """The title in a language."""
        return self.title_th if language == "th" else self.title_en


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
    example_th: Mapped[str] = mapped_column(Text, default="")
    example_en: Mapped[str] = mapped_column(Text, default="")
    target_words: Mapped[int] = mapped_column(default=400)

    __table_args__ = (UniqueConstraint("rule_set_id", "code"),)

    def label_in(self, language: str) -> str:
        """The label in a language."""
        return self.label_th if language == "th" else self.label_en


class RuleGroup(Base):
    """Headings of a rule set brought together under one of fewer, for readers; the rules ask for the headings."""

    __tablename__ = "rule_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_set_id: Mapped[int] = mapped_column(ForeignKey("rule_sets.id", ondelete="CASCADE"))
    number: Mapped[int]
    label_th: Mapped[str] = mapped_column(String(300))
    label_en: Mapped[str] = mapped_column(String(300))
    heading_codes: Mapped[tuple[str, ...]] = mapped_column(Codes, default=())

    __table_args__ = (UniqueConstraint("rule_set_id", "number"),)

    def label_in(self, language: str) -> str:
        """The label in a language."""
        return self.label_th if language == "th" else self.label_en


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


class RuleCheck(Base):
    """One rule that a machine can look at, with its own source and standing. It warns and never stops anybody.

    `position_code`, `method` and `mode` ("normal", "special") say where it holds; empty means everywhere.
    """

    __tablename__ = "rule_checks"

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_set_id: Mapped[int] = mapped_column(ForeignKey("rule_sets.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[RuleCheckKind] = mapped_column(Word(RuleCheckKind))
    position_code: Mapped[str] = mapped_column(String(20), default="")
    method: Mapped[str] = mapped_column(String(20), default="")
    mode: Mapped[str] = mapped_column(String(20), default="")
    terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    certainty: Mapped[Certainty] = mapped_column(Word(Certainty))
    text_th: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    source_th: Mapped[str] = mapped_column(Text, default="")
    source_en: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        words(RuleCheckKind, "kind"),
        words(Certainty, "certainty"),
        UniqueConstraint("rule_set_id", "number"),
    )


class FrozenError(Exception):
    """Somebody tried to change a published set; a change is a new version (`operations.publish_new_version`)."""


_OWNERS: dict[type[Base], tuple[type[CriteriaSet] | type[RuleSet], str]] = {
    Criterion: (CriteriaSet, "criteria_set_id"),
    Level: (CriteriaSet, "criteria_set_id"),
    RuleHeading: (RuleSet, "rule_set_id"),
    RuleGroup: (RuleSet, "rule_set_id"),
    RulePosition: (RuleSet, "rule_set_id"),
    RuleCheck: (RuleSet, "rule_set_id"),
}


def _refuse_if_published(_mapper: Mapper[Any], connection: Connection, row: Any) -> None:
    """The database is asked, not the object: what it holds may be out of date or half written."""
    owner, column = _OWNERS.get(type(row), (type(row), "id"))
    key = getattr(row, column)
    current = object_session(row)
    if current is not None:
        if row in current.dirty and not current.is_modified(row, include_collections=False):
            return
        if any(isinstance(new, owner) and new.id == key for new in current.new):
            return  # the set and its parts are being written for the first time, together
    if connection.scalar(select(owner.published_at).where(owner.id == key)) is not None:
        raise FrozenError(f"{owner.__tablename__} {key} is published")


def _refuse_in_bulk(state: ORMExecuteState) -> None:
    """An UPDATE or DELETE of many rows passes by the rows' own guard, so it is refused altogether."""
    if (state.is_update or state.is_delete) and state.bind_mapper is not None:
        kind = state.bind_mapper.class_
        if kind in _OWNERS or kind in (CriteriaSet, RuleSet):
            raise FrozenError(f"{kind.__tablename__} is not changed in bulk")


for _kind in _OWNERS:
    event.listen(_kind, "before_insert", _refuse_if_published)
_ALL: tuple[type[Base], ...] = (*_OWNERS, CriteriaSet, RuleSet)
for _kind in _ALL:
    event.listen(_kind, "before_update", _refuse_if_published)
    event.listen(_kind, "before_delete", _refuse_if_published)
event.listen(Session, "do_orm_execute", _refuse_in_bulk)
