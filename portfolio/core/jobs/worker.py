"""The process that does the jobs: claims, keeps the lease, runs the task; beside it mail, signs of life and sweeps."""

from __future__ import annotations

import _thread
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from types import FrameType

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from portfolio.core.clock import now
from portfolio.core.hooks import Hooks
from portfolio.core.jobs.operations import (
    LEASE,
    Attempt,
    GiveUp,
    LostLease,
    beat,
    claim,
    end_beat,
    fail,
    finish,
    heartbeat,
    release,
)
from portfolio.core.mail.outbox import drain

POLL_SECONDS = 0.5
BEAT_SECONDS = 5.0
SWEEP_SECONDS = 3600.0
FIRST_SWEEP_SECONDS = 60.0
TROUBLE_SECONDS = 2.0
GRACE_SECONDS = 15.0

UNKNOWN_TASK = "unknown_task"
UNEXPECTED = "unexpected"

log = structlog.get_logger(__name__)


class Worker:
    """Works until stopped. One job at a time; more workers are more processes."""

    def __init__(self, app: Flask, *, lease: timedelta = LEASE) -> None:
        self.app = app
        self.lease = lease
        self.name = f"{socket.gethostname()[:60]}-{os.getpid()}-{secrets.token_hex(4)}"
        self.stopping = threading.Event()
        self._current: Attempt | None = None

    def run(self) -> None:
        """Work until `stopping` is set; the job under way is finished first."""
        started_at = now()
        companions = [
            self._companion("beat", BEAT_SECONDS, lambda: beat(self.name, started_at)),
            self._companion("mail", POLL_SECONDS, drain),
            self._companion("sweeps", SWEEP_SECONDS, self._sweep, first=FIRST_SWEEP_SECONDS),
        ]
        log.info("worker.started", worker=self.name)
        while not self.stopping.is_set():
            try:
                worked = self.run_next()
            except SQLAlchemyError as error:
                log.error("worker.database", worker=self.name, error=type(error).__name__)
                self.stopping.wait(TROUBLE_SECONDS)
                continue
            if not worked:
                self.stopping.wait(POLL_SECONDS)
        for companion in companions:
            companion.join()
        with self.app.app_context():
            end_beat(self.name)
        log.info("worker.stopped", worker=self.name)

    def run_next(self) -> bool:
        """Claim and run one job. Returns whether there was one."""
        with self.app.app_context():
            attempt = claim(self.name, self.lease)
        if attempt is None:
            return False
        self._current = attempt
        over = threading.Event()
        keeper = threading.Thread(target=self._keep_lease, args=(attempt, over), name="lease", daemon=True)
        keeper.start()
        try:
            with self.app.app_context():
                self._run(attempt)
        finally:
            over.set()
            keeper.join()
            self._current = None
        return True

    def abandon(self) -> None:
        """Give the job under way back and leave at once: the patience of whoever stops this process is over."""
        attempt = self._current
        if attempt is not None:
            with self.app.app_context():
                release(attempt)
            log.warning("job.released", job=attempt.id, attempt=attempt.number)
        os._exit(0)

    def _run(self, attempt: Attempt) -> None:
        hooks: Hooks = self.app.extensions["hooks"]
        task = hooks.tasks.get(attempt.task)
        began = time.monotonic()
        try:
            if task is None:
                log.error("job.unknown_task", job=attempt.id, task=attempt.task)
                fail(attempt, UNKNOWN_TASK)
                return
            try:
                task(attempt, **attempt.payload)
            except LostLease:
                raise
            except GiveUp as reason:
                log.warning("job.gave_up", job=attempt.id, task=attempt.task, code=reason.code)
                fail(attempt, reason.code, retry=False)
                return
            except Exception:
                log.exception("job.failed", job=attempt.id, task=attempt.task, attempt=attempt.number)
                fail(attempt, UNEXPECTED)
                return
            finish(attempt)
        except LostLease:
            log.warning("job.lost", job=attempt.id, task=attempt.task, attempt=attempt.number)
            return
        log.info("job.done", job=attempt.id, task=attempt.task, seconds=round(time.monotonic() - began, 2))

    def _keep_lease(self, attempt: Attempt, over: threading.Event) -> None:
        while not over.wait(self.lease.total_seconds() / 3):
            try:
                with self.app.app_context():
                    heartbeat(attempt)
            except LostLease:
                return  # finished in its own transaction, or taken over: the fence decides, not this thread
            except SQLAlchemyError as error:
                log.error("job.heartbeat", job=attempt.id, error=type(error).__name__)

    def _companion(
        self, name: str, pause: float, work: Callable[[], object], *, first: float = 0.0
    ) -> threading.Thread:
        def loop() -> None:
            wait = first
            while not self.stopping.wait(wait):
                wait = pause
                try:
                    with self.app.app_context():
                        work()
                except Exception:
                    log.exception(f"worker.{name}", worker=self.name)
                    wait = max(pause, TROUBLE_SECONDS)

        thread = threading.Thread(target=loop, name=name, daemon=True)
        thread.start()
        return thread

    def _sweep(self) -> None:
        hooks: Hooks = self.app.extensions["hooks"]
        for name, sweep in hooks.sweeps.items():
            try:
                with self.app.app_context():
                    sweep()
            except Exception:
                log.exception("worker.sweep", sweep=name)


def run_waiting(app: Flask, *, most: int = 100) -> int:
    """Run the jobs that wait, in this process and thread, and return how many: for tests and short commands."""
    worker = Worker(app)
    count = 0
    while count < most and worker.run_next():
        count += 1
    return count


def run_worker(app: Flask, *, lease: timedelta = LEASE) -> None:
    """Be the worker process until SIGTERM, SIGINT or SIGHUP; a job gets 15 seconds to finish, then it is given back."""
    worker = Worker(app, lease=lease)

    def answer(_number: int, _frame: FrameType | None) -> None:
        # In a thread of its own, started by what takes no lock: a signal comes between any two steps of the main
        # thread, and one that comes while it holds the event's lock, in `wait` or `set`, would wait for it for ever.
        _thread.start_new_thread(leave, ())

    def leave() -> None:
        if worker.stopping.is_set():
            return
        worker.stopping.set()
        impatient = threading.Timer(GRACE_SECONDS, worker.abandon)
        impatient.daemon = True
        impatient.start()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, answer)
    worker.run()
