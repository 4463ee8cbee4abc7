"""The numerical model against scipy with events, and its refusals."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from lapicque.analysis import result, solve
from lapicque.circuits import (
    C,
    Circuit,
    DesignError,
    I,
    Noise,
    Probe,
    Pulse,
    PulseTrain,
    QuantityError,
    R,
    S,
    Sine,
    SpikeProbe,
    V,
)
from lapicque.circuits.library import build
from lapicque.circuits.numeric.numeric import numeric
from lapicque.netlists import Transient


def switch_neuron(current):
    """The smallest neuron, values of its literature: 1 M, 2.5 n, threshold 0.1 V."""
    return Circuit("sw").add(
        I("I1", "0", "mem", current), R("R1", "mem", "0", 1e6), C("C1", "mem", "0", 2.5e-9),
        S("S1", "mem", "0", "mem", "0", 0.05005, 0.04995, 10, 1e15), Probe("v", "mem"),
        SpikeProbe("spike", "mem", "0", 0.05, True),
    )  # fmt: skip


def test_interval_of_the_smallest_neuron():
    """0.2 uA into 1 M: T = tau ln 2 to the reset level's correction; 11 spikes in 20 ms."""
    solution = solve(switch_neuron(0.2e-6), 20e-3)
    spikes = solution.spikes(switch_neuron(0).element("spike"))
    assert len(spikes) == 11
    tau, tr = 2.5e-3, 2.5e-9 * (1e6 * 10 / (1e6 + 10))
    exact = tau * np.log((0.2 - 1e-4) / 0.1) + tr * np.log((0.1 - 2e-6) / (1e-4 - 2e-6))
    assert np.diff(spikes) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize(
    "current",
    [Sine(1.5e-7, 1e-7, 130, 0.3), PulseTrain(0, 4e-7, 1e-3, 2e-3, 5e-3, 3, 1e-5), Noise(5e-8, 20e-3, 5e-4, 2e-7, 7)],
    ids=["sine", "pulses", "noise"],
)
def test_time_varying_inputs_against_scipy_events(current):
    from lapicque.circuits.stimuli import evaluate

    spikes = solve(switch_neuron(current), 20e-3).spikes(switch_neuron(0).element("spike"))
    t, v, closed, found = 0.0, np.zeros(1), False, []
    while t < 20e-3:

        def rhs(s, x, closed=closed):
            return (evaluate(current, s) - x / 1e6 - x / (10 if closed else 1e15)) / 2.5e-9

        def guard(s, x, closed=closed):
            return (x[0] - 0.0001) if closed else (0.1 - x[0])

        def detector(s, x):
            return x[0] - 0.05

        guard.terminal, guard.direction, detector.direction = True, -1, -1
        run = solve_ivp(
            rhs, (t, 20e-3), v, method="Radau", events=[guard, detector], rtol=1e-10, atol=1e-12, max_step=2e-5
        )
        found += list(run.t_events[1])
        t, v, closed = run.t[-1], run.y[:, -1], not closed
    assert len(spikes) == len(found) > 3
    assert spikes == pytest.approx(found, abs=5e-9)


def test_smooth_neuron_against_another_solver():
    circuit = build("lif_comparator")
    spikes = solve(circuit, 20e-3).spikes(circuit.element("spike"))
    system = numeric(solve(circuit, 1e-3).system.equations)
    u = np.array([s.breakpoints()[1][0] for s in system.equations.inputs.values()])

    def fires(t, x):
        return x[1] - 2.5

    fires.direction = 1
    run = solve_ivp(
        lambda t, x: system.rhs(x, u, np.zeros(0)), (0, 20e-3), system.initial, method="Radau",
        jac=lambda t, x: system.jacobian(x, u, np.zeros(0)), events=fires, rtol=1e-9, atol=1e-12,
    )  # fmt: skip
    assert spikes == pytest.approx(run.t_events[0], rel=1e-6)
    assert len(spikes) == 2


def test_pre_to_post_fires_at_the_third_spike():
    circuit = build("pre_post")
    solution = solve(circuit, 20e-3)
    spikes = solution.spikes(circuit.element("spike"))
    assert len(spikes) == 1
    assert 6e-3 < spikes[0] < 6.1e-3
    before = solution.voltage("mem", "0", np.array([1.9e-3, 2.2e-3, 3.9e-3, 4.2e-3, 5.9e-3, 7e-3]))
    assert before[0] == 0
    assert 0.4 < before[1] < 0.5
    assert before[2] < before[1] < before[3] < 1
    assert before[4] < before[3]
    assert abs(before[5]) < 1e-3


def test_real_pre_neurons_drive_a_real_post_neuron():
    for name in ("pre_post_real", "several_pre_real"):
        circuit = build(name)
        solution = solve(circuit, 20e-3)
        pre = np.sort(np.concatenate([solution.spikes(p) for p in circuit.of_type(SpikeProbe) if p.name != "spike"]))
        post = solution.spikes(circuit.element("spike"))
        assert len(post) == 2
        if name == "pre_post_real":
            assert np.searchsorted(pre, post).tolist() == [3, 6]


def test_result_has_units_and_names_of_probes():
    data = result(solve(build("rlc"), 1e-3), np.linspace(0, 1e-3, 11))
    assert data["out"].attrs["units"] == "V"
    assert data["i_L1"].attrs["units"] == "A"
    assert data["time"].attrs["units"] == "s"


def test_currents_of_a_probe_obey_ohm():
    from lapicque.circuits import CurrentProbe

    circuit = build("rc").add(CurrentProbe("i", "R1"), CurrentProbe("supply", "V1"))
    data = result(solve(circuit, 5e-3), np.linspace(2e-3, 5e-3, 7))
    assert data["i"].values == pytest.approx((1 - data["out"].values) / 10e3, rel=1e-9)
    assert data["supply"].values == pytest.approx(-data["i"].values, rel=1e-9)


@pytest.mark.parametrize("stop", [0, -1e-3, "0m"])
def test_a_run_must_end_later_than_zero(stop):
    with pytest.raises(QuantityError, match="greater than 0"):
        solve(build("rc"), stop)


def test_what_cannot_be_followed_is_said():
    # A switch that pulls its own control over the other threshold at once, without a capacitor between.
    chatter = Circuit("c").add(
        V("V1", "a", "0", 1),
        R("R1", "a", "b", 1e3),
        S("S1", "b", "0", "b", "0", 0.5, 0.1, 1, 1e9),
        C("C1", "x", "0", 1e-9),
        R("R2", "a", "x", 1e3),
    )
    with pytest.raises(DesignError, match="'S1' opens and closes without end"):
        solve(chatter, 1e-3)


@pytest.mark.parametrize(("name", "stop"), [("reward_chooses", 0.055), ("stdp", 0.05), ("hodgkin_huxley", 0.02)])
def test_a_looser_tolerance_takes_fewer_steps(name, stop):
    """What a right step of low order leaves out is no reason to take it again."""
    counts = [len(solve(build(name), stop, rtol).pieces) for rtol in (1e-11, 1e-8, 1e-6, 1e-4)]
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize("times", [[-1e-6, 1e-3], [0.0, 1.1e-3], [-1e-6, 1.1e-3]])
def test_a_result_holds_from_0_to_the_end_only(times):
    solution = solve(build("rc"), "1m")
    with pytest.raises(QuantityError, match="the solution holds from 0 to 1 ms"):
        result(solution, np.array(times))
    assert len(result(solution, np.array([0.0, 1e-3]))["time"]) == 2


@pytest.mark.parametrize("text", ["5mV", "1kOhm", "20Hz"])
def test_a_time_of_another_unit_is_refused(text):
    for call in (Transient, lambda t: solve(build("rc"), t), lambda t: Pulse(0, 1, 0, t)):
        with pytest.raises(QuantityError, match=f"'{text}': it is given in s"):
            call(text)
