"""The ideal LIF and the numerical model against Brian2, on the same machine in the same run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rows import Row, best

import lapicque as lq
from lapicque.analysis import LifParameters, population, solve
from lapicque.circuits.library import build

NEURON = LifParameters(1e-2, 1e6, 1.0, 0.0, 0.0, 2e-3)
CURRENTS = np.linspace(0.5e-6, 4e-6, 10_000)


def ideal_rows() -> Iterator[Row]:
    population(NEURON, CURRENTS, 1.0)
    ours = best(lambda: population(NEURON, CURRENTS, 1.0))
    yield Row("ideal LIF, 10,000 neurons, 1 s", 1e3 * ours, "ms")
    theirs, error = _brian(CURRENTS, 1.0, 1e-4)
    yield Row("Brian2, the same, exact method, dt 0.1 ms", 1e3 * theirs, "ms")
    yield Row("Brian2: worst spike time against the closed form", error, "s")
    yield Row("ideal LIF over Brian2: times faster", theirs / ours, "x", 10)
    yield from _model_rows()
    circuit = build("lif_latch", {"t_ref": 0})
    probe = circuit.element("spike")
    model = best(lambda: solve(circuit, 0.2).spikes(probe), 3)
    yield Row("circuit model, latch, 29 spikes, exact to rounding", 1e3 * model, "ms")
    fine, fine_error = _brian(np.array([2e-6]), 0.2, 1e-6)
    yield Row("Brian2, one ideal LIF, dt 1 us", 1e3 * fine, "ms")
    yield Row("Brian2: worst spike time at dt 1 us", fine_error, "s")


def _model_rows() -> Iterator[Row]:
    """One neuron model of each kind on a second of noise with a corner every 0.1 ms."""
    exponential = lq.ExponentialLeak(30e-9, -70.6e-3, 2e-3, -50.4e-3)
    v, slow = np.linspace(-90e-3, -30e-3, 13), lq.Adaptation(4e-9, 80e-12, 144e-3)
    models = {
        "LIF": lq.NeuronModel(281e-12, lq.Leak(30e-9, -70.6e-3), -50e-3, -60e-3, 2e-3),
        "AdEx": lq.NeuronModel(281e-12, exponential, 0.0, -70.6e-3, adaptation=slow),
        "table": lq.NeuronModel(281e-12, lq.FlowTable(v, exponential.at(v)), -35e-3, -60e-3, 2e-3),
    }
    time = np.linspace(0, 1, 10_001)
    noise = np.convolve(np.random.default_rng(1).normal(size=len(time)), np.exp(-np.arange(300) / 30), "same")
    for name, model in models.items():
        lq.run_neuron(model, time, 0.6e-9 + 0.2e-9 * noise)
        seconds = best(lambda m=model: lq.run_neuron(m, time, 0.6e-9 + 0.2e-9 * noise))
        yield Row(f"neuron model, {name}, 1 s of input with 10,000 corners", 1e3 * seconds, "ms")


def _brian(currents: np.ndarray, stop: float, dt: float) -> tuple[float, float]:
    """Seconds of Brian2's run alone (compiled and warm before), and its worst spike time error."""
    script = Path(__file__).parent / "brian.py"
    python = os.environ.get("BRIAN_PYTHON", sys.executable)
    arguments = [repr(float(x)) for x in (currents[0], currents[-1])] + [str(len(currents)), repr(stop), repr(dt)]
    run = subprocess.run([python, str(script), *arguments], capture_output=True, text=True, check=True)
    found = json.loads(run.stdout.splitlines()[-1])
    exact = population(NEURON, currents, stop)
    worst = 0.0
    for neuron, theirs in found["spikes"].items():
        true = exact.of(int(neuron))
        shared = min(len(theirs), len(true))
        worst = max(worst, float(np.max(np.abs(np.array(theirs[:shared]) - true[:shared]), initial=0.0)))
    return found["seconds"], worst
