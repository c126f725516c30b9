"""A worker killed at any instant loses nothing and doubles nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import select

from portfolio.config import ROOT, Config
from portfolio.core.db import session, transaction
from portfolio.core.jobs.models import Job, JobState
from portfolio.core.jobs.operations import enqueue
from portfolio.core.storage.models import StoredFile

T = TypeVar("T")

KILLS = 20
STEPS = ("before", "in", "about", "after")
PAUSE_SECONDS = 0.06
LEASE_SECONDS = 1.5
PATIENCE_SECONDS = 60


class Workers:
    """Two worker processes; whoever is killed is replaced."""

    def __init__(self, config: Config, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.alive: set[int] = set()
        environment = os.environ | {
            "PORTFOLIO_VAR": str(config.var),
            "PORTFOLIO_DATABASE_URL": config.database_url,
            "PORTFOLIO_STORAGE_URL": config.storage_url,
            "PORTFOLIO_SECRET_KEY": config.secret_key,
            "PORTFOLIO_SEAL_KEY": config.seal_key,
            "PORTFOLIO_SAMPLE_DATA": "no",
            "PYTHONPATH": str(ROOT),
        }
        with self.log.open("wb") as log:
            self.starter = subprocess.Popen(
                [sys.executable, str(ROOT / "tests/e2e/worker_process.py"), "worker", "--lease", str(LEASE_SECONDS)],
                cwd=folder,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def start(self) -> None:
        assert self.starter.stdin
        assert self.starter.stdout
        self.starter.stdin.write("start\n")
        self.starter.stdin.flush()
        answer = self.starter.stdout.readline()
        assert answer, self.log.read_text()
        self.alive.add(int(answer))

    def kill(self, number: int) -> None:
        self.alive.remove(number)
        os.kill(number, signal.SIGKILL)
        eventually(lambda: gone(number), self)
        self.start()

    def stop(self) -> None:
        """In order: a worker ends by itself when it is asked to."""
        for number in self.alive:
            os.kill(number, signal.SIGTERM)
        for number in self.alive:
            eventually(lambda number=number: gone(number), self)
        self.alive.clear()

    def close(self) -> None:
        for number in self.alive:
            os.kill(number, signal.SIGKILL)
        assert self.starter.stdin
        assert self.starter.stdout
        self.starter.stdin.close()
        self.starter.wait(20)
        self.starter.stdout.close()


def gone(number: int) -> bool | None:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    return None


@pytest.fixture
def workers(ground: Flask, config: Config, tmp_path: Path) -> Iterator[Workers]:
    folder = tmp_path / "steps"
    folder.mkdir()
    found = Workers(config, folder)
    try:
        for _number in range(2):
            found.start()
        yield found
    finally:
        found.close()


def eventually(condition: Callable[[], T | None], workers: Workers) -> T:
    end = time.monotonic() + PATIENCE_SECONDS
    while (answer := condition()) is None:
        assert time.monotonic() < end, workers.log.read_text()[-4000:]
        time.sleep(0.002)
    return answer


def test_twenty_kills_lose_and_double_nothing(ground: Flask, workers: Workers) -> None:
    chance = random.Random(20261122)  # noqa: S311 - the same instants in every run
    jobs = []
    for _turn in range(KILLS):
        with transaction():
            payload = {"folder": str(workers.folder), "pause": PAUSE_SECONDS}
            jobs.append(enqueue(task="probe", payload=payload).id)
        session.remove()
        step = chance.choice(STEPS)
        told = workers.folder / f"{jobs[-1]}-1-{step}"
        number = eventually(lambda told=told: int(told.read_text() or 0) or None if told.exists() else None, workers)
        time.sleep(chance.uniform(0, PAUSE_SECONDS))
        workers.kill(number)

    def all_over() -> bool | None:
        session.rollback()
        return all(job.is_over for job in session.scalars(select(Job))) or None

    eventually(all_over, workers)
    workers.stop()
    session.rollback()
    found = {job.id: job for job in session.scalars(select(Job))}
    assert sorted(found) == jobs
    assert {job.state for job in found.values()} == {JobState.DONE}
    rows = Counter(session.scalars(select(StoredFile.filename)))
    assert rows == Counter({f"job {number}": 1 for number in jobs})
    # The seed must have hit both sides of the commit, else this proves little.
    attempts = Counter(job.attempts for job in found.values())
    assert attempts[1] > 0
    assert attempts[2] > 0
    assert all(job.result == {"attempt": job.attempts} for job in found.values())
