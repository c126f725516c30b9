"""The copy itself: one JSON with everything, and the original files beside it, as a bag."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from portfolio.accounts.models import User
from portfolio.core.clock import now
from portfolio.core.db import Base
from portfolio.core.hooks import current_hooks
from portfolio.core.personal import plain, rows_of, table
from portfolio.core.storage.bag import write_bag
from portfolio.core.storage.filesystem import storage
from portfolio.transfer.personal import queries
from portfolio.transfer.personal.contents import COPIED

SCHEMA = "ent-portfolio-personal-data"
SCHEMA_VERSION = 1
JSON_NAME = "personal-data.json"
NOTE = "What EnT Portfolio keeps of one person. docs/personal-data.md of the service explains the format."


@dataclass(frozen=True)
class Content:
    """Everything that goes into the bag, gathered in one read: the JSON, and names inside for digests of files."""

    value: dict[str, Any]
    files: dict[str, str]

    def json(self) -> bytes:
        """Readable JSON."""
        return (json.dumps(self.value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def gather(user: User) -> Content:
    """Read everything."""
    told = {name: _plain(tell(user)) for name, tell in sorted(current_hooks().personal_data.items())}
    tables: dict[str, Any] = {}
    for place in COPIED:
        name, _, column = place.partition(".")
        if name not in Base.metadata.tables:
            continue  # review is not installed
        here = table(name)
        rows = rows_of(here, here.c[column] == user.id)
        known = tables.setdefault(name, [])
        known += [row for row in rows if row not in known]
    files, listed = {}, []
    for row in queries.file_rows(user):
        inner = f"files/{row['id']}{_ending(row['filename'])}"
        files[inner] = row["sha256"]
        listed.append({"path": inner, "name": row["filename"], "sha256": row["sha256"], "size": row["size"]})
    value = {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "made_at": now().isoformat(),
        "told": told,
        "tables": tables,
        "files": listed,
    }
    return Content(value, files)


def write_copy(content: Content, out: Path) -> str:
    """The bag; returns the digest that names its payload. No transaction is needed."""
    payload: list[tuple[str, Path | bytes]] = [(JSON_NAME, content.json())]
    payload += [(inner, storage().path(sha256)) for inner, sha256 in content.files.items()]
    info = {"External-Description": NOTE, "Bag-Software-Agent": "EnT Portfolio"}
    return write_bag(out, "personal-data", payload, info)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if value is None else plain(value)


def _ending(filename: str) -> str:
    ending = PurePath(filename).suffix.lower()
    return ending if re.fullmatch(r"\.[a-z0-9]{1,8}", ending) else ""
