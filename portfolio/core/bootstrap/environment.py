"""Makes .venv ready: once, whole, and again only when the locked requirements or the Python change."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import venv as standard
from collections.abc import Sequence
from pathlib import Path

from portfolio.core.bootstrap import installer, stamp
from portfolio.core.bootstrap.errors import DISK_FULL, PreparationError
from portfolio.core.bootstrap.lock import exclusive
from portfolio.core.bootstrap.progress import Progress

UNFINISHED = "portfolio-unfinished"  # stands in .venv while packages are being written
FULL = (errno.ENOSPC, errno.EDQUOT)


def prepare(root: Path, sets: Sequence[str], *, progress: Progress | None = None) -> Path:
    """Return the interpreter of a .venv under `root` that holds these requirement files.

    Takes milliseconds when it is ready. Otherwise makes or mends it, one process at a time. Raises PreparationError.
    """
    venv = root / ".venv"
    python = venv / "bin" / "python"
    progress = progress or Progress()
    try:
        asked = stamp.wanted(root, sets)
        if stamp.holds(venv, asked) and python.exists():
            return python
        with exclusive(venv, on_wait=lambda: _say_waiting(progress)) as lock:
            if not (stamp.holds(venv, asked) and python.exists()):
                _make(root, sets, asked, lock, progress)
    except OSError as error:
        if error.errno in FULL:
            raise PreparationError(DISK_FULL) from error
        raise PreparationError(f"{error.filename or venv}: {error.strerror}") from error
    return python


def _make(root: Path, sets: Sequence[str], asked: dict[str, str], lock: int, progress: Progress) -> None:
    venv = root / ".venv"
    python = venv / "bin" / "python"
    progress.say("กำลังเตรียมโปรแกรม … (ครั้งแรกใช้เวลาสักครู่)", "Preparing the program … (the first time takes a moment)")
    pip = installer.vendored_pip()
    if not _is_sound(venv):
        # Whatever an earlier start left half done goes; the descriptor of the folder, and so the lock, stays.
        standard.EnvBuilder(clear=True, symlinks=True, with_pip=False).create(venv)
    stamp.remove(venv)
    (venv / UNFINISHED).touch()
    progress.say("กำลังดาวน์โหลดส่วนประกอบ …", "Fetching the locked packages …")
    try:
        installer.install(
            python,
            [root / name for name in sets],
            log=venv / "portfolio-install.log",
            lock=lock,
            progress=progress,
            pip=pip,
        )
    except installer.InstallError as failure:
        if not failure.touched:
            (venv / UNFINISHED).unlink()
        raise
    (venv / UNFINISHED).unlink()
    stamp.write(venv, asked)
    progress.say("พร้อมแล้ว", "Ready")


def _is_sound(venv: Path) -> bool:
    """Whether packages can be added to what stands there: nothing half written, and the same Python."""
    if (venv / UNFINISHED).exists():
        return False
    tag = "import sys; print(sys.implementation.cache_tag, sys.prefix)"
    try:
        answer = subprocess.run(
            [venv / "bin" / "python", "-I", "-c", tag], capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.stdout.split(None, 1) == [sys.implementation.cache_tag, f"{venv}\n"]


def _say_waiting(progress: Progress) -> None:
    progress.say("กำลังรอการเตรียมโปรแกรมที่เริ่มไว้ก่อน …", "Waiting for another start that is preparing the program …")


def is_inside(root: Path) -> bool:
    """Whether the running interpreter is that of the environment."""
    return os.path.realpath(sys.prefix) == os.path.realpath(root / ".venv")
