"""Three forms of one stimulus: numerical, symbolic and SPICE text, which is read here by the manual's rules."""

import itertools
import math
import re

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from lapicque.circuits import PWL, Constant, Noise, Pulse, PulseTrain, QuantityError, Ramp, Sine, SpikeTrain, Step
from lapicque.circuits.sizes import at_most
from lapicque.circuits.stimuli import evaluate, symbolic
from lapicque.netlists.spice.cards import stimulus_text

level = st.floats(-10, 10).map(lambda x: round(x, 6))
moment = st.floats(0, 1e-2).map(lambda x: round(x, 7))
span = st.floats(1e-6, 1e-3).map(lambda x: round(x, 8))
times = st.lists(moment, min_size=1, max_size=6, unique=True).map(sorted)

stimuli = st.one_of(
    st.builds(Constant, level),
    st.builds(Step, level, level, moment, span),
    st.builds(Ramp, level, level, moment, span),
    st.builds(Pulse, level, level, moment, span, span),
    st.builds(lambda lo, hi, at, w, n, r: PulseTrain(lo, hi, at, w, 2 * w + 3 * r, n, r), level, level, moment, span,
              st.integers(1, 4), span),
    times.flatmap(lambda ts: st.builds(PWL, st.just(ts), st.lists(level, min_size=len(ts), max_size=len(ts)))),
    st.builds(lambda ts, q: SpikeTrain(ts, q, 2e-4, 1e-6), times, level),
    st.builds(Sine, level, level, st.floats(1, 1e4), st.floats(-3, 3)),
    st.builds(lambda s, k: Noise(s, 1e-2, 1e-3, 0.5, k), st.floats(0, 3), st.integers(0, 5)),
)  # fmt: skip


def ngspice_value(text: str, t: float) -> float:
    """Value of a source by the ngspice manual, sections 4.1.3 (SIN) and 4.1.4 (PWL)."""
    numbers = [float(x) for x in re.findall(r"[-+0-9.e]+", text.split("(", 1)[-1].rstrip(")"))] if "(" in text else []
    if "PWL" in text:
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        if t <= pairs[0][0]:
            return pairs[0][1]
        for (t0, v0), (t1, v1) in itertools.pairwise(pairs):
            if t <= t1:
                return v0 + (v1 - v0) * (t - t0) / (t1 - t0)
        return pairs[-1][1]
    if "SIN" in text:
        *shape, phase = re.findall(r"[-+0-9.e]+", text.split("SIN", 1)[1])
        offset, amplitude, frequency, delay, damping = map(float, shape)
        assert delay == damping == 0.0
        return offset + amplitude * math.sin(2 * math.pi * frequency * t + math.radians(float(phase)))
    return float(text.removeprefix("DC "))


@given(stimuli, st.lists(st.floats(0, 2e-2), min_size=1, max_size=5))
def test_the_three_forms_agree(stimulus, random_times):
    corners = stimulus.breakpoints()[0]
    t = sympy.Symbol("t", nonnegative=True)
    text, formula = stimulus_text(stimulus), symbolic(stimulus, t)
    for moment in [*random_times, *corners]:
        value = float(evaluate(stimulus, moment))
        assert float(formula.subs(t, sympy.Float(moment))) == pytest.approx(value, rel=1e-9, abs=1e-9)
        assert ngspice_value(text, moment) == pytest.approx(value, rel=1e-9, abs=1e-9)


def test_a_spike_carries_its_charge():
    train = SpikeTrain([1e-3, 3e-3], 4.5e-9, 1e-4, 1e-6)
    t, v = map(np.array, train.breakpoints())
    assert np.trapezoid(v, t) == pytest.approx(2 * 4.5e-9, rel=1e-12)


def test_a_spike_train_by_height_is_the_one_by_charge():
    assert SpikeTrain.of_height(["1m"], "2u", "0.1m", "1u") == SpikeTrain([1e-3], 2e-10, 1e-4, 1e-6)


def test_overlapping_spikes_add():
    train = SpikeTrain([1e-3, 1.05e-3], 1e-9, 1e-4, 1e-6)
    t, v = map(np.array, train.breakpoints())
    assert np.trapezoid(v, t) == pytest.approx(2e-9, rel=1e-12)
    assert evaluate(train, 1.08e-3) == pytest.approx(2 * train.height)


def test_noise_is_the_same_for_the_same_seed():
    assert Noise(1, 1, 0.1, seed=3).breakpoints() == Noise(1, 1, 0.1, seed=3).breakpoints()
    assert Noise(1, 1, 0.1, seed=3).breakpoints() != Noise(1, 1, 0.1, seed=4).breakpoints()


@pytest.mark.parametrize(
    "make",
    [
        lambda: Step(0, 1, 0, 0), lambda: Step(0, 1, -1), lambda: Ramp(duration=0), lambda: Pulse(width=0),
        lambda: PulseTrain(0, 1, 0, "1m", "1m", 3), lambda: PWL([1, 0], [0, 1]), lambda: PWL([0, 1], [0]),
        lambda: SpikeTrain([2, 1], 1), lambda: SpikeTrain([1], 1, 1e-9, 1e-6), lambda: Sine(frequency=0),
        lambda: Noise(1, 1, 0), lambda: Noise(1, 1, 1e-9), lambda: PulseTrain(count=0), lambda: Constant("inf"),
    ],
)  # fmt: skip
def test_impossible_stimuli_are_refused(make):
    with pytest.raises(QuantityError):
        make()


@pytest.mark.parametrize("t", [0.0, 0.5e-3, 0.99e-3])
def test_before_its_first_bend_a_piecewise_linear_stimulus_is_as_at_it(t):
    ramp = PWL([1e-3, 2e-3], [3.0, 5.0])
    form = symbolic(ramp, sympy.Symbol("t", real=True))
    assert float(form.subs(sympy.Symbol("t", real=True), t)) == 3.0
    assert evaluate(ramp, np.array([t])) == [3.0]


def test_as_many_as_are_allowed_are_taken_and_one_more_is_not():
    assert at_most(range(5), 5, "things") == [0, 1, 2, 3, 4]
    assert at_most(iter(range(5)), 5, "things") == [0, 1, 2, 3, 4]
    for more in (range(6), iter(range(6)), itertools.count()):  # of an endless one no more than six are looked at
        with pytest.raises(QuantityError, match="number of things is 6: at most 5"):
            at_most(more, 5, "things")


@pytest.mark.parametrize("rise", [0, -1e-9, 1e-6, 2e-6])
def test_edges_of_spikes_take_time_and_leave_some(rise):
    with pytest.raises(QuantityError, match="rise"):
        SpikeTrain([1e-3], 1e-12, 1e-6, rise)
    assert SpikeTrain([1e-3], 1e-12, 1e-6, 0.9e-6).rise == 0.9e-6
