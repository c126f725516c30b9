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
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from flask import Flask
from sqlalchemy import select

from portfolio.config import ROOT, Config
from portfolio.core.audit.models import AuditEntry
from portfolio.core.db import session, transaction
from portfolio.core.jobs.models import Job, JobState
from portfolio.core.jobs.operations import enqueue
from portfolio.core.storage.models import StoredFile
from portfolio.dossier import operations, queries
from portfolio.dossier.models import Edition, EditionKind, EditionState, FileFormat
from portfolio.dossier.permissions import DossierAction

T = TypeVar("T")

KILLS = 20
STEPS = ("before", "in", "about", "after")
PAUSE_SECONDS = 0.06
LEASE_SECONDS = 1.5
PATIENCE_SECONDS = 120
DOSSIER_KILLS = 6
DOSSIER_SECONDS = 4


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
            "PORTFOLIO_FIELD_KEYS": ",".join(config.field_keys),
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
            with suppress(ProcessLookupError):
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


@contextmanager
def two_workers(app: Flask, folder: Path) -> Iterator[Workers]:
    folder.mkdir()
    found = Workers(app.extensions["config"], folder)
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


def test_twenty_kills_lose_and_double_nothing(ground: Flask, tmp_path: Path) -> None:
    with two_workers(ground, tmp_path / "steps") as workers:
        kill_twenty_times(workers)


def kill_twenty_times(workers: Workers) -> None:
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


def test_dossier_is_built_once_however_often_its_worker_is_killed(sample_app: Flask, tmp_path: Path) -> None:
    with sample_app.app_context():
        with transaction():
            portfolio = queries.decided_portfolios()[0]
            edition = operations.make_edition(
                portfolio=portfolio, kind=EditionKind.FULL, language="en", thai_digits=False, actor=portfolio.owner
            )
            edition_id, job_id = edition.id, edition.job.id
        session.remove()
        with two_workers(sample_app, tmp_path / "steps") as workers:
            kill_while_it_builds(workers, job_id)
            eventually(lambda: over(job_id), workers)
            workers.stop()
        job = current(job_id)
        assert (job.state, job.error_code) == (JobState.DONE, None)
        assert job.attempts > 1
        edition = session.get_one(Edition, edition_id)
        assert edition.state is EditionState.READY
        assert Counter(file.format for file in edition.files) == Counter(FileFormat)
        entries = select(AuditEntry.id).where(
            AuditEntry.action == DossierAction.BUILT, AuditEntry.subject_id == edition_id
        )
        assert len(session.scalars(entries).all()) == 1


def current(job_id: int) -> Job:
    session.rollback()
    return session.get_one(Job, job_id)


def kill_while_it_builds(workers: Workers, job_id: int) -> None:
    """Kill whoever holds the job, a little later into its work each time."""
    for turn in range(DOSSIER_KILLS):
        attempt = turn + 1
        if eventually(lambda attempt=attempt: holder_of(job_id, attempt) or over(job_id), workers) is True:
            return
        time.sleep(DOSSIER_SECONDS * turn / DOSSIER_KILLS)
        number = holder_of(job_id, attempt)
        session.remove()
        if number is None:
            return
        workers.kill(number)


def over(job_id: int) -> bool | None:
    return current(job_id).is_over or None


def holder_of(job_id: int, attempt: int) -> int | None:
    """The process that holds this attempt, out of the worker's name."""
    job = current(job_id)
    if job.state is not JobState.RUNNING or job.attempts != attempt or job.worker is None:
        return None
    return int(job.worker.rsplit("-", 2)[1])
