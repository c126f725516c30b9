"""People and their sessions."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from portfolio.accounts.models import SignInSession, Token, TokenPurpose, User
from portfolio.core.clock import now
from portfolio.core.db import escape_like, session
from portfolio.core.hooks import Hooks

SAMPLE_DOMAIN = ".example"


def digest_of(secret: str) -> str:
    """What is kept of a session's or a letter's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def by_email(email: str) -> User | None:
    """The person with this address."""
    return session.scalar(select(User).where(User.email == email.strip().lower()))


def find_own(user: Any) -> User | None:
    """The signed-in person's own row."""
    return session.get(User, user.id)


def get(user_id: int) -> User | None:
    """A person by id, for the service itself."""
    return session.get(User, user_id)


def people(term: str = "") -> Select[User]:
    """Everybody, or those whose name or address holds every word of the term. For administrators' lists only."""
    statement = select(User).order_by(User.id)
    for word in term.split()[:8]:
        statement = statement.where(_named(word))
    return statement


def _named(word: str) -> ColumnElement[bool]:
    like = f"%{escape_like(word)}%"
    columns = (User.email, User.given_name_th, User.family_name_th, User.given_name_en, User.family_name_en)
    return or_(*(column.ilike(like, escape="\\") for column in columns))


def live_session(secret: str) -> SignInSession | None:
    """The session of a cookie, with its person, while it lasts."""
    return session.scalar(
        select(SignInSession)
        .where(SignInSession.token_hash == digest_of(secret), SignInSession.expires_at > now())
        .options(joinedload(SignInSession.user))
    )


def sessions_of(user: User) -> list[SignInSession]:
    """Where a person is signed in now, the latest first."""
    statement = (
        select(SignInSession)
        .where(SignInSession.user_id == user.id, SignInSession.expires_at > now())
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.id.desc())
        .limit(50)
    )
    return list(session.scalars(statement))


def live_token(purpose: TokenPurpose, secret: str) -> Token | None:
    """The token of a letter, if it is of this purpose, unused, not expired, and its person still has the address."""
    token = session.scalar(
        select(Token)
        .where(
            Token.token_hash == digest_of(secret),
            Token.purpose == purpose,
            Token.used_at.is_(None),
            Token.expires_at > now(),
        )
        .options(joinedload(Token.user))
    )
    if token is None or token.address != token.user.email or token.user.disabled_at is not None:
        return None
    return token


def newest_live_token(user: User, purpose: TokenPurpose) -> Token | None:
    """The token that was made last for this purpose and can still be used."""
    return session.scalar(
        select(Token)
        .where(Token.user_id == user.id, Token.purpose == purpose, Token.used_at.is_(None), Token.expires_at > now())
        .order_by(Token.id.desc())
        .limit(1)
    )


def has_sample_accounts() -> bool:
    """Whether anybody of the sample data could sign in, which must not be where others can reach the service."""
    sample = and_(User.email.like(f"%{SAMPLE_DOMAIN}"), User.password_hash.is_not(None), User.disabled_at.is_(None))
    return session.scalar(select(User.id).where(sample).limit(1)) is not None


def count_active() -> int:
    """How many people may sign in, for the administrator's page."""
    active = (User.disabled_at.is_(None), User.email_confirmed_at.is_not(None))
    return session.scalar(select(func.count()).select_from(User).where(*active)) or 0


def _personal_data(user: User) -> dict[str, Any]:
    """A person's account and when they were signed in, for the copy of their data that they may ask for."""
    names = ("academic_title", "given_name", "family_name")
    sessions = session.scalars(
        select(SignInSession).where(SignInSession.user_id == user.id).order_by(SignInSession.created_at)
    )
    return {
        "email": user.email,
        "language": user.language.value,
        **{f"{name}_{language}": getattr(user, f"{name}_{language}") for name in names for language in ("th", "en")},
        "created_at": user.created_at.isoformat(),
        "email_confirmed_at": user.email_confirmed_at.isoformat() if user.email_confirmed_at else None,
        "sessions": [
            {
                "created_at": signed_in.created_at.isoformat(),
                "last_seen_at": signed_in.last_seen_at.isoformat(),
                "expires_at": signed_in.expires_at.isoformat(),
            }
            for signed_in in sessions
        ],
    }


def register(hooks: Hooks) -> None:
    """Bring the account to the copy of a person's data."""
    hooks.personal_data["account"] = _personal_data
