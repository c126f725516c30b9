"""Conflicts of interest between a reviewer and an applicant: declared or detected, each with its ground."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words
from portfolio.submissions.models import Submission


class ConflictGround(StrEnum):
    """Grounds offered on the declaration (the service's own list; the association may change it)."""

    SAME_INSTITUTION = "same_institution"
    CO_AUTHOR = "co_author"
    ADVISER = "adviser"
    FAMILY = "family"
    FINANCIAL = "financial"
    OTHER = "other"


class Conflict(Base):
    """That a reviewer must not judge a submission, or that a reviewer declared to be free (`ground` null)."""

    __tablename__ = "conflicts"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    ground: Mapped[ConflictGround | None] = mapped_column(Word(ConflictGround))
    detail: Mapped[str] = mapped_column(Text, default="")
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    declared_at: Mapped[datetime] = mapped_column(default=now)

    submission: Mapped[Submission] = relationship()
    reviewer: Mapped[User] = relationship(foreign_keys=[reviewer_id])

    __table_args__ = (words(ConflictGround, "ground"), UniqueConstraint("submission_id", "reviewer_id"))
