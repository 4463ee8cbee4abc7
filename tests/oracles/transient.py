"""A transient of a network by Radau IIA: steps halved for their error, switches located by stepping onto them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from attrs import define, field, frozen
from oracles.network import Network
from oracles.parts import Part
from oracles.radau import LOOK, LOOK_WEIGHTS, STAGES
from oracles.stepper import OracleError, Stepper

TINY = 1e-13
"""Shortest step, as a part of the run."""
COARSE = 16
ROUND_A_CORNER = 2.0**-26
"""Longest step over a sharp bend of a law, as a part of the run: its stages may all lie to one side of it."""
LONGEST = 1 / 64
"""Longest step, as a part of the run."""


@frozen(eq=False)
class Run:
    """Unknowns over time; closed says how the switches stood before each point.

    Points at which a source bends or a switch changes have two sides, and are not smooth.
    """

    network: Network
    times: np.ndarray
    x: np.ndarray
    closed: np.ndarray
    smooth: np.ndarray

    def voltage(self, plus: str, minus: str = "0") -> np.ndarray:
        """v(plus, minus) at all points."""
        return self.network.incidence(plus, minus) @ self.x

    def current(self, name: str) -> np.ndarray:
        """The current through an element at all points."""
        return self.network.current(name, self.closed, self.x)


@define
class _Points:
    """What has been found so far."""

    times: list[float] = field(factory=list)
    x: list[np.ndarray] = field(factory=list)
    closed: list[tuple[bool, ...]] = field(factory=list)
    smooth: list[bool] = field(factory=list)

    def add(self, time: float, x: np.ndarray, closed: tuple[bool, ...], smooth: bool) -> None:
        self.times.append(time)
        self.x.append(x)
        self.closed.append(closed)
        self.smooth.append(smooth)


def run(parts: tuple[Part, ...], stop: float, tolerance: float = 1e-9, steps: int = 60_000) -> Run:
    """Run a network from its initial conditions.

    Args:
        parts: the elements.
        stop: seconds.
        tolerance: of a step, relative.
        steps: how many solutions of a step may be taken.

    Raises:
        OracleError: the network is singular, chatters, or asks for too many steps.
    """
    net = Network(parts)
    _refuse_singular(net, stop)
    at = Stepper(net, stop, tolerance, tuple(bool(s.closed) for s in net.switches), steps)
    _survey(at, net.charges)
    points, z, h = _Points(), net.charges, stop / 512
    bends = net.bends(stop)
    bends = bends[np.append(True, np.diff(bends) > TINY * stop)]
    for start, end in pairwise(bends):
        at.enter(start, end)
        if start == 0:
            _settle(at, 0.0, z)
        z, h = _between(at, points, z, h, end - start)
    closed = np.array(points.closed, dtype=bool).reshape(len(points.times), len(net.switches)).T
    return Run(net, np.array(points.times), np.array(points.x).T, closed, np.array(points.smooth))


def _between(at: Stepper, points: _Points, z: np.ndarray, h: float, length: float) -> tuple[np.ndarray, float]:
    """Go from one bend to the next; gives the charges there and the step to go on with."""
    s, shortest = 0.0, TINY * at.stop
    x = points.x[-1] if points.x else None
    h = min(h, max(length / 64, shortest))
    while s < length:
        size = 2.0 ** np.floor(np.log2(min(h, LONGEST * at.stop)))
        last = size >= (length - s) * (1 - 1e-12)
        size = length - s if last else size
        made = at.doubled(s, size, z, None if x is None else np.tile(x, (STAGES, 1)))
        if made is not None and size > ROUND_A_CORNER * at.stop and at.turns(x, *made[0]):
            h = size / 8
            continue
        if (made is None or made[1] > 1) and size > 4 * shortest:
            h = size / (8 if made is None else min(8, max(2, 1.1 * made[1] ** (1 / 8))))
            continue
        if made is None:
            raise OracleError(f"Newton's method fails at {at.start + s:.6g} s")
        (first, second), error = made
        if event := _event(at, s, size, z, first, second):
            size, x, who = event
            points.add(at.start + s + size, x, at.closed, smooth=False)
            s, z = s + size, at.e @ x
            at.closed = tuple(c != (k in who) for k, c in enumerate(at.closed))
            _settle(at, s, z)
            h = min(h, at.stop / 512, max((length - s) / 64, shortest))
            continue
        points.add(at.start + s + size / 2, first[-1], at.closed, smooth=not at.jumps(first[-1]))
        points.add(at.start + s + size, second[-1], at.closed, smooth=not last and not at.jumps(second[-1]))
        at.size = np.maximum(at.size, np.abs(second).max(axis=0))
        x, s = second[-1], length if last else s + size
        z = at.e @ x
        grown = 4.0 if error > 1 else min(4.0, max(1.0, 0.9 * max(error, 1e-12) ** (-1 / 9)))
        h = grown * max(h, size) if last else min(grown * max(h, size), 4 * size)
    return z, h


def _survey(at: Stepper, z: np.ndarray) -> None:
    """How large the unknowns become, from some coarse steps: what is smaller by far is noise."""
    for start, end in pairwise(np.linspace(0, at.stop, COARSE + 1)):
        at.enter(start, end)
        stages = at.step(0.0, end - start, z)
        if stages is None:
            break
        at.peak = np.maximum(at.peak, np.abs(stages).max(axis=0))
        at.size = 1e-3 * at.peak
        z = at.e @ stages[-1]
    at.kept.clear()


def _refuse_singular(net: Network, stop: float) -> None:
    e = net.matrices[0]
    a = net.conducting([s.closed for s in net.switches])
    pencil = (3.7 + 1.3j) / stop * e - a
    for _ in range(3):
        pencil = pencil / np.maximum(np.abs(pencil).max(axis=1, keepdims=True), 1e-300)
        pencil = pencil / np.maximum(np.abs(pencil).max(axis=0, keepdims=True), 1e-300)
    if net.nonlinear:
        return
    if np.linalg.svd(pencil, compute_uv=False)[-1] < 1e-14:
        raise OracleError("the network is singular")


def _settle(at: Stepper, t: float, z: np.ndarray) -> None:
    """Switches that are beyond their levels at once change at once."""
    if not at.net.switches:
        return
    for _ in range(4 * len(at.net.switches) + 5):
        stages = at.step(t, TINY * at.stop, z)
        if stages is None:
            raise OracleError(f"Newton's method fails at {at.start + t:.6g} s")
        levels = np.array([abs(s.v_t) + s.v_h for s in at.net.switches])
        beyond = at.excess(stages[-1:])[:, 0] > 1e-9 * levels
        if not beyond.any():
            return
        at.closed = tuple(c != b for c, b in zip(at.closed, beyond.tolist(), strict=True))
    raise OracleError(f"switches change without end at {at.start + t:.6g} s")


def _event(
    at: Stepper, t: float, h: float, z: np.ndarray, first: np.ndarray, second: np.ndarray
) -> tuple[float, np.ndarray, list[int]] | None:
    """The first crossing of a guard in a step: time from its start, x there, and the switches that change."""
    if not at.net.switches:
        return None
    shares = np.concatenate([LOOK / 2, 0.5 + LOOK / 2])
    looked = at.excess(np.concatenate([LOOK_WEIGHTS @ first, LOOK_WEIGHTS @ second]))
    beyond = looked > 0
    if not beyond.any():
        return None
    k = int(np.argmax(beyond.any(axis=0)))
    low, high = (shares[k - 1] if k else 0.0) * h, shares[k] * h
    low, high, x = _bisect(at, t, z, low, high)
    found = at.excess(x[None])[:, 0]
    levels = np.array([abs(s.v_t) + s.v_h for s in at.net.switches])
    return high, x, np.flatnonzero(found > -1e-9 * levels).tolist()


def _bisect(at: Stepper, t: float, z: np.ndarray, low: float, high: float) -> tuple[float, float, np.ndarray]:
    """The shortest step behind which some switch is beyond its level, by bisection and the secant in turn."""

    def end(h: float) -> tuple[np.ndarray, float]:
        stages = at.step(t, h, z) if h > 0 else None
        if stages is None:
            raise OracleError(f"no step onto a switch at {at.start + t:.6g} s")
        return stages[-1], float(at.excess(stages[-1:]).max())

    x, above = end(high)
    below = end(low)[1] if low > 0 else -abs(above)
    for k in range(80):
        if high - low < 1e-13 * at.stop:
            break
        share = 0.5 if k % 3 == 2 or not below < 0 < above else min(0.95, max(0.05, below / (below - above)))
        middle = low + share * (high - low)
        there, excess = end(middle)
        if excess > 0:
            high, x, above = middle, there, excess
        else:
            low, below = middle, excess
    return low, high, x
