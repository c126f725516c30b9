"""Jobs: queued with their change, done once, whatever happens to the workers."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask_login import LoginManager
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from portfolio.accounts.models import User
from portfolio.config import ROOT
from portfolio.core.clock import frozen_at, now
from portfolio.core.db import engine_of, session, transaction
from portfolio.core.hooks import Hooks
from portfolio.core.jobs import operations, worker
from portfolio.core.jobs.models import Job, JobState, WorkerBeat
from portfolio.core.jobs.operations import (
    LEASE,
    LOST_TOO_OFTEN,
    MOST_ATTEMPTS,
    MOST_FAILURES,
    Attempt,
    GiveUp,
    LostLease,
    beat,
    claim,
    end_beat,
    enqueue,
    fail,
    finish,
    finish_in_transaction,
    heartbeat,
    last_beat,
    release,
    report,
)
from portfolio.core.jobs.queries import job_by_key
from portfolio.core.jobs.worker import Worker, run_waiting
from portfolio.core.storage.filesystem import storage

TaskBody = Callable[..., None]


def queue(task: str = "probe", **more: Any) -> int:
    with transaction():
        return enqueue(task=task, payload=more.pop("payload", {}), **more).id


def job(job_id: int) -> Job:
    session.rollback()
    return session.get_one(Job, job_id)


def claimed(name: str = "first", lease: timedelta = LEASE) -> Attempt:
    attempt = claim(name, lease)
    assert attempt is not None
    return attempt


def task(app: Flask, body: TaskBody, name: str = "probe") -> None:
    hooks: Hooks = app.extensions["hooks"]
    hooks.task(name, body)


class TestEnqueue:
    def test_job_waits_with_its_change(self, ground: Flask) -> None:
        found = job(queue(payload={"edition_id": 5}))
        assert (found.task, found.payload, found.state) == ("probe", {"edition_id": 5}, JobState.QUEUED)
        assert (found.attempts, found.percent, found.stage) == (0, 0, "")

    def test_job_goes_with_a_change_that_failed(self, ground: Flask) -> None:
        with pytest.raises(RuntimeError), transaction():
            enqueue(task="probe", payload={})
            raise RuntimeError("the change failed")
        assert session.scalar(select(Job)) is None

    def test_same_key_is_the_same_job(self, ground: Flask) -> None:
        assert queue(key="edition:5") == queue(key="edition:5")
        assert queue(key="edition:6") != queue(key="edition:5")
        found = job_by_key("edition:5")
        assert found is not None
        assert found.state == JobState.QUEUED

    def test_done_job_is_not_done_again(self, ground: Flask) -> None:
        number = queue(key="once")
        finish(claimed(), {"file": 1})
        assert queue(key="once") == number
        assert job(number).state == JobState.DONE

    def test_failed_job_is_queued_anew_by_its_key(self, ground: Flask) -> None:
        number = queue(key="once")
        straggler = claimed()
        fail(straggler, "damaged", retry=False)
        assert queue(key="once") == number
        found = job(number)
        assert (found.state, found.failures, found.error_code) == (JobState.QUEUED, 0, None)
        with pytest.raises(LostLease):
            finish(straggler)

    def test_many_at_once_with_one_key(self, ground: Flask) -> None:
        numbers: list[int] = []

        def ask() -> None:
            with ground.app_context():
                numbers.append(queue(key="wanted by all"))

        threads = [threading.Thread(target=ask) for _number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(numbers) == 6
        assert len(set(numbers)) == 1

    @pytest.mark.parametrize(
        "change",
        [
            "state = 'running'",
            "state = 'done'",
            "state = 'failed'",
            "state = 'unheard'",
            "percent = 101",
            "attempts = -1",
            "worker = 'x'",
        ],
    )
    def test_database_refuses_impossible_jobs(self, ground: Flask, change: str) -> None:
        queue()
        with pytest.raises(DatabaseError), engine_of(ground).begin() as connection:
            connection.execute(text(f"UPDATE jobs SET {change}"))


class TestClaim:
    def test_oldest_first(self, ground: Flask) -> None:
        numbers = [queue() for _turn in range(3)]
        assert [claimed().id for _turn in range(3)] == numbers
        assert claim("first") is None

    def test_not_before_its_time(self, ground: Flask) -> None:
        number = queue(run_at=now() + timedelta(minutes=5))
        assert claim("first") is None
        with frozen_at(now() + timedelta(minutes=6)):
            assert claimed().id == number

    def test_claimed_job_is_nobody_elses(self, ground: Flask) -> None:
        queue()
        claimed()
        assert claim("second") is None

    def test_deserted_job_is_taken_over(self, ground: Flask) -> None:
        number = queue()
        first = claimed()
        with frozen_at(now() + LEASE + timedelta(seconds=1)):
            second = claimed("second")
        assert (second.id, second.number) == (number, first.number + 1)
        assert job(number).worker == "second"

    def test_heartbeat_keeps_the_job(self, ground: Flask) -> None:
        queue()
        first = claimed()
        with frozen_at(now() + LEASE - timedelta(seconds=1)):
            heartbeat(first)
        with frozen_at(now() + LEASE + timedelta(seconds=1)):
            assert claim("second") is None

    def test_claimers_at_once_share_the_jobs(self, ground: Flask) -> None:
        expected = {queue() for _turn in range(12)}
        got: list[int] = []

        def work(name: str) -> None:
            with ground.app_context():
                while (attempt := claim(name)) is not None:
                    got.append(attempt.id)

        threads = [threading.Thread(target=work, args=(f"worker {number}",)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(got) == sorted(expected)

    def test_job_that_takes_its_workers_down_ends(self, ground: Flask) -> None:
        number = queue()
        instant = now()
        for turn in range(MOST_ATTEMPTS):
            with frozen_at(instant + turn * 2 * LEASE):
                claimed()
        with frozen_at(instant + (MOST_ATTEMPTS + 1) * 2 * LEASE):
            assert claim("one more") is None
        found = job(number)
        assert (found.state, found.error_code) == (JobState.FAILED, LOST_TOO_OFTEN)

    def test_idle_worker_does_not_wait_for_a_writer(self, ground: Flask) -> None:
        with transaction():
            with engine_of(ground).connect() as other:
                other.execute(text("SELECT 1"))
            done = threading.Event()

            def look() -> None:
                with ground.app_context():
                    assert claim("idle") is None
                    done.set()

            thread = threading.Thread(target=look)
            thread.start()
            assert done.wait(5)
            thread.join()


class TestFence:
    def test_progress_is_seen_at_once(self, ground: Flask) -> None:
        number = queue()
        report(claimed(), stage="Typesetting", percent=40)
        assert (job(number).stage, job(number).percent) == ("Typesetting", 40)

    def test_result_and_end_are_one_change(self, ground: Flask) -> None:
        number = queue()
        attempt = claimed()
        with transaction():
            session.add(User(email="result@example.org"))
            finish_in_transaction(attempt, {"user": 1})
        found = job(number)
        assert (found.state, found.percent, found.result) == (JobState.DONE, 100, {"user": 1})
        assert found.finished_at is not None
        finish(attempt)  # the worker's own call afterwards changes nothing
        assert job(number).result == {"user": 1}

    def test_straggler_writes_nothing(self, ground: Flask) -> None:
        number = queue()
        straggler = claimed("slow")
        with frozen_at(now() + LEASE + timedelta(seconds=1)):
            newer = claimed("quick")
        with pytest.raises(LostLease), transaction():
            session.add(User(email="result@example.org"))
            finish_in_transaction(straggler)
        assert session.scalar(select(User)) is None
        for late in (
            lambda: report(straggler, stage="Typesetting", percent=90),
            lambda: heartbeat(straggler),
            lambda: finish(straggler),
            lambda: fail(straggler, "unexpected"),
        ):
            with pytest.raises(LostLease):
                late()
        release(straggler)
        assert (job(number).state, job(number).worker) == (JobState.RUNNING, "quick")
        finish(newer)
        with pytest.raises(LostLease):
            finish(straggler)

    def test_report_inside_a_transaction_is_refused(self, ground: Flask) -> None:
        queue()
        attempt = claimed()
        with pytest.raises(RuntimeError, match="own_transaction"), transaction():
            report(attempt, stage="Typesetting", percent=1)

    def test_released_job_is_free_at_once(self, ground: Flask) -> None:
        number = queue()
        release(claimed())
        assert claimed("next").id == number


class TestFailure:
    def test_pauses_double_and_then_it_is_over(self, ground: Flask) -> None:
        number = queue()
        instant = now()
        pauses = []
        for _turn in range(MOST_FAILURES):
            with frozen_at(instant):
                fail(claimed(), "unexpected")
            found = job(number)
            pauses.append((found.run_at - instant).total_seconds())
            instant = max(instant, found.run_at)
        assert [round(pause) for pause in pauses[:-1]] == [5, 10, 20, 40]
        assert (found.state, found.error_code, found.failures) == (JobState.FAILED, "unexpected", MOST_FAILURES)

    def test_lost_workers_do_not_count_as_failures(self, ground: Flask) -> None:
        number = queue()
        instant = now()
        for turn in range(MOST_FAILURES + 2):
            with frozen_at(instant + turn * 2 * LEASE):
                claimed()
        assert (job(number).failures, job(number).state) == (0, JobState.RUNNING)


class TestWorker:
    def test_task_gets_its_payload_and_its_attempt(self, ground: Flask) -> None:
        seen: list[object] = []
        task(ground, lambda job, **payload: seen.append((job.id, job.number, payload)))
        number = queue(payload={"edition_id": 5})
        assert run_waiting(ground) == 1
        assert seen == [(number, 1, {"edition_id": 5})]
        assert (job(number).state, job(number).result) == (JobState.DONE, None)

    def test_task_may_end_its_job_itself(self, ground: Flask) -> None:
        def body(job: Attempt) -> None:
            report(job, stage="Working", percent=50)
            with transaction():
                finish_in_transaction(job, {"made": 1})

        task(ground, body)
        number = queue()
        run_waiting(ground)
        assert job(number).result == {"made": 1}

    def test_error_is_tried_again_later(self, ground: Flask) -> None:
        def body(job: Attempt) -> None:
            with transaction():
                session.add(User(email="half@example.org"))
                raise ZeroDivisionError("secret words")

        task(ground, body)
        number = queue()
        assert run_waiting(ground) == 1
        found = job(number)
        assert (found.state, found.failures) == (JobState.QUEUED, 1)
        assert found.run_at > now()
        assert session.scalar(select(User)) is None

    def test_giving_up_is_final_and_says_why(self, ground: Flask) -> None:
        def body(job: Attempt) -> None:
            raise GiveUp("engine_missing")

        task(ground, body)
        number = queue()
        run_waiting(ground)
        assert (job(number).state, job(number).error_code) == (JobState.FAILED, "engine_missing")

    def test_unknown_task_waits_for_a_worker_that_knows_it(self, ground: Flask) -> None:
        number = queue("from a newer release")
        run_waiting(ground)
        assert (job(number).state, job(number).failures) == (JobState.QUEUED, 1)

    def test_one_job_does_not_leak_into_the_next(self, ground: Flask) -> None:
        seen: list[int] = []

        def body(job: Attempt) -> None:
            seen.append(len(session.identity_map))
            session.add(User(email=f"{job.id}@example.org"))  # never committed

        task(ground, body)
        queue()
        queue()
        assert run_waiting(ground) == 2
        assert seen == [0, 0]
        session.rollback()
        assert session.scalar(select(User)) is None

    def test_lease_is_kept_through_long_work(self, ground: Flask) -> None:
        def body(job: Attempt) -> None:
            time.sleep(1.2)
            with ground.app_context():
                assert claim("thief") is None

        task(ground, body)
        number = queue()
        assert Worker(ground, lease=timedelta(seconds=0.6)).run_next()
        assert (job(number).state, job(number).attempts) == (JobState.DONE, 1)

    def test_lost_lease_leaves_the_job_to_the_other(self, ground: Flask) -> None:
        def body(job: Attempt) -> None:
            with transaction():
                session.execute(text("UPDATE jobs SET attempts = attempts + 1"))
            with transaction():
                session.add(User(email="double@example.org"))
                finish_in_transaction(job)

        task(ground, body)
        number = queue()
        run_waiting(ground, most=1)
        assert job(number).state == JobState.RUNNING
        assert session.scalar(select(User)) is None


@pytest.fixture
def running(ground: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """A worker at work in a thread, stopped in order at the end."""
    monkeypatch.setattr(worker, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(worker, "FIRST_SWEEP_SECONDS", 0.1)
    monkeypatch.setattr(worker, "SWEEP_SECONDS", 0.1)
    found = Worker(ground)
    thread = threading.Thread(target=found.run)
    thread.start()
    yield found
    found.stopping.set()
    thread.join(20)
    assert not thread.is_alive()


def eventually(condition: Callable[[], object], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


class TestRunning:
    def test_finds_what_is_queued_later(self, ground: Flask, running: Worker) -> None:
        task(ground, lambda job: None)
        number = queue()
        eventually(lambda: job(number).state == JobState.DONE)

    def test_shows_signs_of_life_and_goes_in_order(self, ground: Flask, running: Worker) -> None:
        eventually(lambda: session.rollback() or session.scalar(select(WorkerBeat)) is not None)  # type: ignore[func-returns-value]
        running.stopping.set()
        eventually(lambda: session.rollback() or session.scalar(select(WorkerBeat)) is None)  # type: ignore[func-returns-value]

    def test_sweeps_go_on_when_one_fails(self, ground: Flask, running: Worker) -> None:
        hooks: Hooks = ground.extensions["hooks"]
        swept: list[int] = []

        def broken() -> None:
            raise RuntimeError("cannot be swept")

        hooks.sweep("a.broken", broken)
        hooks.sweep("b.whole", lambda: swept.append(1))
        eventually(lambda: len(swept) > 1)

    def test_outlives_a_database_that_is_away(
        self, ground: Flask, running: Worker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        task(ground, lambda job: None)
        monkeypatch.setattr(worker, "TROUBLE_SECONDS", 0.05)
        real = operations.claim
        troubles: list[int] = []

        def away(name: str, lease: timedelta) -> Attempt | None:
            if len(troubles) < 3:
                troubles.append(1)
                raise DatabaseError("SELECT", None, Exception("gone"))
            return real(name, lease)

        monkeypatch.setattr(worker, "claim", away)
        number = queue()
        eventually(lambda: job(number).state == JobState.DONE)
        assert len(troubles) == 3


# The signal comes while the main thread holds the lock of the event, as it does for a moment in every wait.
UNLUCKY = """
import signal
from portfolio.core.jobs.worker import Worker, run_worker

def run(worker):
    with worker.stopping._cond:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGTERM):
            signal.raise_signal(number)
    assert worker.stopping.wait(20)
    print("left")

Worker.__init__ = lambda self, app, lease: setattr(self, "stopping", __import__("threading").Event())
Worker.abandon = lambda self: None
Worker.run = run
run_worker(None)
"""


def test_a_signal_at_the_unluckiest_moment_ends_the_worker() -> None:
    ended = subprocess.run([sys.executable, "-c", UNLUCKY], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (0, "left\n"), ended.stderr


class TestBeats:
    def test_newest_sign_counts(self, ground: Flask) -> None:
        assert last_beat() is None
        instant = now()
        for seconds in (60, 5):
            with frozen_at(instant - timedelta(seconds=seconds)):
                beat("one", instant)
        with frozen_at(instant - timedelta(seconds=30)):
            beat("two", instant)
        session.rollback()
        assert last_beat() == instant - timedelta(seconds=5)
        session.rollback()
        end_beat("one")
        assert last_beat() == instant - timedelta(seconds=30)

    def test_silent_workers_are_forgotten(self, ground: Flask) -> None:
        with frozen_at(now() - timedelta(days=2)):
            beat("long gone", now())
        beat("here", now())
        assert session.scalars(select(WorkerBeat.worker)).all() == ["here"]


class TestHealth:
    def test_ready(self, ground: Flask) -> None:
        beat("one", now())
        response = ground.test_client().get("/healthz")
        assert (response.status_code, response.json) == (200, {"ready": True, "ailments": {}})

    def test_no_worker_yet(self, ground: Flask) -> None:
        response = ground.test_client().get("/healthz")
        assert response.status_code == 503
        assert list(response.get_json()["ailments"]) == ["worker"]

    def test_silent_worker(self, ground: Flask) -> None:
        with frozen_at(now() - timedelta(minutes=2)):
            beat("one", now())
        response = ground.test_client().get("/healthz")
        assert response.status_code == 503
        assert "120 s" in response.get_json()["ailments"]["worker"]

    def test_storage_in_trouble(self, ground: Flask) -> None:
        beat("one", now())
        storage().root.parent.mkdir(parents=True, exist_ok=True)
        storage().root.write_text("in the way")
        response = ground.test_client().get("/healthz")
        assert response.status_code == 503
        assert list(response.get_json()["ailments"]) == ["storage"]

    def test_database_in_trouble(self, ground: Flask) -> None:
        with engine_of(ground).begin() as connection:
            connection.execute(text("ALTER TABLE worker_beats RENAME TO gone"))
        try:
            response = ground.test_client().get("/healthz")
            assert response.status_code == 503
            assert list(response.get_json()["ailments"]) == ["database"]
        finally:
            with engine_of(ground).begin() as connection:
                connection.execute(text("ALTER TABLE gone RENAME TO worker_beats"))


class TestView:
    @pytest.fixture
    def people(self, ground: Flask) -> dict[str, int]:
        manager = LoginManager(ground)
        manager.user_loader(lambda number: session.get(User, int(number)))
        with transaction():
            people = [User(email=f"{name}@example.org", email_confirmed_at=now()) for name in ("alice", "bob")]
            session.add_all(people)
            session.flush()
            return {person.email.split("@")[0]: person.id for person in people}

    def get(self, ground: Flask, job_id: int, person: int | None, language: str = "en") -> Any:
        client = ground.test_client()
        client.set_cookie("language", language)
        if person is not None:
            with client.session_transaction() as cookie:
                cookie["_user_id"] = str(person)
                cookie["_fresh"] = True
        with transaction():
            for user in session.scalars(select(User)):
                user.language = user.language.__class__(language)
        return client.get(f"/jobs/{job_id}")

    def test_owner_sees_how_far_it_is(self, ground: Flask, people: dict[str, int]) -> None:
        number = queue(owner_id=people["alice"])
        report(claimed(), stage="Waiting for its turn", percent=40)
        response = self.get(ground, number, people["alice"])
        assert response.json == {
            "id": number,
            "state": "running",
            "words": "Waiting for its turn",
            "percent": 40,
            "url": None,
        }
        assert response.headers["Cache-Control"] == "no-store"

    def test_stage_is_in_the_readers_language(self, ground: Flask, people: dict[str, int]) -> None:
        number = queue(owner_id=people["alice"])
        assert self.get(ground, number, people["alice"], "th").get_json()["words"] == "รอลำดับ"

    def test_colleague_and_stranger_learn_nothing(self, ground: Flask, people: dict[str, int]) -> None:
        number = queue(owner_id=people["alice"])
        ownerless = queue()
        assert self.get(ground, number, people["bob"]).status_code == 404
        assert self.get(ground, ownerless, people["alice"]).status_code == 404
        assert self.get(ground, number, None).status_code in (303, 401)
