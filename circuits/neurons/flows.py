"""What flows into a membrane of itself, over its voltage: a line, a line and an exponential, or a table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from ..arguments import row
from ..errors import QuantityError
from ..units import parse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

LARGEST_POWER = 60.0
"""An exponential is taken no further: a membrane that is there spikes."""


@frozen
class Leak:
    """F(v) = g (e - v).

    Attributes:
        g: siemens.
        e: where the membrane rests, volts.
    """

    g: float = field(converter=partial(parse, what="g of a leak"))
    e: float = field(converter=partial(parse, what="e of a leak"), default=0.0)

    def __attrs_post_init__(self) -> None:
        if self.g < 0:
            raise QuantityError(f"g of a leak is {self.g:g} S: give 0 or more.")

    def at(self, v: ArrayLike) -> Array:
        """Current into the membrane at voltages, amperes."""
        return np.asarray(self.g * (self.e - np.asarray(v, dtype=float)))


@frozen
class ExponentialLeak:
    """F(v) = g (e - v) + g delta_t exp((v - v_t)/delta_t).

    Source: Fourcaud-Trocmé et al. 2003, J Neurosci 23:11628, eq. 12; Brette and Gerstner 2005, J Neurophysiol 94:3637.

    Attributes:
        g: siemens.
        e: where the line crosses zero, volts.
        delta_t: sharpness of the spike, volts.
        v_t: where the slope of F is zero, volts.
    """

    g: float = field(converter=partial(parse, what="g of a leak"))
    e: float = field(converter=partial(parse, what="e of a leak"))
    delta_t: float = field(converter=partial(parse, what="delta_t"))
    v_t: float = field(converter=partial(parse, what="v_t"))

    def __attrs_post_init__(self) -> None:
        if not self.g > 0:
            raise QuantityError(f"g of a leak with an exponential is {self.g:g} S: give more than 0.")
        if not self.delta_t > 0:
            raise QuantityError(f"delta_t is {self.delta_t:g} V: the sharpness of a spike is greater than zero.")

    def at(self, v: ArrayLike) -> Array:
        """Current into the membrane at voltages, amperes."""
        v = np.asarray(v, dtype=float)
        power = np.minimum((v - self.v_t) / self.delta_t, LARGEST_POWER)
        return np.asarray(self.g * (self.e - v + self.delta_t * np.exp(power)))


def _floats(values: Any, what: str) -> tuple[float, ...]:
    return tuple(float(x) for x in row(values, what, "[-0.07, -0.06, -0.05]"))


@frozen
class FlowTable:
    """F(v) through points: cubic between them, monotone where they are, straight beyond them.

    Source: Fritsch and Carlson 1980, SIAM J Numer Anal 17:238 (PCHIP).

    Attributes:
        v: volts, rising, four at least.
        f: amperes at each.
    """

    v: tuple[float, ...] = field(converter=partial(_floats, what="v of a table"))
    f: tuple[float, ...] = field(converter=partial(_floats, what="f of a table"))

    def __attrs_post_init__(self) -> None:
        if len(self.v) != len(self.f):
            raise QuantityError(f"a table has {len(self.v)} voltages and {len(self.f)} currents: give as many of both.")
        if len(self.v) < 4:
            raise QuantityError(f"a table has {len(self.v)} points: give four at least.")
        if not (np.diff(self.v) > 0).all():
            raise QuantityError("the voltages of a table do not rise: sort them, each once.")

    @cached_property
    def pieces(self) -> Array:
        """Coefficients of each cubic, from its start on, highest power first; shape (4, pieces)."""
        from scipy.interpolate import PchipInterpolator

        return np.asarray(PchipInterpolator(self.v, self.f).c)

    @property
    def line(self) -> tuple[float, float, float]:
        """The straight part below the points: through which voltage and current, and its slope."""
        return self.v[0], self.f[0], float(self.pieces[2, 0])

    @property
    def bends(self) -> tuple[tuple[float, float, float], ...]:
        """F without cases: at each point a square and a cube of max(v - point, 0) add to the line."""
        found, square, cube = [], 0.0, 0.0
        for (low, high), (a, b, _, _) in zip(pairwise(self.v), self.pieces.T, strict=True):
            found.append((low, float(b) - square, float(a) - cube))
            square, cube = float(b + 3 * a * (high - low)), float(a)
        return (*found, (self.v[-1], -square, -cube))

    def at(self, v: ArrayLike) -> Array:
        """Current into the membrane at voltages, amperes."""
        v, knots = np.asarray(v, dtype=float), np.asarray(self.v)
        inside = np.clip(v, knots[0], knots[-1])
        k = np.clip(np.searchsorted(knots, inside, side="right") - 1, 0, len(knots) - 2)
        x, (a, b, c, d) = inside - knots[k], self.pieces[:, k]
        value, slope = ((a * x + b) * x + c) * x + d, (3 * a * x + 2 * b) * x + c
        return np.asarray(value + slope * (v - inside))


Flow = Leak | ExponentialLeak | FlowTable


def want_flow(value: Sequence[float] | Flow) -> Flow:
    """A flow, or an error that says how to make one."""
    if isinstance(value, (Leak, ExponentialLeak, FlowTable)):
        return value
    raise QuantityError(f"flow is {value!r}: give Leak(g, e), ExponentialLeak(g, e, delta_t, v_t) or FlowTable(v, f).")
