"""Sealed columns: personal values that stand encrypted in the database, under keys kept outside it.

A telephone, an address, a birth date, a salary: whoever reads a copy of the database reads none of them. Sealed
values cannot be searched or sorted in SQL, since the same value is sealed differently each time; a comparison is
refused. Keys come from `PORTFOLIO_FIELD_KEYS`: the first seals, all open, so that keys can be changed while the
service runs (docs/configuration.md).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import Flask, current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Dialect, Select, Table, Text, TypeDecorator, column, select, table, tuple_
from sqlalchemy.sql.operators import OperatorType, eq, is_, is_not, ne
from sqlalchemy.types import TypeEngine

from portfolio.config import Config
from portfolio.core.db import Base, session, transaction
from portfolio.core.hooks import Command, Hooks, Violation

BATCH = 200
_KEYS = "field_keys"
_READERS: dict[type, Callable[[str], Any]] = {str: str, date: date.fromisoformat, Decimal: Decimal}

T = TypeVar("T")


@dataclass(frozen=True)
class Unreadable:
    """A sealed value that none of the keys opens: false, and in a page one line that says so.

    It carries what stands in the database, so that saving the row again loses nothing.
    """

    sealed: str

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return _("This value cannot be read, because the key it was stored with is missing. Tell the administrator.")


def readable(value: T | Unreadable) -> T | None:
    """The value, or None where no key opens it: for forms and for sums."""
    return None if isinstance(value, Unreadable) else value


class Sealed(TypeDecorator[Any]):
    """Text, a date or a decimal number, stored encrypted.

    `birth_date: Mapped[date | Unreadable | None] = mapped_column(Sealed(date))`. What no key opens comes back as
    `Unreadable`; it never raises.
    """

    impl = Text
    cache_ok = True

    def __init__(self, of: type[str] | type[date] | type[Decimal] = str) -> None:
        super().__init__()
        self.of = of

    class Comparator(TypeDecorator.Comparator[Any]):
        """Only whether there is a value can be asked in SQL."""

        def operate(self, op: OperatorType, *other: Any, **kwargs: Any) -> ColumnElement[Any]:
            """Refuse every comparison but the one with NULL."""
            if op not in (eq, ne, is_, is_not) or other != (None,):
                raise TypeError("a sealed column can only be compared with None")
            return super().operate(op, *other, **kwargs)

    comparator_factory = Comparator

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        """Seal under the first key; what could not be opened goes back as it came."""
        if value is None:
            return None
        if isinstance(value, Unreadable):
            return value.sealed
        if not isinstance(value, self.of):
            raise TypeError(f"this sealed column holds {self.of.__name__}, not {type(value).__name__}")
        plain = value.isoformat() if isinstance(value, date) else str(value)
        return _keys().encrypt(plain.encode()).decode("ascii")

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        """Open with whichever key fits."""
        if value is None:
            return None
        try:
            plain = _keys().decrypt(value.encode()).decode()
            return _READERS[self.of](plain)
        except (InvalidToken, ValueError, ArithmeticError):
            return Unreadable(value)


def rotate(_app: Flask, _words: argparse.Namespace) -> int:
    """Seal every value anew under the first key, some rows to a transaction; again changes nothing.

    A value that no key opens stays as it is, is named, and makes the exit code 1.
    """
    first = Fernet(_config().field_keys[0])
    done, lost = 0, 0
    for rows in sealed_tables():
        after: Sequence[Any] | None = None
        while True:
            with transaction():
                found = list(session.execute(rows.page(after).with_for_update()))
                for row in found:
                    fresh: dict[str, str] = {}
                    for name, sealed in zip(rows.columns, row[len(rows.key) :], strict=True):
                        if sealed is None or _opens(first, sealed):
                            continue
                        try:
                            fresh[name] = _keys().rotate(sealed.encode()).decode("ascii")
                        except InvalidToken:
                            lost += 1
                            print(f"run.py: {rows.name_of(row)}: {name}: no key opens it", file=sys.stderr)  # noqa: T201
                    if fresh:
                        done += len(fresh)
                        session.execute(rows.table.update().where(rows.is_row(row)).values(**fresh))
            if len(found) < BATCH:
                break
            after = found[-1][: len(rows.key)]
    print(f"{done} values sealed anew under the first of {len(_config().field_keys)} keys")  # noqa: T201
    return 1 if lost else 0


def unopened() -> Iterator[Violation]:
    """Every sealed value that none of the keys opens."""
    for rows in sealed_tables():
        after: Sequence[Any] | None = None
        while True:
            found = list(session.execute(rows.page(after)))
            for row in found:
                for name, sealed in zip(rows.columns, row[len(rows.key) :], strict=True):
                    if sealed is not None and not _opens(_keys(), sealed):
                        yield Violation("sealed-values", rows.name_of(row), f"no key opens {name}")
            if len(found) < BATCH:
                break
            after = found[-1][: len(rows.key)]


@dataclass(frozen=True)
class SealedRows:
    """A table with sealed columns, seen as the plain text it holds."""

    table: Any
    key: tuple[str, ...]
    columns: tuple[str, ...]

    @classmethod
    def of(cls, source: Table) -> SealedRows:
        """The sealed columns of a table and what names its rows."""
        key = tuple(row.name for row in source.primary_key)
        sealed = tuple(row.name for row in source.columns if isinstance(row.type, Sealed))
        types: dict[str, TypeEngine[Any]] = {row.name: row.type for row in source.primary_key}
        parts = [column(name, types.get(name, Text())) for name in key + sealed]
        return cls(table(source.name, *parts), key, sealed)

    def page(self, after: Sequence[Any] | None) -> Select[Any]:
        """The next rows in the order of the key."""
        key = [self.table.c[name] for name in self.key]
        chosen = select(*key, *(self.table.c[name] for name in self.columns)).order_by(*key).limit(BATCH)
        return chosen if after is None else chosen.where(tuple_(*key) > tuple(after))

    def is_row(self, row: Any) -> ColumnElement[bool]:
        """The condition that names one row."""
        key = [self.table.c[name] for name in self.key]
        return tuple_(*key) == tuple(row[: len(self.key)])

    def name_of(self, row: Any) -> str:
        """How a row is called in a message."""
        return f"{self.table.name} {', '.join(str(part) for part in row[: len(self.key)])}"


def sealed_tables() -> Iterable[SealedRows]:
    """Every table that has a sealed column."""
    found = (SealedRows.of(source) for source in Base.metadata.sorted_tables)
    return [rows for rows in found if rows.columns]


def register(hooks: Hooks) -> None:
    """Add the verb and the check."""
    hooks.command("rotate-field-keys", Command("seal every sealed value anew under the first key", rotate))
    hooks.invariants["sealed-values"] = unopened


def _opens(keys: Fernet | MultiFernet, sealed: str) -> bool:
    try:
        keys.decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def _keys() -> MultiFernet:
    keys = current_app.extensions.get(_KEYS)
    if keys is None:
        keys = current_app.extensions[_KEYS] = MultiFernet([Fernet(key) for key in _config().field_keys])
    assert isinstance(keys, MultiFernet)
    return keys


def _config() -> Config:
    config = current_app.extensions["config"]
    assert isinstance(config, Config)
    return config
