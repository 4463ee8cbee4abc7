"""Fidelity is a figure: how closely ngspice and the model agree, held for every circuit of the library.

Each limit is the measured error (docs/accuracy.md) times a margin that stands beside it.
"""

import itertools

import numpy as np
import pytest

from lapicque.analysis import compare, explain, solve, spike_times
from lapicque.circuits import PWL, Noise, Sine
from lapicque.circuits.closed_forms.lif_forms import ideal_lif
from lapicque.circuits.equations.derive import derive
from lapicque.circuits.library import LIBRARY, build
from lapicque.netlists import Job, Transient

GRADES = ["lif_switch", "lif_latch", "lif_comparator"]

# Measured worst waveform error of any signal over the swing, times 3.
LINEAR = {"fast": 2e-5 * 3, "standard": 3.4e-6 * 3, "reference": 6e-8 * 3}


@pytest.mark.parametrize("accuracy", sorted(LINEAR))
@pytest.mark.parametrize("name", ["rc_low_pass", "rc_high_pass", "rlc", "ladder"])
def test_linear_circuits(engine, name, accuracy):
    circuit, stop = build(name), LIBRARY[name].stop
    found = compare(solve(circuit, stop), engine.run(circuit, Transient(stop), accuracy))
    assert max(w.worst / w.swing for w in found.waveforms) < LINEAR[accuracy]


def cumulative_error(engine, grade, ratio, accuracy, count=50, **changes):
    """Largest error of any of `count` spike times, in parts of the ideal interval."""
    circuit = build(grade, changes)
    ideal = ideal_lif(derive(circuit))
    current = ratio * ideal.value(ideal.rheobase)
    interval = ideal.interval_at(current)
    circuit = circuit.with_values({"I1": current})
    stop = (count + 0.5) * interval
    probe = circuit.element("spike")
    exact = solve(circuit, stop).spikes(probe)
    result = engine.run(circuit, Transient(stop), accuracy)
    found = spike_times(probe, result["time"].values, result["spike"].values)
    assert len(found) == len(exact) >= count - 1
    return np.max(np.abs(found - exact)) / interval


@pytest.mark.parametrize("ratio", [1.05, 2.0, 10.0])
@pytest.mark.parametrize("grade", ["lif_latch", "lif_comparator"])
def test_fifty_spikes_at_reference_within_1e_5(engine, grade, ratio):
    assert cumulative_error(engine, grade, ratio, "reference") < 1e-5


@pytest.mark.parametrize("changes", [{"t_ref": 0}, {"preset": "chip"}, {"preset": "chip", "t_ref": 0}], ids=str)
@pytest.mark.parametrize("grade", ["lif_latch", "lif_comparator"])
def test_fifty_spikes_at_reference_for_other_neurons(engine, grade, changes):
    assert cumulative_error(engine, grade, 10.0, "reference", **changes) < 1e-5


@pytest.mark.parametrize("ratio", [1.05, 2.0, 10.0])
@pytest.mark.parametrize(
    ("grade", "accuracy"), [("lif_latch", "fast"), ("lif_comparator", "fast"), ("lif_switch", "standard")]
)
def test_fifty_spikes_within_1e_3(engine, grade, accuracy, ratio):
    assert cumulative_error(engine, grade, ratio, accuracy) < 1e-3


@pytest.mark.parametrize("changes", [{"t_ref": 0}, {"preset": "chip", "t_ref": 0}], ids=str)
@pytest.mark.parametrize(
    ("grade", "accuracy"), [("lif_latch", "fast"), ("lif_comparator", "fast"), ("lif_switch", "standard")]
)
def test_fifty_spikes_within_1e_3_without_a_refractory_period(engine, grade, accuracy, changes):
    assert cumulative_error(engine, grade, 10.0, accuracy, **changes) < 1e-3


@pytest.mark.parametrize("name", ["pre_post", "several_pre", "pre_post_real", "several_pre_real"])
def test_networks(engine, name):
    circuit, stop = build(name), LIBRARY[name].stop
    found = compare(solve(circuit, stop), engine.run(circuit, Transient(stop), "reference"))
    assert found.passed
    assert max(s.worst for s in found.spikes) < 2e-9  # measured 6e-10 s, times 3
    assert max(w.worst / w.swing for w in found.waveforms) < 6e-5  # measured 1.7e-5, times 3


RATIOS = [1.05, 1.2, 1.6, 2.5, 10.0]
OTHERS = [
    dict(zip(("preset", "t_ref", "margin"), choice, strict=True))
    for choice in itertools.product(["breadboard", "chip"], [0, "0.3m", "2m", "8m"], [0.01, 0.02, 0.04])
]
GRID = [(r, o) for o in OTHERS for r in RATIOS]


@pytest.mark.parametrize("grade", GRADES)
def test_no_spike_is_missing_and_all_is_explained_on_a_grid(engine, grade):
    """120 parameter sets: currents over the rheobase, scale, refractory period, reset level."""
    assert len(GRID) >= 100
    circuits, stops = [], []
    for ratio, changes in GRID:
        circuit = build(grade, changes)
        ideal = ideal_lif(derive(circuit))
        current = ratio * ideal.value(ideal.rheobase)
        circuits.append(circuit.with_values({"I1": current}))
        stops.append(4.5 * ideal.interval_at(current))
    jobs = [Job(c, Transient(s), "standard") for c, s in zip(circuits, stops, strict=True)]
    for circuit, stop, result in zip(circuits, stops, engine.run_many(jobs), strict=True):
        solution = solve(circuit, stop)
        found = compare(solution, result)
        (spikes,) = found.spikes
        assert len(spikes.pairs) >= 4
        assert not len(spikes.missing)
        assert not len(spikes.extra)
        assert found.passed, (circuit.values, [m for m in found.metrics if not m.passed])
        simulated = spike_times(circuit.element("spike"), result["time"].values, result["spike"].values)
        why = explain(solution, simulated)
        assert abs(why.unexplained) <= 0.01 * abs(why.total)
        assert why.model == pytest.approx(np.diff(spikes.pairs[:, 0])[-1], rel=1e-6)


def varying(k):
    """Sines, noise and random straight lines, the same for the same k."""
    rng = np.random.default_rng(k)
    kinds = [
        lambda: Sine(2e-6, 1.5e-6, float(rng.uniform(20, 200)), 0.3),
        lambda: Noise(1e-6, 0.06, 1e-3, 2e-6, k),
        lambda: PWL(np.linspace(0, 0.06, 8), rng.uniform(0, 4e-6, 8)),
    ]
    return kinds[k % 3]()


@pytest.mark.parametrize("grade", GRADES)
def test_inputs_that_change_over_time(engine, grade):
    circuits = [build(grade, {"current": varying(k), "t_ref": [0, "1m"][k % 2]}) for k in range(12)]
    jobs = [Job(c, Transient("60m"), "standard") for c in circuits]
    for circuit, result in zip(circuits, engine.run_many(jobs), strict=True):
        found = compare(solve(circuit, "60m"), result)
        assert found.passed
        assert len(found.spikes[0].pairs) >= 4
        assert found.spikes[0].worst / found.spikes[0].interval < 1.3e-4  # measured 4.1e-5, times 3
