"""The dense oracle's run of a case, and how far another run is from it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from attrs import frozen
from fuzz.case import Case
from oracles import transient
from oracles.network import value

ROUNDING = 2e-14
"""Beside the sources of a circuit, as a part of the largest: what a double leaves of a node that is nearly at rest."""
Signals = dict[str, np.ndarray]


@frozen(eq=False, slots=False)
class Reference:
    """What the oracle says of a case."""

    case: Case
    finer: float = 1.0
    """By this factor more exact than usual: where the two differ it may be the oracle."""

    @property
    def tolerance(self) -> float:
        """Of a step of the oracle."""
        return (1e-8 if self.case.network.nonlinear else 1e-10) / self.finer

    @cached_property
    def run(self) -> transient.Run:
        """The run.

        Raises:
            OracleError: there is none.
        """
        return transient.run(self.case.parts, self.case.stop, self.tolerance)

    def nudged(self) -> transient.Run:
        """The run of the same circuit with values that are a ten-millionth off."""
        return transient.run(self.case.nudged().parts, self.case.stop, self.tolerance)


def signal(run: Any, what: str, name: str) -> np.ndarray:
    """A node's voltage or an element's current."""
    return run.voltage(name) if what == "node" else run.current(name)


def signals(case: Case, run: Any) -> Signals:
    """All signals of a case out of a run of the oracle or of bare ngspice."""
    return {n: signal(run, *w) for n, w in case.signals().items()}


def worst(
    case: Case, truth: Signals, low: Signals, high: Signals, times: np.ndarray, near: float, far: float
) -> tuple[float, str]:
    """The largest error over what is allowed, and where.

    Args:
        case: whose signals they are.
        truth: what should be.
        low: the least that is, and
        high: the most that is, about each instant.
        times: of the points, seconds.
        near: allowed part of a signal's swing, and
        far: of the largest signal of its kind (voltage or current).
    """
    kinds = {n: what for n, (what, _) in case.signals().items()}
    sizes = {n: float(np.abs(truth[n]).max(initial=0.0)) for n in truth}
    driven = np.array([value(p.values["stimulus"], times) for p in case.network.sources])
    found, said = 0.0, ""
    for n in truth:
        swing = float(np.ptp(truth[n])) if len(truth[n]) else 0.0
        allowed = near * swing + far * max(s for m, s in sizes.items() if kinds[m] == kinds[n])
        allowed += 1e-15 + ROUNDING * float(np.abs(driven).max(initial=0.0)) * (kinds[n] == "node")
        error = np.maximum(np.maximum(low[n] - truth[n], truth[n] - high[n]), 0.0) / allowed
        error = np.where(np.isfinite(error), error, np.inf)
        if error.max(initial=0.0) > found:
            k = int(np.argmax(error))
            found = float(error[k])
            said = f"{n!r} at {times[k]:.9g} s is {low[n][k]:.9g}, should be {truth[n][k]:.9g} (swing {swing:.4g}). "
    return found, said


def band(at: np.ndarray, times: np.ndarray, values: np.ndarray, window: float) -> tuple[np.ndarray, np.ndarray]:
    """Least and largest value of a waveform within a window about each instant."""
    edges = np.interp(np.concatenate([at - window, at, at + window]), times, values).reshape(3, -1)
    first, last = np.searchsorted(times, at - window), np.searchsorted(times, at + window, side="right")
    spans, some = np.stack([first, last], axis=1).ravel(), first < last
    low, high = edges.min(axis=0), edges.max(axis=0)
    for reduce, found in ((np.minimum, low), (np.maximum, high)):
        # Every other one is from a first to a last; the padding is what a last one at the end refers to.
        inside = reduce.reduceat(np.append(values, values[-1]), spans)[::2]
        found[some] = reduce(found, inside)[some]
    return low, high


def bands(case: Case, run: Any, at: np.ndarray, window: float) -> tuple[Signals, Signals]:
    """The band of every signal of a run."""
    found = {n: band(at, run.times, v, window) for n, v in signals(case, run).items()}
    return {n: b[0] for n, b in found.items()}, {n: b[1] for n, b in found.items()}
