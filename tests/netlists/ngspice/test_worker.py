"""What runs in a worker, whose folder is gone: compilers and whoever else asks where they are."""

import os

import numba
import pytest

from lapicque.analysis.sweeps.executors import Processes
from lapicque.netlists.ngspice.worker import somewhere


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
