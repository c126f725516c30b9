"""The limiter for pages that strangers may call: look-ups by code, requests for mail."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(key_func=get_remote_address, headers_enabled=False, swallow_errors=False)


def init_throttle(app: Flask, *, enabled: bool) -> None:
    """Count per network address in this process; one process serves one machine."""
    app.config["RATELIMIT_STORAGE_URI"] = "memory://"
    app.config["RATELIMIT_ENABLED"] = enabled
    limiter.init_app(app)
