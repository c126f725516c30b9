"""The database: engine, request-scoped session, transactions, and the base of every table."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from flask import Flask, current_app, has_app_context
from flask.globals import app_ctx
from sqlalchemy import (
    CheckConstraint,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    String,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction, scoped_session, sessionmaker
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

SQLITE_BUSY_TIMEOUT_MS = 15_000
STOPPED = ("40P01", "40001")
"""What PostgreSQL says of a transaction that it stopped for another's sake: a deadlock, a failure to serialise."""


NO_ROOM = "53100"
"""What PostgreSQL says where its disk is full; SQLite has SQLITE_FULL."""


class Stale(Exception):
    """Somebody else changed the row since it was read; the edge answers 409 and keeps what was typed."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values; SQLite keeps no zone, so UTC it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must carry a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime(), str: String()}


E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


class Word(TypeDecorator[Any]):
    """A member of a StrEnum, stored as its plain text so that the database stays readable.

    Pair it with `words(Enum, "column")` in `__table_args__`, which makes the database refuse any other text.
    """

    impl = String(40)
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        """Refuse what the vocabulary does not hold."""
        return None if value is None else str(self.enum(value))

    def process_result_value(self, value: Any, _dialect: Dialect) -> StrEnum | None:
        """Give the member back."""
        return None if value is None else self.enum(value)


def words(enum: type[StrEnum], column: str) -> CheckConstraint:
    """CHECK that a column holds a word of this vocabulary and nothing else."""
    listed = ", ".join(f"'{member.value}'" for member in enum)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


class _AppSession(Session):
    """A session bound to the engine of the current application."""

    def get_bind(self, *_args: Any, **_kwargs: Any) -> Engine | Connection:
        return engine_of(current_app)


def _scope() -> int:
    if not has_app_context():
        return threading.get_ident()
    return id(app_ctx._get_current_object())  # type: ignore[attr-defined]  # it is a LocalProxy, typed as what it stands for


session: scoped_session[Session] = scoped_session(sessionmaker(class_=_AppSession), scopefunc=_scope)


def init_db(app: Flask, url: str) -> None:
    """Give the application its engine, and close each context's session with it."""
    app.extensions["engine"] = make_engine(url)
    app.teardown_appcontext(lambda _error: session.remove())


def engine_of(app: Flask) -> Engine:
    """The application's engine."""
    engine = app.extensions["engine"]
    assert isinstance(engine, Engine)
    return engine


def make_engine(url: str) -> Engine:
    """An engine with the settings each database needs to lose nothing.

    SQLite: WAL, foreign keys on, and transactions begun by us, because the driver's own begin late and turn a
    read into a write half-way, which fails at once with "database is locked" whatever the time-out. Errors do not
    repeat the values of a statement, which would carry names and tokens into the log.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    path = url.removeprefix("sqlite:///").split("?", 1)[0]
    Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(url, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_MS / 1000}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA busy_timeout = {SQLITE_BUSY_TIMEOUT_MS}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("begin_immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def lacks_room(error: DBAPIError) -> bool:
    """Whether a statement failed because the disk under the database is full."""
    sqlite_word = getattr(error.orig, "sqlite_errorcode", None)
    return sqlite_word == sqlite3.SQLITE_FULL or getattr(error.orig, "sqlstate", None) == NO_ROOM


@contextmanager
def transaction() -> Iterator[Session]:
    """One business change, whole or not at all. Only the edge opens it: view, task, API, command line.

    Ends the read transaction of the request and expires what was loaded, so that everything used inside is read
    again under the write lock. On SQLite the lock is taken at once (BEGIN IMMEDIATE). No file, mail, network or
    typesetting work belongs inside.

    Raises Stale when a row with a version was changed by somebody else in the meantime or is gone, and where PostgreSQL
    stopped this change because it and another waited for each other: nothing was done, and it can be tried again.
    """
    current = session()
    if current.info.get("in_transaction"):
        raise RuntimeError("transaction() is opened by the edge, once")
    if current.new or current.dirty or current.deleted:
        raise RuntimeError("something was changed outside a transaction")
    current.rollback()
    current.expire_all()
    current.info["in_transaction"] = True
    try:
        current.connection(execution_options={"begin_immediate": True})
        yield current
        current.commit()
    except (StaleDataError, ObjectDeletedError) as error:
        current.rollback()
        raise Stale from error
    except OperationalError as error:
        current.rollback()
        if getattr(error.orig, "sqlstate", None) in STOPPED:
            raise Stale from error
        raise
    except BaseException:
        current.rollback()
        raise
    finally:
        current.info.pop("in_transaction", None)


def while_reading(key: object, make: Callable[[], T]) -> T:
    """What `make` gives, made once and kept as long as the present read transaction: several blocks of one page ask the
    same. Inside `transaction()`, where things change, it is made each time."""
    current = session()
    reading = current.get_transaction()
    if reading is None or current.info.get("in_transaction"):
        return make()
    kept = _kept.setdefault(reading, {})
    if key not in kept:
        kept[key] = make()
    found: T = kept[key]
    return found


_kept: WeakKeyDictionary[SessionTransaction, dict[object, Any]] = WeakKeyDictionary()


def read_at_one_moment() -> None:
    """Begin the present read anew: all its statements see the database of one moment, while others go on writing.

    SQLite's reads are so anyway; PostgreSQL's would see what was written between two statements. Not for writing.
    """
    current = session()
    if current.info.get("in_transaction"):
        raise RuntimeError("a transaction that writes reads what was written last")
    current.rollback()
    current.expire_all()
    if current.get_bind().dialect.name == "postgresql":
        current.connection(execution_options={"isolation_level": "REPEATABLE READ"})


@contextmanager
def own_transaction() -> Iterator[Session]:
    """A short transaction on a connection of its own: leases, progress and signs of life, which stand whatever
    becomes of the work they tell of. Never inside `transaction()`: SQLite has one writer, and it would wait for itself.
    """
    if session.registry.has() and session().info.get("in_transaction"):
        raise RuntimeError("own_transaction() inside transaction() would wait for itself")
    with Session(engine_of(current_app), expire_on_commit=False) as own:
        own.connection(execution_options={"begin_immediate": True})
        yield own
        own.commit()


@contextmanager
def own_look() -> Iterator[Session]:
    """A read on a connection of its own, without the write lock: whether there is anything to do at all."""
    with Session(engine_of(current_app)) as own:
        yield own


def check_version(row: Any, version: int) -> None:
    """Compare the version a form was made from with the row's own.

    Raises Stale when they differ, so that nobody's text is overwritten unread.
    """
    if row.version != version:
        raise Stale


def lock(row: Any) -> None:
    """Hold a row against other writers until the transaction ends, and read it again when it is next looked at.

    Rows that only refer to it can be written meanwhile: if they had to wait, two people who write to different rows of
    one academic would often wait for each other. Raises Stale where it is gone.
    """
    current = session()
    table = type(row).__table__
    current.flush()
    own = table.select().with_only_columns(table.c.id).where(table.c.id == row.id)
    held = current.execute(own.with_for_update(key_share=True))
    if held.first() is None:
        raise Stale
    current.expire(row)


def escape_like(text: str) -> str:
    """A search term made literal for LIKE with the escape character `\\`."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def utc(value: datetime) -> datetime:
    """An aware instant moved to UTC; a naive one is refused."""
    if value.tzinfo is None:
        raise ValueError("an instant must carry a time zone")
    return value.astimezone(UTC)
