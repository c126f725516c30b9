"""People, their sessions as rows, and one-purpose tokens."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from flask_babel import force_locale, gettext
from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portfolio.core.clock import now
from portfolio.core.db import Base, Word, words
from portfolio.core.mail.addresses import ERASED_DOMAIN


class Language(StrEnum):
    """Languages of the service."""

    THAI = "th"
    ENGLISH = "en"


class TokenPurpose(StrEnum):
    """What a mailed link may do; a token is bound to one."""

    CONFIRM_EMAIL = "confirm_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a purpose


def erased_name(language: str) -> str:
    """What stands where the name of somebody stood whose data were erased."""
    with force_locale(language):
        return gettext("Erased account")


class User(Base):
    """A person with an account. Roles are grants in organizations, never columns here."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    email_confirmed_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    disabled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    disabled_reason: Mapped[str] = mapped_column(String(500), default="")
    language: Mapped[Language] = mapped_column(Word(Language), default=Language.THAI)
    academic_title_th: Mapped[str] = mapped_column(String(80), default="")
    academic_title_en: Mapped[str] = mapped_column(String(80), default="")
    given_name_th: Mapped[str] = mapped_column(String(120), default="")
    family_name_th: Mapped[str] = mapped_column(String(120), default="")
    given_name_en: Mapped[str] = mapped_column(String(120), default="")
    family_name_en: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        words(Language, "language"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("(disabled_at IS NULL) = (disabled_reason = '')", name="disabled_has_reason"),
        Index("uq_users_email", "email", unique=True),
    )

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """Whether this person may sign in: address confirmed and not disabled."""
        return self.email_confirmed_at is not None and self.disabled_at is None

    @property
    def is_erased(self) -> bool:
        """Whether this person had their data erased; the row only holds what others point at."""
        return self.email.endswith(f"@{ERASED_DOMAIN}")

    def get_id(self) -> str:
        """Flask-Login's key; the session row is what really signs a person in."""
        return str(self.id)

    @property
    def name_th(self) -> str:
        """Full name in Thai with its academic title, which Thai sets without a space."""
        full = f"{self.given_name_th} {self.family_name_th}".strip()
        return f"{self.academic_title_th}{full}" if full else self.name_en_only

    @property
    def name_en(self) -> str:
        """Full name in English with its academic title."""
        return f"{self.academic_title_en} {self.name_en_only}".strip()

    @property
    def name_en_only(self) -> str:
        """Given and family name in Latin letters."""
        return f"{self.given_name_en} {self.family_name_en}".strip()

    def name_in(self, language: str) -> str:
        """The name in a language, or in the other one where that is all there is, or the address."""
        names = (self.name_th, self.name_en) if language == "th" else (self.name_en, self.name_th)
        if self.is_erased:
            return erased_name(language)
        return next((name for name in names if name), self.email)


class SignInSession(Base):
    """One signed-in browser. Deleting the row signs it out."""

    __tablename__ = "sign_in_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(index=True)

    user: Mapped[User] = relationship()


class Token(Base):
    """A mailed link's secret, stored hashed, bound to one purpose and one address."""

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[TokenPurpose] = mapped_column(Word(TokenPurpose))
    address: Mapped[str] = mapped_column(String(254))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()

    __table_args__ = (words(TokenPurpose, "purpose"),)


class SignInAttempt(Base):
    """A failed sign-in, kept for the throttle only: keyed digests of account and network address, no names."""

    __tablename__ = "sign_in_attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_sign_in_attempts_key_at", "key", "at"),)
