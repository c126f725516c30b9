"""What is known of a work as a publication, where it is indexed, and where it was used before."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words
from portfolio.works.bibliography.reference import PublicationForm
from portfolio.works.models import Work


class ScopusQuartile(StrEnum):
    """Quarter of its field in which a journal stands."""

    Q1 = "q1"
    Q2 = "q2"
    Q3 = "q3"
    Q4 = "q4"


class EarlierResult(StrEnum):
    """What came of an earlier request in which a work was used."""

    PASSED = "passed"
    NOT_PASSED = "not_passed"
    PENDING = "pending"


class Bibliography(Base):
    """A work as a publication: CSL's fields, with the databases that list it and who cited it. Years are CE.

    Title and authors are the work's own; `queries.reference_of` puts all together. `never_used` is the academic's
    statement that the work was not part of an earlier request; rows of EarlierUse say the contrary.
    """

    __tablename__ = "bibliographies"

    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete="CASCADE"), primary_key=True)
    form: Mapped[PublicationForm] = mapped_column(Word(PublicationForm), default=PublicationForm.DOCUMENT)
    container_title: Mapped[str] = mapped_column(String(500), default="")
    volume: Mapped[str] = mapped_column(String(60), default="")
    issue: Mapped[str] = mapped_column(String(60), default="")
    pages: Mapped[str] = mapped_column(String(60), default="")
    edition: Mapped[str] = mapped_column(String(60), default="")
    publisher: Mapped[str] = mapped_column(String(300), default="")
    publisher_place: Mapped[str] = mapped_column(String(200), default="")
    event: Mapped[str] = mapped_column(String(500), default="")
    event_place: Mapped[str] = mapped_column(String(200), default="")
    number: Mapped[str] = mapped_column(String(120), default="")
    genre: Mapped[str] = mapped_column(String(200), default="")
    year: Mapped[int | None]
    month: Mapped[int | None]
    day: Mapped[int | None]
    doi: Mapped[str] = mapped_column(String(300), default="")
    isbn: Mapped[str] = mapped_column(String(20), default="")
    issn: Mapped[str] = mapped_column(String(20), default="")
    url: Mapped[str] = mapped_column(String(2000), default="")
    language: Mapped[str] = mapped_column(String(35), default="")
    abstract: Mapped[str] = mapped_column(Text, default="")
    keywords: Mapped[list[str]] = mapped_column(JSON, default=list)
    editors: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    note: Mapped[str] = mapped_column(Text, default="")
    key: Mapped[str] = mapped_column(String(300), default="")
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    tci_tier: Mapped[int | None]
    scopus_quartile: Mapped[ScopusQuartile | None] = mapped_column(Word(ScopusQuartile))
    other_databases: Mapped[str] = mapped_column(String(300), default="")
    impact_factor: Mapped[Decimal | None] = mapped_column(Numeric(9, 3))
    impact_factor_year: Mapped[int | None]
    citations: Mapped[int | None]
    citations_database: Mapped[str] = mapped_column(String(120), default="")
    citations_as_at: Mapped[date | None]
    never_used: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    work: Mapped[Work] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        words(PublicationForm, "form"),
        words(ScopusQuartile, "scopus_quartile"),
        CheckConstraint("year IS NULL OR year BETWEEN 1400 AND 2200", name="year_ce"),
        CheckConstraint("month IS NULL OR (month BETWEEN 1 AND 12 AND year IS NOT NULL)", name="month_of_a_year"),
        CheckConstraint("day IS NULL OR (day BETWEEN 1 AND 31 AND month IS NOT NULL)", name="day_of_a_month"),
        CheckConstraint("tci_tier IS NULL OR tci_tier BETWEEN 1 AND 3", name="tci_tier_1_to_3"),
        CheckConstraint("citations IS NULL OR citations >= 0", name="citations_from_0"),
        CheckConstraint("impact_factor IS NULL OR impact_factor >= 0", name="impact_factor_from_0"),
        Index("ix_bibliographies_doi", "doi"),
    )


class EarlierUse(Base):
    """A request for a position in which a work was used before: for which, in which year (CE), with which result.

    `level` is what the resolution said, in its own words: ดี, ดีมาก, B, A+ …
    """

    __tablename__ = "earlier_uses"

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete="CASCADE"), index=True)
    position_code: Mapped[str] = mapped_column(String(20))
    rules: Mapped[str] = mapped_column(String(200), default="")
    field: Mapped[str] = mapped_column(String(200), default="")
    year: Mapped[int]
    level: Mapped[str] = mapped_column(String(60), default="")
    result: Mapped[EarlierResult] = mapped_column(Word(EarlierResult), default=EarlierResult.PASSED)
    version: Mapped[int] = mapped_column(default=1)

    work: Mapped[Work] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (words(EarlierResult, "result"), CheckConstraint("year BETWEEN 1900 AND 2200", name="year_ce"))
