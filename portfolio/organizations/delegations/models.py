"""That an academic lets somebody edit on their behalf, and what was done so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.accounts.models import User
from portfolio.core.audit.models import AuditEntry
from portfolio.core.clock import now
from portfolio.core.db import Base


class Delegation(Base):
    """An academic asked the person behind an address to edit for them. Live from acceptance until either ends it."""

    __tablename__ = "delegations"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(String(254), index=True)
    delegate_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    owner: Mapped[User] = relationship(foreign_keys=[owner_id])
    delegate: Mapped[User | None] = relationship(foreign_keys=[delegate_id])

    __table_args__ = (
        CheckConstraint("address = lower(address)", name="address_lower"),
        CheckConstraint("delegate_id IS NULL OR delegate_id <> owner_id", name="somebody_else"),
        CheckConstraint("(accepted_at IS NULL) = (delegate_id IS NULL)", name="accepted_by_somebody"),
        Index(
            "uq_delegations_standing",
            "owner_id",
            "address",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    @property
    def is_live(self) -> bool:
        """Whether the delegate may edit now."""
        return self.accepted_at is not None and self.ended_at is None

    @property
    def is_pending(self) -> bool:
        """Whether the person asked has not answered yet."""
        return self.accepted_at is None and self.ended_at is None


class DelegatedDeed(Base):
    """An entry of the audit chain that was made on somebody's behalf."""

    __tablename__ = "delegated_deeds"

    audit_entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entries.id"), primary_key=True)
    delegation_id: Mapped[int] = mapped_column(ForeignKey("delegations.id", ondelete="CASCADE"), index=True)

    entry: Mapped[AuditEntry] = relationship()
