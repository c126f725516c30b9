"""Addresses: where to go next, inside this service only, and what is an address of the web."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g, has_request_context, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError, RoutingException

LONGEST_ADDRESS = 2000
_FORM_PAGE = "form_page"
LARGEST_ID = 2**31 - 1
"""What a column of ids can hold in every database."""


def row_id(word: str) -> int:
    """The id or version that stands in an address or a form, for `request.args.get(…, type=row_id)`.

    Raises ValueError for what no row can have: the databases refuse to be asked for it.
    """
    if not (word.isascii() and word.isdigit() and len(word) <= 20) or int(word) > LARGEST_ID:
        raise ValueError(word[:20])
    return int(word)


def is_web_address(text: str) -> bool:
    """Whether a text is a whole http or https address that may stand in a link: no blanks, nobody's name in it."""
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False
    return whole and not any(sign.isspace() for sign in text)


def safe_next(target: str | None) -> str | None:
    """The target if it is a path of this service, else None, so that no link can send a person elsewhere."""
    if not target or len(target) > LONGEST_ADDRESS or not target.startswith("/"):
        return None
    if target.startswith("//") or "\\" in target or any(ord(character) < 33 for character in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def next_or(fallback: str) -> str:
    """Where the form or the address asks to go next, if that is inside; else the fallback."""
    return safe_next(request.form.get("next") or request.args.get("next")) or fallback


def this_address() -> str:
    """The page to come back to: this one, or the one a form was sent from."""
    if request.method in ("GET", "HEAD"):
        return request.full_path.removesuffix("?")
    found: str | None = g.get(_FORM_PAGE)
    return found or page_before() or "/"


def come_back_to(address: str) -> None:
    """Say where the form of this request stands, for pages whose addresses the browser tells to nobody."""
    setattr(g, _FORM_PAGE, address)


def page_before() -> str | None:
    """The page of this service that the request came from, if the browser says so."""
    if not request.referrer:
        return None
    parts = urlsplit(request.referrer)
    if parts.netloc != request.host:
        return None
    return safe_next(parts.path + (f"?{parts.query}" if parts.query else ""))


def page_above() -> str | None:
    """The nearest page above this address, for who opens by hand what only a button sends to."""
    addresses, path = current_app.create_url_adapter(request), request.path
    while addresses is not None and (path := path.rpartition("/")[0]):
        try:
            addresses.match(path, "GET")
        except (HTTPException, RoutingException):
            continue
        return path
    return None


def url_or_none(endpoint: str, **values: Any) -> str | None:
    """The address of an endpoint, or None where this installation does not have it."""
    if endpoint not in current_app.view_functions:
        return None
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return None


def sign_in_url(next_page: str | None = None) -> str:
    """The sign-in page, which comes back to `next_page` afterwards."""
    if next_page is None and has_request_context() and not g.get("secret_address", False):
        next_page = this_address()
    values = {"next": next_page} if next_page and next_page != "/" else {}
    return url_or_none(current_app.config["SIGN_IN_ENDPOINT"], **values) or "/sign-in"
