"""A portfolio as plain JSON values and files: rows in the order they were made, references by place in the list."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Any

from sqlalchemy import Column, RowMapping, select
from sqlalchemy.sql.sqltypes import NumericCommon

from portfolio.core.db import session, utc
from portfolio.core.sealed import Unreadable
from portfolio.core.storage.bag import BagError, write_bag
from portfolio.core.storage.filesystem import storage
from portfolio.core.storage.models import StoredFile
from portfolio.criteria.models import RuleSet
from portfolio.portfolios.models import Portfolio
from portfolio.transfer.packages.contents import (
    PARTS,
    SCHEMA,
    SCHEMA_VERSION,
    Part,
    insertion_order,
    key_of,
    table,
    target_of,
    written_columns,
)
from portfolio.transfer.packages.vocabulary import PackageError

JSON_NAME = "portfolio.json"
JSON_PATH = f"data/{JSON_NAME}"
_BATCH = 500  # ids in one IN list; SQLite takes 32,766 values at most


@dataclass
class Content:
    """What goes into a package: the JSON's value, and the blobs by their name below `data/`."""

    value: dict[str, Any]
    files: dict[str, str] = field(default_factory=dict)  # inner name -> SHA-256

    def json(self) -> bytes:
        """The JSON as written: sorted keys, one line a value, UTF-8, so that two packages can be compared."""
        return (json.dumps(self.value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def gather(portfolio: Portfolio) -> Content:
    """Everything of a portfolio, read in some forty statements however large it is.

    Raises PackageError (`sealed`) for a value that no key opens: without it the package would say that there is none.
    """
    rows = _rows(portfolio)
    places = {
        name: {_row_key(name, row): place for place, row in enumerate(listed, start=1)} for name, listed in rows.items()
    }
    files = _files(rows)
    file_places = {row.id: place for place, row in enumerate(files, start=1)}
    rule_sets = {row.id: row for row in session.scalars(select(RuleSet).where(RuleSet.id.in_(_rule_set_ids(rows))))}

    def written(column: Column[Any], value: Any, place: int) -> Any:
        target = target_of(column)
        if isinstance(value, Unreadable):
            raise PackageError("sealed", f"{JSON_PATH}: {column.table.name}[{place}].{key_of(column)}")
        if value is None or not target:
            return _plain(column, value)
        if target == "stored_files":
            return file_places[value]
        if target == "rule_sets":
            rules = rule_sets[value]
            return {"code": rules.code, "version": rules.set_version, "digest": rules.content_digest}
        return places[target].get((value,))

    tables = {
        name: [
            {key_of(column): written(column, row[column.name], place) for column in written_columns(name)}
            for place, row in enumerate(listed, start=1)
        ]
        for name, listed in rows.items()
    }
    inner = {row.sha256: f"files/{row.sha256}{_ending(row.filename)}" for row in reversed(files)}
    tables["files"] = [
        {
            "path": f"data/{inner[row.sha256]}",
            "sha256": row.sha256,
            "size": row.size,
            "media_type": row.media_type,
            "filename": row.filename,
        }
        for row in files
    ]
    value = {"schema": SCHEMA, "schema_version": SCHEMA_VERSION, "tables": tables}
    return Content(value, {name: sha256 for sha256, name in inner.items()})


def write_package(content: Content, out: Path, *, name: str, note: str) -> str:
    """The package as a bag; returns the digest that names its payload. No transaction is needed.

    Raises PackageError (`lost_file`) where the storage no longer has a file as it was kept, OSError where `out` cannot
    be written.
    """
    payload: list[tuple[str, Path | bytes]] = [(JSON_NAME, content.json())]
    payload += [(inner, storage().path(sha256)) for inner, sha256 in content.files.items()]
    info = {
        "External-Description": note,
        "Bag-Software-Agent": "EnT Portfolio",
        "BagIt-Profile-Schema": f"{SCHEMA} {SCHEMA_VERSION}",
    }
    try:
        return write_bag(out, name, payload, info, expected=content.files)
    except BagError as error:
        names = {row["path"]: row["filename"] for row in content.value["tables"]["files"]}
        raise PackageError("lost_file", error.path, names.get(error.path, "")) from error


def _rows(portfolio: Portfolio) -> dict[str, list[RowMapping]]:
    found: dict[str, list[RowMapping]] = {}
    for part in PARTS:
        found[part.table] = _found(part, portfolio, found)
    return {name: found[name] for name in insertion_order()}


def _found(part: Part, portfolio: Portfolio, before: dict[str, list[RowMapping]]) -> list[RowMapping]:
    here = table(part.table)
    if part.table == "portfolios":
        return _select(part.table, "id", {portfolio.id})
    if part.via:
        upper = target_of(here.c[part.via])
        return _select(part.table, part.via, {_row_key(upper, row)[0] for row in before[upper]})
    if part.named_by:
        named = {row[column] for name, column in part.named_by for row in before[name] if row[column] is not None}
        return _select(part.table, "id", named)
    return _select(part.table, part.of_owner, {portfolio.owner_id})


def _select(name: str, column: str, ids: set[int]) -> list[RowMapping]:
    here = table(name)
    listed = sorted(ids)
    rows: list[RowMapping] = []
    order = list(here.primary_key.columns)
    for start in range(0, len(listed), _BATCH):
        wanted = here.c[column].in_(listed[start : start + _BATCH])
        rows += session.execute(select(here).where(wanted).order_by(*order)).mappings()
    return sorted(rows, key=lambda row: tuple(row[key.name] for key in order)) if len(listed) > _BATCH else rows


def _row_key(name: str, row: RowMapping) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table(name).primary_key.columns)


def _files(rows: dict[str, list[RowMapping]]) -> list[StoredFile]:
    ids = {
        row[column.name]
        for name, listed in rows.items()
        for column in written_columns(name)
        if target_of(column) == "stored_files"
        for row in listed
        if row[column.name] is not None
    }
    listed = sorted(ids)
    found: list[StoredFile] = []
    for start in range(0, len(listed), _BATCH):
        found += session.scalars(select(StoredFile).where(StoredFile.id.in_(listed[start : start + _BATCH])))
    return sorted(found, key=lambda row: row.id)


def _rule_set_ids(rows: dict[str, list[RowMapping]]) -> set[int]:
    return {row["rule_set_id"] for name in ("portfolios", "works") for row in rows[name]}


def _ending(filename: str) -> str:
    ending = PurePath(filename).suffix.lower()
    return ending if re.fullmatch(r"\.[a-z0-9]{1,8}", ending) else ""


def _plain(column: Column[Any], value: Any) -> Any:
    """A value of the database as JSON says it. Exact: no value becomes a binary fraction."""
    if value is None:
        return None
    if isinstance(column.type, NumericCommon) or isinstance(value, Decimal):
        exact = Decimal(str(value))
        return format(exact.normalize() if exact else Decimal(0), "f")
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return utc(value).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value
