"""Fixtures: one warm ngspice engine for all tests that need the real thing."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from lapicque.netlists import Engine

settings.register_profile("lapicque", deadline=None, derandomize=True)
settings.load_profile("lapicque")


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    with Engine(workers=2) as opened:
        yield opened


def pytest_configure(config):
    """Compiled loops are made once, before many processes and time limits want them at the same moment.

    Linear algebra of a few rows takes no threads: with several processes they wait for each other, many times over.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        from lapicque.analysis import solve
        from lapicque.circuits.library import build

        solve(build("lif_comparator"), 1e-3)
        switched = build("lif_latch")
        solve(switched, 1e-3).spikes(switched.element("spike"))
