"""Universities and faculties, who belongs to them, and which roles people hold."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words


class OrganizationKind(StrEnum):
    """What an organisation is."""

    UNIVERSITY = "university"
    FACULTY = "faculty"
    ASSOCIATION = "association"


class Role(StrEnum):
    """What a person does here. Everybody with an account and a university may be an academic."""

    ACADEMIC = "academic"
    REVIEWER = "reviewer"
    OFFICER = "officer"
    HR = "hr"
    ADMINISTRATOR = "administrator"


class Organization(Base):
    """A university, one of its faculties, or the association itself."""

    __tablename__ = "organizations"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    kind: Mapped[OrganizationKind] = mapped_column(Word(OrganizationKind))
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name_th: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))

    parent: Mapped[Organization | None] = relationship(remote_side=[id])

    __table_args__ = (
        words(OrganizationKind, "kind"),
        CheckConstraint("(kind = 'faculty') = (parent_id IS NOT NULL)", name="faculty_has_parent"),
    )

    def name_in(self, language: str) -> str:
        """The name in a language."""
        return self.name_th if language == "th" else self.name_en

    @property
    def university(self) -> Organization:
        """The university of a faculty, and of a university itself."""
        return self.parent or self


class Membership(Base):
    """A person's place of work: a faculty, or a university where no faculty fits. One at a time."""

    __tablename__ = "memberships"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    university_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    department_th: Mapped[str] = mapped_column(String(200), default="")
    department_en: Mapped[str] = mapped_column(String(200), default="")
    since: Mapped[datetime] = mapped_column(default=now)

    user: Mapped[User] = relationship()
    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id])
    university: Mapped[Organization] = relationship(foreign_keys=[university_id])


class RoleGrant(Base):
    """That somebody gave somebody a role, and perhaps took it back. HR is always of one university."""

    __tablename__ = "role_grants"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(Word(Role))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    granted_at: Mapped[datetime] = mapped_column(default=now)
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    organization: Mapped[Organization | None] = relationship()

    __table_args__ = (
        words(Role, "role"),
        CheckConstraint("(role = 'hr') = (organization_id IS NOT NULL)", name="hr_has_university"),
        Index(
            "uq_role_grants_live",
            "user_id",
            "role",
            text("coalesce(organization_id, 0)"),
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )
