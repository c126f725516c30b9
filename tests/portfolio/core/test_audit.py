"""The audit record: what may enter it, and that no change to it goes unseen."""

from __future__ import annotations

import threading
from enum import StrEnum
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from portfolio.core.audit.chain import GENESIS, digest_of, read_head, seal
from portfolio.core.audit.models import AuditEntry, AuditHead
from portfolio.core.audit.operations import UnknownActionError, record, recorded_at_the_end
from portfolio.core.audit.queries import current_head, entries, entries_about, verify
from portfolio.core.db import engine_of, session, transaction
from portfolio.core.hooks import Hooks

KEY = "a seal for tests only, not secret at all"
DIGEST = "ab" * 32


class Deed(StrEnum):
    """What is done in these tests."""

    MADE = "thing:made"
    MOVED = "thing:moved"


class Unheard(StrEnum):
    """A vocabulary that nobody registered."""

    DONE = "other:done"


@pytest.fixture
def audited(ground: Flask) -> Flask:
    hooks: Hooks = ground.extensions["hooks"]
    hooks.audits(Deed)
    return ground


def write(count: int = 1, **changes: object) -> None:
    for number in range(count):
        values: dict[str, object] = {"action": Deed.MADE, "actor_id": 7, "subject_type": "thing", "subject_id": number}
        with transaction():
            record(**(values | changes))  # type: ignore[arg-type]


def tamper(app: Flask, *statements: str) -> None:
    """Change the record as somebody with the database's keys would: past the triggers."""
    with engine_of(app).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(text(statement))
    session.rollback()


def rewrite_from(app: Flask, position: int, **changes: object) -> None:
    """Change one entry and digest everything after it anew, head included: the best a forger can do."""
    session.rollback()
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.position)).all()
    session.expunge_all()
    statements = []
    previous = GENESIS
    for row in rows:
        if row.position == position:
            for name, value in changes.items():
                setattr(row, name, value)
        row.previous = previous
        row.digest = digest_of(row)
        previous = row.digest
        statements.append(
            f"UPDATE audit_entries SET actor_id = {row.actor_id}, previous = '{row.previous}', "
            f"digest = '{row.digest}' WHERE position = {row.position}"
        )
    # Digests are unique, so the old ones make room first.
    rooms = [f"UPDATE audit_entries SET digest = '{row.position:064d}' WHERE position = {row.position}" for row in rows]
    tamper(app, *rooms, *statements, f"UPDATE audit_head SET digest = '{previous}'")


@pytest.mark.usefixtures("audited")
class TestRecord:
    def test_entry_says_who_did_what_to_what(self) -> None:
        write(digests={"snapshot": DIGEST})
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.position, entry.action, entry.actor_id) == (1, "thing:made", 7)
        assert (entry.subject_type, entry.subject_id, entry.digests) == ("thing", 0, {"snapshot": DIGEST})
        assert entry.previous == GENESIS
        assert entry.digest == digest_of(entry)

    def test_entries_are_chained_and_counted(self) -> None:
        write(3)
        found = session.scalars(select(AuditEntry).order_by(AuditEntry.position)).all()
        assert [entry.position for entry in found] == [1, 2, 3]
        assert [entry.previous for entry in found] == [GENESIS, found[0].digest, found[1].digest]
        head = session.scalars(select(AuditHead)).one()
        assert (head.position, head.digest) == (3, found[2].digest)

    def test_entry_goes_with_the_change_it_tells_of(self) -> None:
        write(1)
        with pytest.raises(RuntimeError), transaction():
            record(action=Deed.MOVED, actor_id=7, subject_type="thing", subject_id=1)
            raise RuntimeError("the change failed")
        assert verify() == (1, None)

    def test_several_in_one_transaction(self) -> None:
        with transaction():
            for _turn in range(3):
                record(action=Deed.MOVED, actor_id=None, subject_type="thing", subject_id=None)
        assert verify() == (3, None)

    def test_unknown_action_is_refused(self) -> None:
        with pytest.raises(UnknownActionError):
            write(action=Unheard.DONE)

    @pytest.mark.parametrize(
        "changes",
        [
            {"subject_type": "alice@example.org"},
            {"subject_type": "Thing"},
            {"digests": {"name": "Alice"}},
            {"digests": {"email": "alice@example.org"}},
            {"digests": {"Name of it": DIGEST}},
            {"digests": {"snapshot": DIGEST.upper()}},
        ],
    )
    def test_nothing_but_ids_verbs_and_digests_enters(self, changes: dict[str, object]) -> None:
        with pytest.raises(ValueError, match=r"digests|subject_type"):
            write(**changes)
        assert session.scalar(select(AuditEntry)) is None

    def test_reading_is_newest_first(self) -> None:
        write(3)
        assert [entry.position for entry in session.scalars(entries())] == [3, 2, 1]
        assert [entry.position for entry in session.scalars(entries_about("thing", 1))] == [2]

    def test_writers_at_once_do_not_fork_the_chain(self, audited: Flask) -> None:
        errors: list[BaseException] = []

        def work() -> None:
            try:
                with audited.app_context():
                    write(10)
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=work) for _number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        assert verify() == (40, None)


class TestAppendOnly:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit_entries SET actor_id = 8",
            "DELETE FROM audit_entries",
            "DELETE FROM audit_head",
            "UPDATE audit_head SET position = position - 1",
            "UPDATE audit_head SET position = position + 2",
        ],
    )
    def test_database_refuses(self, audited: Flask, statement: str) -> None:
        write(2)
        with pytest.raises(DatabaseError), engine_of(audited).begin() as connection:
            connection.execute(text(statement))
        assert verify() == (2, None)

    def test_truncate_is_refused(self, audited: Flask) -> None:
        write(1)
        if engine_of(audited).dialect.name == "sqlite":
            return  # SQLite has no TRUNCATE
        with pytest.raises(DatabaseError), engine_of(audited).begin() as connection:
            connection.execute(text("TRUNCATE audit_entries"))
        assert verify() == (1, None)

    def test_second_head_is_refused(self, audited: Flask) -> None:
        write(1)
        with pytest.raises(DatabaseError), transaction():
            session.add(AuditHead(id=2, position=0, digest=GENESIS))


class TestVerify:
    def test_empty_record_is_whole(self, audited: Flask) -> None:
        assert verify() == (0, None)

    @pytest.mark.parametrize(
        "change",
        [
            "actor_id = 8",
            "action = 'thing:moved'",
            "subject_id = 99",
            "subject_type = 'other'",
            "at = '2020-01-01 00:00:00'",
            "digests = '{}'",
            f"digest = '{'c' * 64}'",
        ],
    )
    def test_edit_is_found_where_it_is(self, audited: Flask, change: str) -> None:
        write(5, digests={"snapshot": DIGEST})
        tamper(audited, f"UPDATE audit_entries SET {change} WHERE position = 3")
        length, broken = verify()
        assert broken is not None
        assert (length, broken.position) == (5, 3)

    def test_missing_entry_is_found(self, audited: Flask) -> None:
        write(5)
        tamper(audited, "DELETE FROM audit_entries WHERE position = 2")
        _, broken = verify()
        assert broken is not None
        assert broken.position == 2

    def test_cut_tail_is_found_by_the_head_row(self, audited: Flask) -> None:
        write(5)
        tamper(audited, "DELETE FROM audit_entries WHERE position > 3")
        _, broken = verify()
        assert broken is not None
        assert broken.position == 4

    def test_cut_tail_with_a_forged_head_row_needs_a_kept_head(self, audited: Flask) -> None:
        write(5)
        kept = current_head(KEY)
        third = session.scalars(select(AuditEntry).where(AuditEntry.position == 3)).one().digest
        tamper(
            audited,
            "DELETE FROM audit_entries WHERE position > 3",
            f"UPDATE audit_head SET position = 3, digest = '{third}'",
        )
        assert verify() == (3, None)
        _, broken = verify(kept)
        assert broken is not None
        assert broken.position == 4

    def test_rewritten_chain_needs_a_kept_head(self, audited: Flask) -> None:
        write(5)
        kept = current_head(KEY)
        rewrite_from(audited, 2, actor_id=8)
        assert verify() == (5, None)
        _, broken = verify(kept)
        assert broken is not None
        assert broken.position == 5
        assert "rewritten" in broken.reason

    def test_record_that_went_on_agrees_with_an_older_head(self, audited: Flask) -> None:
        write(3)
        kept = current_head(KEY)
        write(3)
        assert verify(kept) == (6, None)

    def test_added_entry_is_found(self, audited: Flask) -> None:
        write(2)
        tamper(
            audited,
            "INSERT INTO audit_entries (position, at, action, subject_type, digests, previous, digest) "
            f"SELECT 3, at, action, subject_type, digests, digest, '{'d' * 64}' FROM audit_entries WHERE position = 2",
        )
        _, broken = verify()
        assert broken is not None
        assert broken.position == 3


class TestHead:
    def test_head_survives_the_file(self) -> None:
        head = seal(3, DIGEST, KEY)
        assert read_head(head.as_json(), KEY) == head

    @pytest.mark.parametrize(
        "text_of_file",
        [
            "",
            "[]",
            "null",
            "{}",
            '{"position": "x"}',
            seal(4, DIGEST, "another key").as_json(),
            seal(3, DIGEST, KEY).as_json().replace('"position":3', '"position":4'),
            seal(3, DIGEST, KEY).as_json().replace("audit-1", "audit-2"),
        ],
    )
    def test_forged_head_is_refused(self, text_of_file: str) -> None:
        with pytest.raises(ValueError, match="head"):
            read_head(text_of_file, KEY)


class TestCommands:
    def run(self, app: Flask, *words: str) -> int:
        import argparse

        hooks: Hooks = app.extensions["hooks"]
        parser = argparse.ArgumentParser()
        hooks.commands["audit"].arguments(parser)
        return hooks.commands["audit"].run(app, parser.parse_args(words))

    def test_verify_and_head(self, audited: Flask, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(4)
        assert self.run(audited, "verify") == 0
        assert "4 entries" in capsys.readouterr().out
        assert self.run(audited, "head", "--out", str(tmp_path / "head")) == 0
        assert read_head((tmp_path / "head").read_text(), KEY).position == 4
        assert self.run(audited, "verify", "--head", str(tmp_path / "head")) == 0
        tamper(audited, "UPDATE audit_entries SET actor_id = 8 WHERE position = 2")
        capsys.readouterr()
        assert self.run(audited, "verify") == 1
        printed = capsys.readouterr()
        assert "entry 2" in printed.err
        assert printed.err.count("\n") == 1
        assert printed.out == ""

    def test_head_of_another_key_is_refused(
        self, audited: Flask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "head").write_text(seal(0, GENESIS, "another key").as_json())
        assert self.run(audited, "verify", "--head", str(tmp_path / "head")) == 1
        assert "seal" in capsys.readouterr().err

    def test_missing_files_are_one_line(
        self, audited: Flask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.run(audited, "verify", "--head", str(tmp_path / "none")) == 1
        assert self.run(audited, "head", "--out", str(tmp_path / "no" / "folder")) == 1
        assert capsys.readouterr().err.count("\n") == 2


def test_what_is_recorded_at_the_end_leaves_the_head_to_others_until_then(audited: Flask) -> None:
    write()
    with transaction():
        with recorded_at_the_end():
            for number in (1, 2):
                record(action=Deed.MOVED, actor_id=7, subject_type="thing", subject_id=number)
            assert session.get_one(AuditHead, 1).position == 1
        assert session.get_one(AuditHead, 1).position == 3
        record(action=Deed.MADE, actor_id=7, subject_type="thing", subject_id=3)
    assert [entry.subject_id for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.position))] == [
        0,
        1,
        2,
        3,
    ]
    assert verify()[1] is None


def test_what_failed_before_the_end_is_not_recorded_later(audited: Flask) -> None:
    with pytest.raises(RuntimeError), transaction(), recorded_at_the_end():
        record(action=Deed.MOVED, actor_id=7, subject_type="thing", subject_id=1)
        raise RuntimeError("the power went")
    write()
    assert [entry.action for entry in session.scalars(select(AuditEntry))] == ["thing:made"]
