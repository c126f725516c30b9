"""A package back into rows: every value checked against its column first, then written in one transaction."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import IO, Any, cast

from sqlalchemy import JSON, Boolean, Column, CursorResult, Date, Float, Integer, Numeric, String
from sqlalchemy.exc import IntegrityError, StatementError

from portfolio.accounts.models import User
from portfolio.core.db import UtcDateTime, Word, session
from portfolio.core.sealed import Sealed
from portfolio.core.storage import media_types
from portfolio.core.storage.bag import Bag, BagError
from portfolio.core.storage.filenames import clean_filename
from portfolio.core.storage.filesystem import StorageFull, TooLargeForStorage, storage
from portfolio.core.storage.operations import Intake, UploadRefused, record_file, take_in
from portfolio.core.web.addresses import is_web_address
from portfolio.criteria.models import RuleSet
from portfolio.criteria.queries import rule_set_of
from portfolio.transfer.packages.contents import (
    OMITTED,
    SCHEMA,
    SCHEMA_VERSION,
    insertion_order,
    is_written,
    key_of,
    names,
    table,
    target_of,
    written_columns,
)
from portfolio.transfer.packages.vocabulary import PackageError
from portfolio.transfer.packages.writing import JSON_NAME, JSON_PATH
from portfolio.works.bibliography.reference import AuthorName

MOST_JSON_BYTES = 64 * 1024 * 1024
MOST_ROWS = 50_000
LONGEST_TEXT = 2_000_000
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # half a surrogate pair is no text


@dataclass
class Package:
    """A package whose every value fits its column; nothing is written yet."""

    rows: dict[str, list[dict[str, Any]]]
    files: list[dict[str, Any]]
    rule_sets: dict[tuple[str, int], RuleSet] = field(default_factory=dict)
    digest: str = ""


def receive(stream: IO[bytes], filename: str, limit: int) -> Intake:
    """Keep a package that comes, unread. Raises UploadRefused where it is empty, too large, or the disk is full."""
    try:
        blob = storage().write(stream, limit)
    except TooLargeForStorage as error:
        raise UploadRefused("too_large") from error
    except StorageFull as error:
        raise UploadRefused("storage_full") from error
    if blob.size == 0:
        raise UploadRefused("empty")
    return Intake(blob.sha256, blob.size, "application/zip", clean_filename(filename))


def understand(bag: Bag) -> Package:
    """Read and check the JSON. Raises PackageError with the place of the first thing that is wrong."""
    if JSON_NAME not in bag.payload:
        raise PackageError("no_json", JSON_PATH)
    try:
        value = json.loads(bag.read(JSON_NAME, MOST_JSON_BYTES), parse_float=_no_fraction, parse_constant=_no_fraction)
    except BagError as error:
        raise PackageError(error.code, error.path) from error
    except (ValueError, RecursionError) as error:
        raise PackageError("not_json", JSON_PATH, str(error)[:200]) from error
    if not isinstance(value, dict) or value.get("schema") != SCHEMA:
        raise PackageError("other_schema", JSON_PATH)
    if value.get("schema_version") != SCHEMA_VERSION:
        raise PackageError("other_version", JSON_PATH, str(value.get("schema_version"))[:20])
    tables = value.get("tables")
    wanted = names() | {"files"}
    if not isinstance(tables, dict) or set(tables) != wanted:
        known = set(tables) if isinstance(tables, dict) else set()
        raise PackageError("tables", JSON_PATH, ", ".join(sorted(map(str, known ^ wanted)))[:200])
    for name, listed in tables.items():
        if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
            raise PackageError("not_a_list", f"{JSON_PATH}: {name}")
    if sum(map(len, tables.values())) > MOST_ROWS:
        raise PackageError("too_many_rows", JSON_PATH)
    if len(tables["portfolios"]) != 1:
        raise PackageError("one_portfolio", f"{JSON_PATH}: portfolios")
    package = Package({}, _checked_files(tables["files"], bag), digest=bag.digest)
    sizes = {name: len(listed) for name, listed in tables.items()}
    for name in insertion_order():
        package.rows[name] = [
            _checked_row(name, place, row, sizes, package) for place, row in enumerate(tables[name], start=1)
        ]
    return package


def take_in_files(package: Package, bag: Bag) -> list[Intake]:
    """Keep and check the files, outside of any transaction. Raises PackageError for one that is refused."""
    intakes = []
    for row in package.files:
        inner = row["path"].removeprefix("data/")
        try:
            with bag.open(inner) as stream:
                intake = take_in(stream, row["filename"], media_types.ALL, limit=bag.size(inner))
        except UploadRefused as error:
            raise PackageError(error.code, row["path"]) from error
        if intake.sha256 != row["sha256"] or intake.media_type != row["media_type"]:
            raise PackageError("another_file", row["path"])
        intakes.append(intake)
    return intakes


def put_back(package: Package, intakes: list[Intake], *, owner: User) -> int:
    """Write everything for its new owner, in the caller's transaction; returns the id of the portfolio.

    Lines of the record that the owner has already, word for word, are not doubled. Raises PackageError.
    """
    stored = [
        record_file(Intake(i.sha256, i.size, i.media_type, clean_filename(row["filename"]), i.facts), owner)
        for i, row in zip(intakes, package.files, strict=True)
    ]
    ids: dict[str, list[int]] = {"files": [row.id for row in stored]}
    for name in insertion_order():
        ids[name] = []
        for place, row in enumerate(package.rows[name], start=1):
            values = _with_references(name, row, ids, package, owner)
            known = _known(name, values)
            ids[name].append(known if known is not None else _insert(name, place, values))
    session.expire_all()
    return ids["portfolios"][0]


def _checked_files(listed: list[dict[str, Any]], bag: Bag) -> list[dict[str, Any]]:
    kinds = {"path": str, "sha256": str, "size": int, "media_type": str, "filename": str}
    for place, row in enumerate(listed, start=1):
        where = f"{JSON_PATH}: files[{place}]"
        if set(row) != set(kinds):
            raise PackageError("keys", where, ", ".join(sorted(set(row) ^ set(kinds)))[:200])
        for key, kind in kinds.items():
            if not isinstance(row[key], kind) or isinstance(row[key], bool):
                raise PackageError("type", f"{where}.{key}")
        if len(row["filename"]) > 255 or not row["filename"].strip() or not _is_text(row["filename"]):
            raise PackageError("length", f"{where}.filename")
        inner = row["path"].removeprefix("data/")
        if not row["path"].startswith("data/") or inner not in bag.payload:
            raise PackageError("missing", f"{where}.path", row["path"][:200])
        if row["size"] != bag.size(inner):
            raise PackageError("size", f"{where}.size")
    named = {row["path"].removeprefix("data/") for row in listed} | {JSON_NAME}
    for inner in sorted(set(bag.payload) - named):
        raise PackageError("unnamed_file", f"data/{inner}")
    return listed


def _checked_row(name: str, place: int, row: dict[str, Any], sizes: dict[str, int], package: Package) -> dict[str, Any]:
    where = f"{JSON_PATH}: {name}[{place}]"
    columns = {key_of(column): column for column in written_columns(name)}
    if set(row) != set(columns):
        raise PackageError("keys", where, ", ".join(sorted(set(row) ^ set(columns)))[:200])
    return {key: _checked(column, row[key], f"{where}.{key}", sizes, package) for key, column in columns.items()}


def _checked(column: Column[Any], value: Any, where: str, sizes: dict[str, int], package: Package) -> Any:
    if value is None:
        if not column.nullable:
            raise PackageError("empty", where)
        return None
    target = target_of(column)
    if target == "rule_sets":
        return _rule_set(value, where, package)
    if target:
        most = sizes["files" if target == "stored_files" else target]
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            raise PackageError("reference", where, str(value)[:40])
        return value
    for kind, read in _READERS:
        if isinstance(column.type, kind):
            try:
                return read(column, value)
            except (ValueError, TypeError, InvalidOperation, OverflowError) as error:
                raise PackageError("value", where, str(value)[:80]) from error
    raise PackageError("value", where)


def _rule_set(value: Any, where: str, package: Package) -> tuple[str, int]:
    if not isinstance(value, dict) or set(value) != {"code", "version", "digest"}:
        raise PackageError("type", where)
    code, version = value["code"], value["version"]
    if not isinstance(code, str) or not isinstance(version, int) or isinstance(version, bool):
        raise PackageError("type", where)
    if (code, version) not in package.rule_sets:
        found = rule_set_of(code, version)
        if found is None:
            raise PackageError("no_rule_set", where, f"{code}/{version}"[:80])
        if found.content_digest != value["digest"]:
            raise PackageError("other_rule_set", where, f"{code}/{version}"[:80])
        package.rule_sets[code, version] = found
    return code, version


def _text(column: Column[Any], value: Any) -> str:
    most = getattr(column.type, "length", None) or LONGEST_TEXT
    if not _is_text(value) or len(value) > most:
        raise ValueError
    if value and str(column) in _LINKS and not is_web_address(value):
        raise ValueError
    return str(value)


def _whole(_column: Column[Any], value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**31:
        raise ValueError
    return value


def _number(column: Column[Any], value: Any) -> Decimal | float:
    if not isinstance(value, str) or len(value) > 40:
        raise ValueError
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError
    kind = column.type
    assert isinstance(kind, Numeric)
    if kind.precision is not None and kind.scale is not None:
        _fits(number, kind.precision, kind.scale)
    return number if kind.asdecimal else float(number)


def _fits(number: Decimal, precision: int, scale: int) -> None:
    if abs(number) >= Decimal(10) ** (precision - scale) or number != round(number, scale):
        raise ValueError


def _truth(_column: Column[Any], value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _day(_column: Column[Any], value: Any) -> date:
    return date.fromisoformat(value)


def _moment(_column: Column[Any], value: Any) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError
    return found


def _word(column: Column[Any], value: Any) -> Any:
    assert isinstance(column.type, Word)
    return column.type.enum(value)


def _sealed(column: Column[Any], value: Any) -> Any:
    assert isinstance(column.type, Sealed)
    kind = column.type.of
    text = _text(column, value)
    return date.fromisoformat(text) if kind is date else Decimal(text) if kind is Decimal else text


def _strings(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_text(name) and _is_text(each) for name, each in value.items())


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not _NO_TEXT.search(value)


def _shaped(column: Column[Any], value: Any) -> Any:
    """JSON of another shape would be written without a word, and break every page that shows the row."""
    if not SHAPES[str(column)](value):
        raise ValueError
    return value


_LINKS = ("evidence_items.url", "disseminations.url")
"""Addresses that pages and dossiers make links of, so that no other kind of link comes in with a package."""

_NAME_PARTS = {part.name for part in fields(AuthorName)}
SHAPES: dict[str, Callable[[Any], bool]] = {
    "bibliographies.keywords": lambda value: isinstance(value, list) and all(map(_is_text, value)),
    "bibliographies.editors": lambda value: (
        isinstance(value, list) and all(_strings(each) and set(each) == _NAME_PARTS for each in value)
    ),
    "bibliographies.extra": _strings,
}


_READERS: tuple[tuple[type[Any], Callable[[Column[Any], Any], Any]], ...] = (
    (Word, _word),
    (Sealed, _sealed),
    (UtcDateTime, _moment),
    (Boolean, _truth),
    (Float, _number),
    (Numeric, _number),
    (Integer, _whole),
    (Date, _day),
    (JSON, _shaped),
    (String, _text),
)


def _with_references(
    name: str, row: dict[str, Any], ids: dict[str, list[int]], package: Package, owner: User
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in table(name).columns:
        target = target_of(column)
        if is_written(column):
            value = row[key_of(column)]
            if value is not None and target == "rule_sets":
                value = package.rule_sets[value].id
            elif value is not None and target:
                value = ids["files" if target == "stored_files" else target][value - 1]
            values[column.name] = value
        elif target == "users" and (not column.nullable or column.name == "owner_id"):
            values[column.name] = owner.id
        elif column.name == "version":
            values[column.name] = 1
        elif f"{name}.{column.name}" in OMITTED and column.nullable:
            values[column.name] = None
    return values


def _known(name: str, values: dict[str, Any]) -> int | None:
    """The id of a line of the record that is there already, word for word; a profile that is there stays."""
    if name not in ("cv_entries", "record_profiles"):
        return None
    here = table(name)
    if name == "record_profiles":
        return session.scalar(
            here.select().with_only_columns(here.c.user_id).where(here.c.user_id == values["user_id"])
        )
    same = [
        here.c[key].is_(None) if value is None else here.c[key] == value
        for key, value in values.items()
        if key not in ("version", "position")
    ]
    return session.scalar(here.select().with_only_columns(here.c.id).where(*same).limit(1))


def _insert(name: str, place: int, values: dict[str, Any]) -> int:
    here = table(name)
    try:
        result = cast("CursorResult[Any]", session.execute(here.insert().values(**values)))
    except (IntegrityError, StatementError) as error:
        raise PackageError("refused", f"{JSON_PATH}: {name}[{place}]", _constraint(error)) from error
    key = result.inserted_primary_key
    return int(key[0]) if key else 0


def _constraint(error: Exception) -> str:
    said = str(getattr(error, "orig", error) or error)
    return said.splitlines()[0][:160]


def _no_fraction(text: str) -> Any:
    raise ValueError(f"{text[:20]} is no number of this format")
