"""Copies of a person's data, each with its job and, for a week, its file."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import Base
from portfolio.core.jobs.models import Job
from portfolio.core.storage.models import StoredFile


class PersonalCopy(Base):
    """One copy. `made_at` is null while the job is under way; `stored_file` is swept away a week later."""

    __tablename__ = "personal_copies"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"))
    stored_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    digest: Mapped[str] = mapped_column(String(64), default="")
    asked_at: Mapped[datetime] = mapped_column(default=now, index=True)
    made_at: Mapped[datetime | None]

    owner: Mapped[User] = relationship()
    job: Mapped[Job | None] = relationship()
    stored_file: Mapped[StoredFile | None] = relationship()
