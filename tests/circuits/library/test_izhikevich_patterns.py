"""The twenty patterns of Izhikevich 2004, IEEE Trans Neural Netw 15:1063, fig. 1: parameters and inputs of its program.

Typed once more from figure1.m as its author has it on his page: a, b, c, d, V at 0, length of the run, and the input as
the program's conditions on t (ms). Two values of d are ours, see the library.
"""

import numpy as np
import pytest

from lapicque.circuits.library.izhikevich import EDGE, PATTERNS
from lapicque.circuits.stimuli import evaluate


def between(*spans):
    return lambda t: any(a < t < b for a, b in spans)


def pulses(high, low, *spans):
    inside = between(*spans)
    return lambda t: high if inside(t) else low


PRINTED = {
    "tonic spiking": ((0.02, 0.2, -65, 6), -70, 100, lambda t: 14 if t > 100 / 10 else 0),
    "phasic spiking": ((0.02, 0.25, -65, 6), -64, 200, lambda t: 0.5 if t > 20 else 0),
    "tonic bursting": ((0.02, 0.2, -50, 2), -70, 220, lambda t: 15 if t > 22 else 0),
    "phasic bursting": ((0.02, 0.25, -55, 0.05), -64, 200, lambda t: 0.6 if t > 20 else 0),
    "mixed mode": ((0.02, 0.2, -55, 4), -70, 160, lambda t: 10 if t > 160 / 10 else 0),
    "spike frequency adaptation": ((0.01, 0.2, -65, 8), -70, 85, lambda t: 30 if t > 85 / 10 else 0),
    "class 1": ((0.02, -0.1, -55, 6), -60, 300, lambda t: 0.075 * (t - 30) if t > 30 else 0),
    "class 2": ((0.2, 0.26, -65, 0), -64, 300, lambda t: -0.5 + 0.015 * (t - 30) if t > 30 else -0.5),
    "spike latency": ((0.02, 0.2, -65, 6), -70, 100, pulses(7.04, 0, (10, 13))),
    "subthreshold oscillations": ((0.05, 0.26, -60, 0), -62, 200, pulses(2, 0, (20, 25))),
    "resonator": ((0.1, 0.26, -60, -1), -62, 400, pulses(0.65, 0, (40, 44), (60, 64), (280, 284), (320, 324))),
    "integrator": (
        (0.02, -0.1, -55, 6), -60, 100,
        pulses(9, 0, (100 / 11, 100 / 11 + 2), (100 / 11 + 5, 100 / 11 + 7), (70, 72), (80, 82)),
    ),
    "rebound spike": ((0.03, 0.25, -60, 4), -64, 200, pulses(-15, 0, (20, 25))),
    "rebound burst": ((0.03, 0.25, -52, 0), -64, 200, pulses(-15, 0, (20, 25))),
    "threshold variability": (
        (0.03, 0.25, -60, 4), -64, 100,
        lambda t: pulses(1, 0, (10, 15), (80, 85))(t) + pulses(-6, 0, (70, 75))(t),
    ),
    "bistability": ((0.1, 0.26, -60, 0), -61, 300, pulses(1.24, 0.24, (300 / 8, 300 / 8 + 5), (216, 221))),
    "depolarizing after-potential": ((1, 0.2, -60, -18), -70, 50, lambda t: 20 if abs(t - 10) < 1 else 0),
    "accommodation": (
        (0.02, 1, -55, 4), -65, 400,
        lambda t: t / 25 if t < 200 else 0 if t < 300 else (t - 300) / 12.5 * 4 if t < 312.5 else 0,
    ),
    "inhibition-induced spiking": ((-0.02, -1, -60, 8), -63.8, 350, lambda t: 80 if t < 50 or t > 250 else 75),
    "inhibition-induced bursting": ((-0.026, -1, -45, 0), -63.8, 350, lambda t: 80 if t < 50 or t > 250 else 75),
}  # fmt: skip


def test_these_are_all_patterns():
    assert list(PATTERNS) == list(PRINTED)


@pytest.mark.parametrize("name", PRINTED)
def test_parameters_are_the_printed_ones(name):
    parameters, v_0, stop, _ = PRINTED[name]
    p = PATTERNS[name]
    assert ((p.a, p.b, p.c, p.d), p.v_0, p.stop) == (parameters, v_0, stop)
    start = -16 if name == "accommodation" else p.b * v_0
    assert p.start_u == pytest.approx(start)
    shape = (4.1, 108) if name in ("class 1", "integrator") else (5, 140)
    assert (p.linear, p.constant) == shape
    assert (p.rest, p.decay) == ((-65, 0) if name == "accommodation" else (0, 1))  # du/dt = a b (V + 65) there


@pytest.mark.parametrize("name", PRINTED)
def test_the_input_is_the_printed_one(name):
    """Everywhere but within the edges, which take 10 us here and no time in the program."""
    *_, stop, printed = PRINTED[name]
    times = np.arange(0, stop, 0.07)
    wanted = np.array([printed(t) for t in times])
    still = np.array([abs(printed(t - 2 * EDGE) - printed(t + 2 * EDGE)) < 0.1 for t in times])
    found = evaluate(PATTERNS[name].stimulus, times * 1e-3) * 1e9
    assert found[still] == pytest.approx(wanted[still], abs=1e-3)
    assert np.mean(still) > 0.98
