"""Typesets a document in a child process that has limits, so that no document can harm its caller."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portfolio.dossier.document import Document
from portfolio.dossier.exhibits import EXHIBIT_ERRORS
from portfolio.dossier.writers.engines import (
    EngineMissing,
    Format,
    OutOfMemory,
    TypesettingError,
    TypesettingTimeout,
    engine_for,
    engine_version,
)

_PACKAGE_ROOT = Path(__file__).resolve().parents[3]
_ERRORS = {cls.__name__: cls for cls in (TypesettingError, EngineMissing, OutOfMemory, TypesettingTimeout)}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one typesetting run may take. A 300-page dossier takes some 5 s and 500 MB."""

    seconds: float = 180.0
    memory_mb: int = 3072
    file_mb: int = 512


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Rendered:
    """What came out: `pages` is None where the format has none; `notes` say what the file could not be."""

    pages: int | None
    sha256: str
    size: int
    engine: str
    engine_version: str
    notes: tuple[str, ...] = ()


def render(
    document: Document,
    *,
    format: Format,
    out: Path,
    engine: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Rendered:
    """Typeset into `out`, which appears whole or not at all. Raises TypesettingError and its kinds."""
    chosen = engine_for(format, engine)
    version = engine_version(chosen)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="dossier-", dir=out.parent) as folder:
        work = Path(folder)
        (work / "document.json").write_text(document.to_json(), encoding="utf-8")
        made = work / f"out.{format}"
        report = run_child(chosen.name, work, made, limits)
        digest, size = _digest(made)
        os.replace(made, out)
    return Rendered(
        pages=report["pages"],
        sha256=digest,
        size=size,
        engine=chosen.name,
        engine_version=version,
        notes=tuple(report["notes"]),
    )


def run_child(task: str, work: Path, made: Path, limits: Limits) -> dict[str, Any]:
    """Run one task of child.py over the folder `work`; returns its report. Raises what it reports, and its limits."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": str(_PACKAGE_ROOT),
        "PYTHONHASHSEED": "0",
        "QT_HASH_SEED": "0",
        "LANG": "C.UTF-8",
        "HOME": str(work),
        "TMPDIR": str(work),
    }
    command = [
        sys.executable,
        "-m",
        "portfolio.dossier.writers.child",
        task,
        str(work),
        str(made),
        json.dumps([limits.seconds, limits.memory_mb, limits.file_mb]),
    ]
    with (work / "stderr").open("wb") as errors:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=environment,
            cwd=work,
            start_new_session=True,
        )
        try:
            code = child.wait(timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            raise TypesettingTimeout(f"Typesetting took longer than {limits.seconds:g} seconds.") from None
        finally:
            # The group, not the child alone: wkhtmltopdf is a grandchild.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    return _outcome(work, made, code)


def _outcome(work: Path, made: Path, code: int) -> dict[str, Any]:
    report = work / "report.json"
    answer = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
    if code == 0 and made.exists():
        return dict(answer)
    if "exhibit" in answer:
        raise EXHIBIT_ERRORS[answer["error"]](*answer["exhibit"])
    if "error" in answer:
        raise _ERRORS.get(answer["error"], TypesettingError)(answer["message"])
    if code == -signal.SIGXCPU:
        raise TypesettingTimeout("Typesetting used up its processor time.")
    said = (work / "stderr").read_text(encoding="utf-8", errors="replace")
    if "memory allocation" in said or "MemoryError" in said:
        raise OutOfMemory("Typesetting needed more memory than it may take.")
    raise TypesettingError(f"Typesetting ended unexpectedly (code {code}).")


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest(), path.stat().st_size
