"""How much a request may bring: a default for every route, and `@accepts` where a route needs more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

MIB = 1024 * 1024
SHOW_AGAIN_CEILING = 8 * MIB
"""A refused form up to this size is still read, so that its text can be shown back to the person."""
PARSER_BUFFER = 128 * 1024
"""Werkzeug counts its own buffer as text: with less than this it refuses files that are within their limit."""

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Limits:
    """The most bytes a request may have, and the most bytes its text fields may have together."""

    max_bytes: int
    max_text: int


DEFAULT_LIMITS = Limits(max_bytes=1 * MIB, max_text=1 * MIB)


class TooLarge(RequestEntityTooLarge):
    """A request over its route's limit; carries the limit so that the page can name it."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit


def accepts(*, max_bytes: int | None = None, max_text: int = DEFAULT_LIMITS.max_text) -> Callable[[View], View]:
    """State what a route takes. `max_bytes` is for the whole request, files included; without it text alone counts.

    A Thai letter takes nine bytes in an ordinary form, three in one with files.
    """
    limits = Limits(max_bytes=max(max_bytes or 0, max_text), max_text=max_text)

    def decorate(view: View) -> View:
        view.limits = limits  # type: ignore[attr-defined]
        return view

    return decorate


def limits_here() -> Limits:
    """The limits of the route that answers this request."""
    view = current_app.view_functions.get(request.endpoint or "")
    limits = getattr(view, "limits", DEFAULT_LIMITS)
    assert isinstance(limits, Limits)
    return limits


def largest_request(app: Flask) -> int:
    """The most bytes that any route takes."""
    return max(getattr(view, "limits", DEFAULT_LIMITS).max_bytes for view in app.view_functions.values())


def init_limits(app: Flask) -> None:
    """Hold every request to its route's limits before anything reads its body.

    Werkzeug's own limit on text covers multipart forms only; ordinary forms are measured here.
    """
    app.config["MAX_CONTENT_LENGTH"] = DEFAULT_LIMITS.max_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = DEFAULT_LIMITS.max_text
    app.before_request(_hold)


def _hold() -> None:
    if any("\0" in word for pair in request.args.items(multi=True) for word in pair):
        abort(400)  # no row can hold this sign, and PostgreSQL refuses to be asked for it
    limits = limits_here()
    limit = limits.max_text if request.mimetype == "application/x-www-form-urlencoded" else limits.max_bytes
    request.max_content_length = limit
    request.max_form_memory_size = max(limits.max_text, PARSER_BUFFER)
    if request.content_length is not None and request.content_length > limit:
        raise TooLarge(limit)
    if request.mimetype == "multipart/form-data" and (None in request.form or None in request.files):
        abort(400)  # a part without a name: nothing behind this reckons with one


def read_refused_form() -> dict[str, list[str]]:
    """The text fields of a form that was refused for its size, where it is small enough to be read at all."""
    if request.content_length is None or request.content_length > SHOW_AGAIN_CEILING:
        return {}
    request.max_content_length = SHOW_AGAIN_CEILING
    request.max_form_memory_size = SHOW_AGAIN_CEILING
    return request.form.to_dict(flat=False)
