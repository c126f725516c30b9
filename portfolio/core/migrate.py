"""Brings the schema up to date: whole or not at all, one process at a time, foreign keys intact at the end."""

from __future__ import annotations

import argparse
import fcntl
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, Engine

from portfolio.config import ROOT
from portfolio.core.db import engine_of
from portfolio.core.hooks import Command, Hooks

SCRIPTS = ROOT / "migrations"
_LOCK_NUMBER = 0x456E5450  # "EnTP": the same advisory lock in every process


class BrokenReferencesError(Exception):
    """A migration left rows that refer to nothing; it was rolled back. The message names table and count."""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Migrate up to a revision, in one transaction. Raises BrokenReferencesError. Nothing to do is no error."""
    if revision == "head" and is_current(engine):
        return
    _run(engine, lambda config: command.upgrade(config, revision))


def downgrade(engine: Engine, revision: str) -> None:
    """Migrate down to a revision ("base" for none), in one transaction."""
    _run(engine, lambda config: command.downgrade(config, revision))


def is_current(engine: Engine) -> bool:
    """Whether the database stands at the newest revision."""
    with engine.connect() as connection:
        heads = MigrationContext.configure(connection).get_current_heads()
    return set(heads) == set(ScriptDirectory.from_config(_config()).get_heads())


def new_revision(engine: Engine, slug: str) -> Path:
    """Write a draft migration from the difference between tables and database, to be read and mended by a person."""
    written: list[Any] = []

    def draft(config: AlembicConfig) -> None:
        written.append(command.revision(config, message=slug, autogenerate=True))

    _run(engine, draft)
    return Path(written[0].path)


def migrate(app: Flask, words: argparse.Namespace) -> int:
    """The verb: migrate, then make sure of the data that every installation needs."""
    engine = engine_of(app)
    if words.new:
        print(new_revision(engine, words.new))  # noqa: T201 - the command's answer
        return 0
    if not is_current(engine):
        try:
            upgrade(engine)
        except BrokenReferencesError as error:
            print(f"run.py: the migration was undone: {error}", file=sys.stderr)  # noqa: T201 - one line of refusal
            return 1
        print("the database is up to date")  # noqa: T201 - the command's answer
    hooks: Hooks = app.extensions["hooks"]
    with _one_at_a_time(engine):  # two first starts at once must not both find the tables empty
        for seed in hooks.seed:
            seed()
    return 0


def register(hooks: Hooks) -> None:
    """Add the verb."""
    hooks.command("migrate", Command("bring the database up to date", migrate, _arguments, schema=False))


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--new", metavar="SLUG", help="for developers: draft a migration of this name instead")


def _run(engine: Engine, work: Callable[[AlembicConfig], Any]) -> None:
    sqlite = engine.dialect.name == "sqlite"
    with _one_at_a_time(engine), engine.connect() as connection:
        # Asked of the driver itself, because the first statement through SQLAlchemy begins a transaction, and inside
        # one the setting is ignored. With foreign keys on, rebuilding a parent table deletes its children.
        if sqlite:
            _pragma(connection, "PRAGMA foreign_keys = OFF")
        try:
            with connection.execution_options(begin_immediate=True).begin():
                config = _config()
                config.attributes["connection"] = connection
                work(config)
                if sqlite:
                    _check_references(connection)
        finally:
            if sqlite:
                _pragma(connection, "PRAGMA foreign_keys = ON")


def _config() -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s")
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _one_at_a_time(engine: Engine) -> Iterator[None]:
    """Two first starts at once: the second waits, then finds nothing to do."""
    if engine.dialect.name == "sqlite":
        with Path(f"{engine.url.database}.migrating").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({_LOCK_NUMBER})")
        try:
            yield
        finally:
            connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_LOCK_NUMBER})")


def _pragma(connection: Connection, statement: str) -> None:
    driver: Any = connection.connection.dbapi_connection
    driver.execute(statement)


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        tables = sorted({row[0] for row in broken})
        raise BrokenReferencesError(f"{len(broken)} rows refer to nothing, in {', '.join(tables)}")
