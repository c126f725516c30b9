"""A large file through the real client in Chromium: paused, taken up after a reload and after the server's death."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, Route
from sqlalchemy import select

from portfolio.core.db import session, transaction
from portfolio.core.storage.filesystem import storage
from portfolio.core.storage.models import StoredFile, Upload
from portfolio.evidence.models import EvidenceItem
from portfolio.organizations.models import Role
from tests.builders.files import pdf_bytes
from tests.builders.organizations import make_person
from tests.e2e.browsing import Service, Visitor

MIB = 1024 * 1024
USUAL_MIB, ALL_MIB = 40, 300
SECONDS = 8
FLAT_MIB = 40
PIECE_BYTES = 8 * MIB
BAR = "[data-rows] progress"


class Mortal(Service):
    """A service that can be killed, and stood up again at the same address."""

    def kill_and_start_again(self) -> None:
        """SIGKILL, as the kernel does it to a process that took too much; then the same start once more."""
        words, environment = self.process.args, self._environment()
        self.process.kill()
        self.process.wait()
        with self.said.open("ab") as output:
            self.process = subprocess.Popen(
                words, env=environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        self.wait_for(self.is_ready)

    def _environment(self) -> dict[str, str]:
        pairs = Path(f"/proc/{self.process.pid}/environ").read_bytes().split(b"\0")
        return dict(pair.decode().split("=", 1) for pair in pairs if b"=" in pair)

    def memory(self) -> int:
        """Resident bytes of the web process at their highest since it was asked last."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:", 1)[1].split()[0]) * 1024

    def forget_peak(self) -> None:
        """Count the highest anew from now on."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and kills processes as Linux does")
def test_large_file_survives_pause_reload_and_killed_server(
    browser: Browser, tmp_path: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    mib = ALL_MIB if request.config.getoption("--all") else USUAL_MIB
    recording = tmp_path / "เสียงประชุมหมู่บ้าน.wav"
    digest = _write_recording(recording, mib)
    with Mortal(tmp_path) as service:
        with service.rows(), transaction():
            email = make_person(Role.ACADEMIC).email
        visitor = Visitor(browser, service)
        page = visitor.page
        pieces: list[int] = []
        refused: list[int] = []
        page.on("response", lambda answer: _note(answer, pieces, refused))
        visitor.sign_in(email)
        visitor.open("/evidence/new")
        _slow_down(visitor, mib)
        service.forget_peak()
        start = service.memory()

        page.set_input_files("input[name=files] >> nth=0", recording)
        _wait_until(page, 15)
        page.locator("[data-pause]").click()  # first interruption: the person
        page.locator("[data-go-on]").wait_for()
        page.locator("[data-go-on]").click()

        _wait_until(page, 35)
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()  # second: the page
        assert "เสียงประชุมหมู่บ้าน.wav" in visitor.text()
        page.set_input_files("input[name=files] >> nth=0", recording)
        _wait_until(page, 60)
        before = service.memory()
        service.kill_and_start_again()  # third: the server
        service.forget_peak()
        restarted = service.memory()

        page.locator("[data-state=done]").wait_for(timeout=120_000)
        after = service.memory()
        title = page.locator("[data-state=done] [data-name] a").inner_text()
        assert title == "เสียงประชุมหมู่บ้าน"
        assert "ZIP" in page.locator("[data-findings]").inner_text()
        with service.rows():
            (item,) = session.scalars(select(EvidenceItem))
            (stored,) = session.scalars(select(StoredFile))
            (upload,) = session.scalars(select(Upload))
            assert item.stored_file_id == stored.id
            assert (stored.sha256, stored.size, upload.sha256) == (digest, mib * MIB, digest)
            with storage().path(digest).open("rb") as kept:
                assert hashlib.file_digest(kept, "sha256").hexdigest() == digest
            assert not storage().upload_path(upload.key).exists()
        visitor.context.close()
    grown = max(before - start, after - restarted) / MIB
    with capsys.disabled():
        sys.stdout.write(f"\n{mib} MiB in {len(pieces)} pieces; server {start // MIB} MiB, grew by {grown:.1f}\n")
    assert max(pieces) <= PIECE_BYTES
    assert set(refused) <= {409, 423}
    assert mib * MIB - 3 * PIECE_BYTES <= sum(pieces) <= mib * MIB  # the answers to three may have been lost
    assert grown < FLAT_MIB


def test_file_chosen_before_the_script_has_come_is_sent(browser: Browser, tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        with service.rows(), transaction():
            email = make_person(Role.ACADEMIC).email
        visitor = Visitor(browser, service)
        visitor.sign_in(email)
        held: list[Route] = []
        visitor.page.route("**/js/resumable-upload.js*", lambda route: held.append(route))
        visitor.page.goto("/evidence/new", wait_until="commit")
        visitor.page.set_input_files(
            "#files", {"name": "บันทึก.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes(1, text="Minutes")}
        )
        visitor.page.wait_for_timeout(500)
        assert visitor.page.locator("[data-state]").count() == 0
        assert held
        for route in held:
            route.continue_()
        visitor.page.locator("[data-state=done]").wait_for()
        visitor.close()


def _write_recording(path: Path, mib: int) -> str:
    """A sound file of noise, and its SHA-256."""
    noise = random.Random(mib)  # noqa: S311 - noise, not a secret
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for number in range(mib):
            block = noise.randbytes(MIB)
            if number == 0:
                block = b"RIFF" + (mib * MIB - 8).to_bytes(4, "little") + b"WAVEfmt " + block[16:]
            file.write(block)
            digest.update(block)
    return digest.hexdigest()


def _slow_down(visitor: Visitor, mib: int) -> None:
    """A line on which the whole file takes some seconds."""
    tap = visitor.context.new_cdp_session(visitor.page)
    speed = mib * MIB // SECONDS
    tap.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": speed},
    )


def _wait_until(page: Page, percent: int) -> None:
    page.wait_for_function(
        "([bar, percent]) => Number(document.querySelector(bar)?.value) >= percent", arg=[BAR, percent], timeout=60_000
    )


def _note(answer: Response, pieces: list[int], refused: list[int]) -> None:
    """How much each piece brought, from where it was put and where the next one belongs."""
    if answer.request.method != "PATCH":
        return
    if answer.status == 204:
        pieces.append(int(answer.headers["upload-offset"]) - int(answer.request.headers["upload-offset"]))
    else:
        refused.append(answer.status)
