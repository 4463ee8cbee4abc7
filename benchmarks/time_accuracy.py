"""Accuracy of the three LIF grades against its cost: the table of docs/accuracy.md."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rows import Row

from lapicque.analysis import solve, spike_times
from lapicque.circuits.closed_forms.lif_forms import ideal_lif
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.library import build
from lapicque.netlists import Engine, Transient

COUNT = 50


def accuracy_rows() -> Iterator[Row]:
    with Engine(1) as engine:
        for grade in ("lif_switch", "lif_latch", "lif_comparator"):
            for level in ("fast", "standard", "reference"):
                found = [_one(engine, grade, level, ratio) for ratio in (1.05, 2.0, 10.0)]
                errors, isi, seconds = zip(*found, strict=True)
                goal = 1e-5 if level == "reference" and grade != "lif_switch" else 1e-3
                yield Row(f"{grade} {level}: worst spike time of {COUNT}, of interval", max(errors), "", goal)
                yield Row(f"{grade} {level}: worst interval, of interval", max(isi), "")
                yield Row(f"{grade} {level}: ngspice's time a spike", 1e3 * float(np.mean(seconds)) / COUNT, "ms")


def _one(engine: Engine, grade: str, level: str, ratio: float) -> tuple[float, float, float]:
    circuit = build(grade)
    ideal = ideal_lif(derive(circuit))
    current = ratio * ideal.value(ideal.rheobase)
    interval = ideal.interval_at(current)
    circuit = circuit.with_values({"I1": current})
    probe = circuit.element("spike")
    exact = solve(circuit, (COUNT + 0.5) * interval).spikes(probe)
    result = engine.run(circuit, Transient((COUNT + 0.5) * interval), level)
    found = spike_times(probe, result["time"].values, result["spike"].values)
    error = found - exact
    return np.max(np.abs(error)) / interval, np.max(np.abs(np.diff(error))) / interval, result.attrs["seconds_ngspice"]
