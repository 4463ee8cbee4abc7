"""A transient of a network by Radau IIA: steps halved for their error, switches located by stepping onto them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from attrs import define, field, frozen
from oracles.network import Network
from oracles.parts import Part
from oracles.radau import LOOK, LOOK_WEIGHTS, NODES, STAGES, SUMS, Factors

TINY = 1e-13
"""Shortest step, as a part of the run."""
FLOOR = 1e-6
"""An unknown is as exact as the tolerance times its own size, or this part of the largest of its kind."""
ROUNDING = 30.0
"""No step is halved for less than so many times its rounding."""
NEWTON = 12
COARSE = 16


class OracleError(Exception):
    """The oracle has no answer, and says why."""


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


@define(eq=False, slots=False)
class _Stepper:
    net: Network
    stop: float
    tolerance: float
    closed: tuple[bool, ...]
    steps_left: int
    kept: dict = field(factory=dict)
    size: np.ndarray = field(default=None)
    peak: np.ndarray = field(default=None)
    noise: np.ndarray = field(default=None)

    def __attrs_post_init__(self) -> None:
        self.size, self.peak, self.noise = (np.zeros(self.net.size) for _ in range(3))
        self.e, _, self.b = self.net.matrices

    def step(self, t: float, h: float, z: np.ndarray, guess: np.ndarray | None = None) -> np.ndarray | None:
        """Stages of one step, shape (stages, unknowns); None when Newton's method fails."""
        self.steps_left -= 1
        if self.steps_left < 0:
            raise OracleError(f"too many steps at {t:.6g} s of {self.stop:.6g} s")
        a = self.net.conducting(self.closed)
        drive = self.net.inputs(t + h * NODES).T @ self.b.T
        base = np.outer(SUMS, z)
        if not self.net.nonlinear:
            key = (self.closed, h)
            if key not in self.kept:
                factors = Factors(self.e, np.broadcast_to(a, (STAGES, *a.shape)), h)
                self.kept[key] = factors, factors.noise(self.peak)
            factors, self.noise = self.kept[key]
            return factors.solve((base + h * drive).ravel()).reshape(STAGES, -1)
        return self._newton(a, base, drive, h, guess)

    def _newton(
        self, a: np.ndarray, base: np.ndarray, drive: np.ndarray, h: float, guess: np.ndarray | None
    ) -> np.ndarray | None:
        from oracles.radau import INVERSE

        x = np.zeros((STAGES, self.net.size)) if guess is None else guess.copy()
        last, rate = np.inf, 1.0
        for k in range(NEWTON):
            currents, slopes = self._currents(x)
            residual = INVERSE @ (x @ self.e.T) - base - h * (x @ a.T + drive - currents)
            if k < 2 or rate > 0.05:
                factors = Factors(self.e, a - slopes, h)
                self.noise = factors.noise(self.peak)
            change = factors.solve(-residual.ravel()).reshape(STAGES, -1)
            x += change
            scale = np.maximum(self._scale(np.abs(x).max(axis=0)), 1e-300)
            size = float(np.max(np.abs(change) / scale))
            if not np.isfinite(size):
                return None
            if size < 1e-3 * self.tolerance or (size < 0.1 * self.tolerance and size >= last / 2):
                return x
            rate, last = size / max(last, 1e-300) if k else 1.0, size
        return None

    def _currents(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        n = self.net.size
        padded = np.concatenate([x, np.zeros((len(x), 1))], axis=1)
        currents, slopes = np.zeros((len(x), n + 1)), np.zeros((len(x), n + 1, n + 1))
        with np.errstate(all="ignore"):
            for law in self.net.nonlinear:
                at = [padded[:, k] for k in law.reads]
                flow = law.function(*at)
                currents[:, law.plus] += flow
                currents[:, law.minus] -= flow
                for m, k in enumerate(law.reads):
                    d = 1e-8 * (1e-2 + np.abs(at[m]))
                    up, down = (law.function(*at[:m], at[m] + s * d, *at[m + 1 :]) for s in (1, -1))
                    slope = (up - down) / (2 * d)
                    slopes[:, law.plus, k] += slope
                    slopes[:, law.minus, k] -= slope
        return currents[:, :n], slopes[:, :n, :n]

    def _scale(self, now: np.ndarray) -> np.ndarray:
        size = np.maximum(self.size, now)
        nodes = len(self.net.nodes)
        floor = np.concatenate(
            [np.full(nodes, size[:nodes].max(initial=0)), np.full(len(size) - nodes, size[nodes:].max(initial=0))]
        )
        return np.maximum(np.maximum(size, FLOOR * floor), ROUNDING * self.noise / self.tolerance)

    def excess(self, x: np.ndarray) -> np.ndarray:
        """How far the control of each switch is beyond the level at which it changes; x of shape (points, unknowns)."""
        rows = []
        for s, on in zip(self.net.switches, self.closed, strict=True):
            control = x @ s.control
            rows.append((s.v_t - s.v_h) - control if on else control - (s.v_t + s.v_h))
        return np.array(rows).reshape(len(rows), len(x))

    def doubled(self, t: float, h: float, z: np.ndarray, guess: np.ndarray | None) -> tuple[list, float] | None:
        """One step and the same by two halves: the halves, and their difference over what is allowed."""
        whole = self.step(t, h, z, guess)
        if whole is None:
            return None
        first = self.step(t, h / 2, z, whole)
        if first is None:
            return None
        second = self.step(t + h / 2, h / 2, self.e @ first[-1], whole)
        if second is None:
            return None
        now = np.maximum(np.abs(first).max(axis=0), np.abs(second).max(axis=0))
        scale = np.maximum(self._scale(now), 1e-300)
        error = float(np.max(np.abs(second[-1] - whole[-1]) / scale)) / self.tolerance
        return [first, second], error


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
    at = _Stepper(net, stop, tolerance, tuple(bool(s.closed) for s in net.switches), steps)
    bends, z = net.bends(stop), net.charges
    _survey(at, z)
    times: list[float] = []
    points: list[np.ndarray] = []
    states: list[tuple[bool, ...]] = []
    smooth: list[bool] = []
    _settle(at, 0.0, z)
    h, x = stop / 512, None
    for t, end in pairwise(bends):
        if end - t < 1e-13 * stop:
            continue
        h, fresh, before, worse = min(h, stop / 64), True, np.inf, 0
        while t < end:
            if fresh:
                h = min(h, max((end - t) / 64, TINY * stop))
            fresh = False
            size = 2.0 ** np.floor(np.log2(min(h, stop / 64)))
            last = size >= (end - t) * (1 - 1e-12)
            size = end - t if last else size
            made = at.doubled(t, size, z, None if x is None else np.tile(x, (STAGES, 1)))
            worse = worse + 1 if made is not None and made[1] > 1.5 * before else 0
            before = made[1] if made is not None and made[1] > 1 else np.inf
            # What grows as steps become shorter is rounding.
            if (made is None or made[1] > 1) and size > 4 * TINY * stop and worse < 2:
                h = size / (8 if made is None else min(8, max(2, 1.1 * made[1] ** (1 / 8))))
                continue
            if made is None:
                raise OracleError(f"Newton's method fails at {t:.6g} s")
            (first, second), error = made
            event = _event(at, t, size, z, first, second)
            if event is not None:
                size, x, who = event
                times.append(t + size), points.append(x), states.append(at.closed), smooth.append(False)
                t, z = t + size, net.matrices[0] @ x
                at.closed = tuple(c != (k in who) for k, c in enumerate(at.closed))
                _settle(at, t, z)
                h, fresh = min(h, stop / 512), True
                continue
            for share, stages in ((0.5, first), (1.0, second)):
                times.append(t + share * size), points.append(stages[-1]), states.append(at.closed)
                smooth.append(share < 1 or not last)
            at.size = np.maximum(at.size, np.abs(second).max(axis=0))
            x = second[-1]
            z = net.matrices[0] @ x
            t = end if last else t + size
            h = max(h if last else size, size) * min(4.0, 0.9 * max(error, 1e-12) ** (-1 / 9))
    closed = np.array(states, dtype=bool).reshape(len(times), len(net.switches)).T
    return Run(net, np.array(times), np.array(points).T, closed, np.array(smooth))


def _survey(at: _Stepper, z: np.ndarray) -> None:
    """How large the unknowns become, from some coarse steps: what is smaller by far is noise."""
    for k in range(COARSE):
        stages = at.step(k * at.stop / COARSE, at.stop / COARSE, z)
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


def _settle(at: _Stepper, t: float, z: np.ndarray) -> None:
    """Switches that are beyond their levels at once change at once."""
    if not at.net.switches:
        return
    for _ in range(4 * len(at.net.switches) + 5):
        stages = at.step(t, TINY * at.stop, z)
        if stages is None:
            raise OracleError(f"Newton's method fails at {t:.6g} s")
        levels = np.array([abs(s.v_t) + s.v_h for s in at.net.switches])
        beyond = at.excess(stages[-1:])[:, 0] > 1e-9 * levels
        if not beyond.any():
            return
        at.closed = tuple(c != b for c, b in zip(at.closed, beyond.tolist(), strict=True))
    raise OracleError(f"switches change without end at {t:.6g} s")


def _event(
    at: _Stepper, t: float, h: float, z: np.ndarray, first: np.ndarray, second: np.ndarray
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


def _bisect(at: _Stepper, t: float, z: np.ndarray, low: float, high: float) -> tuple[float, float, np.ndarray]:
    """The shortest step behind which some switch is beyond its level, by bisection and the secant in turn."""

    def end(h: float) -> tuple[np.ndarray, float]:
        stages = at.step(t, h, z) if h > 0 else None
        if stages is None:
            raise OracleError(f"no step onto a switch at {t:.6g} s")
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
