"""`run.py list`: what there is, for people and for programs."""

from __future__ import annotations

import argparse
import json
import sys

from flask import Flask

from portfolio.core.hooks import Command, Hooks, current_hooks

WIDEST = 60


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", metavar="KIND", help="portfolios, works, calls, submissions or people")
    parser.add_argument("--json", action="store_true", help="an array of objects; their id is what other commands take")


def _run(_app: Flask, words: argparse.Namespace) -> int:
    kinds = current_hooks().listings
    if words.kind not in kinds:
        sys.stderr.write(f"there is no list of {words.kind!r}; there are {', '.join(sorted(kinds))}\n")
        return 2
    rows = kinds[words.kind]()
    if words.json:
        json.dump(rows, sys.stdout, ensure_ascii=False, indent=2, default=str)
        sys.stdout.write("\n")
        return 0
    for row in rows:
        cells = [f"{name}={str(value)[:WIDEST]}" for name, value in row.items() if value not in (None, "", False)]
        sys.stdout.write("  ".join(cells) + "\n")
    if not rows:
        sys.stderr.write(f"there are no {words.kind} yet\n")
    return 0


def register(hooks: Hooks) -> None:
    """Add the verb."""
    hooks.command("list", Command("list portfolios, works, calls, submissions or people", _run, _arguments))
