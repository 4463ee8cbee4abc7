"""The answer of a membrane at rest to a small alternating input: ngspice's own linearisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...netlists.spice.analyses import AC, OperatingPoint
from .bench import Bench
from .journal import Run, key_of
from .legs import NgspiceLeg
from .subject import MEMBRANE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SLOWEST, FASTEST = 1e-3, 1e5
"""Frequencies, in one over a long run."""
POINTS = 10
"""Of them, a decade."""
LEVEL = 0.01
"""What still grows by this part over the lowest half decade has no resistance that could be told."""
THERE = 1e-3
"""The operating point is where it rests, to this part of the way to a spike."""
SURE = 1e-4
"""No resistance is surer than to this part."""


@frozen(eq=False)
class Answer:
    """Input resistance and time constant, and what each is unsure by.

    Attributes:
        resistance: at the lowest frequency, turned, volts per unit of input.
        tau: mean time constant of the modes, weighted with their parts of the resistance, seconds.
        run: its key in the journal.
    """

    resistance: float
    tau: float
    r_error: float
    tau_error: float
    run: str


def answer(bench: Bench) -> Answer | None:
    """Ask ngspice at rest; None for a bench without it, and where its operating point is another state than rest."""
    if not isinstance(bench.leg, NgspiceLeg) or bench.rest.start is None or not bench.rest.start.volts:
        return None
    circuit = bench.subject.driven(bench.subject.base_stimulus)
    guess = dict(bench.rest.start.volts)
    limits = SLOWEST / bench.horizon, FASTEST / bench.horizon
    key = key_of("alternating", bench.accuracy, circuit.to_json(), sorted(guess.items()), limits)
    bench.asked.add(key)
    if key not in bench.journal:
        engine = bench.leg.engine
        point = engine.run(circuit, OperatingPoint(guess=guess), bench.accuracy)
        seen = engine.run(circuit, AC(bench.subject.source, *limits, POINTS, guess=guess), bench.accuracy)
        v, seconds = seen[MEMBRANE].values, float(seen.attrs["seconds_ngspice"])
        run = Run(np.append(np.real(v), float(point[MEMBRANE].values)), seen["frequency"].values, np.imag(v), seconds)
        bench.journal.add(key, run)
        bench.took(key, seconds)
    run = bench.journal.get(key)
    way = abs(bench.subject.probe.level - bench.rest.v) or 1.0
    if abs(run.spikes[-1] - bench.rest.v) > THERE * way:
        return None
    return read_off(run.time, bench.turn * bench.sign * (run.spikes[:-1] + 1j * run.v), key)


def read_off(f: Array, h: NDArray[np.complex128], key: str = "") -> Answer | None:
    """Resistance and time constant of an answer over frequency; None where it is level nowhere.

    Of h = sum R_k / (1 + i w tau_k), -Im h / (w Re h) is at low frequencies the mean of tau_k, weighted with R_k; the
    frequency at which |h| has fallen by sqrt 2 is held against it, which agrees where there is one mode.
    """
    r = float(np.real(h[0]))
    up = int(np.searchsorted(f, f[0] * 10**0.5))
    drift = abs(float(np.real(h[up])) - r)
    if not r or drift > LEVEL * abs(r):
        return None
    tau = -float(np.imag(h[up]) / np.real(h[up]) / (2 * np.pi * f[up]))
    below = np.flatnonzero(np.abs(h) < abs(r) / np.sqrt(2))
    if tau <= 0 or not len(below) or not below[0]:
        return None
    k = slice(int(below[0]) - 1, int(below[0]) + 1)
    corner = float(np.interp(0.5 * np.log(2), -np.log(np.abs(h[k] / r)), np.log(f[k])))
    apart = abs(tau - 1 / (2 * np.pi * np.exp(corner)))
    return Answer(r, tau, drift + SURE * abs(r), max(apart, SURE * tau), key)
