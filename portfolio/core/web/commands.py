"""`run.py serve`: the web server of one machine, with its worker beside it."""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from types import FrameType

import waitress
from flask import Flask

from portfolio.config import ROOT, SECRETS, Config
from portfolio.core.hooks import Command, Hooks
from portfolio.core.web.companion import Companion
from portfolio.core.web.limits import MIB, largest_request

THREADS = 8
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def serve(app: Flask, words: argparse.Namespace) -> int:
    """Serve until SIGTERM, SIGINT or SIGHUP; then stop the worker and the server. Returns the exit code."""
    config: Config = app.extensions["config"]
    hooks: Hooks = app.extensions["hooks"]
    if config.development_secrets and not config.serves_loopback_only:
        return _refuse(
            f"HOST={config.host} can be reached by others: set {', '.join(SECRETS[:-1])} and {SECRETS[-1]} first"
        )
    if not config.serves_loopback_only:
        with app.app_context():
            reasons = [reason for refusal in hooks.start_refusals if (reason := refusal())]
        if reasons:
            return _refuse(f"HOST={config.host} can be reached by others: {reasons[0]}")
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    try:
        listener = socket.create_server((config.host, config.port), family=family)
    except OSError as error:
        reason = str(error.strerror).split(" (")[0]  # Python adds the address, which stands here already
        return _refuse(f"{config.host}:{config.port} cannot be served: {reason}; set PORT to another one")
    server = waitress.create_server(
        app,
        sockets=[listener],
        threads=THREADS,
        ident=None,
        max_request_body_size=2 * largest_request(app) + 64 * MIB,  # over it the line breaks before a page can answer
        clear_untrusted_proxy_headers=True,
    )
    companion = Companion(
        [sys.executable, str(ROOT / "run.py"), "--bound-to", str(os.getpid()), "worker"], on_restart=_tell
    )
    host = f"[{config.host}]" if ":" in config.host else config.host
    with contextlib.suppress(SystemExit):  # _leave raises it, here or inside run(), which then returns
        for number in STOPPING:
            signal.signal(number, _leave)
        if not words.without_worker:
            companion.start()
        with app.app_context():  # of its own, so that no read transaction stays open while the service runs
            _welcome(f"http://{host}:{server.effective_port}", hooks.start_lines)
        gc.collect()
        gc.freeze()  # the program itself is never garbage; looking through it took a third of a large page's time
        server.run()
    _say("กำลังหยุด … / Stopping …")
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


def _tell(code: int, pause: float) -> None:
    _say(f"worker: ended with code {code}; starting it again in {pause:g} s")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - for the person who started it


def _refuse(reason: str) -> int:
    print(f"run.py: {reason}", file=sys.stderr)  # noqa: T201 - the one line of a refusal
    return 1
