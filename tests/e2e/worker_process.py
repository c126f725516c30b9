"""Starts `run.py worker` processes with one task more, which tells where it is; see test_worker_killed.py.

Every line on standard input starts one, and its process number is the answer. They are forked from here, before
anything is connected, so that each of twenty replacements need not load all libraries again.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from flask import Flask

import run
from portfolio.core import verbs
from portfolio.core.db import session, transaction
from portfolio.core.jobs.operations import finish_in_transaction, report
from portfolio.core.storage.models import StoredFile


def probe(job: Any, *, folder: str, pause: float) -> None:
    """Write one row, slowly, telling each step by a file that names this process."""

    def at(step: str) -> None:
        (Path(folder) / f"{job.id}-{job.number}-{step}").write_text(str(os.getpid()))
        time.sleep(pause)

    report(job, stage="Working", percent=10)
    at("before")
    with transaction():
        session.add(StoredFile(sha256="0" * 64, size=0, media_type="text/plain", filename=f"job {job.id}"))
        session.flush()
        at("in")
        finish_in_transaction(job, {"attempt": job.number})
        at("about")
    at("after")


def start(app: Flask, words: list[str]) -> int:
    """Fork a worker; returns its process number."""
    number = os.fork()
    if number:
        return number
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.close(0)
    os.dup2(2, 1)
    try:
        code = verbs.run(app, words)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def main() -> None:
    """Start workers until standard input ends."""
    app = run.create()
    app.extensions["hooks"].task("probe", probe)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever ends is gone at once
    for _line in sys.stdin:
        print(start(app, sys.argv[1:]), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
