"""Editions of dossiers, their files, whom they were released to, and who fetched them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words
from portfolio.core.jobs.models import Job
from portfolio.core.storage.models import StoredFile
from portfolio.organizations.models import Organization
from portfolio.portfolios.models import Portfolio
from portfolio.submissions.models import Snapshot


class EditionKind(StrEnum):
    """For whom an edition is made. Reviewers are named in none."""

    FULL = "full"
    HR = "hr"


class EditionState(StrEnum):
    """Whether the files of an edition are there."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


class FileFormat(StrEnum):
    """Files of an edition. `body` is the PDF/A without bound evidence."""

    PDF = "pdf"
    BODY = "body"
    DOCX = "docx"
    ZIP = "zip"


class Edition(Base):
    """The frozen inputs of a dossier. The same row gives the same bytes.

    `inputs` is canonical JSON (snapshot digest, decision digests, kind, language, template, engine version, number,
    date, content of the sections); `inputs_digest` its SHA-256, printed on every copy. `number` counts nothing out
    loud; `code` is 80 random bits for the public verification page.
    """

    __tablename__ = "editions"

    id: Mapped[int] = mapped_column(primary_key=True)
    portfolio_id: Mapped[int] = mapped_column(ForeignKey("portfolios.id"), index=True)
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id"), index=True)
    kind: Mapped[EditionKind] = mapped_column(Word(EditionKind))
    language: Mapped[str] = mapped_column(String(2))
    thai_digits: Mapped[bool] = mapped_column(default=False)
    engine: Mapped[str] = mapped_column(String(20))
    engine_version: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(40), unique=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    dated: Mapped[date]
    inputs: Mapped[str] = mapped_column(Text)
    inputs_digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[EditionState] = mapped_column(Word(EditionState), default=EditionState.WAITING)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("editions.id"))
    superseded_at: Mapped[datetime | None]

    portfolio: Mapped[Portfolio] = relationship()
    snapshot: Mapped[Snapshot] = relationship()
    job: Mapped[Job | None] = relationship()
    files: Mapped[list[EditionFile]] = relationship(cascade="all, delete-orphan")
    revocation: Mapped[Revocation | None] = relationship()

    __table_args__ = (
        words(EditionKind, "kind"),
        words(EditionState, "state"),
        CheckConstraint("language IN ('th', 'en')", name="language_known"),
        CheckConstraint("(superseded_by_id IS NULL) = (superseded_at IS NULL)", name="superseded_when"),
    )


class EditionFile(Base):
    """A file made from an edition, with its own SHA-256."""

    __tablename__ = "edition_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id", ondelete="CASCADE"))
    format: Mapped[FileFormat] = mapped_column(Word(FileFormat))
    stored_file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"), index=True)
    pages: Mapped[int | None]
    report: Mapped[Any | None] = mapped_column(JSON)

    stored_file: Mapped[StoredFile] = relationship()

    __table_args__ = (UniqueConstraint("edition_id", "format"), words(FileFormat, "format"))


class Revocation(Base):
    """That an edition is no longer valid: who said so, when and why. The reason is shown to its owner only."""

    __tablename__ = "revocations"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), unique=True)
    revoked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[datetime] = mapped_column(default=now)
    reason: Mapped[str] = mapped_column(Text)


class Release(Base):
    """That the applicant released an edition to a university, and perhaps took it back."""

    __tablename__ = "releases"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), index=True)
    university_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    released_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    released_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]

    edition: Mapped[Edition] = relationship()
    university: Mapped[Organization] = relationship()

    __table_args__ = (
        Index(
            "uq_releases_live",
            "edition_id",
            "university_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_releases_university_id_released_at", "university_id", "released_at"),
    )


class Download(Base):
    """That somebody fetched a file of an edition; the owner sees the list."""

    __tablename__ = "downloads"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), index=True)
    release_id: Mapped[int | None] = mapped_column(ForeignKey("releases.id"), index=True)
    format: Mapped[FileFormat] = mapped_column(Word(FileFormat))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(default=now)

    edition: Mapped[Edition] = relationship()
    user: Mapped[User] = relationship()

    __table_args__ = (words(FileFormat, "format"),)
