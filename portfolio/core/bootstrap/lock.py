"""One preparation at a time: a second start waits for the first."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive(folder: Path, on_wait: Callable[[], None]) -> Iterator[int]:
    """Hold the folder for one process, calling `on_wait` once if another has it. Yields the descriptor.

    The lock lies on the folder itself, so that nothing is left behind, and the kernel lets go of it when the
    holder dies. A child that is given the descriptor keeps the lock for as long as it lives.
    """
    while True:
        folder.mkdir(exist_ok=True)
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue  # deleted between the two calls
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                on_wait()
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is_still(folder, descriptor):
                yield descriptor
                return
        finally:
            os.close(descriptor)


def _is_still(folder: Path, descriptor: int) -> bool:
    """False where somebody deleted the folder while this process waited for it."""
    try:
        return os.path.samestat(folder.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
