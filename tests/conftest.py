"""What every test may ask for: an application on a fresh database of either kind, a client, shut sockets."""

from __future__ import annotations

import contextvars
import os
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.globals import _cv_app
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, scoped_session

import portfolio.app
import review.app
from portfolio.config import ROOT, Config
from portfolio.core import migrate, rooms
from portfolio.core.db import Base, engine_of, init_db, make_engine, session
from portfolio.core.hooks import Hooks
from portfolio.core.i18n.catalogs import register_catalogs
from portfolio.core.web.setup import init_web
from tests.samples import Once, copy_rows, link_tree, load_sample_data

pytest_plugins = ["tests.strictness"]

POSTGRES = os.environ.get("PORTFOLIO_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/test")
LOOPBACK = ("127.", "::1", "localhost")
PROGRAMS = ("pdftotext", "pdftoppm", "pdfinfo", "pdffonts", "wkhtmltopdf", "soffice")


def pytest_addoption(parser: pytest.Parser) -> None:
    """What `run.py test` may be told beside pytest's own words."""
    parser.addoption("--all", action="store_true", help="run the property tests with twenty times as many examples")


def pytest_configure(config: pytest.Config) -> None:
    """Markers of this suite, and how many examples its property tests try."""
    config.addinivalue_line("markers", "network: may open connections beyond this machine")
    settings.register_profile("usual", max_examples=100, deadline=None)
    settings.register_profile("all", max_examples=2000, deadline=None)
    settings.load_profile("all" if config.getoption("--all") else "usual")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """A test that calls a program which is not here skips and names it; .ci/run installs them and lets none skip."""
    try:
        return (yield)
    except FileNotFoundError as error:
        if error.filename in PROGRAMS:
            pytest.skip(f"the program {error.filename} is not on this machine")
        raise


@pytest.fixture(autouse=True)
def _shut_sockets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing leaves this machine from a test, unless it is marked `network`."""
    if request.node.get_closest_marker("network"):
        return
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOOPBACK):
            raise RuntimeError(f"a test tried to reach {address[0]}; mark it `network` if it must")
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with the whole schema, to be copied for each test."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    with engine.connect() as connection:
        connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[str]:
    """The address of a PostgreSQL database of this process with the whole schema, dropped at the end."""
    with new_postgres_database() as url:
        engine = make_engine(url)
        migrate.upgrade(engine)
        engine.dispose()
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table: for tests of the migrations."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
    else:
        with new_postgres_database() as url:
            yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database; every test that leads here runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "portfolio.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        url = request.getfixturevalue("postgres_database")
        yield url
        _empty(url)


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    """What the application under test is told; a test may `dataclasses.replace` it and call `make_app`."""
    return make_config(database_url, tmp_path)


@pytest.fixture(scope="session")
def sample_folder(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """`portfolio.db` and `storage` with the sample data, made once for all processes of the run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "sample"
    with Once(folder) as once:
        if not once.is_done:
            shutil.copyfile(sqlite_template, folder / "portfolio.db")
            app = make_app(replace(make_config(f"sqlite:///{folder / 'portfolio.db'}", folder), sample_data=True))
            load_sample_data(app)
            with engine_of(app).connect() as connection:
                connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            engine_of(app).dispose()
    return folder


@pytest.fixture(scope="session")
def postgres_sample(sample_folder: Path) -> Iterator[str]:
    """The name of a PostgreSQL database with the sample data, to be used as a template."""
    source = make_engine(f"sqlite:///{sample_folder / 'portfolio.db'}")
    with new_postgres_database() as url:
        target = make_engine(url)
        migrate.upgrade(target)
        copy_rows(source, target)
        target.dispose()
        source.dispose()
        yield url.rsplit("/", 1)[1]


@pytest.fixture(params=["sqlite", "postgresql"])
def sample_app(request: pytest.FixtureRequest, sample_folder: Path, tmp_path: Path) -> Iterator[Flask]:
    """The whole application with the sample data, files included; what a test changes is its own."""
    link_tree(sample_folder / "storage", tmp_path / "storage")
    with ExitStack() as stack:
        if request.param == "sqlite":
            shutil.copyfile(sample_folder / "portfolio.db", tmp_path / "portfolio.db")
            url = f"sqlite:///{tmp_path / 'portfolio.db'}"
        else:
            template = request.getfixturevalue("postgres_sample")
            url = stack.enter_context(new_postgres_database(f"TEMPLATE {template}"))
        app = make_app(replace(make_config(url, tmp_path), sample_data=True))
        stack.callback(engine_of(app).dispose)
        yield app


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """The whole application, portfolio and review, on an empty database."""
    app = make_app(config)
    yield app
    engine_of(app).dispose()


@pytest.fixture
def portfolio_app(config: Config) -> Iterator[Flask]:
    """The application without review, as a faculty may run it that judges nobody."""
    app = make_app(config, with_review=False)
    yield app
    engine_of(app).dispose()


@pytest.fixture
def ground(config: Config) -> Iterator[Flask]:
    """The technical ground alone, inside its application context: for tests of core, which knows no room."""
    app = make_ground(config)
    with app.app_context():
        yield app
    engine_of(app).dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript, not signed in. Forms need no CSRF key; tests of the key make their own app."""
    return app.test_client()


@pytest.fixture
def database(app: Flask) -> Iterator[scoped_session[Session]]:
    """The session, within an application context. Changes go inside `with transaction():` as everywhere.

    What a client changed is seen after `database.rollback()`, which ends the view this session has.
    """
    with app.app_context():
        yield session


class ApartClient(FlaskClient):
    """A client whose requests do not share the test's own application context.

    Flask reuses a context that is open, and with it `g`, the session and the signed-in person.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return contextvars.copy_context().run(self._open_apart, *args, **kwargs)

    def _open_apart(self, *args: Any, **kwargs: Any) -> Any:
        _cv_app.set(None)  # type: ignore[arg-type]
        return super().open(*args, **kwargs)


def make_config(database_url: str, folder: Path) -> Config:
    """Settings for tests, with everything below one folder."""
    return Config(
        var=folder / "var",
        database_url=database_url,
        storage_url=f"file://{folder / 'storage'}",
        public_url="http://localhost",
        host="127.0.0.1",
        port=0,
        secret_key="a key for tests only, not secret at all",
        seal_key="a seal for tests only, not secret at all",
        field_keys=("dGhpcyBrZXkgaXMgZm9yIHRlc3RzIG9ubHksIG9rPz8=",),
        mail_url="console:",
        sample_data=False,
        testing=True,
    )


def make_ground(config: Config) -> Flask:
    """An application of core's rooms only; its caller disposes of the engine."""
    app = Flask("portfolio", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(SECRET_KEY=config.secret_key, TESTING=True, WTF_CSRF_ENABLED=False)
    hooks = Hooks()
    app.extensions.update(config=config, hooks=hooks)
    init_db(app, config.database_url)
    init_web(app, public_url=config.public_url, trusted_hosts=config.trusted_hosts)
    rooms.furnish(app, hooks, portfolio.app.PACKAGE, portfolio.app.GROUND)
    register_catalogs(app, ROOT / "portfolio")
    return _prepared(app)


def make_app(config: Config, *, with_review: bool = True, csrf: bool = False) -> Flask:
    """An application for tests; its caller disposes of the engine."""
    app = portfolio.app.create_app(config)
    if with_review:
        review.app.init_app(app)
    app.config["WTF_CSRF_ENABLED"] = csrf
    return _prepared(app)


def app_with(config: Config, **changes: Any) -> Flask:
    """An application for tests with some settings changed."""
    return make_app(replace(config, **changes))


def _hurry(connection: Any, _record: Any) -> None:
    """A test's database need not survive a power cut."""
    connection.execute("PRAGMA synchronous = OFF")


@contextmanager
def new_postgres_database(made_from: str = "") -> Iterator[str]:
    """A PostgreSQL database of its own for the length of a block; the test is skipped where no server answers."""
    server = create_engine(_psycopg(POSTGRES), isolation_level="AUTOCOMMIT")
    name = f"portfolio_test_{secrets.token_hex(6)}"
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} {made_from}"))
            connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    except OperationalError as error:
        server.dispose()
        pytest.skip(f"no PostgreSQL answers at PORTFOLIO_TEST_POSTGRES: {str(error.orig).splitlines()[0]}")
    try:
        yield _psycopg(POSTGRES).rsplit("/", 1)[0] + f"/{name}"
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


def _prepared(app: Flask) -> Flask:
    app.test_client_class = ApartClient
    engine = engine_of(app)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _hurry)
    return app


def _psycopg(url: str) -> str:
    return "postgresql+psycopg://" + url.split("://", 1)[1]


def _empty(url: str) -> None:
    """Empty the tables that hold anything; most tests fill a few only. Every id begins at 1 again."""
    engine = make_engine(url)
    with engine.begin() as connection:
        filled = _filled(connection)
        if filled:
            # For this transaction triggers are off: the audit's, and those of the foreign keys, since all that is
            # filled is emptied. TRUNCATE would cascade through nearly every table and take ten times as long.
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text("; ".join(f"DELETE FROM {table}" for table in filled)))
        # A table that was emptied by the test itself has given out ids too.
        used = connection.scalars(text("SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL")).all()
        if used:
            connection.execute(text("; ".join(f"ALTER SEQUENCE {sequence} RESTART" for sequence in used)))
    engine.dispose()


def _filled(connection: Any) -> list[str]:
    looks = [f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in sorted(Base.metadata.tables)]
    return list(connection.scalars(text(" UNION ALL ".join(looks))))
