"""Three forms of one stimulus: numerical, symbolic and SPICE text, which is read here by the manual's rules."""

import itertools
import math
import re

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from lapicque.circuits import (
    AM,
    FM,
    PWL,
    Constant,
    EndlessPulses,
    Exponential,
    Noise,
    Pulse,
    PulseTrain,
    QuantityError,
    Ramp,
    Sine,
    SpikeTrain,
    Step,
)
from lapicque.circuits.sizes import at_most
from lapicque.circuits.smooth_stimuli import SMOOTH
from lapicque.circuits.stimuli import corners, evaluate, extent, slope, steepest, symbolic
from lapicque.netlists.spice.stimulus_text import stimulus_text

level = st.floats(-10, 10).map(lambda x: round(x, 6))
moment = st.floats(0, 1e-2).map(lambda x: round(x, 7))
span = st.floats(1e-6, 1e-3).map(lambda x: round(x, 8))
times = st.lists(moment, min_size=1, max_size=6, unique=True).map(sorted)

frequency = st.floats(1, 1e4)
smooth = st.one_of(
    st.builds(Sine, level, level, frequency, st.floats(-3, 3)),
    st.builds(Sine, level, level, frequency, st.floats(-3, 3), moment, st.floats(0, 1e4)),
    st.builds(lambda lo, hi, at, t, b, u: Exponential(lo, hi, at, t, at + b, u), level, level, moment, *[span] * 3),
    st.builds(AM, level, level, frequency, frequency, moment),
    st.builds(FM, level, level, frequency, st.floats(-8, 8), frequency),
)  # fmt: skip

stimuli = st.one_of(
    smooth,
    st.builds(lambda lo, hi, at, r, f, w, more: EndlessPulses(lo, hi, at, r, f, w, r + f + w + more),
              level, level, moment, span, span, span, span),
    st.builds(Constant, level),
    st.builds(Step, level, level, moment, span),
    st.builds(Ramp, level, level, moment, span),
    st.builds(Pulse, level, level, moment, span, span),
    st.builds(lambda lo, hi, at, w, n, r: PulseTrain(lo, hi, at, w, 2 * w + 3 * r, n, r), level, level, moment, span,
              st.integers(1, 4), span),
    times.flatmap(lambda ts: st.builds(PWL, st.just(ts), st.lists(level, min_size=len(ts), max_size=len(ts)))),
    st.builds(lambda ts, q: SpikeTrain(ts, q, 2e-4, 1e-6), times, level),
    st.builds(lambda s, k: Noise(s, 1e-2, 1e-3, 0.5, k), st.floats(0, 3), st.integers(0, 5)),
)  # fmt: skip


def sin(t, offset, amplitude, frequency, delay, theta, phase):
    if t <= delay:
        return offset + amplitude * math.sin(math.radians(phase))
    turn = 2 * math.pi * frequency * (t - delay) + math.radians(phase)
    return offset + amplitude * math.exp(-(t - delay) * theta) * math.sin(turn)


def exp(t, v1, v2, td1, tau1, td2, tau2):
    there = (v2 - v1) * (1 - math.exp(-(t - td1) / tau1)) if t > td1 else 0.0
    return v1 + there + ((v1 - v2) * (1 - math.exp(-(t - td2) / tau2)) if t > td2 else 0.0)


def pulse(t, v1, v2, td, tr, tf, pw, per):
    s = (t - td) % per if t > td else 0.0
    if s < tr:
        return v1 + (v2 - v1) * s / tr
    if s <= tr + pw:
        return v2
    return v2 + (v1 - v2) * (s - tr - pw) / tf if s < tr + pw + tf else v1


def am(t, va, vo, mf, fc, td):
    s = 2 * math.pi * max(t - td, 0.0)
    return va * (vo + math.sin(mf * s)) * math.sin(fc * s)


def sffm(t, vo, va, fc, mdi, fs):
    return vo + va * math.sin(2 * math.pi * fc * t + mdi * math.sin(2 * math.pi * fs * t))


MANUAL = {"SIN": sin, "EXP": exp, "PULSE": pulse, "AM": am, "SFFM": sffm}


def ngspice_value(text: str, t: float) -> float:
    """Value of a source by the ngspice manual, section 4.1."""
    numbers = [float(x) for x in re.findall(r"[-+0-9.e]+", text.split("(", 1)[-1].rstrip(")"))] if "(" in text else []
    if "PWL" in text:
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        if t <= pairs[0][0]:
            return pairs[0][1]
        for (t0, v0), (t1, v1) in itertools.pairwise(pairs):
            if t <= t1:
                return v0 + (v1 - v0) * (t - t0) / (t1 - t0)
        return pairs[-1][1]
    if "(" in text:
        values = [float(x) for x in re.findall(r"[-+0-9.e]+", text.split("(", 1)[1])]
        return MANUAL[text.split("(")[0].split()[-1]](t, *values)
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


@given(smooth, st.lists(st.floats(0, 2e-2), min_size=1, max_size=5))
def test_a_smooth_stimulus_is_the_sum_of_its_waves(stimulus, moments):
    """Which is what the model follows; the difference is rounding of the phase, 2 pi * 1e4 Hz * 20 ms * 2e-16."""
    t = np.array([*moments, *stimulus.breakpoints()[0]])
    offset = [[o for since, o in stimulus.offsets if moment >= since][-1] for moment in t]
    total = offset + sum((w.at(t) for w in stimulus.waves), np.zeros(len(t)))
    assert total == pytest.approx(evaluate(stimulus, t), abs=1e-10)
    assert stimulus.breakpoints()[1] == pytest.approx(evaluate(stimulus, stimulus.breakpoints()[0]), abs=1e-12)


@given(smooth, st.floats(1e-5, 2e-2))
def test_slopes_of_a_smooth_stimulus_are_those_of_its_formula(stimulus, moment):
    if min(abs(moment - b) for b in stimulus.breakpoints()[0]) < 1e-6:
        return
    h = 1e-9
    rise = (evaluate(stimulus, moment + h) - evaluate(stimulus, moment - h)) / (2 * h)
    most = steepest(stimulus)
    assert float(slope(stimulus, moment)) == pytest.approx(float(rise), abs=1e-3 * most + 1e-4)
    assert abs(rise) <= most * 1.001 + 1e-4


@given(stimuli)
def test_no_stimulus_leaves_its_extent(stimulus):
    low, high = extent(stimulus)
    seen = evaluate(stimulus, np.unique([*np.linspace(0, 2e-2, 2001), *stimulus.breakpoints()[0]]))
    assert low - 1e-9 <= seen.min()
    assert seen.max() <= high + 1e-9


def test_endless_pulses_have_as_many_corners_as_a_run_is_long():
    pulses = EndlessPulses(0, 1, 1e-3, 1e-5, 2e-5, 4e-4, 1e-3)
    t, v = corners(pulses, 10.2e-3)
    assert sum(x == 1.0 for x in v) == 2 * 11
    assert t[-1] > 10.2e-3
    assert evaluate(pulses, np.array(t)) == pytest.approx(v, abs=1e-9)
    with pytest.raises(QuantityError, match="corners of endless pulses"):
        corners(pulses, 1e6)


def test_smooth_stimuli_stand_for_themselves_in_every_list():
    assert {type(s) for s in (Sine(), Exponential(), AM(), FM())} == set(SMOOTH)


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
        lambda: Sine(damping=-1), lambda: Sine(delay=-1), lambda: Exponential(at=1, back_at=1), lambda: FM(index=1e6),
        lambda: Exponential(tau=0), lambda: AM(carrier=0), lambda: EndlessPulses(width="3m"),
        lambda: EndlessPulses(rise=0),
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
