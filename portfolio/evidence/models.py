"""Evidence: a file or a link, checked when it comes in, previewed as pictures, tied to what it proves."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words
from portfolio.core.storage.models import StoredFile, Upload
from portfolio.works.models import Work


class EvidenceKind(StrEnum):
    """A file we keep, or an address we only name."""

    FILE = "file"
    LINK = "link"


class EvidenceType(StrEnum):
    """Types that a university's checklist for this kind of work names."""

    DESCRIPTION = "DESC"
    OTHER = "OTHER"
    APPOINTMENT = "APPOINT"
    USE_CERTIFICATE = "USECERT"
    MEDIA = "MEDIA"
    RETURNS = "RETURNS"
    SUPPORT = "SUPPORT"


class VersionOrigin(StrEnum):
    """How a version of an item's file came about."""

    ADDED = "added"
    REPLACED = "replaced"
    RESTORED = "restored"
    MENDED = "mended"


class PreviewState(StrEnum):
    """Where the pictures of an item stand."""

    NONE = "none"
    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


class EvidenceItem(Base):
    """One exhibit of an academic: caption in both languages, date, and a file or a link."""

    __tablename__ = "evidence_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[EvidenceKind] = mapped_column(Word(EvidenceKind))
    type: Mapped[EvidenceType] = mapped_column(Word(EvidenceType), default=EvidenceType.OTHER)
    title_th: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str] = mapped_column(String(300), default="")
    caption_th: Mapped[str] = mapped_column(Text, default="")
    caption_en: Mapped[str] = mapped_column(Text, default="")
    dated: Mapped[date | None]
    stored_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"), index=True)
    url: Mapped[str | None] = mapped_column(String(2000))
    page_count: Mapped[int | None]
    has_text_layer: Mapped[bool | None]
    preview_state: Mapped[PreviewState] = mapped_column(Word(PreviewState), default=PreviewState.NONE)
    created_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    owner: Mapped[User] = relationship()
    stored_file: Mapped[StoredFile | None] = relationship()
    uses: Mapped[list[EvidenceUse]] = relationship(back_populates="evidence", cascade="all, delete-orphan")
    report: Mapped[FileReport | None] = relationship(
        primaryjoin=lambda: foreign(EvidenceItem.stored_file_id) == FileReport.stored_file_id, viewonly=True
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        words(EvidenceKind, "kind"),
        words(EvidenceType, "type"),
        words(PreviewState, "preview_state"),
        CheckConstraint(
            "(kind = 'file' AND stored_file_id IS NOT NULL AND url IS NULL)"
            " OR (kind = 'link' AND url IS NOT NULL AND stored_file_id IS NULL)",
            name="file_or_link",
        ),
    )

    def title_in(self, language: str) -> str:
        """The title in a language, or in the other one where that is all there is."""
        first, second = (self.title_th, self.title_en) if language == "th" else (self.title_en, self.title_th)
        return first or second


class EvidenceVersion(Base):
    """A file that an item has or had, numbered from 1; the highest number is the one that holds."""

    __tablename__ = "evidence_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence_items.id", ondelete="CASCADE"))
    number: Mapped[int]
    stored_file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"), index=True)
    origin: Mapped[VersionOrigin] = mapped_column(Word(VersionOrigin))
    page_count: Mapped[int | None]
    has_text_layer: Mapped[bool | None]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    made_at: Mapped[datetime] = mapped_column(default=now)

    stored_file: Mapped[StoredFile] = relationship()

    __table_args__ = (
        words(VersionOrigin, "origin"),
        UniqueConstraint("evidence_id", "number"),
        CheckConstraint("number >= 1", name="number_from_1"),
    )


class FileReport(Base):
    """What was found in a file when it came in, as JSON: see `reports.py`, which alone reads and writes it."""

    __tablename__ = "file_reports"

    stored_file_id: Mapped[int] = mapped_column(
        ForeignKey("stored_files.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    findings: Mapped[str] = mapped_column(Text)


class EvidenceUpload(Base):
    """What an upload is for, and what became of it: an item, or a refusal by its code.

    `replaces_id` is the item whose file it is to replace.
    """

    __tablename__ = "evidence_uploads"

    upload_id: Mapped[int] = mapped_column(
        ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    type: Mapped[EvidenceType] = mapped_column(Word(EvidenceType), default=EvidenceType.OTHER)
    work_id: Mapped[int | None] = mapped_column(ForeignKey("works.id", ondelete="SET NULL"), index=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_items.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("evidence_items.id", ondelete="SET NULL"), index=True)
    refusal: Mapped[str | None] = mapped_column(String(40))

    upload: Mapped[Upload] = relationship()

    __table_args__ = (words(EvidenceType, "type"),)


class EvidenceUse(Base):
    """That an item proves something of a work. `position` orders a work's exhibits."""

    __tablename__ = "evidence_uses"

    id: Mapped[int] = mapped_column(primary_key=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence_items.id", ondelete="CASCADE"))
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)

    evidence: Mapped[EvidenceItem] = relationship(back_populates="uses")
    work: Mapped[Work] = relationship()
    headings: Mapped[list[EvidenceUseHeading]] = relationship(cascade="all, delete-orphan")
    criteria: Mapped[list[EvidenceUseCriterion]] = relationship(cascade="all, delete-orphan")
    missions: Mapped[list[EvidenceUseMission]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (UniqueConstraint("evidence_id", "work_id"),)


class EvidenceUseHeading(Base):
    """The heading of the work that an item supports."""

    __tablename__ = "evidence_use_headings"

    use_id: Mapped[int] = mapped_column(ForeignKey("evidence_uses.id", ondelete="CASCADE"), primary_key=True)
    heading_code: Mapped[str] = mapped_column(String(20), primary_key=True)


class EvidenceUseCriterion(Base):
    """The criterion that an item speaks to, by code, so that it survives a new version of the set."""

    __tablename__ = "evidence_use_criteria"

    use_id: Mapped[int] = mapped_column(ForeignKey("evidence_uses.id", ondelete="CASCADE"), primary_key=True)
    criterion_code: Mapped[str] = mapped_column(String(20), primary_key=True)


class EvidenceUseMission(Base):
    """The course, project, service or activity of a work's missions that an item bears out."""

    __tablename__ = "evidence_use_missions"

    use_id: Mapped[int] = mapped_column(ForeignKey("evidence_uses.id", ondelete="CASCADE"), primary_key=True)
    mission_entry_id: Mapped[int] = mapped_column(
        ForeignKey("mission_entries.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class EvidenceUseDissemination(Base):
    """The forum, visit, publication or record of a work that an item bears out."""

    __tablename__ = "evidence_use_disseminations"

    use_id: Mapped[int] = mapped_column(ForeignKey("evidence_uses.id", ondelete="CASCADE"), primary_key=True)
    dissemination_id: Mapped[int] = mapped_column(
        ForeignKey("disseminations.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class PreviewPage(Base):
    """A picture we rendered of one page of a stored file: the only thing a page ever shows of it."""

    __tablename__ = "preview_pages"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_sha256: Mapped[str] = mapped_column(String(64))
    page: Mapped[int]
    picture_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"))
    width: Mapped[int]
    height: Mapped[int]

    picture: Mapped[StoredFile] = relationship()

    __table_args__ = (UniqueConstraint("source_sha256", "page"), CheckConstraint("page >= 1", name="page_from_1"))


class Thumbnail(Base):
    """A small picture of a file's first page, for lists."""

    __tablename__ = "thumbnails"

    source_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    picture_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"), index=True)
    width: Mapped[int]
    height: Mapped[int]

    picture: Mapped[StoredFile] = relationship()
