"""Processes that we start end with the one that started them, whatever ends it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

LOOK = 0.3
"""Seconds between two looks for the parent, where the kernel does not tell."""
_PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """Let this process be killed when its parent ends, even by SIGKILL.

    On Linux the kernel does it when the *thread* that started this process ends (prctl(2), PR_SET_PDEATHSIG), so that
    thread must live as long as the work.

    Args:
        parent: process number of the one that started this one; if it has gone already, this process ends at once.
    """
    if sys.platform != "linux":
        when_gone(parent, lambda: None)
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def when_gone(parent: int, farewell: Callable[[], object]) -> None:
    """End this process soon after its parent, with something done before."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK)
        farewell()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
