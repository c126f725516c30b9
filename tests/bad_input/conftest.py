"""What was found on the pages of the sample data, once for all tests of this folder."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from portfolio.core.db import engine_of
from tests.bad_input.forms import Walk, walk
from tests.conftest import make_app, make_config
from tests.samples import link_tree


@pytest.fixture(scope="session")
def found(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """Every page and every form; the ids are the same in every copy of the sample data."""
    folder = tmp_path_factory.mktemp("walk")
    link_tree(sample_folder / "storage", folder / "storage")
    shutil.copyfile(sample_folder / "portfolio.db", folder / "portfolio.db")
    app = make_app(replace(make_config(f"sqlite:///{folder / 'portfolio.db'}", folder), sample_data=True))
    everything = walk(app)
    engine_of(app).dispose()
    return everything
