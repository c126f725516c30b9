"""The switch of languages, for everybody and on every page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from portfolio.core.db import transaction
from portfolio.core.i18n.language import LANGUAGE_COOKIE, Language, as_language
from portfolio.core.permissions import public
from portfolio.core.web.addresses import next_or
from portfolio.core.web.navigation import viewer
from portfolio.core.web.security import ONE_YEAR

bp = Blueprint("web", __name__)


@bp.post("/language")
@public("anybody may choose the language of the pages")
def language() -> ResponseReturnValue:
    """Keep the choice in a cookie, and with the person where one is signed in."""
    chosen = as_language(request.form.get("language"))
    if chosen is None:
        abort(400)
    person = viewer()
    if person is not None and hasattr(person, "language"):
        with transaction():
            _remember(person, chosen)
    response = redirect(next_or("/"), 303)
    response.set_cookie(
        LANGUAGE_COOKIE, chosen, max_age=ONE_YEAR, httponly=True, samesite="Lax", secure=request.is_secure
    )
    return response


def _remember(person: Any, chosen: Language) -> None:
    person.language = chosen
