"""What compiled loops know of a switched linear circuit: its modes, its guards and its inputs, as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .flow import Basis
from .inner import inner

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


@inner
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


@inner
def enter(table: ModeTable, mode: int, x: Array, into: Leg) -> None:
    """Take the states and inputs at the start of a stretch apart into the components of its mode."""
    inverse, constants, gains, u, du = table.inverse, table.constants, table.gains, into.u, into.du
    starts, constant, slope = into.y, into.constant, into.slope
    for k in range(len(x)):
        y = 0.0 + 0.0j
        for i in range(len(x)):
            y += inverse[mode, k, i] * x[i]
        starts[k], constant[k], slope[k] = y, constants[mode, k], 0.0
        for j in range(len(u)):
            constant[k] += gains[mode, k, j] * u[j]
            slope[k] += gains[mode, k, j] * du[j]


@inner
def expm1(z: complex) -> complex:
    """e^z - 1 without the cancellation at zero."""
    if z.imag == 0:
        return complex(np.expm1(z.real), 0.0)
    half = np.sin(z.imag / 2)
    return complex(np.expm1(z.real) * np.cos(z.imag) - 2 * half * half, np.exp(z.real) * np.sin(z.imag))


@inner
def _moved(z: Any, grown: Any, y: Any, constant: Any, slope: Any, s: float) -> Any:
    """A component after s, real or complex as its rate is; z is rate times s, and grown e^z - 1."""
    value = y * (grown + 1)
    if constant != 0:
        value += s * constant * (grown / z if abs(z) >= 1e-300 else 1.0)
    if slope != 0:
        if abs(z) < 0.1:
            series = 0.0 * z
            for j in range(11, 1, -1):
                series = (series * z + 1.0) / j
        else:
            series = (grown - z) / (z * z)
        value += s * s * slope * series
    return value


@inner
def component(rate: complex, y: complex, constant: complex, slope: complex, s: float) -> complex:
    """A component s seconds after the start of its stretch."""
    z = rate * s
    if z.imag == y.imag == constant.imag == slope.imag == 0:  # most are real, which is quicker
        return complex(_moved(z.real, np.expm1(z.real), y.real, constant.real, slope.real, s), 0.0)
    return _moved(z, expm1(z), y, constant, slope, s)


@inner
def states(table: ModeTable, mode: int, here: Leg, s: float, x: Array) -> None:
    """The states s seconds after the start of a stretch."""
    rates, vectors, y, constant, slope = table.rates, table.vectors, here.y, here.constant, here.slope
    for i in range(len(x)):
        x[i] = 0.0
    for k in range(len(x)):
        value = component(rates[mode, k], y[k], constant[k], slope[k], s)
        for i in range(len(x)):
            x[i] += (vectors[mode, i, k] * value).real


@inner
def _control(
    rates: Any, seen: Any, m: Array, offset: Array, y: Any, constant: Any, slope: Any, u: Array, du: Array, mode: int,
    i: int, s: float,
) -> float:  # fmt: skip
    """What a switch sees; components that it does not see are not looked at."""
    control = offset[mode, i]
    for k in range(len(y)):
        if seen[mode, i, k] != 0:
            control += (seen[mode, i, k] * component(rates[mode, k], y[k], constant[k], slope[k], s)).real
    for j in range(len(u)):
        control += m[mode, i, j] * (u[j] + du[j] * s)
    return control


@inner
def beyond(table: ModeTable, mode: int, here: Leg, margin: Array, i: int, times: Array, out: Array) -> None:
    """How far a switch is beyond the level at which it changes, at times of a stretch."""
    rates, seen, m, y, constant, slope = table.rates, table.seen, table.m, here.y, here.constant, here.slope
    u, du, offset, sign, level = here.u, here.du, table.offset, table.sign[mode, i], table.level[mode, i]
    for a in range(len(times)):
        control = _control(rates, seen, m, offset, y, constant, slope, u, du, mode, i, times[a])
        out[a] = sign * (control - level) - margin[i]


@inner
def all_beyond(table: ModeTable, mode: int, here: Leg, margin: Array, s: float, out: Array) -> bool:
    """How far each switch is beyond its level at a time of a stretch; says whether any is."""
    rates, seen, m, y, constant, slope = table.rates, table.seen, table.m, here.y, here.constant, here.slope
    u, du, sign, offset, level, any_is = here.u, here.du, table.sign, table.offset, table.level, False
    for i in range(len(out)):
        control = _control(rates, seen, m, offset, y, constant, slope, u, du, mode, i, s)
        out[i] = sign[mode, i] * (control - level[mode, i]) - margin[i]
        any_is = any_is or out[i] > 0
    return any_is


@inner
def twins(table: ModeTable, mode: int, i: int, j: int) -> bool:
    """Whether two switches see the same and change at the same level."""
    for one in (table.offset, table.level, table.sign):
        if one[mode, i] != one[mode, j]:
            return False
    for several in (table.k, table.m):
        for k in range(several.shape[2]):
            if several[mode, i, k] != several[mode, j, k]:
                return False
    return True
