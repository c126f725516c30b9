"""The files the service keeps: a row for every name somebody gave to a blob, and uploads that are under way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portfolio.core.clock import now
from portfolio.core.db import Base


class StoredFile(Base):
    """A file as somebody handed it in. Several rows may name one blob; the blob goes when none does."""

    __tablename__ = "stored_files"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="sha256_is_hex"),
        CheckConstraint("size >= 0", name="size_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(100))
    filename: Mapped[str] = mapped_column(String(255))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Upload(Base):
    """A file that comes in pieces. `received` is what is promised: never more than lies synced on the disk.

    `key` names the file of what has come; `sha256` is known once all of it was read through. The row goes when
    the upload was given up or ran out; one that was finished stays for a while, so that its last answer can be asked
    for again.
    """

    __tablename__ = "uploads"
    __table_args__ = (
        CheckConstraint("length > 0", name="length_positive"),
        CheckConstraint("received >= 0 AND received <= length", name="received_within_length"),
        CheckConstraint("sha256 IS NULL OR (length(sha256) = 64 AND received = length)", name="digest_of_all"),
        CheckConstraint("finished_at IS NULL OR received = length", name="finished_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    filename: Mapped[str] = mapped_column(String(255))
    length: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]

    @property
    def is_whole(self) -> bool:
        """Whether every byte has come."""
        return self.received == self.length
