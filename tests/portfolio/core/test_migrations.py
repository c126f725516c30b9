"""Migrations: up and down with data in the tables, on both databases, losing no row."""

from __future__ import annotations

import argparse
import re
import shutil
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import CheckConstraint, Engine, UniqueConstraint, inspect, text

from portfolio.core import migrate
from portfolio.core.db import Base, engine_of, make_engine
from portfolio.core.hooks import Hooks
from portfolio.core.migrate import BrokenReferencesError
from tests.conftest import make_app, make_config

DATED = re.compile(r"\d{8}_\d{4}_[a-z0-9_]+\.py")

REBUILD = '''
"""Rebuild two parents."""
import sqlalchemy as sa
from alembic import op
revision = "feedfacecafe"
down_revision = "{previous}"
branch_labels = depends_on = None
def upgrade():
    recreate = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    for table in ("users", "organizations"):
        with op.batch_alter_table(table, recreate=recreate) as batch:
            batch.add_column(sa.Column("probe", sa.String(10), nullable=True))
def downgrade():
    recreate = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    for table in ("users", "organizations"):
        with op.batch_alter_table(table, recreate=recreate) as batch:
            batch.drop_column("probe")
'''

ORPHANING = '''
"""Leave children without their parent."""
from alembic import op
revision = "feedfacecafe"
down_revision = "{previous}"
branch_labels = depends_on = None
def upgrade():
    op.execute("DELETE FROM users")
def downgrade():
    op.execute("SELECT 1")
'''


@pytest.fixture
def engine(bare_database_url: str) -> Iterator[Engine]:
    found = make_engine(bare_database_url)
    yield found
    found.dispose()


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations to which a test may add one."""
    copy = tmp_path / "migrations"
    shutil.copytree(migrate.SCRIPTS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrate, "SCRIPTS", copy)
    return copy


def revisions() -> list[str]:
    """All revisions, oldest first."""
    directory = ScriptDirectory.from_config(migrate._config())
    return [script.revision for script in reversed(list(directory.walk_revisions()))]


def add_revision(scripts: Path, source: str) -> str:
    """Put one more on top; returns what was the newest."""
    previous = revisions()[-1]
    (scripts / "versions" / "20991231_2359_probe.py").write_text(source.format(previous=previous))
    return previous


def counts(engine: Engine) -> dict[str, int]:
    """How many rows each table holds."""
    with engine.connect() as connection:
        tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
        return {name: connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in sorted(tables)}


def same_where_both_exist(before: dict[str, int], after: dict[str, int]) -> None:
    shared = set(before) & set(after)
    assert {name: before[name] for name in shared} == {name: after[name] for name in shared}


def test_names_are_dated() -> None:
    names = [path.name for path in (migrate.SCRIPTS / "versions").glob("*.py")]
    assert names
    assert [name for name in names if not DATED.fullmatch(name)] == []


def test_history_is_one_line() -> None:
    directory = ScriptDirectory.from_config(migrate._config())
    assert len(directory.get_heads()) == 1
    assert len(directory.get_bases()) == 1


def test_tables_are_what_the_models_say(engine: Engine) -> None:
    migrate.upgrade(engine)
    assert migrate.is_current(engine)
    with engine.connect() as connection, warnings.catch_warnings():
        # SQLAlchemy cannot read an index over an expression back from SQLite, and says so; see the next test.
        warnings.filterwarnings("ignore", message=".*expression-based index.*")
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        inspector = inspect(connection)
        assert set(inspector.get_table_names()) == set(Base.metadata.tables) | {"alembic_version"}
        for table in Base.metadata.tables.values():
            checks = {str(item.name) for item in table.constraints if isinstance(item, CheckConstraint)}
            uniques = {str(item.name) for item in table.constraints if isinstance(item, UniqueConstraint)}
            assert {item["name"] for item in inspector.get_check_constraints(table.name)} == checks
            assert {item["name"] for item in inspector.get_unique_constraints(table.name)} == uniques


def test_indexes_are_what_the_models_say(engine: Engine) -> None:
    migrate.upgrade(engine)
    look = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'",
    }
    with engine.connect() as connection:
        found = set(connection.scalars(text(look[engine.dialect.name])))
    wanted = {str(index.name) for table in Base.metadata.tables.values() for index in table.indexes}
    # PostgreSQL counts what stands behind primary keys and unique constraints as well.
    assert {name for name in found if not name.startswith(("pk_", "uq_", "alembic_"))} == {
        name for name in wanted if not name.startswith("uq_")
    }
    assert {name for name in wanted if name.startswith("uq_")} <= found


def test_down_to_nothing_and_up_again(engine: Engine) -> None:
    migrate.upgrade(engine)
    whole = counts(engine)
    migrate.downgrade(engine, "base")
    assert counts(engine) == {}
    migrate.upgrade(engine)
    assert counts(engine) == whole


def test_every_step_keeps_every_row(sample_app: Flask) -> None:
    engine = engine_of(sample_app)
    filled = counts(engine)
    assert sum(filled.values()) > 100
    steps = revisions()
    for revision in reversed(steps[:-1]):
        before = counts(engine)
        migrate.downgrade(engine, revision)
        same_where_both_exist(before, counts(engine))
    for revision in steps:
        before = counts(engine)
        migrate.upgrade(engine, revision)
        same_where_both_exist(before, counts(engine))
    assert set(counts(engine)) == set(filled)


def test_rebuilding_a_parent_keeps_its_children(sample_app: Flask, scripts: Path) -> None:
    """With foreign keys on, SQLite would delete every child that cascades, in silence."""
    engine = engine_of(sample_app)
    before = counts(engine)
    assert before["users"] > 1
    assert before["role_grants"] > 1
    previous = add_revision(scripts, REBUILD)
    migrate.upgrade(engine)
    assert "probe" in {column["name"] for column in inspect(engine).get_columns("users")}
    assert counts(engine) == before
    migrate.downgrade(engine, previous)
    assert "probe" not in {column["name"] for column in inspect(engine).get_columns("users")}
    assert counts(engine) == before


def test_migration_that_leaves_orphans_is_undone(sample_app: Flask, scripts: Path) -> None:
    engine = engine_of(sample_app)
    before = counts(engine)
    add_revision(scripts, ORPHANING)
    refusal = BrokenReferencesError if engine.dialect.name == "sqlite" else Exception
    with pytest.raises(refusal, match=r"refer to nothing|foreign key"):
        migrate.upgrade(engine)
    assert counts(engine) == before
    assert not migrate.is_current(engine)


def test_foreign_keys_are_on_again_afterwards(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'bare.db'}")
    migrate.upgrade(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    engine.dispose()


def test_several_first_starts_at_once(bare_database_url: str, tmp_path: Path) -> None:
    """Each migrates and seeds; together they do it once."""
    apps = [make_app(make_config(bare_database_url, tmp_path)) for _number in range(3)]
    answers: list[object] = []

    def start(app: Flask) -> None:
        try:
            answers.append(run_migrate(app))
        except BaseException as error:
            answers.append(error)

    threads = [threading.Thread(target=start, args=(app,)) for app in apps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [0, 0, 0]
    assert migrate.is_current(engine_of(apps[0]))
    for app in apps:
        engine_of(app).dispose()


def run_migrate(app: Flask) -> int:
    hooks: Hooks = app.extensions["hooks"]
    with app.app_context():
        return hooks.commands["migrate"].run(app, argparse.Namespace(new=None))


def test_verb_migrates_seeds_and_refuses_in_one_line(
    sample_app: Flask, scripts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hooks: Hooks = sample_app.extensions["hooks"]
    seeded: list[int] = []
    hooks.seed.append(lambda: seeded.append(1))
    capsys.readouterr()

    assert run_migrate(sample_app) == 0
    assert (seeded, capsys.readouterr().out) == ([1], "")
    previous = add_revision(scripts, REBUILD)
    assert run_migrate(sample_app) == 0
    assert capsys.readouterr().out == "the database is up to date\n"
    migrate.downgrade(engine_of(sample_app), previous)
    if engine_of(sample_app).dialect.name == "sqlite":
        add_revision_over(scripts, ORPHANING, previous)
        assert run_migrate(sample_app) == 1
        printed = capsys.readouterr()
        assert printed.err.count("\n") == 1
        assert "undone" in printed.err


def add_revision_over(scripts: Path, source: str, previous: str) -> None:
    (scripts / "versions" / "20991231_2359_probe.py").write_text(source.format(previous=previous))
