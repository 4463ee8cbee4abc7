"""Stimuli without corners: sines, exponentials, modulated carriers.

Each is a sum of waves amplitude * exp(-decay s) * sin(omega s + phase), s seconds after the wave begins, on offsets
that step; the numerical model follows these exactly. Formulas are those of SPICE (ngspice manual, section 4.1).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import evolve, field, frozen

from .stimulus_values import Breakpoints, hertz, seconds, wanted
from .units import parse

LARGEST_INDEX = 100.0
"""Of frequency modulation: it has about twice as many sidebands."""
SMALLEST_SIDE = 1e-17
"""Sidebands below this part of the carrier are rounding."""


@frozen
class Wave:
    """amplitude * exp(-decay s) * sin(omega s + phase), s seconds after `since`; nothing before."""

    since: float
    amplitude: float
    omega: float
    phase: float
    decay: float = 0.0

    def at(self, times: Any) -> Any:
        """Its values."""
        s = np.maximum(times - self.since, 0.0)
        value = self.amplitude * np.exp(-self.decay * s) * np.sin(self.omega * s + self.phase)
        return np.where(times >= self.since, value, 0.0)

    @property
    def slope(self) -> Wave:
        """Its derivative, a wave too."""
        turn = np.arctan2(self.omega, -self.decay)
        return evolve(
            self, amplitude=self.amplitude * float(np.hypot(self.omega, self.decay)), phase=self.phase + float(turn)
        )

    @property
    def turns(self) -> list[float]:
        """When it turns round: the first times, which are the furthest out."""
        first = (np.arctan2(self.omega, self.decay) - self.phase) % np.pi
        return [self.since + (first + k * np.pi) / self.omega for k in range(2)]


Steps = tuple[tuple[float, float], ...]
"""Times, and the offset from there on."""


@frozen
class Sine:
    """offset + amplitude * exp(-damping s) * sin(2 pi frequency s + phase), s seconds after `delay`; phase in radians.

    Before the delay it stands still at what it begins with. Damping is in 1/s.
    """

    offset: float = field(converter=parse, default=0.0)
    amplitude: float = field(converter=parse, default=1.0)
    frequency: float = field(converter=hertz, default=1e3)
    phase: float = field(converter=parse, default=0.0)
    delay: float = field(converter=seconds, default=0.0)
    damping: float = field(converter=parse, default=0.0)

    def __attrs_post_init__(self) -> None:
        wanted(self.frequency > 0, self, "frequency must be greater than zero.")
        wanted(self.delay >= 0 and self.damping >= 0, self, "delay and damping must not be negative.")

    def breakpoints(self) -> Breakpoints:
        """The start, and where the sine begins."""
        first = self.offset + self.amplitude * float(np.sin(self.phase))
        return ((0.0, self.delay), (first, first)) if self.delay else ((0.0,), (first,))

    @property
    def offsets(self) -> Steps:
        """What the wave is added to."""
        before = ((0.0, self.breakpoints()[1][0]),) if self.delay else ()
        return (*before, (self.delay, self.offset))

    @property
    def waves(self) -> tuple[Wave, ...]:
        """One."""
        return (Wave(self.delay, self.amplitude, 2 * np.pi * self.frequency, self.phase, self.damping),)

    def formula(self, t: Any, f: Any) -> Any:
        """Its values by the functions of numpy or sympy."""
        s = f.after(t, self.delay)
        turn = f.sin(2 * f.pi * f.number(self.frequency) * s + f.number(self.phase))
        damped = turn * f.exp(-f.number(self.damping) * s) if self.damping else turn
        return f.number(self.offset) + f.number(self.amplitude) * damped


@frozen
class Exponential:
    """From `low` towards `high` from time `at` on, and back from `back_at` on; with a time constant each."""

    low: float = field(converter=parse, default=0.0)
    high: float = field(converter=parse, default=1.0)
    at: float = field(converter=seconds, default=0.0)
    tau: float = field(converter=seconds, default=1e-3)
    back_at: float = field(converter=seconds, default=1e-2)
    back_tau: float = field(converter=seconds, default=1e-3)

    def __attrs_post_init__(self) -> None:
        wanted(0 <= self.at < self.back_at, self, "0 <= at < back_at is needed.")
        wanted(self.tau > 0 and self.back_tau > 0, self, "time constants must be greater than zero.")

    def breakpoints(self) -> Breakpoints:
        """The start, where it leaves and where it turns round."""
        left = float(np.exp(-(self.back_at - self.at) / self.tau))
        points = {0.0: self.low, self.at: self.low, self.back_at: self.high + (self.low - self.high) * left}
        return tuple(points), tuple(points.values())

    @property
    def offsets(self) -> Steps:
        """Where it goes to."""
        before = ((0.0, self.low),) if self.at else ()
        return (*before, (self.at, self.high), (self.back_at, self.low))

    @property
    def waves(self) -> tuple[Wave, ...]:
        """What is left of the way, there and back."""
        way, quarter = self.high - self.low, float(np.pi / 2)
        return (
            Wave(self.at, -way, 0.0, quarter, 1 / self.tau),
            Wave(self.back_at, way, 0.0, quarter, 1 / self.back_tau),
        )

    @property
    def turn(self) -> float:
        """When it passes furthest beyond `low` on its way back, seconds; where it does not, when that begins."""
        fast, slow = 1 / self.back_tau, 1 / self.tau
        if fast <= slow:
            return self.back_at
        return max((np.log(fast / slow) + self.back_at * fast - self.at * slow) / (fast - slow), self.back_at)

    def formula(self, t: Any, f: Any) -> Any:
        """Its values by the functions of numpy or sympy."""
        way = f.number(self.high) - f.number(self.low)
        there, back = (
            1 - f.exp(-f.after(t, since) / f.number(tau))
            for since, tau in ((self.at, self.tau), (self.back_at, self.back_tau))
        )
        return f.number(self.low) + way * (there - back)


@frozen
class AM:
    """amplitude * (offset + sin(2 pi modulation s)) * sin(2 pi carrier s), s seconds after `delay`; 0 before."""

    amplitude: float = field(converter=parse, default=1.0)
    offset: float = field(converter=parse, default=1.0)
    modulation: float = field(converter=hertz, default=100.0)
    carrier: float = field(converter=hertz, default=1e3)
    delay: float = field(converter=seconds, default=0.0)

    def __attrs_post_init__(self) -> None:
        wanted(self.modulation > 0 and self.carrier > 0, self, "frequencies must be greater than zero.")
        wanted(self.delay >= 0, self, "delay must not be negative.")

    def breakpoints(self) -> Breakpoints:
        """The start, and where it begins."""
        return ((0.0, self.delay), (0.0, 0.0)) if self.delay else ((0.0,), (0.0,))

    @property
    def offsets(self) -> Steps:
        """None, but where one sideband stands still."""
        if self.carrier != self.modulation:
            return ((0.0, 0.0),)
        return ((0.0, 0.0), (self.delay, self.amplitude / 2)) if self.delay else ((0.0, self.amplitude / 2),)

    @property
    def waves(self) -> tuple[Wave, ...]:
        """The carrier and its two sidebands: sin a sin b = (cos(a - b) - cos(a + b))/2."""
        of, by, quarter = 2 * np.pi * self.carrier, 2 * np.pi * self.modulation, float(np.pi / 2)
        sides = (Wave(self.delay, s * self.amplitude / 2, abs(of - s * by), quarter) for s in (1, -1))
        return (Wave(self.delay, self.amplitude * self.offset, of, 0.0), *(w for w in sides if w.omega))

    def formula(self, t: Any, f: Any) -> Any:
        """Its values by the functions of numpy or sympy."""
        s = f.after(t, self.delay)
        slow, fast = (f.sin(2 * f.pi * f.number(x) * s) for x in (self.modulation, self.carrier))
        return f.number(self.amplitude) * (f.number(self.offset) + slow) * fast


@frozen
class FM:
    """offset + amplitude * sin(2 pi carrier t + index * sin(2 pi modulation t))."""

    offset: float = field(converter=parse, default=0.0)
    amplitude: float = field(converter=parse, default=1.0)
    carrier: float = field(converter=hertz, default=1e3)
    index: float = field(converter=parse, default=1.0)
    modulation: float = field(converter=hertz, default=100.0)

    def __attrs_post_init__(self) -> None:
        wanted(self.modulation > 0 and self.carrier > 0, self, "frequencies must be greater than zero.")
        wanted(abs(self.index) <= LARGEST_INDEX, self, f"an index beyond {LARGEST_INDEX:g} has too many sidebands.")

    def breakpoints(self) -> Breakpoints:
        """Only the start: it is smooth."""
        return (0.0,), (self.offset,)

    @property
    def offsets(self) -> Steps:
        """One."""
        return ((0.0, self.offset),)

    @property
    def waves(self) -> tuple[Wave, ...]:
        """Its sidebands, of which those count that rounding leaves: J_n(index) sin((carrier + n modulation) t).

        Abramowitz and Stegun 1964, Handbook of Mathematical Functions, 9.1.42 and 9.1.43.
        """
        from scipy.special import jv

        orders = range(-int(abs(self.index)) - 40, int(abs(self.index)) + 41)
        sizes = {n: float(jv(n, self.index)) for n in orders}
        turns = {n: 2 * np.pi * (self.carrier + n * self.modulation) for n in orders}
        return tuple(
            Wave(0.0, float(np.sign(turns[n])) * self.amplitude * size, abs(turns[n]), 0.0)
            for n, size in sizes.items()
            if abs(size) > SMALLEST_SIDE and turns[n]
        )

    def formula(self, t: Any, f: Any) -> Any:
        """Its values by the functions of numpy or sympy."""
        by = f.number(self.index) * f.sin(2 * f.pi * f.number(self.modulation) * t)
        return f.number(self.offset) + f.number(self.amplitude) * f.sin(2 * f.pi * f.number(self.carrier) * t + by)


Smooth = Sine | Exponential | AM | FM
SMOOTH = (Sine, Exponential, AM, FM)


class Numbers:
    """The functions of numpy, for formulas."""

    sin, exp, pi, number = np.sin, np.exp, np.pi, float

    @staticmethod
    def after(t: Any, since: float) -> Any:
        """Time since a moment; 0 before."""
        return np.maximum(t - since, 0.0)


class Symbols:
    """Those of sympy."""

    def __init__(self) -> None:
        import sympy

        self.sin, self.exp, self.pi, self.number, self._max = sympy.sin, sympy.exp, sympy.pi, sympy.Float, sympy.Max

    def after(self, t: Any, since: float) -> Any:
        """Time since a moment; 0 before."""
        return self._max(t - self.number(since), 0) if since else t


def smooth_values(stimulus: Smooth, t: Any) -> Any:
    """Values at times, by the formula."""
    return np.asarray(stimulus.formula(t, Numbers), dtype=float)


def smooth_extent(stimulus: Smooth) -> tuple[float, float]:
    """The lowest and the highest value; of modulated carriers those that they could have."""
    if isinstance(stimulus, AM):
        most = abs(stimulus.amplitude) * (1 + abs(stimulus.offset))
        return -most, most
    if isinstance(stimulus, FM) or (isinstance(stimulus, Sine) and not stimulus.damping):
        return stimulus.offset - abs(stimulus.amplitude), stimulus.offset + abs(stimulus.amplitude)
    own = [stimulus.turn] if isinstance(stimulus, Exponential) else stimulus.waves[0].turns
    times = np.array([*stimulus.breakpoints()[0], *own])
    values = [*smooth_values(stimulus, times).tolist(), stimulus.offsets[-1][1]]
    return min(values), max(values)


def smooth_slope(stimulus: Smooth, t: Any) -> Any:
    """Slopes just after times."""
    return np.sum([w.slope.at(t) for w in stimulus.waves], axis=0) + np.zeros_like(t)
