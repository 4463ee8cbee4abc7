"""The dynamic I-V curve: what flows into a membrane of itself, read off its answer to a noisy current.

The current through the capacitance is C dv/dt, so F(v) = C dv/dt - I is the rest, whatever it comes from. C is where
the variance of I/C - dv/dt at one voltage is smallest; F is binned over v, with a stretch behind each spike left out.
Source: Badel et al. 2008, J Neurophysiol 99:656; Badel et al. 2008, Biol Cybern 99:361.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import frozen

from ...circuits.errors import DesignError
from ...circuits.neurons import ExponentialLeak
from ...circuits.units import show
from .after_spikes import AfterSpike, after_spikes, fall, horizon, slope_per_current
from .recording import Recording, Samples, samples_of, want_recordings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

QUIET = (0.1, 0.7)
"""Capacitance is looked for between these quantiles of the voltage, in"""
LEVELS = 12
"""bins."""
EXPLAINED = 0.5
"""Below this part of the variance of dv/dt that the current explains, it does not enter through the membrane alone."""
FEWEST = 30
"""Samples in a bin of voltage."""
MOST_BINS = 60
BLOCK = 0.25
"""Of the time in which the current changes by its standard deviation."""


@frozen(eq=False)
class Changes:
    """Between neighbouring blocks of time: of v, dv/dt and current; length of a block, and about which voltage."""

    v: Array
    slope: Array
    current: Array
    length: Array
    about: Array

    def where(self, which: NDArray[np.bool_]) -> Changes:
        """Some of them."""
        return Changes(self.v[which], self.slope[which], self.current[which], self.length[which], self.about[which])


@frozen(eq=False, repr=False)
class DynamicIv:
    """F(v), how sure it is, and what the membrane does after spikes.

    Attributes:
        c: farads (seconds where a voltage drives the neuron).
        c_sigma: its standard error.
        explained: part of the variance of dv/dt at one voltage that the current explains.
        v: mean voltage of each bin, volts.
        f: mean current into the membrane, amperes (volts).
        error: standard error of f.
        spread: standard deviation of the current within a bin: what adaptation, gates and noise do at one voltage.
        after: the time after spikes; None with fewer than two.
        exponential: a leak and an exponential through the curve; None where there is none.
        notes: what a reader must know.
    """

    c: float
    c_sigma: float
    explained: float
    v: Array
    f: Array
    error: Array
    spread: Array
    after: AfterSpike | None
    exponential: ExponentialLeak | None
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<dynamic I-V curve: C = {show(float(f'{self.c:.4g}'), 'F')}, {len(self.v)} voltages>"

    @property
    def window(self) -> float:
        """Seconds after a spike that were left out."""
        return self.after.window if self.after is not None else 0.0


def dynamic_iv(recordings: Recording | Sequence[Recording], bins: int = MOST_BINS) -> DynamicIv:
    """Read a membrane's capacitance and flow off its answer to a noisy current.

    Args:
        recordings: of one neuron.
        bins: of voltage at most; each holds as many samples.

    Raises:
        DesignError: the current does not enter through the membrane's capacitance, or too few samples.
    """
    stretches = want_recordings(recordings)
    samples, late = samples_of(stretches), horizon(stretches)
    quiet = samples if np.isnan(late) else samples.where(samples.since > late)
    c, sigma, explained = capacitance(quiet)
    after = None if np.isnan(late) else _after(stretches, samples, late, c)
    used = samples if after is None else samples.where(samples.since > after.window)
    v, f, error, spread = _binned(used, c, bins)
    found = DynamicIv(c, sigma, explained, v, f, error, spread, after, None)
    return attrs.evolve(found, exponential=fitted_exponential(found), notes=_notes(found))


def _after(stretches: Sequence[Recording], samples: Samples, late: float, c: float) -> AfterSpike:
    v, f, _, _ = _binned(samples.where(samples.since > late), c, MOST_BINS // 2)
    line = np.polyfit(v[: max(3, len(v) // 3)], f[: max(3, len(v) // 3)], 1)

    def flow(x: Array) -> Array:
        return np.where(x < v[0], np.polyval(line, x), np.interp(x, v, f))

    return after_spikes(samples, late, c, flow, fall(stretches, late))


def capacitance(quiet: Samples) -> tuple[float, float, float]:
    """Where the variance of I/C - dv/dt at one voltage is smallest: farads, its error, the part that it explains.

    It is taken between neighbouring moments, so that currents which change slowly (an adaptation, gates) drop out, and
    less a straight line in v, so that the slope of F does not move the minimum.

    Raises:
        DesignError: the variance has no minimum.
    """
    pairs = _changes(quiet)
    if len(pairs.v) < 2 * FEWEST:
        raise DesignError(
            f"only {len(quiet.v)} samples are away from spikes: give a longer recording, or one with fewer spikes."
        )
    low, high = _levels(quiet, QUIET)
    edges = np.linspace(low, high, max(2, min(LEVELS, len(pairs.v) // FEWEST)) + 1)
    number = np.digitize(pairs.about, edges)
    bins = [pairs.where(number == k) for k in range(1, len(edges))]
    rows = [(*slope_per_current(b.v, b.slope, b.current, b.length), len(b.v)) for b in bins if len(b.v) >= FEWEST]
    rows = [r for r in rows if np.isfinite(r[0])]
    per_c, part, weight = np.array(rows).T if rows else np.zeros((3, 0))
    mean = float(np.average(per_c, weights=weight)) if rows else np.nan
    explained = float(np.average(part, weights=weight)) if rows else 0.0
    if not mean > 0 or explained < EXPLAINED:
        raise DesignError(
            "no capacitance makes I/C - dv/dt quiet at one voltage (the current explains "
            f"{100 * explained:.0f} % of dv/dt): it enters through something else than this membrane, or is too weak; "
            "watch the node that the current enters, or take a noise that is stronger or slower."
        )
    spread = float(np.sqrt(np.average((per_c - mean) ** 2, weights=weight) / max(1, len(per_c) - 1)))
    return 1 / mean, spread / mean**2, explained


def _changes(samples: Samples) -> Changes:
    """From each block of time to the next, a quarter of the time in which the current changes by its own spread."""
    speed = np.abs(np.diff(samples.current)) / np.maximum(np.diff(samples.time), 1e-300)
    typical = float(np.median(speed[speed > 0])) if (speed > 0).any() else np.inf
    block = max(BLOCK * float(samples.current.std()) / typical, 2 * float(np.median(samples.length)))
    label = np.floor(samples.time / block)
    first = np.flatnonzero((np.diff(label, prepend=-1) != 0) | (np.diff(samples.stretch, prepend=-1) != 0))
    length = np.add.reduceat(samples.length, first)

    def mean(x: Array) -> Array:
        return np.add.reduceat(x * samples.length, first) / length

    v, slope, current, time = mean(samples.v), mean(samples.slope), mean(samples.current), mean(samples.time)
    pair = (np.diff(time) < 1.5 * block) & (np.minimum(length[1:], length[:-1]) > 0.7 * block)
    pair &= np.diff(samples.stretch[first]) == 0
    return Changes(np.diff(v)[pair], np.diff(slope)[pair], np.diff(current)[pair], length[1:][pair], v[1:][pair])


def _levels(samples: Samples, parts: tuple[float, float]) -> tuple[float, float]:
    """Quantiles of the voltage by time."""
    order = np.argsort(samples.v)
    share = np.cumsum(samples.length[order])
    low, high = np.interp(np.array(parts) * share[-1], share, samples.v[order])
    return float(low), float(high)


def _binned(used: Samples, c: float, bins: int) -> tuple[Array, Array, Array, Array]:
    count = min(bins, len(used.v) // FEWEST)
    if count < 4:
        raise DesignError(f"only {len(used.v)} samples lie outside of spikes: give a longer recording.")
    flow = c * used.slope - used.current
    rank = np.empty(len(used.v), np.int64)
    rank[np.argsort(used.v, kind="stable")] = np.arange(len(used.v))
    number = rank * count // len(used.v)
    rows = []
    for k in range(count):
        here = number == k
        w = used.length[here] / used.length[here].sum()
        v, f = w @ used.v[here], w @ flow[here]
        # a line is taken out: what F does over the width of a bin is no spread
        line = np.polyfit(used.v[here] - v, flow[here] - f, 1, w=np.sqrt(w)) if np.ptp(used.v[here]) > 0 else (0.0, 0.0)
        rest = flow[here] - f - np.polyval(line, used.v[here] - v)
        spread = np.sqrt(w @ rest**2)
        visits = 1 + np.count_nonzero(np.diff(np.flatnonzero(here)) > 1)
        rows.append((v, f, spread / np.sqrt(visits), spread))
    v, f, error, spread = np.array(rows).T
    rising = np.concatenate([[True], np.diff(v) > 0])
    return v[rising], f[rising], error[rising], spread[rising]


def fitted_exponential(curve: DynamicIv) -> ExponentialLeak | None:
    """A leak and an exponential through a curve; None where it does not turn up at its upper end."""
    from scipy.optimize import curve_fit

    v, f = curve.v, curve.f
    lowest = int(np.argmin(f))
    if lowest < 3 or lowest >= len(v) - 2 or not f[-1] > f[lowest]:
        return None
    g, at = np.polyfit(v[: max(3, lowest // 2 + 1)], f[: max(3, lowest // 2 + 1)], 1)
    if not g < 0:
        return None
    guess = (np.log(-g), -at / g, np.log(max((v[-1] - v[lowest]) / 5, 1e-6 * np.ptp(v))), v[lowest])
    floor = 0.01 * np.ptp(f[: lowest + 1]) + 1e-30
    try:
        found, _ = curve_fit(
            lambda x, lg, e, ld, vt: ExponentialLeak(np.exp(lg), e, np.exp(ld), vt).at(x), v, f, guess,
            sigma=np.hypot(np.hypot(curve.error, floor), 0.02 * f), maxfev=4000,
        )  # fmt: skip
    except (RuntimeError, ValueError, FloatingPointError, OverflowError):
        return None
    return ExponentialLeak(float(np.exp(found[0])), float(found[1]), float(np.exp(found[2])), float(found[3]))


def _notes(found: DynamicIv) -> tuple[str, ...]:
    notes = []
    below = found.f[: int(np.argmin(found.f)) + 1]
    if len(below) > 2 and np.median(found.spread) > 0.05 * np.ptp(below):
        notes.append(
            f"at one voltage the current spreads by {100 * np.median(found.spread) / np.ptp(below):.0f} % of the "
            "curve: something else than the voltage decides too (adaptation, gates, a node between)"
        )
    if found.explained < 0.9:
        notes.append(f"the input explains {100 * found.explained:.0f} % of dv/dt at one voltage")
    if found.after is None:
        notes.append("fewer than two spikes: nothing is known of the time after one")
    return tuple(notes)
