"""The world of access, once per database and session."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from portfolio.core import migrate
from portfolio.core.db import engine_of, make_engine
from tests.conftest import make_app, make_config, new_postgres_database
from tests.security.sweep import Sweep
from tests.security.world import build


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def world_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[str]:
    """A database of the world's own."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("world") / "world.db"
        shutil.copyfile(sqlite_template, path)
        yield f"sqlite:///{path}"
    else:
        with new_postgres_database() as url:
            engine = make_engine(url)
            migrate.upgrade(engine)
            engine.dispose()
            yield url


@pytest.fixture(scope="session")
def sweep(world_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sweep]:
    """The whole application over the world."""
    app = make_app(make_config(world_url, tmp_path_factory.mktemp("world-files")))
    sweep = Sweep(app, build(app))
    yield sweep
    sweep.close()
    engine_of(app).dispose()
