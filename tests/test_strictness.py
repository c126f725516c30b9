"""The strict mode of the suite: nothing may be left out without the run failing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent

LEFT_OUT = {
    "test_skip.py": "import pytest\n@pytest.mark.skip\ndef test_it(): ...\n",
    "test_module.py": "import pytest\npytest.skip('not here', allow_module_level=True)\n",
    "test_xfail.py": "import pytest\n@pytest.mark.xfail\ndef test_it(): assert 1 == 2\n",
    "test_xpass.py": "import pytest\n@pytest.mark.xfail\ndef test_it(): assert 1 == 1\n",
    "test_word.py": "def test_unwanted(): assert 1 == 1\n",
}


def run(folder: Path, *words: str, strict: str = "1") -> subprocess.CompletedProcess[str]:
    """Run pytest on its own, with nothing of this project but the plug-in."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "strictness", "-p", "no:cacheprovider", *words],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(TESTS), "PORTFOLIO_TEST_STRICT": strict},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A suite in which everything runs."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_full.py").write_text("def test_it(): assert 1 == 1\n")
    return tmp_path


def test_a_full_run_passes(suite: Path) -> None:
    assert run(suite).returncode == 0


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_whatever_is_left_out_fails_the_run_and_is_named(suite: Path, workers: tuple[str, ...]) -> None:
    for name, source in LEFT_OUT.items():
        (suite / name).write_text(source)
    done = run(suite, "-k", "not unwanted", *workers)
    assert done.returncode == 1
    assert [line for line in done.stdout.splitlines() if line.startswith("NOT RUN")] == [
        "NOT RUN deselected: test_word.py::test_unwanted",
        "NOT RUN skipped: test_module.py",
        "NOT RUN skipped: test_skip.py::test_it",
        "NOT RUN xfail: test_xfail.py::test_it",
        "NOT RUN xfail: test_xpass.py::test_it",
    ]


def test_without_the_variable_a_skip_is_only_told(suite: Path) -> None:
    (suite / "test_skip.py").write_text(LEFT_OUT["test_skip.py"])
    assert run(suite, strict="0").returncode == 0
