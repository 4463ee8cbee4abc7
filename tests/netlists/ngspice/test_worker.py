"""What runs in a worker, whose folder is gone: compilers and whoever else asks where they are."""

import os
import resource
import subprocess
import sys

import numba
import pytest

from lapicque.analysis.sweeps.executors import Processes
from lapicque.circuits import LapicqueError
from lapicque.netlists.ngspice.worker import somewhere
from lapicque.netlists.reading import own


def _compile(number):
    """Compile and call a function that is kept on disk, in the worker's own folder and somewhere."""
    found = []
    with somewhere():

        @numba.njit(cache=True)
        def double(x):
            return 2 * x

        found.append(double(number))
        found.append(os.getcwd())
    try:
        os.getcwd()
    except FileNotFoundError:
        found.append("gone again")
    return found


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """A worker that finds nothing compiled, and compiles in its own process."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "numba"))
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "numba"))
    executor = Processes(1)
    yield executor
    executor.close()


def test_a_worker_compiles_although_its_folder_is_gone(fresh, tmp_path):
    assert fresh.submit(_compile, 21, 60.0).result() == [42, "/", "gone again"]
    assert list((tmp_path / "numba").rglob("*.nbi"))


def test_a_machine_that_allows_less_memory_than_a_run_may_take_runs_it():
    """As on clusters, whose limits nobody may raise."""
    words = "import lapicque as lq; print(lq.simulate(lq.build('rc'), lq.Transient('1m')).sizes['time'])"
    most = 2 << 30
    made = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (most, most)),
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    assert int(made.stdout) > 100
    assert not made.stderr


def test_a_closed_standard_input_is_said(monkeypatch):
    own._standard_input.cache_clear()
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(LapicqueError, match="there is no standard input"):
        own.read("-")
