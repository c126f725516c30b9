"""Runs a function or a program in a child process with limits on memory, processor time and patience."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from portfolio.config import ROOT
from portfolio.core.bootstrap.parent import end_with

LARGEST_ANSWER_BYTES = 16 * 1024 * 1024
LARGEST_FILE_BYTES = 2 * 1024 * 1024 * 1024
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "HOME", "TMPDIR", "TZ", "FONTCONFIG_FILE", "FONTCONFIG_PATH")


class LimitedError(Exception):
    """The child did not give an answer."""


class ChildTimedOut(LimitedError):
    """It took longer than it may, by the clock or by processor time."""


class ChildOutOfMemory(LimitedError):
    """It asked for more memory than it may have."""


class ChildCrashed(LimitedError):
    """It ended without an answer."""


class ChildRefused(LimitedError):
    """The function raised Refusal: the content is at fault, and `code` says how."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Refusal(Exception):
    """Raised by a function in the child to refuse what it was given, with a code the parent can translate."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def run_limited(
    function: str, arguments: Mapping[str, Any], *, seconds: float = 30, memory_mb: int = 1024
) -> dict[str, Any]:
    """Call `package.module:function(**arguments)` in a child process; arguments and answer travel as JSON.

    Raises ChildRefused, ChildTimedOut, ChildOutOfMemory or ChildCrashed. The environment's secrets stay here.
    """
    order = {
        "function": function,
        "arguments": dict(arguments),
        "seconds": seconds,
        "memory_mb": memory_mb,
        "parent": os.getpid(),
    }
    with tempfile.TemporaryFile() as complaints:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "portfolio.core.storage.limited"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            cwd=ROOT,
            env=_environment() | {"PYTHONPATH": str(ROOT)},
            start_new_session=True,
        )
        answer, code = _finish(child, json.dumps(order).encode(), seconds)
    if code == -signal.SIGXCPU:
        raise ChildTimedOut(function)
    if code != 0 or not answer or len(answer) > LARGEST_ANSWER_BYTES:
        raise ChildCrashed(f"{function} ended with {code}")
    told = json.loads(answer)
    if "refused" in told:
        raise ChildRefused(told["refused"])
    if "failed" in told:
        raise ChildOutOfMemory(function) if told["failed"] == "memory" else ChildCrashed(told["failed"])
    result: dict[str, Any] = told["answer"]
    return result


def run_program(
    command: Sequence[str], *, seconds: float, memory_mb: int, folder: Path, extra: Mapping[str, str] | None = None
) -> None:
    """Run a program (a converter, a typesetting engine) in a folder of its own, with the same limits.

    Raises ChildTimedOut or ChildCrashed; what the program printed is not kept.
    """
    order = {"command": list(command), "seconds": seconds, "memory_mb": memory_mb, "parent": os.getpid()}
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "portfolio.core.storage.limited", "program"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=_environment() | {"PYTHONPATH": str(ROOT)} | dict(extra or {}),
        start_new_session=True,
    )
    _, code = _finish(child, json.dumps(order).encode(), seconds)
    if code == -signal.SIGXCPU:
        raise ChildTimedOut(command[0])
    if code != 0:
        raise ChildCrashed(f"{command[0]} ended with {code}")


def _finish(child: subprocess.Popen[bytes], order: bytes, seconds: float) -> tuple[bytes, int]:
    try:
        answer, _ = child.communicate(order, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise ChildTimedOut(f"longer than {seconds:g} s") from error
    finally:
        _end_group(child)
    return answer or b"", child.returncode


def _end_group(child: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it started; its session is its own, so nothing else is met."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # all of them may have ended
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe:
            pipe.close()


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}


def _limit(seconds: float, memory_mb: int) -> None:
    """Take the limits on; a child sets them on itself, since between fork and exec nothing is safe with threads."""
    memory = memory_mb * 1024 * 1024
    processor = int(seconds) + 1
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE_BYTES, LARGEST_FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _child() -> None:
    order = json.load(sys.stdin)
    # Libraries that print must not spoil the answer: it goes out on a copy, and stdout becomes stderr.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    end_with(order["parent"])
    _limit(order["seconds"], order["memory_mb"])
    module, name = order["function"].split(":")
    try:
        told = {"answer": getattr(importlib.import_module(module), name)(**order["arguments"])}
    except MemoryError:
        told = {"failed": "memory"}
    except Exception as error:
        # Refusal by its code and not by its class: this module runs as __main__ here and has two of it.
        code = getattr(error, "code", None) if type(error).__name__ == "Refusal" else None
        told = {"refused": code} if code else {"failed": type(error).__name__}
    json.dump(told, answers)
    answers.flush()
    os._exit(0)  # native libraries that were fed damaged files may crash while they are torn down


def _program() -> None:
    order = json.load(sys.stdin)
    end_with(order["parent"])
    _limit(order["seconds"], order["memory_mb"])
    os.execvp(order["command"][0], order["command"])  # noqa: S606 - a list of words, no shell


if __name__ == "__main__":
    _program() if sys.argv[1:] == ["program"] else _child()
