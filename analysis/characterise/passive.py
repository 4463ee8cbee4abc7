"""Below the threshold: rest, input resistance, time constant, capacitance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.units import show
from .alternating import answer
from .bench import HORIZON, Bench, Observation, size_of
from .figure import Figure, missing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SMALL = 0.02
"""A small step, as a part of the input at which it fires."""
STAYS = 0.02
"""A response that still moves by this part of itself in the last tenth of a run has not settled."""


@frozen(eq=False)
class Passive:
    """What was found.

    Attributes:
        tau: how fast the membrane answers, seconds: its time constant, or 1/|pole| where it rings; durations of pulses
            are taken from it.
        settles: the time constant with which an answer dies away, seconds; from it, how long one waits for a spike.
    """

    figures: tuple[Figure, ...]
    tau: float
    resistance: float
    capacitance: float
    settles: float


def passive(bench: Bench, fires_at: float | None = None) -> Passive:
    """Measure rest, input resistance, time constant and capacitance about rest.

    Where there are equations they are linearised about rest, and a small step there and back is held against them: what
    they differ by is the error. Where there are none the small step is all there is.
    """
    unit = "Ω" if bench.unit == "A" else "1"
    if bench.rest.start is None:
        names = (("rest", "V"), ("input resistance", unit), ("time constant", "s"), ("capacitance", "F"))
        guess = bench.horizon / HORIZON
        return Passive(tuple(missing(n, u, bench.rest.restless) for n, u in names), guess, np.nan, np.nan, guess)
    rest = Figure(
        "rest", bench.v_rest, "V", max(bench.rest.moved, 1e-9 * abs(bench.v_rest), 1e-12), (), bench.rest.creeping
    )
    size = SMALL * (fires_at or bench.fires_at or bench.tried)
    up, down = bench.observe([bench.step(size), bench.step(-size)], bench.lead + bench.horizon)
    runs = (up.run, down.run)
    if settles(bench, up, down) > STAYS:
        return _integrates(bench, rest, up, down, size, unit)
    measured = _response(bench, up, down, size)
    resistance, tau = measured
    slope = _first_slope(bench, up, down, size)
    words = ""
    if bench.linear is not None and len(bench.linear.poles):
        own, pole = bench.turn * bench.sign * bench.linear.resistance, complex(bench.linear.poles[0])
        by_poles = -1 / pole.real
        if abs(pole.imag) > 1e-6 * abs(pole.real):
            f = abs(pole.imag) / (2 * np.pi)
            words = f"it rings at {show(float(f'{f:.4g}'), 'Hz')}, and that dies away with this time constant"
            tau = by_poles
        others = [-1 / p.real for p in bench.linear.poles[1:] if abs(p.imag) < 1e-6 * abs(p.real)]
        if others and not words:
            told = ", ".join(show(float(f"{t:.3g}"), "s") for t in others[:3])
            words = f"the largest of its modes; others {told}"
            tau = by_poles
        r = Figure("input resistance", own, unit, max(abs(own - resistance), 1e-9 * abs(own)), runs)
        t = Figure("time constant", by_poles, "s", max(abs(by_poles - tau), 1e-9 * by_poles), runs, words)
    elif (own := answer(bench)) is not None:
        words = f"alternating, at rest; a step of {size_of(size, bench.unit)} gives {size_of(resistance, unit)}"
        runs = (own.run, *runs)
        r = Figure("input resistance", own.resistance, unit, own.r_error, runs, words)
        t = Figure("time constant", own.tau, "s", own.tau_error, runs, "the mean of its modes, alternating, at rest")
    else:
        r = Figure("input resistance", resistance, unit, abs(resistance) * _spread(bench, up, down, size), runs)
        area = _by_area(bench, up, down)
        t = Figure("time constant", tau, "s", max(abs(tau - area), 1e-3 * tau), runs)
    c = _capacitance(bench, r, t, slope, runs)
    pole = complex(bench.linear.poles[0]) if bench.linear is not None and len(bench.linear.poles) else 0j
    tau = 1 / abs(pole) if abs(pole.imag) > 1e-6 * abs(pole.real) else t.value
    return Passive((rest, r, t, c), tau, r.value, c.value, t.value)


def _capacitance(bench: Bench, r: Figure, t: Figure, slope: float, runs: tuple[str, ...]) -> Figure:
    """From the time constant; where there are several, from how fast the membrane sets out."""
    if bench.unit != "A":
        return missing("capacitance", "F", "its input is a voltage")
    single = bench.linear is not None and len(bench.linear.poles) == 1
    by_tau = t.value / r.value
    if single or not np.isfinite(slope) or slope <= 0:
        relative = np.hypot(t.error / t.value, r.error / r.value)
        return Figure("capacitance", by_tau, "F", abs(by_tau) * float(relative), runs, "time constant over resistance")
    if bench.linear is None and "alternating" in t.words:
        relative = float(np.hypot(t.error / t.value, r.error / r.value))
        return Figure("capacitance", by_tau, "F", abs(by_tau) * relative, runs, "time constant over resistance")
    if bench.linear is None:
        return Figure("capacitance", by_tau, "F", abs(by_tau - 1 / slope), runs, "time constant over resistance")
    return Figure("capacitance", 1 / slope, "F", 0.01 / slope, runs, "from how fast a step sets out")


def _integrates(bench: Bench, rest: Figure, up: Observation, down: Observation, size: float, unit: str) -> Passive:
    """What of a membrane that does not settle can be said: how fast it goes."""
    since, until = bench.lead + 0.2 * bench.horizon, bench.lead + 0.9 * bench.horizon
    v = [np.interp([since, until], o.time, o.v) for o in (up, down)]
    slope = float(np.diff(v[0] - v[1])[0]) / (until - since) / (2 * size)
    runs, why = (up.run, down.run), "it integrates: its membrane does not settle under a small step"
    figures = [missing("input resistance", unit, why, runs), missing("time constant", "s", why, runs)]
    if bench.unit == "A" and slope > 0:
        figures.append(Figure("capacitance", 1 / slope, "F", 0.01 / slope, runs, "from how fast a small step moves it"))
    else:
        figures.append(missing("capacitance", "F", "its input is a voltage" if slope > 0 else "it hardly moves", runs))
    guess = bench.horizon / HORIZON
    return Passive((rest, *figures), guess, np.nan, 1 / slope if slope else np.nan, guess)


def _difference(bench: Bench, up: Observation, down: Observation) -> tuple[Array, Array]:
    """Half of what two steps of opposite sign make: what bends evenly falls out. Times count from the step on."""
    times = np.unique(np.concatenate([up.time, down.time]))
    times = times[times >= bench.lead]
    v = (np.interp(times, up.time, up.v) - np.interp(times, down.time, down.v)) / 2
    return times - bench.lead, v


def settles(bench: Bench, up: Observation, down: Observation) -> float:
    """Which part of a response still happens in the last fifth of a run."""
    t, v = _difference(bench, up, down)
    late = v[t > 0.8 * t[-1]]
    return float(np.ptp(late)) / max(abs(float(v[-1])), 1e-30)


def _response(bench: Bench, up: Observation, down: Observation, size: float) -> tuple[float, float]:
    """Resistance and time constant of the response to a small step: its end, and an exponential through it."""
    from scipy.optimize import curve_fit

    t, v = _difference(bench, up, down)
    end = float(np.mean(v[t > 0.9 * t[-1]]))
    area = _by_area(bench, up, down)
    even = np.linspace(0.0, min(8.0, t[-1] / area), 2000)
    shape = np.interp(even * area, t, v) / end
    try:
        (tau,), _ = curve_fit(lambda s, tau: 1 - np.exp(-s / abs(tau)), even, shape, p0=[1.0])
    except RuntimeError:
        tau = np.nan
    return end / size, abs(float(tau)) * area


def _by_area(bench: Bench, up: Observation, down: Observation) -> float:
    """The time constant as the area between a response and its end: the mean of those of all its modes."""
    t, v = _difference(bench, up, down)
    end = float(np.mean(v[t > 0.9 * t[-1]]))
    area = float(np.trapezoid(1 - v / end, t))
    return area if area > 0 else float(t[-1]) / HORIZON


def _first_slope(bench: Bench, up: Observation, down: Observation, size: float) -> float:
    """How fast the membrane sets out under a unit of input, from the first thousandths of the response."""
    if bench.linear is not None:
        from .resting import pull_about

        return pull_about(bench.subject, bench.rest)
    t, v = _difference(bench, up, down)
    end = float(np.mean(v[t > 0.9 * t[-1]]))
    early = (t > 0) & (np.abs(v) < 0.1 * abs(end))
    return float(np.polyfit(t[early], v[early], 1)[0]) / size if early.sum() > 3 else np.nan


def _spread(bench: Bench, up: Observation, down: Observation, size: float) -> float:
    """By which part the responses to both signs differ: what bends."""
    ends = [abs(float(np.mean(o.v[o.time > 0.9 * o.stop])) - bench.v_rest) for o in (up, down)]
    return max(abs(ends[0] - ends[1]) / max(sum(ends), 1e-30), 1e-4)
