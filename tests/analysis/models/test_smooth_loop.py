"""The compiled loop of smooth circuits against the same runs in Python, and against values that are known."""

import numpy as np
import pytest
from fuzz.case import make
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.both_ways import both_ways

from lapicque.analysis import solve
from lapicque.analysis.models import compiled_smooth
from lapicque.analysis.models.model import Solution
from lapicque.circuits import B, C, Circuit, PulseTrain, R, S, Sine, SpikeProbe, V
from lapicque.circuits.errors import DesignError, EquationError, LapicqueError
from lapicque.circuits.library import LIBRARY, build


def same(quick, slow, limit):
    """Switches change alike, spikes come alike and waveforms are alike, by parts of the run and of their swings."""
    assert [(t.switch, t.closed) for t in quick.transitions] == [(t.switch, t.closed) for t in slow.transitions]
    times = [np.array([t.time for t in s.transitions]) for s in (quick, slow)]
    assert times[0] == pytest.approx(times[1], abs=limit * quick.stop)
    for probe in quick.system.equations.circuit.of_type(SpikeProbe):
        assert quick.spikes(probe) == pytest.approx(slow.spikes(probe), abs=limit * quick.stop)
    moments = np.linspace(0, quick.stop, 97)[1:]
    away = np.min(np.abs(moments[:, None] - np.append(times[0], -1.0)), axis=1) > 1e-4 * quick.stop
    a, b = (s.states(moments[away]) for s in (quick, slow))
    swing = np.max(np.abs(slow.states(np.linspace(0, quick.stop, 5001))), axis=1, keepdims=True) + 1e-12
    assert np.max(np.abs(a - b) / swing, initial=0.0) < 1e3 * limit


@pytest.mark.parametrize("name", ["adex", "hodgkin_huxley", "izhikevich", "stdp", "mat2", "lif_comparator"])
def test_the_library_runs_alike_both_ways(name, monkeypatch):
    """LSODA at the same tolerance is right to some 1e-8 of the run."""
    stop = LIBRARY[name].stop / 4
    same(*both_ways(build(name), stop, compiled_smooth, monkeypatch), limit=1e-7)


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.parametrize("kind", ["nonlinear"])
def test_random_circuits_run_alike_both_ways(kind, seed, monkeypatch):
    case = make(kind, seed)
    quick, slow = both_ways(case.circuit(), case.stop, compiled_smooth, monkeypatch)
    assert type(quick) is type(slow)
    if isinstance(quick, Solution):
        same(quick, slow, limit=1e-6)


@pytest.mark.parametrize("room", [3, 16, 256])
def test_how_much_is_run_at_a_time_changes_nothing(room, monkeypatch):
    """Memory that ends in the middle of a stretch: not a bit is other."""
    whole = solve(build("adex"), 0.03)
    monkeypatch.setattr(compiled_smooth, "FIRST", room)
    monkeypatch.setattr(compiled_smooth, "MOST", room)
    parts = solve(build("adex"), 0.03)
    assert len(parts.pieces) == len(whole.pieces)
    moments = np.linspace(0, 0.03, 1001)
    assert np.array_equal(whole.states(moments), parts.states(moments))
    assert whole.transitions == parts.transitions


@settings(max_examples=20, deadline=None)
@given(st.floats(0.05, 0.95), st.floats(50, 400), st.floats(0, 6.28))
def test_spikes_of_a_sine_through_a_law(level, frequency, phase):
    """The capacitor follows tanh of a sine through 1 us; the probe sees v beyond `level` as often as the sine is."""
    parts = (
        V("V1", "in", "0", Sine(0, 2.0, frequency, phase)),
        B("B1", "in", "out", "g*(tanh(a) - b)", {"a": "in", "b": "out"}, {"g": 1.0}),
        C("C1", "out", "0", 1e-6), SpikeProbe("up", "out", "0", level),
        SpikeProbe("down", "out", "0", level, falling=True),
    )  # fmt: skip
    circuit, stop = Circuit("follower", parts), 0.05
    found = {p.name: solve(circuit, stop).spikes(p) for p in circuit.of_type(SpikeProbe)}
    moments = np.linspace(0, stop, 200_001)[1:]
    values = solve(circuit, stop).voltage("out", "0", moments) - level
    for name, sign in (("up", 1), ("down", -1)):
        seen = moments[1:][(sign * values[:-1] < 0) & (sign * values[1:] >= 0)]
        assert len(found[name]) == len(seen)
        assert np.max(np.abs(found[name] - seen), initial=0.0) <= stop / 200_000


def test_two_switches_of_one_level_change_together():
    parts = (
        V("V1", "in", "0", 1.0), B("B1", "in", "a", "g*(u + 0.1*u**3)", {"u": "in"}, {"g": 1e-3}),
        C("C1", "a", "0", 1e-6), R("R1", "a", "0", 1e4),
        *[S(f"S{k}", f"o{k}", "0", "a", "0", 0.5, 0.1, 1.0, 1e9) for k in (1, 2)],
        *[C(f"C_o{k}", f"o{k}", "0", 1e-9, ic=1.0) for k in (1, 2)],
    )  # fmt: skip
    changes = solve(Circuit("twins", parts), 1e-3).transitions
    assert {t.switch for t in changes} == {"S1", "S2"}
    assert changes[0].time == changes[1].time


def test_chatter_is_refused():
    parts = (
        V("V1", "a", "0", 1.0), R("R1", "a", "b", 1e3), C("C1", "c", "0", 1e-9, ic=0.1),
        B("B1", "c", "0", "g*u**3", {"u": "c"}, {"g": 1e-3}), S("S1", "b", "0", "b", "0", 0.5, 1e-6, 1.0, 1e9),
    )  # fmt: skip
    with pytest.raises(DesignError, match="without end"):
        solve(Circuit("buzzer", parts), 1e-3)


def test_a_blow_up_names_what_grows():
    """v' = v^2 with v(0) = 1 V and C / g = 1 ms is over at 1 ms."""
    parts = (C("C1", "a", "0", 1e-6, ic=1.0), B("B1", "0", "a", "g*u**2", {"u": "a"}, {"g": 1e-3}))
    with pytest.raises(EquationError, match="v_a"):
        solve(Circuit("blow-up", parts), 2e-3)


def test_a_short_pulse_after_a_long_rest_is_not_stepped_over():
    """A law that opens for a microsecond of a second: q = g V t comes to the capacitor each time."""
    pulses = PulseTrain(0, 1.0, 0.3, 1e-6, 0.3, 2, 1e-9)
    parts = (
        V("V1", "in", "0", pulses), B("B1", "0", "a", "g*tanh(u)", {"u": "in"}, {"g": 1e-3}),
        C("C1", "a", "0", 1e-9),
    )  # fmt: skip
    charged = solve(Circuit("kicks", parts), 0.9).voltage("a", "0", np.array([0.2, 0.5, 0.8]))
    assert charged == pytest.approx(np.array([0.0, 1.0, 2.0]) * np.tanh(1.0), rel=2e-3, abs=1e-9)  # edges of 1 ns


def driven(amplitude: float, frequency: float) -> Circuit:
    law = B("B1", "0", "x", "1e-6*a-1e-6*v^3", {"v": "x", "a": "a"})
    return Circuit("driven").add(V("V1", "a", "0", Sine(0.5, amplitude, frequency)), C("C1", "x", "0", "1u"), law)


@pytest.mark.parametrize("frequency", [1e9, 1e99])
def test_more_periods_than_fit_into_memory_are_refused_before_the_first_step(frequency):
    with pytest.raises(LapicqueError, match=r"periods of its fastest sine.*shorten it"):
        solve(driven(1, frequency), 3)


def test_a_sine_of_amplitude_zero_is_a_constant():
    still = solve(driven(0, 1e9), 3)
    constant = solve(driven(0, 1e9).with_values({"V1": 0.5}), 3)
    assert len(still.pieces) == len(constant.pieces)
    assert still.states([1.0, 3.0]) == pytest.approx(constant.states([1.0, 3.0]), rel=1e-14)
