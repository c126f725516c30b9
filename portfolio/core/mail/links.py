"""Absolute links, always from PORTFOLIO_PUBLIC_URL, never from the Host of a request."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app


def absolute_url(endpoint: str, **arguments: Any) -> str:
    """The full address of an endpoint; works in tasks and commands, outside of any request."""
    public = urlsplit(current_app.extensions["config"].public_url)
    adapter = current_app.url_map.bind(
        public.netloc, script_name=public.path.rstrip("/") + "/", url_scheme=public.scheme
    )
    values = dict(arguments)
    current_app.inject_url_defaults(endpoint, values)
    return adapter.build(endpoint, values, force_external=True)
