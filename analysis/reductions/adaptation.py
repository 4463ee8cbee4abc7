"""Slow states as one adaptation: linear about rest, one conductance, one time constant, one step at a spike."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from .flow import gain
from .view import View

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

NONE = 1e-6
"""An adaptation of less than this part of what the membrane's own slope is none."""


@frozen(eq=False)
class Slowness:
    """What slow states do to a membrane, linear about rest.

    w = -sum of weights times (state - its rest), amperes; tau dw/dt = a (v - rest) - w.

    Attributes:
        states: indices of the slow states.
        about: all states at rest.
        weights: what a slow state draws from the membrane, amperes per its unit.
        a_of: of each, siemens.
        tau_of: of each by itself, seconds.
        a: their sum.
        tau: their time constants, weighted by a (by the weights' sizes where all of a vanishes).
    """

    states: tuple[int, ...]
    about: Array
    weights: Array
    a_of: Array
    tau_of: Array
    a: float
    tau: float

    def w(self, x: Array) -> Array:
        """The adaptation current of states (n,) or (n, points), amperes."""
        slow = list(self.states)
        return np.asarray(self.weights @ (np.asarray(x)[slow] - self.about[slow].reshape(-1, *[1] * (np.ndim(x) - 1))))

    def step(self, left: Array, begun: Array, v_reset: float, held: float, about: float) -> float:
        """What a spike adds to w: from where the membrane was left to where it begins anew, the hold in between."""
        goal = self.a * (v_reset - about)
        return float((self.w(begun) - goal) * math.exp(min(held / self.tau, 50.0)) + goal - self.w(left))


def slowness(seen: View, about: Array, fast: Sequence[int], slow: Sequence[int], c: float) -> Slowness | None:
    """Linearise what slow states do; None where there are none that do anything.

    Args:
        seen: the circuit between spikes.
        about: states at rest.
        fast: indices of states that follow at once.
        slow: of those that are slow.
        c: farads of the membrane.
    """
    if not slow:
        return None
    j, m = seen.jacobian(about), seen.membrane
    kept = [m, *slow]
    reduced = j[np.ix_(kept, kept)]
    if fast:
        f = list(fast)
        follow = np.linalg.lstsq(j[np.ix_(f, f)], j[np.ix_(f, kept)], rcond=None)[0]
        reduced = reduced - j[np.ix_(kept, f)] @ follow
    weights = -c * seen.factor * reduced[0, 1:]
    inner, driven = reduced[1:, 1:], reduced[1:, 0] / seen.factor
    with np.errstate(all="ignore"):
        tau_of = np.where(np.diag(inner) < 0, -1.0 / np.diag(inner), np.inf)
    goes = -np.linalg.lstsq(inner, driven, rcond=None)[0]
    a_of = weights * goes
    size = np.abs(a_of) if np.abs(a_of).sum() > 0 else np.abs(weights)
    if not np.isfinite(tau_of).all() or not size.sum() > 0:
        return None
    slope = c * abs(reduced[0, 0])
    if np.abs(a_of).sum() <= NONE * slope and not np.abs(weights).max() > 0:
        return None
    tau = float(size @ tau_of / size.sum())
    return Slowness(tuple(slow), about, weights, a_of, tau_of, float(a_of.sum()), tau)


def input_resistance(seen: View, about: Array) -> float:
    """What a small steady input moves the membrane by, ohms (volts per volt for a voltage): -J^-1 b at rest."""
    j, b = seen.jacobian(about), seen.by_input(about)
    moved = -np.linalg.lstsq(j, b, rcond=None)[0]
    if np.abs(j @ moved + b).max() > 1e-6 * np.abs(b).max():
        return float("inf")
    return float(seen.factor * moved[seen.membrane])


def quick_gain(seen: View, about: Array, fast: Sequence[int]) -> float:
    """One over the membrane's capacitance as the input sees it at rest."""
    return seen.factor * gain(seen, about, fast)
