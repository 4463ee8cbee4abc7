"""What passes between parts keeps its area and its centre."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapicque.circuits import PWL, SpikeTrain
from lapicque.circuits.sampled import crossings
from lapicque.circuits.stimuli import evaluate
from lapicque.netlists.networks.signals import (
    Line,
    Pulses,
    as_line,
    describe,
    differ,
    joined,
    of_stimulus,
    shifted,
    straightened,
    total,
    within,
)

TICK = 1e-8


def _moments(times, values):
    """Area and centre of a piecewise linear function, exactly (Simpson's rule is exact for its products)."""
    dt = np.diff(times)
    area = np.sum(dt * (values[:-1] + values[1:]) / 2)
    middle_t, middle_v = (times[:-1] + times[1:]) / 2, (values[:-1] + values[1:]) / 2
    first = np.sum(dt / 6 * (times[:-1] * values[:-1] + 4 * middle_t * middle_v + times[1:] * values[1:]))
    return area, first / area


@given(st.lists(st.floats(1e-3, 0.4), min_size=1, max_size=8, unique=True), st.floats(5e-6, 5e-5), st.floats(-2, 2))
def test_pulses_keep_area_and_centre(begins, length, height):
    if abs(height) < 1e-3:
        return
    begin = np.sort(begins)
    times, values = total([(Pulses(begin, begin + length, height), 3.0)], TICK)
    area, centre = _moments(times, values)
    assert area == pytest.approx(3.0 * height * length * len(begin), rel=1e-9)
    assert centre == pytest.approx(float(np.mean(begin)) + length / 2, abs=TICK)
    assert (np.diff(times) > 0.9 * TICK).all()


@given(st.integers(0, 10_000))
def test_sums_are_sums(seed):
    draw = np.random.default_rng(seed)
    signals = [
        (Pulses(b := np.sort(draw.random(5)), b + 1e-3, draw.normal(), draw.normal()), draw.normal()) for _ in range(4)
    ]
    lines = [(Line(np.sort(draw.random(6)), draw.normal(size=6)), draw.normal()) for _ in range(2)]
    at = np.linspace(0, 1.2, 500)
    together = np.interp(at, *total(signals + lines, TICK))
    apart = sum(np.interp(at, *total([s], TICK)) for s in signals + lines)
    assert np.allclose(together, apart, atol=1e-4 * np.max(np.abs(apart)))


def test_a_line_source_is_the_same_before_and_after():
    train = SpikeTrain((0.01, 0.02, 0.0205), 2e-5, 1e-3, 2e-5)
    at = np.linspace(0, 0.03, 3001)
    times, values = total([(of_stimulus(train), 1.0)], TICK)
    assert np.max(np.abs(np.interp(at, times, values) - evaluate(train, at))) < 1e-3 * train.height
    ramp = PWL((0.0, 0.01, 0.02), (0.0, 1.0, -1.0))
    assert np.max(np.abs(np.interp(at, *total([(of_stimulus(ramp), 1.0)], TICK)) - evaluate(ramp, at))) < 1e-5


def test_a_switched_waveform_is_pulses_and_a_smooth_one_lines():
    edges = np.array([0.1, 0.2, 0.5, 0.65])
    time = np.unique(np.concatenate([np.linspace(0, 1, 101), edges, edges + 1e-9]))
    value = np.where(((time > 0.1) & (time <= 0.2)) | ((time > 0.5) & (time <= 0.65)), 0.9, 0.0)
    found = describe(time, value)
    assert isinstance(found, Pulses)
    assert found.begin == pytest.approx([0.1, 0.5], abs=1e-8)
    assert found.end == pytest.approx([0.2, 0.65], abs=1e-8)
    assert found.height == 0.9
    wave = describe(time, np.sin(7 * time))
    assert isinstance(wave, Line)
    assert np.max(np.abs(np.interp(time, wave.time, wave.value) - np.sin(7 * time))) < 2.1e-5
    assert not len(describe(time, np.full_like(time, 0.3)).begin)


@given(st.integers(0, 10_000), st.floats(1e-5, 1e-2))
def test_straight_lines_stay_within_their_tolerance(seed, tolerance):
    draw = np.random.default_rng(seed)
    time = np.sort(draw.random(400))
    value = np.cumsum(draw.normal(size=400))
    t, v = straightened(time, value, tolerance)
    assert np.max(np.abs(np.interp(time, t, v) - value)) <= tolerance * np.ptp(value) * (1 + 1e-9)
    assert t[0] == time[0]
    assert t[-1] == time[-1]


def test_a_parabola_needs_as_many_lines_as_it_must():
    time = np.linspace(0, 1, 20001)
    t, _ = straightened(time, time**2, 1e-4)
    # A chord of length h departs from x^2 by h^2 / 4; a cone through exact points reaches h^2 / 4 <= tol too.
    assert len(t) <= 1 / np.sqrt(4e-4) + 2


def test_windows_cut_and_join_without_loss():
    whole = Pulses(np.array([0.1, 0.29, 0.5]), np.array([0.12, 0.31, 0.52]), 1.0)
    first, second = within(whole, 0.0, 0.3), within(whole, 0.3, 0.6)
    assert first.begin.tolist() == pytest.approx([0.1, 0.29])
    assert second.begin.tolist() == pytest.approx([-0.01, 0.2])
    piece_one = Pulses(np.array([0.1, 0.29]), np.array([0.12, 0.3]), 1.0)
    piece_two = Pulses(np.array([0.3, 0.5]), np.array([0.31, 0.52]), 1.0)
    again = joined(piece_one, piece_two)
    assert differ(again, whole) == pytest.approx(0.0, abs=1e-15)
    silent = Pulses(np.zeros(0), np.zeros(0), 0.0)
    assert differ(joined(joined(silent, whole), silent), whole) == 0.0
    line = Line(np.array([0.0, 1.0]), np.array([0.0, 2.0]))
    assert within(line, 0.25, 0.5).value.tolist() == pytest.approx([0.5, 1.0])
    assert joined(line, Line(np.array([1.0, 2.0]), np.array([2.0, 0.0]))).time.tolist() == [0.0, 1.0, 2.0]


def test_a_delay_moves_everything():
    assert shifted(Pulses(np.array([0.1]), np.array([0.2]), 1.0), 0.05).begin.tolist() == pytest.approx([0.15])
    assert shifted(Line(np.array([0.0]), np.array([1.0])), 0.05).time.tolist() == [0.05]


def test_unlike_signals_differ_infinitely():
    one, two = Pulses(np.array([0.1]), np.array([0.2]), 1.0), Pulses(np.zeros(0), np.zeros(0), 0.0)
    assert differ(one, two) == np.inf
    assert differ(None, one) == np.inf
    assert len(as_line(one).time) == 5


def test_crossings_go_one_way():
    t, v = np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 1.0, 0.0, 1.0])
    assert crossings(t, v, 0.5, False).tolist() == [0.5, 2.5]
    assert crossings(t, v, 0.5, True).tolist() == [1.5]
