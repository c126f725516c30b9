"""Packages on their way out or in, each with its job and its outcome."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words
from portfolio.core.jobs.models import Job
from portfolio.core.storage.models import StoredFile
from portfolio.portfolios.models import Portfolio


class Direction(StrEnum):
    """Out of this installation, or into it."""

    EXPORT = "export"
    IMPORT = "import"


class TransferState(StrEnum):
    """Where a transfer stands."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


class PackageTransfer(Base):
    """One package. `stored_file` is the bag itself, swept away a week later; `digest` names its payload.

    A refused one says what is wrong (`code`), at which place in the file (`path`), with which value (`detail`).
    """

    __tablename__ = "package_transfers"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    direction: Mapped[Direction] = mapped_column(Word(Direction))
    state: Mapped[TransferState] = mapped_column(Word(TransferState), default=TransferState.WAITING)
    portfolio_id: Mapped[int | None] = mapped_column(ForeignKey("portfolios.id"))
    stored_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id"))
    digest: Mapped[str] = mapped_column(String(64), default="")
    code: Mapped[str] = mapped_column(String(40), default="")
    path: Mapped[str] = mapped_column(String(300), default="")
    detail: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)

    owner: Mapped[User] = relationship()
    portfolio: Mapped[Portfolio | None] = relationship()
    stored_file: Mapped[StoredFile | None] = relationship()
    job: Mapped[Job | None] = relationship()

    __table_args__ = (
        words(Direction, "direction"),
        words(TransferState, "state"),
        CheckConstraint("(state = 'refused') = (code <> '')", name="refused_says_why"),
        CheckConstraint("direction = 'import' OR portfolio_id IS NOT NULL", name="export_of_something"),
    )
