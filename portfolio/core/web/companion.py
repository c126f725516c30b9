"""A child process that runs for as long as this one does."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Sequence


class Companion:
    """A child process that is started again when it ends, and ends when this process does.

    `patience`: seconds before the first restart, doubled each time up to `longest`; a child that lived longer
    than that starts the count anew. `grace`: seconds it gets to finish after SIGTERM. `on_restart` is told the
    exit code and the pause.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        on_restart: Callable[[int, float], None],
        patience: float = 1.0,
        longest: float = 30.0,
        grace: float = 20.0,
    ) -> None:
        self.command = list(command)
        self.on_restart = on_restart
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
        """Ask the child to finish, wait for it, and kill it when its grace is over. Before start() it does nothing."""
        self._stopping.set()
        if self._thread.ident is not None:
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
            self.on_restart(code, pause)
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
