"""Submissions, their states, and the frozen snapshots that everything later points at."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.accounts.models import User
from portfolio.calls.models import Call
from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words
from portfolio.core.storage.models import StoredFile
from portfolio.portfolios.models import Portfolio


class SubmissionState(StrEnum):
    """Where a submission stands, in neutral words that review uses too."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    UNDER_REVIEW = "under_review"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class Submission(Base):
    """A portfolio handed in to a call. One live submission per portfolio."""

    __tablename__ = "submissions"

    id: Mapped[int] = mapped_column(primary_key=True)
    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolios.id"), index=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    applicant_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[SubmissionState] = mapped_column(Word(SubmissionState), default=SubmissionState.DRAFT)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    submitted_at: Mapped[datetime | None]
    state_since: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    portfolio: Mapped[Portfolio] = relationship()
    call: Mapped[Call] = relationship()
    applicant: Mapped[User] = relationship()
    snapshots: Mapped[list[Snapshot]] = relationship(back_populates="submission", order_by="Snapshot.id")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        words(SubmissionState, "state"),
        Index(
            "uq_submissions_live",
            "portfolio_id",
            unique=True,
            sqlite_where=text("state NOT IN ('decided', 'withdrawn')"),
            postgresql_where=text("state NOT IN ('decided', 'withdrawn')"),
        ),
        Index("ix_submissions_call_id_state_id", "call_id", "state", "id"),
        Index("ix_submissions_state_since", "state", "state_since"),
    )

    @property
    def snapshot(self) -> Snapshot | None:
        """The latest snapshot: what is looked at now."""
        return self.snapshots[-1] if self.snapshots else None


class LiveWork(Base):
    """A work that stands in a submission which is not yet over. The key lets it stand in one at a time.

    Written by `submit`, kept while the submission is received, returned or under review, and gone with its decision
    or withdrawal.
    """

    __tablename__ = "live_works"

    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"), primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)

    submission: Mapped[Submission] = relationship()


class SubmissionMove(Base):
    """One step of a submission: who moved it, when, with which note to the applicant."""

    __tablename__ = "submission_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    source: Mapped[SubmissionState] = mapped_column(Word(SubmissionState))
    target: Mapped[SubmissionState] = mapped_column(Word(SubmissionState))
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(default=now)

    submission: Mapped[Submission] = relationship()
    actor: Mapped[User] = relationship()


class Snapshot(Base):
    """A portfolio frozen: canonical JSON and the digests of its files under one SHA-256. Never changed.

    `content` is the canonical text (sorted keys, NFC, UTF-8); `digest` covers it. Contact and sensitive values are
    not in it but in SealedValue rows, named there by their digests.
    Taken for a submission, or for printing a portfolio that was never submitted (`submission_id` null).
    """

    __tablename__ = "snapshots"

    id: Mapped[int] = mapped_column(primary_key=True)
    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolios.id"), index=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    content: Mapped[str] = mapped_column(Text)
    schema_version: Mapped[int] = mapped_column(default=1)
    taken_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    taken_at: Mapped[datetime] = mapped_column(default=now)

    portfolio: Mapped[Portfolio] = relationship()
    submission: Mapped[Submission | None] = relationship(back_populates="snapshots")
    works: Mapped[list[SnapshotWork]] = relationship(back_populates="snapshot", order_by="SnapshotWork.position")
    files: Mapped[list[SnapshotFile]] = relationship(order_by="SnapshotFile.exhibit_number")
    sealed_values: Mapped[list[SealedValue]] = relationship()


class SnapshotWork(Base):
    """A work inside a snapshot: what reviews score and decisions are about."""

    __tablename__ = "snapshot_works"

    id: Mapped[int] = mapped_column(primary_key=True)
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id"))
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"), index=True)
    position: Mapped[int]
    title_th: Mapped[str] = mapped_column(String(500))
    title_en: Mapped[str] = mapped_column(String(500), default="")

    snapshot: Mapped[Snapshot] = relationship(back_populates="works")

    __table_args__ = (UniqueConstraint("snapshot_id", "work_id"), UniqueConstraint("snapshot_id", "position"))

    def title_in(self, language: str) -> str:
        """The title in a language, or in the other one where that is all there is."""
        first, second = (self.title_th, self.title_en) if language == "th" else (self.title_en, self.title_th)
        return first or second


class SnapshotFile(Base):
    """An exhibit inside a snapshot: number, file, and what was known of it on that day. Links have no file."""

    __tablename__ = "snapshot_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id"))
    exhibit_number: Mapped[int]
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence_items.id"), index=True)
    stored_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"), index=True)
    sha256: Mapped[str | None] = mapped_column(String(64))
    page_count: Mapped[int | None]

    stored_file: Mapped[StoredFile | None] = relationship()

    __table_args__ = (
        UniqueConstraint("snapshot_id", "exhibit_number"),
        CheckConstraint("exhibit_number >= 1", name="exhibit_from_1"),
    )


class SealedValue(Base):
    """A personal value of a snapshot, outside its canonical text: salted, named there by digest, erasable.

    Erasing sets `value` and `salt` to null; the snapshot's digest stays valid.
    """

    __tablename__ = "sealed_values"

    id: Mapped[int] = mapped_column(primary_key=True)
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    digest: Mapped[str] = mapped_column(String(64))
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    value: Mapped[Any | None] = mapped_column(JSON)
    erased_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("snapshot_id", "name"),)
