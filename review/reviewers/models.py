"""What is known of a reviewer: expertise, capacity, availability."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.accounts.models import User
from portfolio.core.db import Base


class ReviewerProfile(Base):
    """A reviewer's own words on expertise, and how many reviews at a time are welcome."""

    __tablename__ = "reviewer_profiles"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    expertise_th: Mapped[str] = mapped_column(Text, default="")
    expertise_en: Mapped[str] = mapped_column(Text, default="")
    engaged_scholarship: Mapped[bool] = mapped_column(default=False)
    capacity: Mapped[int] = mapped_column(default=4)
    away_until: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    user: Mapped[User] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (CheckConstraint("capacity BETWEEN 0 AND 50", name="capacity_0_to_50"),)
