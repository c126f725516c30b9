"""What the person who waits is shown: one line for each step, in Thai and English, on standard error."""

from __future__ import annotations

import sys
from typing import TextIO


class Progress:
    """Tells how far the preparation is. On a terminal the count stays on one line; in a log it is kept rare."""

    EVERY = 10  # in a log, one line for so many packages

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.live = self.stream.isatty()
        self.pending = False

    def say(self, thai: str, english: str) -> None:
        """One step, on a line of its own."""
        self._end_count()
        self._write(f"{thai} / {english}\n")

    def count(self, done: int, total: int, name: str) -> None:
        """How many packages have been looked up and fetched."""
        line = f"  {done}/{total}  {name}"
        if self.live:
            self._write(f"\r{line:<60.60}")
            self.pending = True
        elif done % self.EVERY == 0 or done == total:
            self._write(f"{line}\n")

    def _end_count(self) -> None:
        if self.pending:
            self._write("\n")
            self.pending = False

    def _write(self, text: str) -> None:
        # A terminal without Thai letters shows question marks there; the English half stays readable.
        encoding = self.stream.encoding or "utf-8"
        self.stream.write(text.encode(encoding, "replace").decode(encoding))
        self.stream.flush()
