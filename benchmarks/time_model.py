"""One warm run of the model beside one of ngspice, for the library's neurons and a learning rule."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
from rows import Row

from lapicque.analysis import solve
from lapicque.circuits.library import LIBRARY, build
from lapicque.netlists import Engine, Transient

GOALS = {
    "lif_switch": 5, "lif_comparator": 1, "hodgkin_huxley": 1, "adex": 1, "axon_hillock": 1, "izhikevich": 1, "stdp": 5,
}  # fmt: skip
"""How many times quicker than ngspice the model is to be."""
TIMES = 5


def model_rows() -> Iterator[Row]:
    with Engine(1) as engine:
        for name, goal in GOALS.items():
            circuit, stop = build(name), LIBRARY[name].stop
            simulated = _median(lambda c=circuit, s=stop: engine.run(c, Transient(s), "standard"))
            solved = _median(lambda c=circuit, s=stop: solve(c, s))
            yield Row(f"{name}: ngspice at standard", 1e3 * simulated, "ms")
            yield Row(f"{name}: the model", 1e3 * solved, "ms")
            yield Row(f"{name}: ngspice's time over the model's", simulated / solved, "", goal)


def _median(run: Callable[[], object]) -> float:
    run()
    taken = []
    for _ in range(TIMES):
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return float(np.median(taken))
