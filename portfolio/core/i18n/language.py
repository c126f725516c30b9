"""Which of the two languages a page speaks: the person's own, else the cookie, else Thai."""

from __future__ import annotations

from typing import Literal, cast

from flask import current_app, g, has_request_context, request
from flask_babel import get_locale
from flask_login import current_user

Language = Literal["th", "en"]

LANGUAGES: tuple[Language, Language] = ("th", "en")
DEFAULT_LANGUAGE: Language = "th"
LANGUAGE_COOKIE = "language"


def as_language(value: object) -> Language | None:
    """The value if it is one of ours, else None."""
    return cast(Language, str(value)) if value in LANGUAGES else None


def choose_language() -> Language:
    """The language of this request, asked once by Flask-Babel; Thai outside of requests."""
    if not has_request_context():
        return DEFAULT_LANGUAGE
    return _own_language() or as_language(request.cookies.get(LANGUAGE_COOKIE)) or DEFAULT_LANGUAGE


def current_language() -> Language:
    """The language in force here, forced or chosen."""
    locale = get_locale()
    return DEFAULT_LANGUAGE if locale is None else as_language(locale.language) or DEFAULT_LANGUAGE


def _own_language() -> Language | None:
    """A signed-in person's choice. Not asked while a page for a broken service is written: the database may be gone."""
    if g.get("nobody_is_asked", False) or not hasattr(current_app, "login_manager"):
        return None
    if not current_user or not current_user.is_authenticated:
        return None
    return as_language(getattr(current_user, "language", None))
