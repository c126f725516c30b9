"""Installs locked requirements with the pip that lies beside this file, so that the machine needs none."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from portfolio.core.bootstrap.errors import DISK_FULL, PreparationError
from portfolio.core.bootstrap.progress import Progress

HERE = Path(__file__).resolve().parent

# These would send packages elsewhere than into .venv; every other setting of the person's pip is respected.
MISLEADING = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONPATH", "PYTHONHOME")

PIN = re.compile(r"^([A-Za-z0-9][\w.\-]*)(?:\[[^]]*\])?==", re.MULTILINE)
MET = re.compile(
    r"^(?:Collecting |Requirement already satisfied: |Ignoring |Processing [^(]*/)([A-Za-z0-9](?:[\w.]|-(?!\d))*)"
)
INSTALLING = "Installing collected packages:"

CAUSES = (
    (
        re.compile(r"No space left on device|Errno 28|Disk quota exceeded"),
        DISK_FULL,
    ),
    (
        re.compile(r"DO NOT MATCH THE HASHES|Hashes are required", re.IGNORECASE),
        "ส่วนประกอบที่ดาวน์โหลดไม่ตรงกับค่าตรวจสอบ จึงไม่ติดตั้ง"
        " / a downloaded package does not match the locked checksum, so it was not installed",
    ),
    (
        re.compile(
            r"NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|Connection (?:refused|reset|aborted)"
            r"|name resolution|Name or service not known|Network is unreachable|connection (?:broken|error)",
            re.IGNORECASE,
        ),
        "เชื่อมต่อแหล่งดาวน์โหลดไม่ได้ โปรดต่ออินเทอร์เน็ต (หรือตั้งค่าพร็อกซีของ pip) แล้วเริ่มใหม่"
        " / the package registry cannot be reached; connect to the network (or set pip's proxy) and start again",
    ),
    (
        re.compile(r"No matching distribution found"),
        "แหล่งดาวน์โหลดของ pip ไม่มีส่วนประกอบที่ต้องใช้สำหรับ Python รุ่นนี้"
        " / pip's package source does not offer a ready-made package that is needed for this Python",
    ),
)


def vendored_pip(folder: Path = HERE) -> Path:
    """The pip wheel of this folder, after its SHA-256 was compared with the one written beside it."""
    wheels = sorted(folder.glob("pip-*.whl"))
    if len(wheels) != 1:
        raise PreparationError(f"{folder} must hold one pip wheel; fetch the program again")
    wheel = wheels[0]
    written = wheel.with_name(f"{wheel.name}.sha256")
    expected = written.read_text(encoding="ascii").split()[0] if written.exists() else ""
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != expected:
        raise PreparationError(f"{wheel.name} is damaged (its SHA-256 is not the written one); fetch the program again")
    return wheel


def install(
    python: Path, files: Sequence[Path], *, log: Path, lock: int, progress: Progress, pip: Path | None = None
) -> None:
    """Install exactly what the files pin, from ready-made packages only, checksums required.

    Everything pip says goes to `log`. The lock is handed on, so that a pip which outlives this process is
    still waited for. Raises InstallError.
    """
    command = [str(python), "-u", f"{pip or vendored_pip()}/pip", "install", "--require-hashes"]
    command += ["--only-binary=:all:", "--no-input", "--disable-pip-version-check", "--progress-bar=off"]
    for file in files:
        command += ["-r", str(file)]
    surroundings = {key: value for key, value in os.environ.items() if key not in MISLEADING}
    pinned = {_plain(name) for file in files for name in PIN.findall(file.read_text(encoding="utf-8"))}
    met: set[str] = set()
    touched = False
    tail: list[str] = []
    with (
        log.open("w", encoding="utf-8") as record,
        subprocess.Popen(
            command,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            pass_fds=[lock],
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            record.write(line)
            tail.append(line)
            found = MET.match(line)
            name = _plain(found[1]) if found else ""
            if name in pinned - met:
                met.add(name)
                progress.count(len(met), len(pinned), name)
            if line.startswith(INSTALLING):
                touched = True
                progress.say("กำลังติดตั้ง …", "Installing …")
    if process.returncode != 0:
        raise InstallError(_cause("".join(tail), log), touched=touched)


class InstallError(PreparationError):
    """pip gave up. `touched`: it had begun to write into the environment."""

    def __init__(self, message: str, *, touched: bool) -> None:
        super().__init__(message)
        self.touched = touched


def _plain(name: str) -> str:
    """One spelling for a package's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _cause(output: str, log: Path) -> str:
    for pattern, meaning in CAUSES:
        if pattern.search(output):
            return f"{meaning} (details: {log})"
    errors = [line.removeprefix("ERROR:").strip() for line in output.splitlines() if line.startswith("ERROR:")]
    return f"the installation failed: {errors[0] if errors else 'pip gave no reason'} (details: {log})"
