"""Steps of a network by Radau IIA, and their error."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from attrs import define, field
from oracles.network import Network
from oracles.radau import INVERSE, LOOK_WEIGHTS, NODES, STAGES, SUMS, Factors

FLOOR = 1e-6
"""An unknown is as exact as the tolerance times its own size, or this part of the largest of its kind."""
ROUNDING = 30.0
"""No step is halved for less than so many times its rounding."""
NEWTON = 12


class OracleError(Exception):
    """The oracle has no answer, and says why."""


@define(eq=False, slots=False)
class Stepper:
    """Steps of a network between two bends of its sources; time is counted from the first of them."""

    net: Network
    stop: float
    tolerance: float
    closed: tuple[bool, ...]
    steps_left: int
    drive: Callable[[np.ndarray], np.ndarray] = field(default=None)
    kept: dict = field(factory=dict)
    modes: dict = field(factory=dict)
    size: np.ndarray = field(default=None)
    peak: np.ndarray = field(default=None)
    noise: np.ndarray = field(default=None)

    def __attrs_post_init__(self) -> None:
        self.size, self.peak, self.noise = (np.zeros(self.net.size) for _ in range(3))
        self.e, _, self.b = self.net.matrices

    def enter(self, start: float, end: float) -> None:
        """Go on to what lies between two bends."""
        self.start, self.drive = start, self.net.drive(start, end)

    def step(self, t: float, h: float, z: np.ndarray, guess: np.ndarray | None = None) -> np.ndarray | None:
        """Stages of one step, shape (stages, unknowns); None when Newton's method fails."""
        self.steps_left -= 1
        if self.steps_left < 0:
            raise OracleError(f"too many steps at {self.start + t:.6g} s of {self.stop:.6g} s")
        if self.closed not in self.modes:
            self.modes[self.closed] = self.net.conducting(self.closed)
        a = self.modes[self.closed]
        drive = (self.b @ self.drive(t + h * NODES)).T
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

    def turns(self, x: np.ndarray | None, first: np.ndarray, second: np.ndarray) -> bool:
        """Whether a law bends sharply on the way from x through the stages of two halves of a step."""
        path = np.concatenate([first[:1] if x is None else x[None], LOOK_WEIGHTS @ first, LOOK_WEIGHTS @ second])
        path = np.concatenate([path, np.zeros((len(path), 1))], axis=1)
        for law in self.net.nonlinear:
            for corner in law.corners:
                beyond = path[:, law.reads[0]] > corner
                if beyond.any() and not beyond.all():
                    return True
        return False

    def jumps(self, x: np.ndarray) -> bool:
        """Whether a law is about to jump at x, or does: what is on the way has no value to be held against."""
        at = [(np.append(x, 0.0)[law.reads[0]], law.corners) for law in self.net.nonlinear if law.corners]
        return any(2 * low - high < u < 2 * high - low for u, (low, high) in at)

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
