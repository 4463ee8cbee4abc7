"""What compiled loops know of a switched linear circuit: its modes, its guards and its inputs, as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import njit

from .flow import Basis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Guards = tuple[Array, Array, Array]


class ModeTable(NamedTuple):
    """Modes that have eigenvectors; first index: the mode.

    Attributes:
        rates: eigenvalues, shape (modes, n).
        vectors, inverse: eigenvectors and their inverse, shape (modes, n, n).
        gains: of the inputs on each component, shape (modes, n, m).
        constants: shape (modes, n).
        seen: controls by components, shape (modes, switches, n).
        k: controls by states, shape (modes, switches, n).
        m: controls by inputs, shape (modes, switches, m).
        offset: shape (modes, switches).
        sign, level: which way a control goes to change its switch, and where; shape (modes, switches).
        place: of a mode, by the bits of its closed switches; -1 where it was not entered yet.
    """

    rates: Any
    vectors: Any
    inverse: Any
    gains: Any
    constants: Any
    seen: Any
    k: Array
    m: Array
    offset: Array
    sign: Array
    level: Array
    place: Any


def mode_table(bases: Sequence[Basis], guards: Sequence[Guards], sign: Array, level: Array, place: Any) -> ModeTable:
    """Put modes into a table.

    Args:
        bases: of each mode, with eigenvectors.
        guards: of each mode what is watched, as a linear map of states and inputs and an offset.
        sign, level: shape (modes, what is watched).
        place: of the modes by the bits of their closed switches.
    """
    vectors, inverse = (np.array([getattr(b, name) for b in bases]).astype(complex) for name in ("vectors", "inverse"))
    k, m, offset = (np.array([g[j] for g in guards], dtype=float) for j in range(3))
    gains, constants = (np.array([getattr(b.mode, name) for b in bases], dtype=float) for name in "bc")
    return ModeTable(
        np.array([b.rates for b in bases]).astype(complex), vectors, inverse, inverse @ gains,
        (inverse @ constants[:, :, None])[:, :, 0], k @ vectors, k, m, offset, sign, level, place,
    )  # fmt: skip


class InputTable(NamedTuple):
    """Inputs that are straight lines between bends: times and values of input i from `first[i]` to `first[i + 1]`.

    `steep` says of each whether it is the slope of its table that counts.
    """

    bends: Array
    first: Any
    times: Array
    values: Array
    steep: Any


class Leg(NamedTuple):
    """One stretch in one mode: its components are y e^(r s) + s phi1(r s) constant + s^2 phi2(r s) slope."""

    y: Any
    constant: Any
    slope: Any
    u: Array
    du: Array


def leg(n: int, m: int) -> Leg:
    """Memory for a stretch."""
    y, constant, slope = (np.zeros(n, complex) for _ in range(3))
    return Leg(y, constant, slope, np.zeros(m), np.zeros(m))


@njit(cache=True)
def drive(inputs: InputTable, t: float, u: Array, du: Array) -> None:
    """Values and slopes of the inputs from t on."""
    for i in range(len(u)):
        a, b = inputs.first[i], inputs.first[i + 1]
        times, values = inputs.times[a:b], inputs.values[a:b]
        k = np.searchsorted(times, t, side="right") - 1
        slope = 0.0
        if 0 <= k < len(times) - 1:
            slope = (values[k + 1] - values[k]) / (times[k + 1] - times[k])
            value = slope * (t - times[k]) + values[k]
        else:
            value = values[0] if k < 0 else values[-1]
        u[i], du[i] = (slope, 0.0) if inputs.steep[i] else (value, slope)


@njit(cache=True)
def enter(table: ModeTable, mode: int, x: Array, into: Leg) -> None:
    """Take the states and inputs at the start of a stretch apart into the components of its mode."""
    for k in range(len(x)):
        y = 0.0 + 0.0j
        for i in range(len(x)):
            y += table.inverse[mode, k, i] * x[i]
        constant, slope = table.constants[mode, k], 0.0 + 0.0j
        for j in range(len(into.u)):
            constant += table.gains[mode, k, j] * into.u[j]
            slope += table.gains[mode, k, j] * into.du[j]
        into.y[k], into.constant[k], into.slope[k] = y, constant, slope


@njit(cache=True)
def expm1(z: complex) -> complex:
    """e^z - 1 without the cancellation at zero."""
    if z.imag == 0:
        return complex(np.expm1(z.real), 0.0)
    half = np.sin(z.imag / 2)
    return complex(np.expm1(z.real) * np.cos(z.imag) - 2 * half * half, np.exp(z.real) * np.sin(z.imag))


@njit(cache=True)
def component(table: ModeTable, mode: int, here: Leg, k: int, s: float) -> complex:
    """A component s seconds after the start of its stretch."""
    z = table.rates[mode, k] * s
    grown = expm1(z)
    value = here.y[k] * (grown + 1)
    if here.constant[k] != 0:
        value += s * here.constant[k] * (grown / z if abs(z) >= 1e-300 else 1.0)
    if here.slope[k] != 0:
        if abs(z) < 0.1:
            series = 0.0 + 0.0j
            for j in range(11, 1, -1):
                series = (series * z + 1.0) / j
        else:
            series = (grown - z) / (z * z)
        value += s * s * here.slope[k] * series
    return value


@njit(cache=True)
def states(table: ModeTable, mode: int, here: Leg, s: float, x: Array) -> None:
    """The states s seconds after the start of a stretch."""
    x[:] = 0.0
    for k in range(len(x)):
        value = component(table, mode, here, k, s)
        for i in range(len(x)):
            x[i] += (table.vectors[mode, i, k] * value).real


@njit(cache=True)
def beyond(table: ModeTable, mode: int, here: Leg, margin: Array, s: float, y: Any, out: Array) -> None:
    """How far each switch is beyond the level at which it changes, at a time of a stretch."""
    for k in range(len(y)):
        y[k] = component(table, mode, here, k, s)
    for i in range(len(out)):
        control = table.offset[mode, i]
        for k in range(len(y)):
            control += (table.seen[mode, i, k] * y[k]).real
        for j in range(len(here.u)):
            control += table.m[mode, i, j] * (here.u[j] + here.du[j] * s)
        out[i] = table.sign[mode, i] * (control - table.level[mode, i]) - margin[i]
