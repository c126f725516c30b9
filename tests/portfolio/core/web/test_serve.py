"""`run.py serve` as a person meets it: an address, a worker beside it, refusals in one line, a clean end."""

from __future__ import annotations

import argparse
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from portfolio.config import ROOT, load_config
from portfolio.core.hooks import Hooks
from portfolio.core.web import commands


def make_app(tmp_path: Path, **surroundings: str) -> Flask:
    """An application without rooms."""
    app = Flask("serve")
    app.extensions["hooks"] = Hooks()
    app.extensions["config"] = load_config({"PORTFOLIO_VAR": str(tmp_path), **surroundings})
    return app


def serve(app: Flask) -> int:
    """The verb, in this process; only a refusal returns."""
    return commands.serve(app, argparse.Namespace(without_worker=True))


def test_development_secrets_are_not_shown_to_a_network(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert serve(make_app(tmp_path, HOST="0.0.0.0")) == 1  # noqa: S104 - what must be refused
    assert capsys.readouterr() == (
        "",
        "run.py: HOST=0.0.0.0 can be reached by others: "
        "set PORTFOLIO_SECRET_KEY, PORTFOLIO_SEAL_KEY and PORTFOLIO_FIELD_KEYS first\n",
    )


def test_a_port_in_use_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serve(make_app(tmp_path, PORT=str(port))) == 1
    assert capsys.readouterr() == (
        "",
        f"run.py: 127.0.0.1:{port} cannot be served: Address already in use; set PORT to another one\n",
    )


class Service:
    """A started `run.py`, and what it said so far."""

    def __init__(self, tmp_path: Path, *words: str) -> None:
        self.said = tmp_path / "said"
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PORTFOLIO_")}
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "run.py"), *words],
                env={**kept, "PORTFOLIO_VAR": str(tmp_path / "var"), "PORT": "0"},
                cwd=tmp_path,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def address(self) -> str:
        """Where it serves, once it does."""
        self.wait_for(lambda: "http://" in self.said.read_text())
        found = re.search(r"http://127\.0\.0\.1:\d+", self.said.read_text())
        assert found
        return found[0]

    def workers(self) -> list[int]:
        """The process ids of its children."""
        children = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(pid) for file in children for pid in file.read_text().split()]

    def health(self) -> int:
        """The status of /healthz, 0 where nobody answers."""
        try:
            with urllib.request.urlopen(f"{self.address()}/healthz", timeout=10) as answer:  # noqa: S310 - http, above
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return 0

    def wait_for(self, condition: Callable[[], bool], seconds: float = 90) -> None:
        """Poll until it holds; tell what was said when it never does."""
        end = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < end, self.said.read_text()
            time.sleep(0.05)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service on an empty database, without sample data."""
    started = Service(tmp_path, "serve")
    yield started
    started.process.kill()
    started.process.wait()


def test_the_service_gets_well_loses_its_worker_and_stops_clean(service: Service) -> None:
    service.wait_for(lambda: service.health() == 200)
    first = service.workers()
    assert len(first) == 1
    os.kill(first[0], signal.SIGKILL)
    service.wait_for(lambda: len(service.workers()) == 1 and service.workers() != first)
    assert "worker: ended with code -9; starting it again in 1 s" in service.said.read_text()
    second = service.workers()
    service.process.terminate()
    assert service.process.wait(60) == 0
    assert not Path(f"/proc/{second[0]}").exists()
    assert service.said.read_text().splitlines()[-1] == "กำลังหยุด … / Stopping …"


def test_a_killed_service_leaves_no_worker_behind(service: Service) -> None:
    service.wait_for(lambda: service.health() == 200)
    worker = service.workers()[0]
    service.process.kill()
    service.process.wait()
    end = time.monotonic() + 60
    while Path(f"/proc/{worker}").exists():
        assert time.monotonic() < end, "the worker lives on"
        time.sleep(0.05)
