"""Where a circuit stands still without input: its rests, which of them hold, and what it does where there is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.units import show
from .view import View, grows, in_mode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

POINTS = 120
"""Voltages at which one looks for rests."""
APART = 1e-6
"""Two rests are two when they differ by this part of the range."""


@frozen(eq=False)
class Rest:
    """A state in which nothing changes.

    Attributes:
        v: volts of the membrane, as spikes rise.
        states: all of them.
        poles: rates at which what moves it away dies out or grows, 1/s, slowest first.
    """

    v: float
    states: Array
    poles: NDArray[np.complex128]

    @property
    def is_stable(self) -> bool:
        """Whether it holds: no pole grows."""
        return not grows(self.poles)


@frozen(eq=False)
class Rests:
    """All rests of a circuit within the voltages where one looked.

    Attributes:
        view: in the state of the switches in which it rests.
        found: lowest first.
        drifts: nothing brings the membrane back: each voltage is as good a rest as the next.
    """

    view: View
    found: tuple[Rest, ...]
    drifts: bool

    @property
    def stable(self) -> tuple[Rest, ...]:
        """Those that hold."""
        return tuple(r for r in self.found if r.is_stable)

    def __str__(self) -> str:
        if self.drifts:
            return "nothing brings the membrane back: it rests wherever it is"
        if not self.found:
            return "no rest: without input it does not stand still"
        words = ", ".join(
            f"{'stable' if r.is_stable else 'unstable'} at {show(float(f'{r.v:.6g}'), 'V')}" for r in self.found
        )
        many = f" ({len(self.stable)} stable: which one it is in depends on its past)" if len(self.stable) > 1 else ""
        return words + many


def rest_at(seen: View, x: Array, drive: float | None = None) -> Rest:
    """A state as a rest, with its poles."""
    poles = np.linalg.eigvals(seen.jacobian(x, drive)).astype(complex)
    return Rest(float(seen.of(x)), x, poles[np.argsort(np.abs(poles))])


def rests(seen: View, low: float, high: float) -> Rests:
    """Find the rests of a circuit.

    The membrane is held at voltage after voltage while everything else goes where it stands still; where the
    membrane's own slope changes its sign there is a rest. Both ways, since what has a memory depends on the way.

    Args:
        seen: the circuit, its input at rest.
        low: lowest voltage at which to look.
        high: highest.
    """
    others = [k for k in range(len(seen.names)) if k != seen.membrane]
    start = seen.initial
    seen, x = at_ease(seen, start)
    found: list[Rest] = []
    if x is not None:
        found.append(rest_at(seen, x))
    begin = start if x is None else x
    voltages = np.linspace(low, high, POINTS)
    ways = [list(_steady(seen, begin, way, others)) for way in (voltages, voltages[::-1])]
    if any(_flat(np.array([f for _, f in way])) for way in ways):
        return Rests(seen, (), True)
    for way in ways:
        slopes = np.array([f for _, f in way])
        for k in np.flatnonzero(slopes[:-1] * slopes[1:] <= 0):
            settled = _polished(seen, way[k][0], way[k + 1][0], others)
            if settled is not None and seen.wants(settled) == seen.closed:
                found.append(rest_at(seen, settled))
    return Rests(seen, tuple(_distinct(found, APART * (high - low))), False)


def at_ease(seen: View, start: Array) -> tuple[View, Array | None]:
    """Where a circuit goes from some states, its switches following; None where it does not come to stand still."""
    everything = range(len(seen.names))
    tried = {seen.closed}
    while True:
        x, arrived = seen.settle(start, everything)
        wanted = seen.wants(x)
        if wanted == seen.closed:
            return seen, x if arrived else None
        if wanted in tried or not arrived:
            return seen, None
        tried.add(wanted)
        seen, start = in_mode(seen, wanted), x


def _steady(seen: View, x: Array, voltages: Array, others: Sequence[int]) -> Iterator[tuple[Array, float]]:
    """States and the membrane's slope (V/s) at voltages, everything else at its equilibrium."""
    for v in voltages:
        x = x.copy()
        x[seen.membrane] = seen.state_at(float(v))
        x, arrived = seen.settle(x, others)
        yield x, seen.factor * float(seen.slopes(x)[seen.membrane]) if arrived else np.nan


def _flat(slopes: Array) -> bool:
    """Whether the slope is nothing at a quarter of the voltages."""
    known = slopes[np.isfinite(slopes)]
    return bool(len(known)) and float(np.mean(np.abs(known) <= 1e-9 * np.abs(known).max())) > 0.25


def _polished(seen: View, below: Array, above: Array, others: Sequence[int]) -> Array | None:
    """Halve until the slope's zero is found; None for a jump, at which nothing stands still."""
    f = [float(seen.slopes(x)[seen.membrane]) for x in (below, above)]
    size = max(map(abs, f))
    for _ in range(60):
        middle = (below + above) / 2
        middle, arrived = seen.settle(middle, others)
        g = float(seen.slopes(middle)[seen.membrane])
        if not arrived:
            return None
        if f[0] * g <= 0:
            above, f[1] = middle, g
        else:
            below, f[0] = middle, g
    return above if abs(f[1]) <= 1e-6 * size else None


def _distinct(found: Sequence[Rest], apart: float) -> list[Rest]:
    kept: list[Rest] = []
    for r in sorted(found, key=lambda r: r.v):
        if not kept or r.v - kept[-1].v > apart:
            kept.append(r)
    return kept
