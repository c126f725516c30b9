"""Reads the code base itself: its modules, what they import, where they lie."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portfolio", "review")


@cache
def modules() -> tuple[tuple[str, Path], ...]:
    """Every module of both packages: its dotted name and its file."""
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found.append((".".join(parts[:-1] if parts[-1] == "__init__" else parts), path))
    return tuple(found)


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path, *, typing_only: bool = False) -> Iterator[tuple[str, int]]:
    """Every module a file imports, deferred imports too: dotted name and line.

    `from a import b` gives both "a" and "a.b", because b may be a module.
    """
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module, node.lineno
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno


def room_of(module: str) -> str | None:
    """The room a module lies in: "portfolio.works"; None outside of rooms (portfolio.app, portfolio.config)."""
    parts = module.split(".")
    if parts[0] not in PACKAGES or len(parts) < 2:
        return None
    room = ".".join(parts[:2])
    return room if (ROOT / parts[0] / parts[1]).is_dir() else None
