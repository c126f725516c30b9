"""Who is signed in: the cookie holds a random secret, the row says whose it is, deleting the row ends it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, Request, Response, current_app, g, request
from flask import session as browser
from flask_login import LoginManager
from sqlalchemy import update

from portfolio.accounts import passwords, queries
from portfolio.accounts.models import SignInSession, User
from portfolio.accounts.operations import SESSION_LENGTH
from portfolio.core.clock import now
from portfolio.core.db import own_transaction

COOKIE = "sign_in"
LONGEST_SECRET = 100
SLIDE_AFTER = timedelta(minutes=5)


def init_app(app: Flask) -> None:
    """Tell Flask-Login to ask the session rows and nothing else."""
    manager = LoginManager()
    manager.session_protection = None  # the row is the protection; nothing of the person is in the browser
    manager.init_app(app)
    manager.request_loader(_person_of)
    app.before_request(_slide)
    passwords.warm_up()


def _person_of(incoming: Request) -> User | None:
    found = _row_of(incoming)
    return found.user if found is not None and found.user.is_active else None


def _row_of(incoming: Request) -> SignInSession | None:
    secret = incoming.cookies.get(COOKIE, "")
    if not secret or len(secret) > LONGEST_SECRET:
        return None
    if "sign_in_row" not in g:
        g.sign_in_row = queries.live_session(secret)
    found: SignInSession | None = g.sign_in_row
    return found


def _slide() -> None:
    """Move the end of a session that is in use, every few minutes and not on every page."""
    if request.endpoint in (None, "static") or COOKIE not in request.cookies:
        return
    row = _row_of(request)
    if row is None or row.last_seen_at > now() - SLIDE_AFTER:
        return
    with own_transaction() as own:
        own.execute(
            update(SignInSession)
            .where(SignInSession.id == row.id)
            .values(last_seen_at=now(), expires_at=now() + SESSION_LENGTH)
        )


def this_session_id() -> int | None:
    """The id of the row behind this request."""
    row = _row_of(request)
    return None if row is None else row.id


def this_secret() -> str | None:
    """The secret in this browser's cookie."""
    secret = request.cookies.get(COOKIE, "")
    return secret if 0 < len(secret) <= LONGEST_SECRET else None


def has_lapsed() -> bool:
    """Whether this browser was signed in and is no longer."""
    return COOKIE in request.cookies and this_session_id() is None


def remember(response: Any, secret: str) -> Any:
    """Give the browser its secret, until it is closed; the row decides how long it is good for."""
    browser.clear()  # a form key that somebody planted before must not outlive the sign-in
    _forget_row()
    response.set_cookie(
        COOKIE,
        secret,
        httponly=True,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        samesite="Lax",
        path="/",
    )
    return response


def forget(response: Response) -> Response:
    """Take the secret from the browser."""
    browser.clear()
    _forget_row()
    response.delete_cookie(COOKIE, path="/")
    return response


def _forget_row() -> None:
    for name in ("sign_in_row", "_login_user"):
        g.pop(name, None)
