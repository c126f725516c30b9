"""The language of a page: the person's, else the cookie's, else Thai."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_babel import force_locale, gettext, lazy_gettext

from portfolio.core.i18n.language import current_language


def test_pages_are_thai_unless_asked_otherwise(client: FlaskClient) -> None:
    assert '<html lang="th">' in client.get("/", headers={"Accept-Language": "en"}).text


@pytest.mark.parametrize(("chosen", "seen"), [("en", "en"), ("th", "th"), ("xx", "th")])
def test_cookie_chooses(client: FlaskClient, chosen: str, seen: str) -> None:
    client.set_cookie("language", chosen)
    assert f'<html lang="{seen}">' in client.get("/").text


def test_switch_keeps_the_choice_and_comes_back(client: FlaskClient, key: str) -> None:
    answer = client.post("/language", data={"csrf_token": key, "language": "en", "next": "/nowhere?a=1"})
    assert (answer.status_code, answer.location) == (303, "/nowhere?a=1")
    assert '<html lang="en">' in client.get("/").text


@pytest.mark.parametrize("language", ["", "xx", "th; Path=/"])
def test_switch_knows_two_languages_only(client: FlaskClient, key: str, language: str) -> None:
    assert client.post("/language", data={"csrf_token": key, "language": language}).status_code == 400


def test_switch_leads_nowhere_else(client: FlaskClient, key: str) -> None:
    answer = client.post("/language", data={"csrf_token": key, "language": "en", "next": "https://evil.example"})
    assert answer.location == "/"


def test_language_of_a_job_can_be_forced(app: Flask) -> None:
    with app.app_context():
        assert gettext("Cancel") == "ยกเลิก"
        with force_locale("en"):
            assert (gettext("Cancel"), current_language()) == ("Cancel", "en")
        assert str(lazy_gettext("Cancel")) == "ยกเลิก"


def test_page_for_a_broken_service_asks_nobody_for_the_language(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    asked = []

    class Manager:
        def _load_user(self) -> None:
            asked.append(True)

    app.login_manager = Manager()  # type: ignore[attr-defined]
    with app.test_request_context():
        g.nobody_is_asked = True
        assert current_language() == "th"
    assert asked == []
