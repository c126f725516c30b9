"""The records of the sample academics, each of them full enough to print part 1 of the form."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from portfolio.accounts.models import User
from portfolio.accounts.queries import by_email
from portfolio.core.db import transaction
from portfolio.core.hooks import Hooks
from portfolio.record import operations
from portfolio.record.models import CvKind, NamePrefix
from portfolio.record.operations import CvFields, PersonalFields, ProfileFields
from portfolio.record.queries import entries_of, profile_of
from portfolio.record.vocabulary import ENUMS

FILE = Path(__file__).parent / "sample_data" / "records.toml"
ORDER = 40


def described() -> list[dict[str, Any]]:
    """Every record of the sample."""
    records: list[dict[str, Any]] = tomllib.loads(FILE.read_text("utf-8"))["record"]
    return records


def load() -> None:
    """Add the records that are not there yet. Whoever changed theirs keeps it."""
    for record in described():
        with transaction():
            owner = by_email(record["owner"])
            if owner is None or profile_of(owner) is not None or entries_of(owner):
                continue
            _add(owner, record)


def _add(owner: User, record: dict[str, Any]) -> None:
    known = {name: record[name] for name in ProfileFields.__dataclass_fields__ if name in record}
    fields = ProfileFields(**{**known, "prefix": NamePrefix(record["prefix"])})
    operations.update_profile(actor=owner, fields=fields, version=0)
    personal = PersonalFields(
        birth_date=record["birth_date"], salary=Decimal(record["salary"]), telephone=record["telephone"]
    )
    operations.update_personal(actor=owner, fields=personal, version=0)
    for kind in CvKind:
        lines = [line_of(line) for line in record["line"] if line["kind"] == kind]
        if lines:
            operations.add_entries(actor=owner, kind=kind, lines=lines)


def line_of(line: dict[str, Any]) -> CvFields:
    """A line of the file as fields."""
    values = {name: value for name, value in line.items() if name != "kind"}
    for name in ENUMS.keys() & values.keys():
        values[name] = ENUMS[name](values[name])
    if "hours_per_week" in values:
        values["hours_per_week"] = float(values["hours_per_week"])
    return CvFields(**values)


def register(hooks: Hooks) -> None:
    """Add the loader."""
    hooks.sample_data.append((ORDER, "record", load))
