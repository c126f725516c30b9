"""`run.py worker`: does the jobs and sends the mail."""

from __future__ import annotations

import argparse
from datetime import timedelta

from flask import Flask

from portfolio.core.hooks import Command, Hooks
from portfolio.core.jobs.operations import LEASE
from portfolio.core.jobs.worker import run_worker


def worker(app: Flask, words: argparse.Namespace) -> int:
    """Work until stopped."""
    run_worker(app, lease=timedelta(seconds=words.lease))
    return 0


def register(hooks: Hooks) -> None:
    """Add the verb."""
    hooks.command("worker", Command("do the jobs and send the mail, until stopped", worker, _arguments))


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--lease",
        type=_seconds,
        default=LEASE.total_seconds(),
        metavar="SECONDS",
        help="how long a worker may be silent before another takes its job over",
    )


def _seconds(word: str) -> float:
    value = float(word)
    if not 0.5 <= value <= 3600:
        raise argparse.ArgumentTypeError("from 0.5 to 3600 seconds")
    return value
