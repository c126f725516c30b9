"""Every error as a calm page in the reader's language; what was typed is shown back, nothing is half done."""

from __future__ import annotations

import errno
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import ObjectDeletedError
from werkzeug.exceptions import Forbidden as HttpForbidden
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
    SecurityError,
    Unauthorized,
)

from portfolio.core.db import Stale, lacks_room
from portfolio.core.permissions import Forbidden
from portfolio.core.web.addresses import page_above, page_before, sign_in_url
from portfolio.core.web.formatting import filesize
from portfolio.core.web.limits import TooLarge, limits_here, read_refused_form
from portfolio.core.web.security import keep_address_secret

CODES = (400, 401, 403, 404, 405, 409, 410, 413, 414, 415, 422, 429, 500, 503)
_NEVER_SHOWN = re.compile(r"csrf|password|passwd|secret|token|otp|totp|recovery|^next$|^version$", re.IGNORECASE)


@dataclass(frozen=True)
class TypedField:
    """A field of a refused form, to be shown back."""

    name: str
    text: str

    @property
    def rows(self) -> int:
        """A height that shows a short text whole and a long one in part."""
        return min(16, 1 + self.text.count("\n") + len(self.text) // 70)


def init_errors(app: Flask) -> None:
    """Register a page for every error a person can meet."""
    for code in CODES:
        app.register_error_handler(code, _http_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(MethodNotAllowed, _only_a_button)
    app.register_error_handler(CSRFError, _lapsed_form)
    app.register_error_handler(Unauthorized, _sign_in_first)
    app.register_error_handler(Forbidden, _refused)
    app.register_error_handler(Stale, _stale)
    app.register_error_handler(ObjectDeletedError, _stale)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(InternalServerError, _broken)
    app.register_error_handler(SecurityError, _unknown_host)

    def log_exception(exc_info: Any) -> None:
        app.logger.error("Exception on %s [%s]", address_for_logs(), request.method, exc_info=exc_info)

    app.log_exception = log_exception  # type: ignore[method-assign]  # Flask's own would write the whole address


def address_for_logs() -> str:
    """The path of this request; where it holds a token, only the rule behind it."""
    rule = request.url_rule if g.get("secret_address", False) else None
    return request.path if rule is None else str(rule.rule)


def typed_fields(form: Iterable[tuple[str, str]] | None = None) -> list[TypedField]:
    """What the person typed into the refused form, without secrets and housekeeping."""
    pairs = request.form.items(multi=True) if form is None else form
    return [TypedField(name, text) for name, text in pairs if text.strip() and not _NEVER_SHOWN.search(name)]


def typed_here() -> list[TypedField]:
    """What was typed into the form that this error refuses; nothing where the request cannot be read."""
    if request.method == "GET":
        return []
    try:
        return typed_fields()
    except (HTTPException, OSError):
        return []


def wants_json() -> bool:
    """True for scripts: the API, and our own modules that say so in their Accept header."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.path.startswith("/api/") or (
        best == "application/json" and request.accept_mimetypes[best] > request.accept_mimetypes["text/html"]
    )


def error_page(
    code: int, message: Any = None, *, title: Any = None, typed: list[TypedField] | None = None, **context: Any
) -> Response:
    """The answer for an error: JSON for scripts, a notice for htmx, else a whole page.

    `message` is a translated sentence for people; `typed` gives back the fields of a form that was refused.
    """
    title = str(title or _title(code))
    message = str(message or _message(code))
    if wants_json():
        return make_response(jsonify(error=code, title=title, message=message, **_json_extras(context)), code)
    values = {"code": code, "title": title, "message": message, "typed": typed or [], "back": page_before(), **context}
    if request.headers.get("HX-Request") == "true":
        response = make_response(render_template("errors/_notice.html", **values), code)
        response.headers["HX-Retarget"] = "#page-notice"
        response.headers["HX-Reswap"] = "innerHTML"
        return response
    return make_response(render_template("errors/error.html", **values), code)


def _json_extras(context: dict[str, Any]) -> dict[str, Any]:
    return {key: str(value) for key, value in context.items() if key in ("sign_in", "reference", "limit")}


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response  # an answer made on purpose with abort(response)
    code = error.code or 500
    if code < 400:
        return error.get_response()  # the redirect of a missing slash
    said = error.description if error.description != type(error).description else None
    response = error_page(code, said, typed=typed_here())
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _only_a_button(error: MethodNotAllowed) -> ResponseReturnValue:
    """Who opens by its address what a form was sent to, as after a refused form, finds the form's page again."""
    if request.method not in ("GET", "HEAD"):
        return _http_error(error)
    keep_address_secret()  # no route was found that would have said whether the address holds a token
    response = error_page(405, above=page_above())
    response.headers["Allow"] = ", ".join(error.valid_methods or ())
    return response


def _sign_in_first(error: Unauthorized) -> ResponseReturnValue:
    if wants_json():
        return error_page(401, sign_in=sign_in_url(page_before()))
    reads = request.method in ("GET", "HEAD")
    if reads and request.headers.get("HX-Request") != "true":
        return redirect(sign_in_url(), 303)
    if reads:
        return error_page(401, sign_in=sign_in_url(page_before()))
    return _lapsed_form(error)


def _lapsed_form(_error: HTTPException) -> ResponseReturnValue:
    """A form sent after its sign-in or its key lapsed: nothing was changed, and all its text is shown to be copied."""
    code = 401 if isinstance(_error, Unauthorized) else 400
    return error_page(
        code,
        _("The page was open too long, or the sign-in ended. Nothing was changed. What you typed is below."),
        title=_("The form has lapsed"),
        typed=typed_here(),
        files=any(file.filename for file in request.files.values()),
        sign_in=sign_in_url(page_before()),
    )


def _refused(error: Forbidden) -> ResponseReturnValue:
    """403 with the reason, or 404 where even the reason would leak."""
    if error.access.hidden:
        return _http_error(NotFound())
    return _http_error(HttpForbidden(description=str(error.access.reason) or None))


def _stale(_error: Stale | ObjectDeletedError) -> ResponseReturnValue:
    return error_page(409, typed=typed_here())


def _too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    limit = error.limit if isinstance(error, TooLarge) else limits_here().max_bytes
    typed = []
    if isinstance(error, TooLarge):
        try:
            form = read_refused_form()
        except HTTPException:
            form = {}
        typed = typed_fields((name, text) for name, texts in form.items() for text in texts)
    message = _("At most %(limit)s can be sent here at once. Nothing was changed.", limit=filesize(limit))
    return error_page(413, message, typed=typed, limit=limit)


def _broken(error: InternalServerError) -> ResponseReturnValue:
    """No stack trace reaches a person; the reference finds it in the log.

    Whatever broke may break again, so this page asks nobody: no database, no session.
    """
    reference = secrets.token_hex(4).upper()
    original = error.original_exception or error
    current_app.logger.error(
        "error %s on %s %s: %r", reference, request.method, address_for_logs(), type(original).__name__
    )
    g.nobody_is_asked = True
    refresh()
    code = 507 if _lacked_room(original) else 500
    if wants_json():
        return error_page(code, reference=reference)
    body = render_template(
        "errors/bare.html",
        code=code,
        title=_title(code),
        message=_message(code),
        reference=reference,
        typed=typed_here(),
    )
    return make_response(body, code)


def _lacked_room(error: BaseException | None) -> bool:
    """Whether what broke is a full disk, of the files or of the database; whoever runs the service can mend that."""
    while error is not None:
        if isinstance(error, DBAPIError) and lacks_room(error):
            return True
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        error = error.__cause__ or error.__context__
    return False


def _unknown_host(_error: SecurityError) -> ResponseReturnValue:
    """No address can be built for an unknown host, so the page has no links."""
    g.nobody_is_asked = True
    body = render_template(
        "errors/bare.html",
        code=400,
        title=_title(400),
        message=_("This service does not answer to that address."),
        reference=None,
        typed=[],
    )
    return make_response(body, 400)


def _title(code: int) -> str:
    titles = {
        400: _("The request could not be understood"),
        401: _("Please sign in first"),
        403: _("You may not do this"),
        404: _("There is no such page"),
        405: _("This address does not take that request"),
        409: _("Somebody else changed this in the meantime"),
        410: _("This page is gone"),
        413: _("Too much was sent at once"),
        414: _("The address is too long"),
        415: _("This kind of file is not taken here"),
        422: _("What was sent could not be used"),
        429: _("Too many attempts"),
        500: _("Something broke on our side"),
        503: _("The service is resting"),
        507: _("The service has no room left"),
    }
    return titles.get(code) or HTTPStatus(code).phrase


def _message(code: int) -> str:
    messages = {
        400: _("Nothing was changed. Go back and try again."),
        401: _("Sign in and go on from where you were."),
        403: _("Your account does not have the right to do this."),
        404: _("The address may be mistyped, or the page is not open to your account."),
        405: _("Nothing was changed. Go back and use the buttons on the page."),
        409: _("Nothing was overwritten. Open the page again, compare, and save once more."),
        410: _("What was here has been withdrawn or has expired."),
        413: _("Nothing was changed."),
        414: _("Nothing was changed."),
        415: _("Nothing was changed. The page names the kinds of file that can be used."),
        422: _("Nothing was changed. Go back and try again."),
        429: _("Wait a few minutes, then try again."),
        500: _("Nothing was half done. Please try again; if it happens again, tell us the reference number."),
        503: _("Please try again in a few minutes."),
        507: _("Nothing was changed. Copy what you typed; tell us the reference number, and try again later."),
    }
    return messages.get(code) or _("Nothing was changed. Go back and try again.")
