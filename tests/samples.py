"""The sample data as a database to copy: made once per run of the suite, however many processes share it."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Column, Engine, Text, column, insert, select, text
from sqlalchemy import table as table_clause

from portfolio.core.db import Base
from portfolio.core.hooks import Hooks
from portfolio.core.sealed import Sealed


def load_sample_data(app: Flask) -> None:
    """What `run.py migrate` and `run.py sample-data` put into an empty database."""
    hooks: Hooks = app.extensions["hooks"]
    with app.app_context():
        for seed in hooks.seed:
            seed()
        for _order, _room, load in sorted(hooks.sample_data, key=lambda entry: entry[:2]):
            load()


class Once:
    """A folder that the first of several processes fills, while the others wait."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._done = folder / "done"

    def __enter__(self) -> Once:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = (self.folder / "lock").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        return self

    def __exit__(self, kind: object, *_rest: object) -> None:
        if kind is None:
            self._done.touch()
        self._lock.close()

    @property
    def is_done(self) -> bool:
        return self._done.exists()


def copy_rows(source: Engine, target: Engine) -> None:
    """Every row of every table from SQLite to PostgreSQL, ids and all; sealed values as they stand, since nothing here
    holds their keys."""
    with source.connect() as rows, target.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in Base.metadata.sorted_tables:
            plain = table_clause(table.name, *(column(c.name, Text() if _is_sealed(c) else c.type) for c in table.c))
            found = [dict(row._mapping) for row in rows.execute(select(plain))]
            if found:
                connection.execute(insert(plain), found)
            if "id" in table.c:
                connection.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 0) + 1, false) "
                        f"FROM {table}"
                    )
                )


def _is_sealed(one: Column[Any]) -> bool:
    return isinstance(one.type, Sealed)


def link_tree(source: Path, target: Path) -> None:
    """A copy of the stored files by hard links: blobs are only ever replaced whole."""
    if source.exists():
        shutil.copytree(source, target, copy_function=os.link, dirs_exist_ok=True)
