"""What a finished .venv was made from; written last, so that a stamp means a whole environment."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

NAME = "portfolio-stamp.json"


def wanted(root: Path, sets: Sequence[str]) -> dict[str, str]:
    """The stamp that these requirement files ask for under the running Python."""
    stamp = {"python": f"{sys.implementation.cache_tag} {platform.machine()}"}
    for name in sets:
        stamp[name] = hashlib.sha256((root / name).read_bytes()).hexdigest()
    return stamp


def holds(venv: Path, asked: Mapping[str, str]) -> bool:
    """Whether the environment has at least what is asked for."""
    try:
        found = json.loads((venv / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and all(found.get(key) == value for key, value in asked.items())


def write(venv: Path, stamp: Mapping[str, str]) -> None:
    """Put the stamp in place whole: a reader sees the old one, none, or this one."""
    draft = venv / f"{NAME}.{os.getpid()}"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(stamp, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(venv / NAME)


def remove(venv: Path) -> None:
    """The environment is about to change."""
    (venv / NAME).unlink(missing_ok=True)
