"""Headers, cookies and addresses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portfolio.core.web.addresses import safe_next

POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


@pytest.mark.parametrize("path", ["/", "/nowhere", "/broken", "/static/css/tokens.css"])
def test_every_answer_carries_the_strict_headers(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        headers = answer.headers
    assert dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; ")) == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


def test_pages_are_not_kept_and_static_files_with_a_digest_are(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.headers["Cache-Control"] == "no-store"
    address = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
    with client.get(address) as named, client.get(address.split("?")[0]) as bare:
        assert named.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert bare.headers["Cache-Control"] == "no-cache"


def test_page_with_a_token_in_its_address_tells_it_to_nobody(client: FlaskClient) -> None:
    assert client.get("/secret").headers["Referrer-Policy"] == "no-referrer"


def test_https_installation_says_so(make_app: Callable[..., Flask]) -> None:
    app = make_app(public_url="https://ent.example")
    answer = app.test_client().get("/", base_url="https://ent.example")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert all("Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


def test_post_without_a_key_changes_nothing(client: FlaskClient) -> None:
    assert client.post("/echo", data={"body": "x"}).status_code == 400


@pytest.mark.parametrize(
    ("target", "safe"),
    [
        ("/works/7?tab=2", True),
        ("/", True),
        ("//evil.example/", False),
        ("/\\evil.example", False),
        ("https://evil.example/", False),
        ("javascript:alert(1)", False),
        ("/a\nb", False),
        ("/" + "a" * 3_000, False),
        ("", False),
        (None, False),
    ],
)
def test_next_page_stays_inside(target: str | None, safe: bool) -> None:
    assert safe_next(target) == (target if safe else None)
