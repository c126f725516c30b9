"""`run.py audit verify` and `run.py audit head`: for operators and for whoever keeps the heads."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from flask import Flask

from portfolio.core.audit.chain import Head, read_head
from portfolio.core.audit.queries import current_head, verify
from portfolio.core.hooks import Command, Hooks


def audit(app: Flask, words: argparse.Namespace) -> int:
    """Run the verb chosen below `audit`."""
    key: str = app.extensions["config"].seal_key
    return _write_head(key, words.out) if words.what == "head" else _verify(key, words.head)


def register(hooks: Hooks) -> None:
    """Add the verb."""
    hooks.command("audit", Command("verify the audit record, or export its head", audit, _arguments))


def _arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="what", required=True)
    verifying = verbs.add_parser("verify", help="walk the whole chain; exit 1 naming the first broken entry")
    verifying.add_argument("--head", type=Path, metavar="FILE", help="a head exported earlier, kept elsewhere")
    exporting = verbs.add_parser("head", help="write the sealed head of the chain")
    exporting.add_argument("--out", type=Path, metavar="FILE", required=True)


def _verify(key: str, path: Path | None) -> int:
    kept: Head | None = None
    if path is not None:
        try:
            kept = read_head(path.read_text(encoding="utf-8"), key)
        except (OSError, ValueError) as error:
            return _refuse(f"{path}: {error}")
    length, broken = verify(kept)
    if broken is not None:
        return _refuse(f"audit entry {broken.position} is broken: {broken.reason}")
    against = f", and agrees with the head kept at entry {kept.position}" if kept else ""
    print(f"the audit record is whole: {length} entries{against}")  # noqa: T201 - the command's answer
    return 0


def _write_head(key: str, path: Path) -> int:
    head = current_head(key)
    try:
        path.write_text(head.as_json() + "\n", encoding="utf-8")
    except OSError as error:
        return _refuse(f"{path}: {error.strerror}")
    print(f"head of {head.position} entries written to {path}; keep it away from this machine")  # noqa: T201
    return 0


def _refuse(reason: str) -> int:
    print(f"run.py: {reason}", file=sys.stderr)  # noqa: T201 - the one line of a refusal
    return 1
