"""A child process that must not outlive the one that started it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """Have the kernel end this process with SIGTERM when its parent dies; leave at once if it has died.

    Set by the child on itself: after a fork in a process with threads nothing but exec is safe. Only Linux
    offers it; elsewhere a child whose parent was killed goes on until it is stopped.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        raise SystemExit(0)
