"""People for tests: confirmed, with a name, without roles."""

from __future__ import annotations

import functools
import itertools
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import inspect

from portfolio.accounts import operations, passwords
from portfolio.accounts.models import Language, User
from portfolio.accounts.sessions import COOKIE
from portfolio.core.clock import now
from portfolio.core.db import session, transaction

PASSWORD = "a long sentence for tests"
_numbers = itertools.count(1)


def make_user(
    email: str | None = None,
    *,
    name_th: tuple[str, str] = ("สมมติ", "นามสมมุติ"),
    name_en: tuple[str, str] = ("Sommot", "Namsommut"),
    confirmed: bool = True,
    language: Language = Language.THAI,
) -> User:
    """A person with PASSWORD; call it inside a transaction."""
    user = User(
        email=email or f"user{next(_numbers)}@people.example",
        password_hash=_kept() if confirmed else None,
        email_confirmed_at=now() if confirmed else None,
        language=language,
        given_name_th=name_th[0],
        family_name_th=name_th[1],
        given_name_en=name_en[0],
        family_name_en=name_en[1],
    )
    session.add(user)
    session.flush()
    return user


def sign_in(client: FlaskClient, user: User | int) -> FlaskClient:
    """Sign a client in through a session row, as the sign-in page would after checking the password."""
    with client.application.app_context(), transaction():
        person = session.get_one(User, user if isinstance(user, int) else _id_of(user))
        secret = operations.start_session(person)
    client.set_cookie(COOKIE, secret)
    return client


def signed_in(app: Any, user: User | int) -> FlaskClient:
    """A fresh client signed in as this person."""
    return sign_in(app.test_client(), user)


def _id_of(user: User) -> int:
    """The id also of a row whose session has moved on."""
    identity = inspect(user).identity
    assert identity is not None
    return int(identity[0])


@functools.cache
def _kept() -> str:
    return passwords.hash_password(PASSWORD)
