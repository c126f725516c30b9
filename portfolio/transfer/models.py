"""What was brought in from elsewhere: a batch per file or look-up, and what each of its entries says."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words
from portfolio.core.jobs.models import Job
from portfolio.core.storage.models import StoredFile
from portfolio.criteria.models import RuleSet
from portfolio.transfer.formats.reading import FileFormat
from portfolio.works.models import Work
from portfolio.works.vocabulary import WorkKind


class ImportSource(StrEnum):
    """Where a batch came from."""

    FILE = "file"
    TEXT = "text"
    DOI = "doi"
    ORCID = "orcid"


class BatchState(StrEnum):
    """Where a batch stands: being read, waiting for the person's word, being written, written, or not readable."""

    READING = "reading"
    READY = "ready"
    WRITING = "writing"
    WRITTEN = "written"
    FAILED = "failed"


class Choice(StrEnum):
    """What the person wants done with an entry."""

    ADD = "add"
    MERGE = "merge"
    SKIP = "skip"


class Outcome(StrEnum):
    """What was done with an entry."""

    ADDED = "added"
    MERGED = "merged"
    SKIPPED = "skipped"


class Likeness(StrEnum):
    """By what an entry was recognised as one that is there already."""

    DOI = "doi"
    TITLE = "title"


class ImportBatch(Base):
    """One file, text or look-up. Once written it stays as a receipt; unwritten it goes after a month."""

    __tablename__ = "import_batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    started_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    source: Mapped[ImportSource] = mapped_column(Word(ImportSource))
    format: Mapped[FileFormat | None] = mapped_column(Word(FileFormat))
    state: Mapped[BatchState] = mapped_column(Word(BatchState), default=BatchState.READING)
    name: Mapped[str] = mapped_column(String(255), default="")
    stored_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"), index=True)
    asked: Mapped[list[str]] = mapped_column(JSON, default=list)
    rule_set_id: Mapped[int | None] = mapped_column(ForeignKey("rule_sets.id"), index=True)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"), index=True)
    remarks: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    entry_count: Mapped[int] = mapped_column(default=0)
    refused_count: Mapped[int] = mapped_column(default=0)
    duplicate_count: Mapped[int] = mapped_column(default=0)
    added_count: Mapped[int] = mapped_column(default=0)
    merged_count: Mapped[int] = mapped_column(default=0)
    skipped_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    written_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    owner: Mapped[User] = relationship(foreign_keys=owner_id)
    stored_file: Mapped[StoredFile | None] = relationship()
    rule_set: Mapped[RuleSet | None] = relationship()
    job: Mapped[Job | None] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        words(ImportSource, "source"),
        words(FileFormat, "format"),
        words(BatchState, "state"),
        CheckConstraint("(state = 'written') = (written_at IS NOT NULL)", name="written_has_instant"),
        CheckConstraint("(state = 'failed') = (failure IS NOT NULL)", name="failed_has_reason"),
        Index("ix_import_batches_owner_id_created_at", "owner_id", "created_at"),
    )


class ImportEntry(Base):
    """One entry of a batch. `reference` is what was understood; where nothing was, `refusal` says why.

    `theirs` are the fields that a merge takes from the file; `seen` is the digest of what the work said beside them.

    `position` counts all entries of the file, `line` is where the entry begins in it.
    """

    __tablename__ = "import_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batches.id", ondelete="CASCADE"))
    position: Mapped[int]
    line: Mapped[int]
    reference: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    excerpt: Mapped[str] = mapped_column(Text, default="")
    remarks: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    kind: Mapped[WorkKind | None] = mapped_column(Word(WorkKind))
    likeness: Mapped[Likeness | None] = mapped_column(Word(Likeness))
    twin_work_id: Mapped[int | None] = mapped_column(ForeignKey("works.id", ondelete="SET NULL"), index=True)
    twin_position: Mapped[int | None]
    choice: Mapped[Choice | None] = mapped_column(Word(Choice))
    theirs: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    seen: Mapped[str | None] = mapped_column(String(64))
    outcome: Mapped[Outcome | None] = mapped_column(Word(Outcome))
    work_id: Mapped[int | None] = mapped_column(ForeignKey("works.id", ondelete="SET NULL"), index=True)

    batch: Mapped[ImportBatch] = relationship()
    twin_work: Mapped[Work | None] = relationship(foreign_keys=twin_work_id)
    work: Mapped[Work | None] = relationship(foreign_keys=work_id)

    __table_args__ = (
        words(WorkKind, "kind"),
        words(Likeness, "likeness"),
        words(Choice, "choice"),
        words(Outcome, "outcome"),
        UniqueConstraint("batch_id", "position"),
        CheckConstraint("(reference IS NULL) <> (refusal IS NULL)", name="understood_or_refused"),
        CheckConstraint("(reference IS NULL) = (choice IS NULL)", name="understood_has_choice"),
        CheckConstraint("line >= 0 AND position >= 1", name="place_in_file"),
    )
