"""A real service as a process of its own, and people who visit it with Chromium."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from types import TracebackType
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page

import portfolio.app
import review.app
from portfolio.config import ROOT, load_config
from portfolio.core.db import engine_of
from tests.builders.accounts import PASSWORD

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATIENCE_SECONDS = 90


class Service:
    """`run.py serve` with its worker on a port of its own, and the application beside it for preparing rows."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.said = folder / "said"
        self.settings = {
            "PORTFOLIO_VAR": str(folder / "var"),
            "PORTFOLIO_SAMPLE_DATA": "no",
            "PORT": str(_free_port()),
            **settings,
        }
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PORTFOLIO_")}
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "run.py"), "serve"],
                env=kept | self.settings,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.address = f"http://127.0.0.1:{self.settings['PORT']}"

    def __enter__(self) -> Service:
        self.wait_for(self.is_ready)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def is_ready(self) -> bool:
        """Database, storage and worker answer."""
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=10) as answer:  # noqa: S310 - http, above
                return bool(answer.status == 200)
        except OSError:
            return False

    def wait_for(self, condition: Callable[[], Any]) -> Any:
        """Poll until it holds and return what it gave; tell what the service said when it never does."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not (found := condition()):
            assert self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < end, self.said.read_text()
            time.sleep(0.1)
        return found

    @contextmanager
    def rows(self) -> Iterator[Flask]:
        """The same application on the same database, inside its context."""
        app = portfolio.app.create_app(load_config(self.settings))
        review.app.init_app(app)
        with app.app_context():
            yield app
        engine_of(app).dispose()

    def letters_to(self, address: str) -> list[str]:
        """What the worker has sent to an address so far, oldest first."""
        found = []
        for file in sorted((self.folder / "var" / "mail").glob("*.eml"), key=lambda path: int(path.stem)):
            letter = message_from_bytes(file.read_bytes(), policy=policy.default)
            if letter["To"] == address:
                body = letter.get_body()
                assert body is not None
                found.append(str(body.get_content()))
        return found

    def mailed_link(self, address: str, containing: str) -> str:
        """The first link of this kind that was sent to an address; waits for the worker."""
        pattern = re.compile(rf"{re.escape(self.address)}\S*{re.escape(containing)}\S*")

        def find() -> str | None:
            hits = [hit[0] for letter in self.letters_to(address) if (hit := pattern.search(letter))]
            return hits[0] if hits else None

        return str(self.wait_for(find))


class Visitor:
    """A person at a browser of their own. Whatever the browser complains of is kept in `complaints`."""

    def __init__(
        self, browser: Browser, service: Service, *, language: str = "th", width: int = 1280, scripts: bool = True
    ) -> None:
        self.service = service
        self.complaints: list[str] = []
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            locale="th-TH",
            timezone_id="Asia/Bangkok",
            base_url=service.address,
        )
        self.context.set_default_timeout(20_000)
        self.context.add_cookies([{"name": "language", "value": language, "url": service.address}])
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.context.on("console", self._console)
        self.context.on("response", self._response)
        self.page: Page = self.context.new_page()

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text} at {self.page.url}")

    def _response(self, answer: Any) -> None:
        if answer.status >= 500:
            self.complaints.append(f"{answer.status} {answer.request.method} {answer.url}")

    def open(self, address: str) -> None:
        """Go to a page; it must be there."""
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status == 200, f"{answer.status} {address}"

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """By the form."""
        self.open("/accounts/sign-in")
        self.fill(email=email, password=password)
        self.send("/accounts/sign-in")
        assert "/sign-in" not in self.page.url

    def fill(self, **fields: str) -> None:
        """Write into fields by their names; an underscore at the end is left out."""
        for name, value in fields.items():
            self.field(name.removesuffix("_")).fill(value)

    def write(self, text: str) -> None:
        """Paste a text into the editor in place of what stands there."""
        surface = self.page.locator(".editor-surface")
        surface.press("Control+a")
        surface.evaluate(
            """(surface, text) => {
              const data = new DataTransfer();
              data.setData("text/plain", text);
              const how = {clipboardData: data, bubbles: true, cancelable: true};
              surface.dispatchEvent(new ClipboardEvent("paste", how));
            }""",
            text,
        )

    def field(self, name: str) -> Locator:
        """The control of this name."""
        return self.page.locator(f"main [name='{name}']:not([type=hidden])")

    def choose(self, **fields: str) -> None:
        """Choose from lists by their names."""
        for name, value in fields.items():
            self.field(name).select_option(value)

    def tick(self, name: str, value: str | None = None) -> None:
        """Tick a box, or choose a radio button."""
        chosen = f"[value='{value}']" if value is not None else ""
        self.page.locator(f"main [name='{name}']{chosen}").first.check()

    def unfold(self, name: str) -> None:
        """Open what is folded around the control of this name."""
        self.page.locator(f"main details:not([open]):has([name='{name}']) > summary").click()

    def form(self, action: str) -> Locator:
        """The forms whose address ends so."""
        return self.page.locator(f"main form[action$='{action}']")

    def send(self, action: str) -> None:
        """Press the first button of the form whose address ends so, and wait for the next page."""
        button = self.form(action).first.locator("button[type=submit]").first
        with self.page.expect_navigation():
            button.click()

    def path(self) -> str:
        """Where the browser stands, without the host."""
        return self.page.url.removeprefix(self.service.address)

    def text(self) -> str:
        """What the page says."""
        return self.page.locator("main").inner_text()

    def close(self) -> None:
        """Leave; nothing may have been complained of."""
        self.context.close()
        assert self.complaints == [], self.complaints


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
