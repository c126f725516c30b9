"""Wires the web ground into an application; nothing here knows a room."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from portfolio.core.i18n.catalogs import init_catalogs
from portfolio.core.web.addresses import safe_next, sign_in_url, this_address, url_or_none
from portfolio.core.web.converters import RowNumber
from portfolio.core.web.errors import init_errors
from portfolio.core.web.formatting import init_formatting
from portfolio.core.web.limits import init_limits
from portfolio.core.web.navigation import menu, viewer, viewer_name
from portfolio.core.web.security import init_security

csrf = CSRFProtect()


def init_web(
    app: Flask,
    *,
    public_url: str,
    trusted_hosts: Iterable[str] = (),
    sample_data: bool = False,
    sign_in_endpoint: str = "accounts.sign_in",
) -> None:
    """Set up languages, headers, hosts, limits, CSRF, errors and what templates know.

    The routes of this room (`views.bp`) are registered with those of all rooms.
    The order matters: limits stand before CSRF, because checking a form's key reads the whole form.
    """
    app.url_map.converters["int"] = RowNumber
    app.config["PUBLIC_URL"] = public_url
    app.config["SAMPLE_DATA"] = sample_data
    app.config["SIGN_IN_ENDPOINT"] = sign_in_endpoint
    # A key lives as long as the session it belongs to: somebody may write for a whole day. The referrer is not
    # asked for, because pages with a token in their address send none.
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.config["WTF_CSRF_SSL_STRICT"] = False
    init_catalogs(app)
    init_security(app, public_url=public_url, trusted_hosts=trusted_hosts)
    init_limits(app)
    csrf.init_app(app)
    init_formatting(app)
    app.jinja_env.globals.update(
        safe_next=safe_next,
        menu=menu,
        viewer=viewer,
        viewer_name=viewer_name,
        url_or_none=url_or_none,
        sign_in_url=sign_in_url,
        this_address=this_address,
    )
    init_errors(app)
