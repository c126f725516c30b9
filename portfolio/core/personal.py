"""What belongs to a person, table by table: written out for them, and taken away.

Both follow the foreign keys: what would go with a row (ON DELETE CASCADE) is in the copy with it; what another row
holds on to by a key that does not give way cannot go.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, ColumnElement, Date, String, Table, delete, select, update

from portfolio.core.db import Base, session, utc
from portfolio.core.sealed import Sealed, Unreadable
from portfolio.core.storage.models import StoredFile

GIVES_WAY = ("CASCADE", "SET NULL")
SECRETS = ("token_hash", "password_hash")
BATCH = 400


def table(name: str) -> Table:
    """A table by name."""
    return Base.metadata.tables[name]


def rows_of(source: Table, where: ColumnElement[bool]) -> list[dict[str, Any]]:
    """Rows as plain data, each with the rows that belong to it under the names of their tables."""
    return _rows(source, where, frozenset({source.name}))


def held(source: Table, ids: Collection[int]) -> set[int]:
    """Those of these rows that a row elsewhere names by a key which does not give way."""
    found: set[int] = set()
    for column in _columns_to(source):
        if _key(column).ondelete not in GIVES_WAY and column.table is not source:
            for part in _parts(ids):
                found.update(session.scalars(select(column).where(column.in_(part)).distinct()))
    return found


def forget(source: Table, ids: Collection[int]) -> None:
    """Delete rows and whatever belongs to them."""
    session.flush()
    for part in _parts(ids):
        session.execute(delete(source).where(_id(source).in_(part)).execution_options(synchronize_session=False))
    session.expire_all()


def forget_where(source: Table, where: ColumnElement[bool]) -> None:
    """Delete rows by a condition."""
    session.flush()
    session.execute(delete(source).where(where).execution_options(synchronize_session=False))
    session.expire_all()


def forget_belongings(source: Table, ids: Collection[int]) -> None:
    """Delete what belongs to rows that stay, except what another row holds on to."""
    session.flush()
    for column in _columns_to(source):
        if _key(column).ondelete != "CASCADE":
            continue
        here = column.table
        key = _id(here)
        for part in _parts(ids):
            mine = list(session.scalars(select(key).where(column.in_(part))))
            free = set(mine) - (held(here, mine) if key.name == "id" else set())
            for some in _parts(free):
                session.execute(
                    delete(here).where(column.in_(part), key.in_(some)).execution_options(synchronize_session=False)
                )
    session.expire_all()


def empty_texts(source: Table, ids: Collection[int], *, keep: Sequence[str] = ()) -> None:
    """Empty every free text and every day of rows that stay. Words of a vocabulary and references stay."""
    session.flush()
    values: dict[str, Any] = {}
    for column in source.columns:
        if column.name in keep or column.primary_key or column.foreign_keys:
            continue
        if isinstance(column.type, Sealed | Date) and column.nullable:
            values[column.name] = None
        elif isinstance(column.type, String):
            values[column.name] = None if column.nullable else ""
    for part in _parts(ids):
        session.execute(
            update(source).where(_id(source).in_(part)).values(values).execution_options(synchronize_session=False)
        )
    session.expire_all()


def forget_files(ids: Iterable[int | None]) -> None:
    """Delete the rows of files that nothing names any more; their blobs go by the usual sweep."""
    wanted = {stored_id for stored_id in ids if stored_id is not None}
    source = table(StoredFile.__tablename__)
    forget(source, wanted - held(source, wanted))


def values_of(column: Any, where: ColumnElement[bool]) -> set[Any]:
    """The values of a column, for the operations here."""
    return set(session.scalars(select(column).where(where)))


def _rows(source: Table, where: ColumnElement[bool], seen: frozenset[str]) -> list[dict[str, Any]]:
    key = _id(source)
    found = list(session.execute(select(source).where(where).order_by(*source.primary_key.columns)).mappings())
    written = [_plain_row(source, dict(row)) for row in found]
    by_key: dict[Any, list[dict[str, Any]]] = {}
    for row, told in zip(found, written, strict=True):
        by_key.setdefault(row[key.name], []).append(told)
    for column in _columns_to(source):
        below = column.table
        if _key(column).ondelete != "CASCADE" or below.name in seen or not by_key:
            continue
        for part in _parts(by_key):
            for belonging in _rows(below, column.in_(part), seen | {below.name}):
                for upper in by_key[belonging[column.name]]:
                    upper.setdefault(below.name, []).append(belonging)
    return written


def _plain_row(source: Table, row: dict[str, Any]) -> dict[str, Any]:
    left_out = {column.name for column in source.columns if column.name in SECRETS or _names_person(column)}
    return {
        name: plain(value)
        for name, value in row.items()
        if name not in left_out and name != "version" and value not in (None, "")
    }


def _names_person(column: Column[Any]) -> bool:
    """A reference to an account tells who else acted, and is nobody's copy to take along; keys of rows stay."""
    return not column.primary_key and any(key.column.table.name == "users" for key in column.foreign_keys)


def plain(value: Any) -> Any:
    """A value as JSON says it."""
    if isinstance(value, datetime):
        return utc(value).isoformat()
    if isinstance(value, date | Unreadable):
        return str(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    return value if isinstance(value, int | float | bool | list | dict) else str(value)


def _columns_to(source: Table) -> list[Column[Any]]:
    """Every column anywhere that refers to this table."""
    return [
        column
        for other in Base.metadata.sorted_tables
        for column in other.columns
        if any(key.column.table is source for key in column.foreign_keys)
    ]


def _key(column: Column[Any]) -> Any:
    return next(iter(column.foreign_keys))


def _id(source: Table) -> Column[Any]:
    """`id`, or the first column of the key."""
    return source.c["id"] if "id" in source.c else next(iter(source.primary_key.columns))


def _parts(ids: Collection[Any]) -> Iterable[list[Any]]:
    listed = sorted(ids)
    return [listed[start : start + BATCH] for start in range(0, len(listed), BATCH)]
