"""The child process beside the server: restarted when it ends, gone when its parent is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from portfolio.config import ROOT
from portfolio.core.web.companion import Companion

# Writes its process id, one line for each start, and waits.
CHILD = (
    "import os, sys, time, pathlib; from portfolio.core.bootstrap import parent; parent.end_with(int(sys.argv[2]));"
    "open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(600)"
)
# The same, but deaf to SIGTERM.
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + CHILD
PARENT = (
    "import sys, time; sys.path.insert(0, sys.argv[1]); from portfolio.core.web.companion import Companion;"
    "import os; Companion([sys.executable, '-c', sys.argv[2], sys.argv[3], str(os.getpid())],"
    " on_restart=print).start(); time.sleep(600)"
)


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child started with -c finds the project by its working directory."""
    monkeypatch.chdir(ROOT)


def command(program: str, log: Path) -> list[str]:
    """The child under this interpreter."""
    return [sys.executable, "-c", program, str(log), str(os.getpid())]


def starts(log: Path) -> list[int]:
    """The process ids of all starts so far."""
    return [int(line) for line in log.read_text().splitlines()] if log.exists() else []


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended but was not yet waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state.rsplit(")", 1)[1].split()[0] != "Z"


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Poll until it holds; fail loudly when it never does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the awaited state did not come"
        time.sleep(0.02)


def test_a_killed_child_is_started_again_and_told_of(tmp_path: Path) -> None:
    told: list[tuple[int, float]] = []
    companion = Companion(
        command(CHILD, tmp_path / "log"), on_restart=lambda code, pause: told.append((code, pause)), patience=0.05
    )
    companion.start()
    try:
        wait_for(lambda: len(starts(tmp_path / "log")) == 1)
        os.kill(starts(tmp_path / "log")[0], signal.SIGKILL)
        wait_for(lambda: len(starts(tmp_path / "log")) == 2)
        os.kill(starts(tmp_path / "log")[1], signal.SIGKILL)
        wait_for(lambda: len(starts(tmp_path / "log")) == 3)
    finally:
        companion.stop()
    assert told == [(-signal.SIGKILL, 0.05), (-signal.SIGKILL, 0.1)]
    assert [is_alive(pid) for pid in starts(tmp_path / "log")] == [False, False, False]


def test_a_stopped_child_is_not_started_again(tmp_path: Path) -> None:
    companion = Companion(command(CHILD, tmp_path / "log"), on_restart=lambda *_: None, patience=0.01)
    companion.start()
    wait_for(lambda: len(starts(tmp_path / "log")) == 1)
    companion.stop()
    assert companion.process is not None
    assert companion.process.returncode == -signal.SIGTERM
    assert len(starts(tmp_path / "log")) == 1


def test_a_child_that_does_not_listen_is_killed_after_its_grace(tmp_path: Path) -> None:
    companion = Companion(command(DEAF, tmp_path / "log"), on_restart=lambda *_: None, grace=0.2)
    companion.start()
    wait_for(lambda: len(starts(tmp_path / "log")) == 1)
    companion.stop()
    assert companion.process is not None
    assert companion.process.returncode == -signal.SIGKILL


def test_the_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(ROOT), CHILD, str(tmp_path / "log")], cwd=ROOT)
    try:
        wait_for(lambda: len(starts(tmp_path / "log")) == 1)
        child = starts(tmp_path / "log")[0]
        assert is_alive(child)
    finally:
        parent.kill()
        parent.wait()
    wait_for(lambda: not is_alive(child))


def test_a_child_whose_parent_is_gone_before_it_asked_leaves_at_once(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", CHILD, str(tmp_path / "log"), "1"], cwd=ROOT, check=False)
    assert done.returncode == 0
    assert starts(tmp_path / "log") == []
