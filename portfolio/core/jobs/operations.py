"""The life of a job: queued with its change, claimed under a lease, finished by its newest attempt only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portfolio.core.clock import now
from portfolio.core.db import own_look, own_transaction, session
from portfolio.core.jobs.models import Job, JobState, WorkerBeat

LEASE = timedelta(seconds=15)
MOST_FAILURES = 5
MOST_ATTEMPTS = 30
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
BEATS_KEPT = timedelta(days=1)

LOST_TOO_OFTEN = "worker_lost"


class LostLease(Exception):
    """Another worker has taken the job over; whatever this attempt was about to write must not be written."""


class GiveUp(Exception):
    """Raised by a task when trying again is of no use; `code` is kept on the job for the page to explain."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Attempt:
    """One claim of a job, given to the task as `job`. `number` is the fence; `lease` how long a sign of life lasts."""

    id: int
    number: int
    task: str
    payload: Mapping[str, Any]
    key: str | None
    owner_id: int | None
    lease: timedelta = field(default=LEASE, compare=False)


def enqueue(
    *,
    task: str,
    payload: Mapping[str, Any],
    key: str | None = None,
    owner_id: int | None = None,
    run_at: datetime | None = None,
) -> Job:
    """Write a job in the caller's transaction. The payload holds ids and plain settings, never text or secrets.

    A key names the work: the same key again gives the job that is there, and queues it anew if it had failed.
    `owner_id` is the person who may watch it. A worker finds it within half a second of the commit.
    """
    if key is not None:
        known = _again(key)
        if known is not None:
            return known
    job = Job(task=task, payload=dict(payload), key=key, owner_id=owner_id, run_at=run_at or now())
    if key is None:
        session.add(job)
        session.flush()
        return job
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError:
        # Somebody else wrote the same key and committed between our look and our write (PostgreSQL only).
        known = _again(key)
        if known is None:
            raise
        return known
    return job


def _again(key: str) -> Job | None:
    job = session.scalar(select(Job).where(Job.key == key).with_for_update())
    if job is not None and job.state == JobState.FAILED:
        job.state = JobState.QUEUED
        job.failures = 0
        job.attempts += 1  # the fence moves, so a straggler of the failed attempt stays out
        job.error_code = job.finished_at = job.result = None
        job.percent, job.stage, job.run_at = 0, "", now()
        session.flush()
    return job


def claim(worker: str, lease: timedelta = LEASE) -> Attempt | None:
    """Take the job that has waited longest, or one whose worker has died. None when nothing waits."""
    with own_look() as look:  # an idle worker must not take the lock and disturb writers
        if look.scalar(_waiting().limit(1)) is None:
            return None
    with own_transaction() as own:
        while job := own.scalar(_waiting().limit(1).with_for_update(skip_locked=True)):
            if job.attempts - job.failures < MOST_ATTEMPTS:
                return _start(own, job, worker, lease)
            # A task that takes its worker down each time would go round for ever.
            _end(job, JobState.FAILED)
            job.error_code = LOST_TOO_OFTEN
            own.flush()
    return None


def _waiting() -> Select[Job]:
    instant = now()
    queued = and_(Job.state == JobState.QUEUED, Job.run_at <= instant)
    deserted = and_(Job.state == JobState.RUNNING, Job.lease_until < instant)
    return select(Job).where(or_(queued, deserted)).order_by(Job.run_at, Job.id)


def _start(own: Session, job: Job, worker: str, lease: timedelta) -> Attempt:
    instant = now()
    job.state = JobState.RUNNING
    job.worker = worker
    job.attempts += 1
    job.lease_until = instant + lease
    job.started_at = instant
    job.percent, job.stage = 0, ""
    own.flush()
    return Attempt(job.id, job.attempts, job.task, job.payload, job.key, job.owner_id, lease)


def heartbeat(job: Attempt) -> None:
    """Prolong the lease. Raises LostLease."""
    _write(job, lease_until=now() + job.lease)


def report(job: Attempt, *, stage: str, percent: int) -> None:
    """Show how far the work is, in a small transaction of its own. `stage` is an English msgid. Raises LostLease.

    Called between transactions, never inside one.
    """
    _write(job, stage=stage, percent=max(0, min(100, percent)), lease_until=now() + job.lease)


def finish_in_transaction(job: Attempt, result: Mapping[str, Any] | None = None) -> None:
    """End the job in the transaction that writes its result, so that a kill at any instant doubles nothing.

    Raises LostLease, which undoes the caller's transaction: the newer attempt writes the result.
    """
    if not _finish(session(), job, result):
        raise LostLease(job.id)


def finish(job: Attempt, result: Mapping[str, Any] | None = None) -> None:
    """End a job whose task did not do so itself. Raises LostLease."""
    with own_transaction() as own:
        if not _finish(own, job, result) and not _finished_by(own, job):
            raise LostLease(job.id)


def fail(job: Attempt, error_code: str, *, retry: bool = True) -> None:
    """Note a failure: again after a pause that doubles, or for good after five or without `retry`. Raises LostLease."""
    with own_transaction() as own:
        row = own.scalar(select(Job).where(_held_by(job)).with_for_update())
        if row is None:
            raise LostLease(job.id)
        row.failures += 1
        row.lease_until = row.worker = None
        if retry and row.failures < MOST_FAILURES:
            row.state = JobState.QUEUED
            row.run_at = now() + min(FIRST_PAUSE * 2 ** (row.failures - 1), LONGEST_PAUSE)
        else:
            _end(row, JobState.FAILED)
            row.error_code = error_code


def release(job: Attempt) -> None:
    """Give an unfinished job back at once, because this worker stops. The next one starts from the beginning."""
    with own_transaction() as own:
        own.execute(
            update(Job).where(_held_by(job)).values(state=JobState.QUEUED, lease_until=None, worker=None, run_at=now())
        )


def beat(worker: str, started_at: datetime) -> None:
    """Write a worker's sign of life, and forget workers that have been silent for a day."""
    with own_transaction() as own:
        row = own.scalar(select(WorkerBeat).where(WorkerBeat.worker == worker))
        if row is None:
            own.add(WorkerBeat(worker=worker, started_at=started_at, beat_at=now()))
        else:
            row.beat_at = now()
        own.execute(delete(WorkerBeat).where(WorkerBeat.beat_at < now() - BEATS_KEPT))


def end_beat(worker: str) -> None:
    """Take a worker that stops in order off the list."""
    with own_transaction() as own:
        own.execute(delete(WorkerBeat).where(WorkerBeat.worker == worker))


def last_beat() -> datetime | None:
    """The newest sign of life of any worker."""
    return session.scalar(select(func.max(WorkerBeat.beat_at)))


def _held_by(job: Attempt) -> ColumnElement[bool]:
    return and_(Job.id == job.id, Job.attempts == job.number, Job.state == JobState.RUNNING)


def _write(job: Attempt, **values: Any) -> None:
    with own_transaction() as own:
        if _count(own, update(Job).where(_held_by(job)).values(**values)) == 0:
            raise LostLease(job.id)


def _finish(current: Session, job: Attempt, result: Mapping[str, Any] | None) -> bool:
    values = {
        "state": JobState.DONE,
        "percent": 100,
        "result": None if result is None else dict(result),
        "finished_at": now(),
        "lease_until": None,
        "worker": None,
    }
    return _count(current, update(Job).where(_held_by(job)).values(**values)) == 1


def _finished_by(own: Session, job: Attempt) -> bool:
    row = own.get(Job, job.id)
    return row is not None and row.attempts == job.number and row.state == JobState.DONE


def _count(current: Session, statement: Any) -> int:
    count: int = current.connection().execute(statement).rowcount
    return count


def _end(job: Job, state: JobState) -> None:
    job.state = state
    job.finished_at = now()
    job.lease_until = job.worker = None
