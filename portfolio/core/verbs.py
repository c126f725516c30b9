"""The verbs of run.py: read from the words, prepared with an up-to-date schema, run."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Sequence

from flask import Flask
from sqlalchemy.exc import OperationalError

from portfolio.config import Config
from portfolio.core.hooks import Hooks


def run(app: Flask, words: Sequence[str]) -> int:
    """Run one verb and return its exit code; without words do what a first start needs, then serve."""
    hooks: Hooks = app.extensions["hooks"]
    parser = _parser(hooks)
    verbs = [parser.parse_args(words)] if words else [parser.parse_args([verb]) for verb in _first_run(app)]
    if any(hooks.commands[verb.verb].schema for verb in verbs):
        # What a verb prints may be read by a program, so the preparation speaks on the other stream.
        with contextlib.redirect_stdout(sys.stderr):
            try:
                code = _run(app, hooks, parser.parse_args(["migrate"]))
            except OperationalError as error:
                reason = str(error.orig).splitlines()[0]
                print(f"run.py: the database cannot be used: {reason}", file=sys.stderr)  # noqa: T201 - one line of refusal
                return 1
        if code:
            return code
    for verb in verbs:
        code = _run(app, hooks, verb)
        if code:
            return code
    return 0


def _first_run(app: Flask) -> list[str]:
    config: Config = app.extensions["config"]
    return ["sample-data", "serve"] if config.sample_data else ["serve"]


def _run(app: Flask, hooks: Hooks, words: argparse.Namespace) -> int:
    with app.app_context():
        return hooks.commands[words.verb].run(app, words)


def _parser(hooks: Hooks) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="run.py",
        description="EnT Portfolio. Without a command: prepare everything, add sample data, and serve.",
    )
    verbs = parser.add_subparsers(dest="verb", metavar="COMMAND", required=True)
    for name, command in sorted(hooks.commands.items()):
        command.arguments(verbs.add_parser(name, help=command.help, description=command.help))
    verbs.add_parser("test", help="run the test suite; further words go to pytest")
    return parser
