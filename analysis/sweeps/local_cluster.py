"""A Dask scheduler and workers of our own on this machine; they end with the process that started them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from attrs import field, frozen

from ...circuits.errors import LapicqueError

START = 60.0
"""Seconds that the scheduler may take to start."""
SCHEDULER = """
import shutil, signal, sys, time
from lapicque.netlists.ngspice.lifeline import LOOK, when_gone
parent, folder, *sys.argv[1:] = sys.argv[1:]
forget = lambda: shutil.rmtree(folder, ignore_errors=True)
# It outlives the others by a moment, to take away what they leave, even if their terminal is closed.
signal.signal(signal.SIGHUP, signal.SIG_IGN)
when_gone(int(parent), lambda: (time.sleep(LOOK), forget()))
from distributed.cli.dask_scheduler import main
try:
    main()
finally:
    forget()
"""
WORKERS = """
import os, signal, sys
from lapicque.netlists.ngspice.lifeline import when_gone
# Workers that are just being started do not yet look for their nanny: all of the group ends at once.
os.setpgid(0, 0)
when_gone(int(sys.argv.pop(1)), lambda: os.killpg(0, signal.SIGKILL))
from distributed.cli.dask_worker import main
main()
"""
"""Dask's own commands, but that they end with this process."""


@frozen(eq=False)
class LocalCluster:
    """What was started, and the folder for all that it writes."""

    address: str
    folder: Path
    processes: list[subprocess.Popen[Any]] = field(repr=False)

    def close(self) -> None:
        """End all processes and take the folder away."""
        _end(self.processes, self.folder)


def start(workers: int, silence: float) -> LocalCluster:
    """Start a scheduler and workers, in processes that do not run the user's script again.

    Args:
        workers: how many.
        silence: seconds after which a worker that says nothing counts as lost.

    Raises:
        LapicqueError: the scheduler does not start; says what it said.
    """
    folder = Path(tempfile.mkdtemp(prefix="lapicque-cluster-"))
    dask = {"DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": f"{silence}s", "DASK_TEMPORARY_DIRECTORY": str(folder)}
    streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stderr": subprocess.STDOUT, "env": {**os.environ, **dask}}
    said = folder / "scheduler.json"
    here, file = ("--host", "127.0.0.1"), ("--scheduler-file", str(said))
    processes: list[subprocess.Popen[Any]] = []

    def run(code: str, *arguments: str) -> None:
        with (folder / "words").open("ab") as words:
            command = [sys.executable, "-c", code, str(os.getpid()), *arguments]
            processes.append(subprocess.Popen(command, stdout=words, **streams))

    try:
        run(SCHEDULER, str(folder), *here, "--port", "0", "--dashboard-address", ":0", *file)
        address = _address(said, processes[0], folder / "words")
        run(WORKERS, *here, *file, "--nworkers", str(workers), "--nthreads", "1", "--local-directory", str(folder))
    except BaseException:
        _end(processes, folder)
        raise
    return LocalCluster(address, folder, processes)


def _address(said: Path, scheduler: subprocess.Popen[Any], words: Path) -> str:
    """Where the scheduler is, once it says so."""
    deadline = time.monotonic() + START
    while time.monotonic() < deadline and scheduler.poll() is None:
        with contextlib.suppress(OSError, ValueError):  # not there, or not whole yet
            return json.loads(said.read_text())["address"]
        time.sleep(0.05)
    raise LapicqueError(f"Dask's scheduler does not start: {words.read_text(errors='replace').strip()[-300:]}.")


def _end(processes: list[subprocess.Popen[Any]], folder: Path) -> None:
    for process in reversed(processes):
        process.terminate()
    for process in reversed(processes):
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    shutil.rmtree(folder, ignore_errors=True)
