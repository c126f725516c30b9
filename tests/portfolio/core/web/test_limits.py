"""Sizes of requests: each route's own limit, named on a page, with the text given back."""

from __future__ import annotations

import io
from html import unescape

from flask.testing import FlaskClient

from portfolio.core.web.limits import DEFAULT_LIMITS, SHOW_AGAIN_CEILING


def test_form_within_the_limit_is_taken(client: FlaskClient, key: str) -> None:
    assert client.post("/short", data={"csrf_token": key, "body": "x" * 1_500}).get_json() == {"length": 1_500}


def test_long_form_is_refused_as_a_page_that_names_the_limit_and_gives_the_text_back(
    client: FlaskClient, key: str
) -> None:
    body = "ย" * 1_000
    answer = client.post("/short", data={"csrf_token": key, "body": body})
    assert answer.status_code == 413
    assert "2 KB" in answer.text
    assert unescape(answer.text.split("readonly>\n")[1].split("</textarea>")[0]) == body


def test_long_multipart_text_is_refused_too(client: FlaskClient, key: str) -> None:
    answer = client.post("/short", data={"csrf_token": key, "body": "x" * 3_000}, content_type="multipart/form-data")
    assert answer.status_code == 413


def test_route_with_files_has_a_limit_for_the_whole_request(client: FlaskClient, key: str) -> None:
    small, large = io.BytesIO(b"x" * 50_000), io.BytesIO(b"x" * 200_000)
    assert client.post("/upload", data={"csrf_token": key, "file": (small, "a")}).get_json() == {"size": 50_000}
    assert client.post("/upload", data={"csrf_token": key, "file": (large, "a")}).status_code == 413


def test_route_without_a_word_has_the_default_limit(client: FlaskClient, key: str) -> None:
    body = "x" * (DEFAULT_LIMITS.max_text + 1)
    assert client.post("/echo", data={"csrf_token": key, "body": body}).status_code == 413


def test_huge_request_is_not_read_at_all(client: FlaskClient) -> None:
    answer = client.post(
        "/echo",
        data={"body": "x"},
        environ_overrides={"CONTENT_LENGTH": str(SHOW_AGAIN_CEILING + 1)},
    )
    assert answer.status_code == 413
    assert "<textarea" not in answer.text
