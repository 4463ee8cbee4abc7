"""Worker processes that are forked without what the caller has open: its pipes, sockets and files."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import sys
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext, ForkContext, ForkProcess
from typing import Any

STANDARD = range(3)
"""Standard input, output and errors stay."""


class _Worker(ForkProcess):
    """A child that keeps its own connections only.

    A pipe that a worker held too would never end for whoever reads it, so that a caller's own child process that waits
    for its input to end would wait for our workers.
    """

    def start(self) -> None:
        """Fork, while no thread is inside LLVM; what is opened for the child itself comes later and is kept."""
        # What is not open any more is the listing's own, whose number the pipe to the child may get next.
        self._foreign = {number for number in map(int, os.listdir("/dev/fd")) if _is_open(number)}
        with _compiler():
            super().start()

    def run(self) -> None:
        """Let go of what is foreign, then work.

        The numbers stay taken: an object of the caller's that is thrown away here closes its number, which must not
        have become a file of ours by then.
        """
        _compiler().__exit__(None, None, None)  # the fork never came to the end of its `with` here
        gc.freeze()  # what is the caller's is not looked through for garbage
        ends = [getattr(argument, end, None) for argument in getattr(self, "_args", ()) for end in ("reader", "writer")]
        own = {end.fileno() for end in ends if isinstance(end, Connection)}
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in self._foreign - own - {*STANDARD, nothing}:
            os.dup2(nothing, number, inheritable=False)
        super().run()


def _compiler() -> Any:
    """The lock under which threads call LLVM: a child that is forked while one has it would wait for it for ever."""
    binding = sys.modules.get("llvmlite.binding.ffi")
    return binding.lib._lock if binding is not None else contextlib.nullcontext()


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


class _Context(ForkContext):
    Process: Any = _Worker


def worker_context() -> BaseContext:
    """How workers are started: forked where that exists, so that scripts need no main guard (docs/design.md)."""
    return _Context() if "fork" in multiprocessing.get_all_start_methods() else multiprocessing.get_context("spawn")
