"""The circuit at rest under every input: its steady current over the voltage, and where it ceases to rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from .rest import grows
from .view import View

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

POINTS = 240
MOST = 40
HALVINGS = 50
LEAP = 5.0
"""An input leaps that is so many of the largest step so far off."""


@frozen(eq=False)
class Steady:
    """Equilibria of a circuit, one for each voltage of its membrane.

    Attributes:
        v: volts, rising towards a spike.
        inputs: that hold it there, amperes or volts.
        rheobase: the input at which it ceases to rest; nan where it rests up to the spike.
        at: the membrane there, volts.
        how: "saddle-node" where the rest meets one that does not hold, "Hopf" where it begins to swing, "spike" where
            it reaches the spike.
        rate: of the swing, hertz; 0 where it does not swing.
    """

    v: Array
    inputs: Array
    rheobase: float
    at: float
    how: str
    rate: float


def steady(seen: View, about: Array, high: float) -> Steady:
    """Follow a rest while the input rises.

    Args:
        seen: the circuit between spikes.
        about: states at rest.
        high: voltage of the spike.
    """
    voltages = np.linspace(float(seen.of(about)), high, POINTS)
    x, drive = np.array(about, dtype=float), float(seen.inputs[seen.driver])
    inputs, passed = [], None
    last = (x, drive, voltages[0])
    for v in voltages:
        found = _held(seen, x, drive, float(v))
        if found is None or _leaps(inputs, found[1]):
            last = _last(seen, last, float(v), inputs)
            break
        x, drive = found
        inputs.append(drive)
        if passed is None and grows(_poles(seen, x, drive)):
            passed = _first(seen, last, float(v))
        last = (x, drive, float(v))
    reached = voltages[: len(inputs)]
    if passed is None:
        return Steady(reached, np.array(inputs), last[1], float(last[2]), "spike", 0.0)
    x, drive, v = passed
    poles = _poles(seen, x, drive)
    swing = float(abs(poles[np.argmax(poles.real)].imag)) / (2 * np.pi)
    return Steady(reached, np.array(inputs), drive, v, "Hopf" if swing else "saddle-node", swing)


def _poles(seen: View, x: Array, drive: float) -> NDArray[np.complex128]:
    return np.linalg.eigvals(seen.jacobian(x, drive)).astype(complex)


def _held(seen: View, x: Array, drive: float, v: float) -> tuple[Array, float] | None:
    """The equilibrium whose membrane is at a voltage, and its input: by Newton's method."""
    x = x.copy()
    x[seen.membrane] = seen.state_at(v)
    others = [k for k in range(len(x)) if k != seen.membrane]
    last = np.inf
    for _ in range(MOST):
        f, j, b = seen.slopes(x, drive), seen.jacobian(x, drive), seen.by_input(x, drive)
        matrix = np.column_stack([j[:, others], b])
        if not (np.isfinite(f).all() and np.isfinite(matrix).all()):
            return None
        rows = np.abs(matrix).max(axis=1) + 1e-300
        move = np.linalg.lstsq(matrix / rows[:, None], -f / rows, rcond=None)[0]
        x[others] += move[:-1]
        drive += float(move[-1])
        size = max(abs(drive), float(np.max((np.abs(j) @ np.abs(x))[b != 0] / np.abs(b[b != 0]), initial=0.0)), 1e-300)
        change = float(np.abs(move[:-1]).max(initial=0.0)) / max(1e-6, float(np.abs(x).max()))
        change = max(change, abs(float(move[-1])) / size)
        if change <= 1e-10 or (change >= last / 2 and change < 1e-6):
            return x, drive
        last = change
    return None


def _first(seen: View, last: tuple[Array, float, float], beyond: float) -> tuple[Array, float, float]:
    """Halve between a rest that holds and one that does not, until they are one."""
    x, drive, low = last
    found = last
    for _ in range(HALVINGS):
        middle = (low + beyond) / 2
        at = _held(seen, x, drive, middle)
        if at is None:
            break
        if grows(_poles(seen, *at)):
            beyond, found = middle, (*at, middle)
        else:
            (x, drive), low = at, middle
    return found


def _leaps(inputs: list[float], drive: float) -> bool:
    """Whether an input is far off the way that the last ones went: something switched in between."""
    if len(inputs) < 3:
        return False
    ahead, step = 2 * inputs[-1] - inputs[-2], float(np.max(np.abs(np.diff(inputs))))
    return abs(drive - ahead) > LEAP * step


def _last(
    seen: View, last: tuple[Array, float, float], beyond: float, inputs: list[float]
) -> tuple[Array, float, float]:
    """Halve between an equilibrium on the way and a voltage at which it is gone."""
    x, drive, low = last
    for _ in range(HALVINGS):
        middle = (low + beyond) / 2
        at = _held(seen, x, drive, middle)
        if at is None or _leaps(inputs, at[1]):
            beyond = middle
        else:
            (x, drive), low = at, middle
    return x, drive, low
