"""What every answer says to the browser, and which hosts are answered at all."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, Response, g, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
ONE_YEAR = 31_536_000


def init_security(app: Flask, *, public_url: str, trusted_hosts: Iterable[str]) -> None:
    """Set the headers of every answer, the cookie's flags and the hosts; an unknown Host is answered 400."""
    secure = public_url.startswith("https://")
    app.config["TRUSTED_HOSTS"] = list(trusted_hosts) or None
    app.config["SESSION_COOKIE_HTTPONLY"] = True
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.config["SESSION_COOKIE_SECURE"] = secure

    @app.after_request
    def headers(response: Response) -> Response:
        """Strict by default; a view that set a header of its own keeps it."""
        found = response.headers
        found.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        found.setdefault("X-Content-Type-Options", "nosniff")
        found.setdefault("X-Frame-Options", "DENY")
        found.setdefault("Referrer-Policy", "no-referrer" if g.get("secret_address", False) else "same-origin")
        found.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        found.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        found.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if secure:
            found.setdefault("Strict-Transport-Security", f"max-age={ONE_YEAR}; includeSubDomains")
        _say_how_long_to_keep(response)
        return response


def keep_address_secret() -> None:
    """For pages whose address carries a token: the browser tells it to nobody, not even to this site."""
    g.secret_address = True


def _say_how_long_to_keep(response: Response) -> None:
    if request.endpoint == "static":
        # The address of a static file carries its digest (see `static` in formatting.py), so it may be kept.
        if response.status_code == 200 and "v" in request.args:
            response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
        return
    # Everything else may hold somebody's name; a shared computer must not keep it.
    response.headers.setdefault("Cache-Control", "no-store")
