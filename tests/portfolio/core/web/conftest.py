"""The web ground alone: an application without rooms, people or a database."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, abort, jsonify, render_template, request
from flask.testing import FlaskClient
from flask_login import LoginManager, UserMixin

from portfolio.config import ROOT
from portfolio.core.db import Stale
from portfolio.core.hooks import Hooks, NavItem
from portfolio.core.i18n.catalogs import register_catalogs
from portfolio.core.permissions import HIDDEN, Forbidden, refused
from portfolio.core.storage.filesystem import StorageFull
from portfolio.core.web import views
from portfolio.core.web.limits import accepts
from portfolio.core.web.security import keep_address_secret
from portfolio.core.web.setup import init_web


class Person(UserMixin):
    """Somebody signed in."""

    id = "7"
    name_th = "ผศ. ดร.กานต์ธิดา วงศ์ธารา (ข้อมูลสมมติ)"
    name_en = "Kanthida Wongthara (fictional)"
    language = "th"


@pytest.fixture
def person() -> Person | None:
    """Who is signed in; overridden by tests through `parametrize`."""
    return None


@pytest.fixture
def make_app() -> Callable[..., Flask]:
    """Makes a ground application; keyword arguments go to init_web."""

    def make(**settings: Any) -> Flask:
        app = Flask("ground", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
        app.secret_key = "a secret for tests only, long enough"
        app.extensions["hooks"] = Hooks()
        init_web(
            app,
            **{"public_url": "http://ent.example", "trusted_hosts": ["ent.example", "localhost"], **settings},
        )
        app.register_blueprint(views.bp)
        register_catalogs(app, Path(ROOT, "portfolio"))
        _add_routes(app)
        return app

    return make


@pytest.fixture
def app(make_app: Callable[..., Flask], person: Person | None) -> Flask:
    """A ground application with a few routes that go wrong in every way."""
    app = make_app()
    login = LoginManager(app)
    login.user_loader(lambda _key: person)
    login.request_loader(lambda _request: person)
    return app


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    """A browser on http://localhost."""
    with app.test_client() as client:
        yield client


@pytest.fixture
def key(client: FlaskClient) -> str:
    """A valid CSRF key of this client's session."""
    return client.get("/key").get_json()["key"]


def _add_routes(app: Flask) -> None:
    from flask_wtf.csrf import generate_csrf

    def answer(code: int) -> str:
        abort(code)

    def say(code: int) -> str:
        abort(code, "The reason in words")

    def broken() -> str:
        raise RuntimeError("secret detail of the code")

    def fill_disk() -> str:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as error:
            raise StorageFull("the disk is full") from error

    def refuse() -> str:
        raise Forbidden(refused("Only the owner may do this"))

    def hide() -> str:
        raise Forbidden(HIDDEN)

    def stale() -> str:
        raise Stale

    def echo() -> Any:
        return jsonify(request.form.to_dict())

    @accepts(max_text=2_000)
    def short() -> Any:
        return jsonify(length=len(request.form.get("body", "")))

    @accepts(max_bytes=100_000, max_text=10_000)
    def upload() -> Any:
        return jsonify(size=len(request.files["file"].read()))

    def secret_page() -> str:
        keep_address_secret()
        return "secret"

    def page() -> str:
        return render_template("base.html")

    def only_members() -> str:
        abort(401)

    for rule, function, methods in (
        ("/", page, ["GET"]),
        ("/key", lambda: jsonify(key=generate_csrf()), ["GET"]),
        ("/answer/<int:code>", answer, ["GET", "POST"]),
        ("/say/<int:code>", say, ["GET", "POST"]),
        ("/broken", broken, ["GET"]),
        ("/break", broken, ["POST"]),
        ("/full", fill_disk, ["POST"]),
        ("/refuse", refuse, ["GET"]),
        ("/hide", hide, ["GET"]),
        ("/stale", stale, ["POST"]),
        ("/echo", echo, ["POST"]),
        ("/forms/7", page, ["GET"]),
        ("/forms/7/send", echo, ["POST"]),
        ("/forms/7/parts/press", echo, ["POST"]),
        ("/short", short, ["POST"]),
        ("/upload", upload, ["POST"]),
        ("/secret", secret_page, ["GET"]),
        ("/members", only_members, ["GET", "POST"]),
        ("/api/broken", broken, ["GET"]),
    ):
        endpoint = f"t{rule.replace('/', '_').replace('<int:code>', 'code')}"
        app.add_url_rule(rule, endpoint, function, methods=methods)


@pytest.fixture
def nav_item() -> Callable[[str, str, int], NavItem]:
    """A word of the menu."""
    return lambda label, endpoint, order: NavItem(label, endpoint, order)
