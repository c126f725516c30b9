"""`run.py serve`: the web server of one machine, with its worker beside it."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType

import waitress
from flask import Flask

from portfolio.config import ROOT, Config
from portfolio.core.hooks import Command, Hooks

THREADS = 8
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Companion:
    """A child process that is started again when it ends, and ends when this process does.

    `patience`: seconds before the first restart, doubled each time up to `longest`; a child that lived longer
    than that starts the count anew. `grace`: seconds it gets to finish after SIGTERM.
    """

    def __init__(
        self, command: Sequence[str], *, patience: float = 1.0, longest: float = 30.0, grace: float = 20.0
    ) -> None:
        self.command = list(command)
        self.patience = patience
        self.longest = longest
        self.grace = grace
        self.process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        # One thread starts every child and lives as long as this process: Linux tells a child of its
        # parent's death when the thread that started it ends.
        self._thread = threading.Thread(target=self._keep, name="companion", daemon=True)

    def start(self) -> None:
        """Start the child, and keep it running."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the child to finish, wait for it, and kill it when its grace is over."""
        self._stopping.set()
        self._thread.join()

    def _keep(self) -> None:
        pause = self.patience
        while not self._stopping.is_set():
            started = time.monotonic()
            # A session of its own: Ctrl-C reaches it only through stop(), in order.
            self.process = subprocess.Popen(  # noqa: S603 - run.py itself, no word of it from outside
                self.command, stdin=subprocess.DEVNULL, start_new_session=True
            )
            code = self._wait(self.process)
            if self._stopping.is_set():
                return
            if time.monotonic() - started > self.longest:
                pause = self.patience
            _say(f"worker: ended with code {code}; starting it again in {pause:g} s")
            self._stopping.wait(pause)
            pause = min(pause * 2, self.longest)

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        while not self._stopping.is_set():
            try:
                return process.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                continue
        process.terminate()
        try:
            return process.wait(self.grace)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


def serve(app: Flask, words: argparse.Namespace) -> int:
    """Serve until SIGTERM, SIGINT or SIGHUP; then stop the worker and the server. Returns the exit code."""
    config: Config = app.extensions["config"]
    hooks: Hooks = app.extensions["hooks"]
    if config.development_secrets and not config.serves_loopback_only:
        return _refuse(
            f"HOST={config.host} can be reached by others: set PORTFOLIO_SECRET_KEY and PORTFOLIO_SEAL_KEY first"
        )
    try:
        server = waitress.create_server(
            app,
            host=config.host,
            port=config.port,
            threads=THREADS,
            ident=None,
            max_request_body_size=config.max_upload_bytes + 1024 * 1024,  # the form around the file
            clear_untrusted_proxy_headers=True,
        )
    except OSError as error:
        return _refuse(f"{config.host}:{config.port} cannot be served: {error.strerror}; set PORT to another one")
    for number in STOPPING:
        signal.signal(number, _leave)
    companion = None
    if not words.without_worker:
        companion = Companion([sys.executable, str(ROOT / "run.py"), "--bound-to", str(os.getpid()), "worker"])
        companion.start()
    _welcome(f"http://{server.effective_host}:{server.effective_port}", hooks.start_lines)
    try:
        server.run()  # returns when _leave interrupts it
    finally:
        _say("กำลังหยุด … / Stopping …")
        if companion:
            companion.stop()
        server.close()
    return 0


def register(hooks: Hooks) -> None:
    """Add the verb."""
    hooks.command("serve", Command("serve on HOST and PORT with a worker, until stopped", serve, _arguments))


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--without-worker", action="store_true", help="start no worker: another process or machine runs it"
    )


def _leave(_number: int, _frame: FrameType | None) -> None:
    for other in STOPPING:
        signal.signal(other, signal.SIG_IGN)  # one farewell; SIGKILL is left for the impatient
    raise SystemExit(0)


def _welcome(address: str, start_lines: Sequence[Callable[[], Sequence[str]]]) -> None:
    _say("")
    _say(f"EnT Portfolio  {address}")
    for lines in start_lines:
        for line in lines():
            _say(line)
    _say("หยุดด้วย Ctrl-C / Stop with Ctrl-C")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - for the person who started it


def _refuse(reason: str) -> int:
    print(f"run.py: {reason}", file=sys.stderr)  # noqa: T201 - the one line of a refusal
    return 1
