"""The database: what is written is written whole, what is impossible is refused, nobody waits for nothing."""

from __future__ import annotations

import contextlib
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import Session

from portfolio.accounts.models import Language, SignInSession, User
from portfolio.core.clock import BANGKOK, frozen_at, now, today
from portfolio.core.db import (
    Stale,
    UtcDateTime,
    Word,
    check_version,
    engine_of,
    escape_like,
    lacks_room,
    lock,
    make_engine,
    own_look,
    own_transaction,
    session,
    transaction,
    utc,
    words,
)
from portfolio.core.jobs.models import Job


def person(email: str = "alice@example.org") -> int:
    with transaction():
        user = User(email=email)
        session.add(user)
        session.flush()
        return user.id


class TestTransaction:
    def test_of_two_who_wait_for_each_other_one_is_told_to_try_again(self, ground: Flask) -> None:
        ids = person(), person("bob@example.org")
        meet, outcomes = threading.Barrier(2, timeout=2), []

        def change(first: int, second: int) -> None:
            with ground.app_context():
                try:
                    with transaction():
                        lock(session.get_one(User, first))
                        with contextlib.suppress(threading.BrokenBarrierError):  # SQLite lets one in at a time
                            meet.wait()
                        lock(session.get_one(User, second))
                    outcomes.append("done")
                except Stale:
                    outcomes.append("try again")

        threads = [threading.Thread(target=change, args=pair) for pair in (ids, ids[::-1])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        at_once = engine_of(ground).dialect.name == "postgresql"
        assert sorted(outcomes) == ["done", "try again" if at_once else "done"]

    def test_a_row_that_is_gone_was_changed_by_somebody_else(self, ground: Flask) -> None:
        user = session.get_one(User, person())
        with engine_of(ground).begin() as other:
            session.rollback()
            other.execute(text("DELETE FROM users"))
        with pytest.raises(Stale), transaction():
            lock(user)
        with pytest.raises(Stale), transaction():
            assert user.email

    def test_whole_or_not_at_all(self, ground: Flask) -> None:
        with pytest.raises(RuntimeError), transaction():
            session.add(User(email="a@example.org"))
            session.flush()
            raise RuntimeError("half-way")
        assert session.scalar(select(User)) is None

    def test_not_inside_another(self, ground: Flask) -> None:
        with pytest.raises(RuntimeError, match="once"), transaction(), transaction():
            session.add(User(email="a@example.org"))

    def test_can_be_opened_again_after_a_failure(self, ground: Flask) -> None:
        with pytest.raises(RuntimeError), transaction():
            raise RuntimeError("half-way")
        person()
        assert session.scalar(select(User.email)) == "alice@example.org"

    def test_change_made_outside_is_refused(self, ground: Flask) -> None:
        session.add(User(email="a@example.org"))
        with pytest.raises(RuntimeError, match="outside"), transaction():
            session.execute(text("SELECT 1"))

    def test_what_was_loaded_before_is_read_again(self, ground: Flask) -> None:
        number = person()
        user = session.get_one(User, number)
        assert user.given_name_en == ""
        with Session(engine_of(ground)) as other:
            other.execute(update(User).values(given_name_en="Changed"))
            other.commit()
        with transaction():
            assert user.given_name_en == "Changed"

    def test_two_editors_of_one_row_one_is_told(self, ground: Flask) -> None:
        number = person()
        with pytest.raises(Stale), transaction():
            user = session.get_one(User, number)
            session.execute(text("UPDATE users SET version = version + 1"))
            user.given_name_en = "Late"
        assert session.get_one(User, number).given_name_en == ""

    def test_form_from_an_older_version_is_told(self, ground: Flask) -> None:
        user = session.get_one(User, person())
        check_version(user, 1)
        with pytest.raises(Stale):
            check_version(user, 0)

    def test_hundreds_of_updates_at_once_lose_none(self, ground: Flask) -> None:
        """Read, then write, from several threads: with the driver's own transactions SQLite loses most of these."""
        with transaction():
            job = Job(task="count", payload={})
            session.add(job)
            session.flush()
            number = job.id
        errors: list[BaseException] = []

        def work() -> None:
            try:
                with ground.app_context():
                    for _turn in range(50):
                        assert session.get_one(Job, number) is not None  # as a page does before its form is sent
                        with transaction():
                            found = session.scalars(select(Job).where(Job.id == number).with_for_update()).one()
                            found.attempts += 1
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=work) for _number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        session.rollback()
        assert session.get_one(Job, number).attempts == 300

    def test_readers_do_not_wait_for_a_writer(self, ground: Flask) -> None:
        person()
        done = threading.Event()

        def read() -> None:
            with ground.app_context():
                assert session.scalar(select(User.given_name_en)) == ""
                done.set()

        with transaction():
            session.execute(update(User).values(given_name_en="Writing"))
            thread = threading.Thread(target=read)
            thread.start()
            assert done.wait(5)
        thread.join()

    def test_each_context_has_its_own_session(self, ground: Flask) -> None:
        outer = session()
        with ground.app_context():
            assert session() is not outer
        assert session() is outer

    def test_request_does_not_see_the_session_of_the_test(self, ground: Flask) -> None:
        # The sessions themselves are kept: a number of a freed one may be given out again.
        seen: list[Session] = []

        @ground.get("/probe")
        def probe() -> str:
            seen.append(session())
            return ""

        ground.test_client().get("/probe")
        ground.test_client().get("/probe")
        assert len(seen) == 2
        assert all(session() is not one for one in seen)


class TestOwnTransaction:
    def test_stands_whatever_becomes_of_the_rest(self, ground: Flask) -> None:
        with own_transaction() as own:
            own.add(User(email="own@example.org"))
        assert session.scalar(select(User.email)) == "own@example.org"

    def test_undone_by_an_error(self, ground: Flask) -> None:
        with pytest.raises(RuntimeError), own_transaction() as own:
            own.add(User(email="own@example.org"))
            own.flush()
            raise RuntimeError("half-way")
        assert session.scalar(select(User)) is None

    def test_inside_a_transaction_it_would_wait_for_itself(self, ground: Flask) -> None:
        with pytest.raises(RuntimeError, match="wait for itself"), transaction(), own_transaction():
            session.execute(text("SELECT 1"))

    def test_look_takes_no_lock(self, ground: Flask) -> None:
        began = time.monotonic()
        with transaction():
            session.add(User(email="a@example.org"))
            session.flush()
            with own_look() as look:
                assert look.scalar(select(User)) is None
        assert time.monotonic() - began < 5


class TestSettings:
    def test_foreign_keys_hold(self, ground: Flask) -> None:
        with pytest.raises(IntegrityError), transaction():
            session.add(SignInSession(user_id=999, token_hash="x", expires_at=now()))
            session.flush()

    def test_children_go_with_their_parent(self, ground: Flask) -> None:
        number = person()
        with transaction():
            session.add(SignInSession(user_id=number, token_hash="x", expires_at=now()))
        with transaction():
            session.delete(session.get_one(User, number))
        assert session.scalar(select(SignInSession)) is None

    def test_sqlite_keeps_what_it_said_it_kept(self, ground: Flask) -> None:
        engine = engine_of(ground)
        if engine.dialect.name != "sqlite":
            return
        with engine.connect() as connection:
            told = {name: connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "foreign_keys")}
            assert connection.scalar(text("PRAGMA busy_timeout")) == 15_000
        assert told == {"journal_mode": "wal", "foreign_keys": 1}

    def test_errors_do_not_repeat_what_was_typed(self, ground: Flask) -> None:
        person("secret@example.org")
        with pytest.raises(IntegrityError) as caught, transaction():
            session.add(User(email="secret@example.org", given_name_en="Confidential"))
            session.flush()
        assert "Confidential" not in str(caught.value)


class Colour(StrEnum):
    BLUE = "blue"


class TestTypes:
    def test_instants_come_back_in_utc(self, ground: Flask) -> None:
        instant = datetime(2026, 11, 22, 18, 30, 0, 123456, tzinfo=BANGKOK)
        with transaction():
            session.add(User(email="a@example.org", email_confirmed_at=instant))
        session.expire_all()
        found = session.scalars(select(User.email_confirmed_at)).one()
        assert found == instant
        assert found is not None
        assert found.tzinfo == UTC

    def test_naive_instants_are_refused(self, ground: Flask) -> None:
        with pytest.raises(StatementError, match="time zone"), transaction():
            session.add(User(email="a@example.org", email_confirmed_at=datetime(2026, 1, 1)))  # noqa: DTZ001 - the point
            session.flush()
        with pytest.raises(ValueError, match="time zone"):
            utc(datetime(2026, 1, 1))  # noqa: DTZ001 - the point

    def test_instants_compare_in_the_database(self, ground: Flask) -> None:
        instant = datetime(2026, 1, 1, tzinfo=UTC)
        with transaction():
            session.add(User(email="a@example.org", created_at=instant))
        later = instant.astimezone(timezone(timedelta(hours=7))) + timedelta(microseconds=1)
        assert session.scalar(select(User.id).where(User.created_at < later)) is not None
        assert session.scalar(select(User.id).where(User.created_at > later)) is None

    def test_words_come_back_as_members(self, ground: Flask) -> None:
        person()
        assert session.scalars(select(User.language)).one() is Language.THAI

    def test_unknown_words_are_refused_on_the_way_in(self, ground: Flask) -> None:
        with pytest.raises(StatementError, match="klingon"), transaction():
            session.add(User(email="a@example.org", language="klingon"))
            session.flush()

    def test_unknown_words_are_refused_by_the_database(self, ground: Flask) -> None:
        person()
        with pytest.raises(DatabaseError), engine_of(ground).begin() as connection:
            connection.execute(text("UPDATE users SET language = 'klingon'"))

    def test_none_passes(self) -> None:
        dialect = None
        assert Word(Colour).process_bind_param(None, dialect) is None  # type: ignore[arg-type]
        assert Word(Colour).process_result_value(None, dialect) is None  # type: ignore[arg-type]
        assert UtcDateTime().process_bind_param(None, dialect) is None  # type: ignore[arg-type]
        assert UtcDateTime().process_result_value(None, dialect) is None  # type: ignore[arg-type]

    def test_vocabulary_as_a_check(self) -> None:
        assert str(words(Colour, "colour").sqltext) == "colour IN ('blue')"

    def test_search_terms_are_literal(self, ground: Flask) -> None:
        for email in ("100%@example.org", "100x@example.org", "a_b@example.org", "axb@example.org"):
            person(email)
        for term, expected in (("100%", ["100%@example.org"]), ("a_b", ["a_b@example.org"]), ("\\", [])):
            pattern = f"%{escape_like(term)}%"
            assert session.scalars(select(User.email).where(User.email.like(pattern, escape="\\"))).all() == expected


class TestClock:
    def test_today_is_bangkoks(self) -> None:
        with frozen_at(datetime(2026, 12, 31, 18, 0, tzinfo=UTC)):
            assert now() == datetime(2026, 12, 31, 18, 0, tzinfo=UTC)
            assert today().isoformat() == "2027-01-01"

    def test_clock_goes_on_afterwards(self) -> None:
        with frozen_at(datetime(2000, 1, 1, tzinfo=UTC)):
            assert now().year == 2000
        assert now().year > 2000

    def test_naive_instant_is_refused(self) -> None:
        with pytest.raises(ValueError, match="time zone"), frozen_at(datetime(2000, 1, 1)):  # noqa: DTZ001 - the point
            now()


class TestFullDisk:
    def test_sqlite_without_room_is_known(self, tmp_path: Path) -> None:
        with make_engine(f"sqlite:///{tmp_path}/small.db").connect() as connection:
            connection.execute(text("CREATE TABLE notes (body TEXT)"))
            connection.execute(text("PRAGMA max_page_count = 3"))
            with pytest.raises(DatabaseError) as full:
                connection.execute(text("INSERT INTO notes VALUES (:body)"), {"body": "x" * 100_000})
            with pytest.raises(DatabaseError) as wrong:
                connection.execute(text("INSERT INTO nothing VALUES (1)"))
        assert lacks_room(full.value)
        assert not lacks_room(wrong.value)

    def test_postgresql_without_room_is_known(self) -> None:
        assert lacks_room(OperationalError("INSERT", {}, psycopg.errors.DiskFull("could not extend file")))
        assert not lacks_room(OperationalError("INSERT", {}, psycopg.errors.OutOfMemory("out of memory")))
