"""run.py itself: what it refuses, in one line, and that an old Python gets as far as being told."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import run
from portfolio.config import ROOT


def start(program: str, *words: str, **surroundings: str) -> subprocess.CompletedProcess[str]:
    """Run a file with what it may read of the surroundings."""
    return subprocess.run(
        [sys.executable, program, *words],
        env={**os.environ, **surroundings},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A copy of what a start needs before anything is installed, asking for a package nobody has."""
    for name in ("portfolio/__init__.py", "portfolio/core/__init__.py", "run.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "portfolio/core/bootstrap", tmp_path / "portfolio/core/bootstrap")
    (tmp_path / "requirements.txt").write_text("nobody-has-this==1.0 --hash=sha256:" + "0" * 64 + "\n")
    return tmp_path


@pytest.mark.parametrize(
    ("version", "system", "reason"),
    [
        ((3, 11), "posix", ""),
        ((3, 14), "posix", ""),
        ((3, 10), "posix", "Python 3.11 or newer is needed; this is Python 3.10"),
        ((3, 6), "posix", "Python 3.11 or newer is needed; this is Python 3.6"),
        ((3, 12), "nt", "Linux or macOS is needed; on Windows, start it inside WSL"),
    ],
)
def test_versions_and_systems(version: tuple[int, ...], system: str, reason: str) -> None:
    assert run.refusal_of(version, system) == reason


def test_run_parses_under_python_3_6() -> None:
    ast.parse((ROOT / "run.py").read_text(), feature_version=(3, 6))


def test_run_imports_nothing_new_before_the_version_is_known() -> None:
    tree = ast.parse((ROOT / "run.py").read_text())
    imported = [ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    assert imported == ["import os", "import sys", "from typing import TYPE_CHECKING"]


def test_an_old_python_is_told_in_one_line(tmp_path: Path) -> None:
    disguise = tmp_path / "disguise.py"
    disguise.write_text(
        "import runpy, sys\nsys.version_info = (3, 8, 10, 'final', 0)\n"
        f"runpy.run_path({str(ROOT / 'run.py')!r}, run_name='__main__')\n"
    )
    done = start(str(disguise))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == "run.py: Python 3.11 or newer is needed; this is Python 3.8\n"


def test_without_network_the_last_line_says_so(bare: Path) -> None:
    done = start(
        str(bare / "run.py"),
        "migrate",
        PIP_CONFIG_FILE=os.devnull,
        PIP_INDEX_URL="http://127.0.0.1:9/simple",  # the discard port, closed everywhere
        PIP_FIND_LINKS="",
        PIP_RETRIES="1",
    )
    assert done.returncode == 1
    assert done.stdout == ""
    refusals = [line for line in done.stderr.splitlines() if line.startswith("run.py: ")]
    assert refusals == done.stderr.splitlines()[-1:]
    assert "the package registry cannot be reached" in refusals[0]


def test_a_damaged_copy_is_refused_before_anything_is_made(bare: Path) -> None:
    for wheel in (bare / "portfolio/core/bootstrap").glob("*.whl"):
        wheel.write_bytes(b"")
    done = start(str(bare / "run.py"), "migrate")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(
        "is damaged (its SHA-256 is not the written one); fetch the program again"
    )
    assert list((bare / ".venv").iterdir()) == []


def test_a_wrong_setting_stops_the_start_in_one_line() -> None:
    done = start(str(ROOT / "run.py"), "routes", PORT="eighty")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == "run.py: PORT must be a whole number from 0 to 65535, not 'eighty'\n"


def test_the_whole_suite_runs_on_all_cores_and_a_part_in_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert run.words_for_pytest([]) == ["-n", "2"]
    assert run.words_for_pytest(["--all"]) == ["-n", "2", "--all"]
    assert run.words_for_pytest(["-k", "criteria"]) == ["-k", "criteria"]


@pytest.mark.parametrize(
    ("verb", "surroundings", "sets"),
    [
        ("", {}, ["requirements.txt"]),
        ("serve", {"PORTFOLIO_DATABASE_URL": "sqlite:///x.db"}, ["requirements.txt"]),
        ("serve", {"PORTFOLIO_DATABASE_URL": "postgresql://h/d"}, ["requirements.txt", "requirements-scale.txt"]),
        ("test", {"PORTFOLIO_DATABASE_URL": "postgresql://h/d"}, ["requirements.txt", "requirements-test.txt"]),
    ],
)
def test_what_is_installed_follows_from_what_is_asked(verb: str, surroundings: dict[str, str], sets: list[str]) -> None:
    assert run.requirement_sets(verb, surroundings) == sets
