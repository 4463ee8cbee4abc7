"""The ideal LIF neuron, event-driven and exact: from one event to the next by closed form, compiled.

The closed forms are those that `circuits.first_order` derives; see `lif_formulas`. Nothing is stepped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import asdict, frozen

from ...circuits.arguments import positive, row, want
from ...circuits.closed_forms.lif_forms import IdealLif, ideal_lif
from ...circuits.equations.derive import derive
from ...circuits.errors import QuantityError
from ...circuits.library.lif_parts import start_of
from ...circuits.sizes import MOST_SPIKES, within
from ...circuits.units import parse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from ...circuits.circuit import Circuit

    Array = NDArray[np.float64]

STEPS = 100_000_000
"""Most steps of `euler`: 800 MB."""


@frozen
class LifParameters:
    """An ideal LIF neuron in numbers, SI units; `gain` is ohms (v_inf = v_rest + gain * current)."""

    tau: float
    gain: float
    v_th: float
    v_reset: float
    v_rest: float
    t_ref: float

    def __attrs_post_init__(self) -> None:
        for name, value in asdict(self).items():
            if not np.isfinite(value):
                raise QuantityError(f"{name} of an LIF neuron is {value}: it must be a finite number.")
        if not self.tau > 0:
            raise QuantityError(f"tau is {self.tau:g} s: a membrane's time constant must be greater than zero.")
        if self.t_ref < 0:
            raise QuantityError(f"t_ref is {self.t_ref:g} s: a refractory period cannot be negative; 0 means none.")
        if not self.v_reset < self.v_th:
            raise QuantityError(
                f"v_reset {self.v_reset:g} V is not below v_th {self.v_th:g} V: every spike would set off the next."
            )

    @property
    def v_start(self) -> float:
        """Membrane at time 0, volts: where the circuit's is."""
        return start_of(self.v_rest, self.v_th, self.v_reset)

    def v_inf(self, current: ArrayLike) -> Array:
        """Steady state for constant currents, volts."""
        return self.v_rest + self.gain * np.asarray(current, dtype=float)


@frozen(eq=False)
class Spikes:
    """Spikes of a population: which neuron, and when (seconds), in order of neuron and time."""

    neuron: NDArray[np.int64]
    time: Array

    def of(self, neuron: int) -> Array:
        """Spike times of one neuron."""
        return self.time[self.neuron == neuron]


def parameters_of(circuit: Circuit) -> LifParameters:
    """The ideal neuron that a neuron circuit stands for; numbers of its derived formulas."""
    return numbers_of(ideal_lif(derive(circuit)))


def numbers_of(ideal: IdealLif) -> LifParameters:
    """Put the numbers into the formulas of an ideal neuron."""
    rest = ideal.at(0.0, ideal.membrane.x_inf)
    gain = ideal.at(1.0, ideal.membrane.x_inf) - rest
    named = {s.name: v for s, v in ideal.numbers.items()}
    return LifParameters(ideal.value(ideal.membrane.tau), gain, named["v_th"], named["v_reset"], rest, named["t_ref"])


def population(neuron: LifParameters, current: ArrayLike, stop: float, v0: float | None = None) -> Spikes:
    """Unconnected neurons with constant inputs.

    Args:
        neuron: what all of them are.
        current: input of each, amperes, shape (neurons,) or a number.
        stop: seconds; spikes up to and including it are given.
        v0: membrane at the start, volts; `v_start` unless given.

    Returns:
        All spikes; a neuron at or below its rheobase has none.

    Raises:
        QuantityError: stop is not later than 0, or more spikes than are kept.
    """
    want(neuron, LifParameters, "neuron", "make one, such as parameters_of(circuit)")
    stop = positive(stop, "stop", "0.1", unit="s")
    current = row(current if np.ndim(current) else [current], "current", "np.linspace(1e-6, 5e-6, 100)")
    v_inf = np.atleast_1d(neuron.v_inf(current))
    start = neuron.v_start if v0 is None else float(_finite("v0", v0))
    first, interval = _constant_intervals(v_inf, start, neuron)
    counts = np.where(first <= stop, np.floor((stop - np.minimum(first, stop)) / interval) + 1, 0)
    within(float(np.sum(counts)), "the number of spikes", MOST_SPIKES)
    from .compiled import constant_spikes

    return Spikes(*constant_spikes(first, interval, counts.astype(np.int64)))


def _finite(name: str, values: ArrayLike) -> Array:
    """Numbers as an array.

    Raises:
        QuantityError: one of them is not finite, or is no number.
    """
    try:
        found = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise QuantityError(f"{name} is {values!r}: give numbers.") from error
    if not np.isfinite(found).all():
        raise QuantityError(f"{name} holds {found[~np.isfinite(found)][0]}: give finite numbers.")
    return found


def _constant_intervals(v_inf: Array, v0: float, neuron: LifParameters) -> tuple[Array, Array]:
    """Time of the first spike and interval of each neuron; infinite where it does not fire."""
    from .lif_formulas import time_to

    above = v_inf > neuron.v_th
    drive = np.where(above, v_inf, neuron.v_th + 1.0)
    charge = time_to()
    first = charge(neuron.tau, drive, v0, neuron.v_th) if v0 < neuron.v_th else np.zeros_like(drive)
    interval = neuron.t_ref + charge(neuron.tau, drive, neuron.v_reset, neuron.v_th)
    return np.where(above, first, np.inf), np.where(above, interval, np.inf)


def feed_forward(
    neuron: LifParameters, incoming: Spikes, jumps: Array, stop: float, current: ArrayLike = 0.0
) -> Spikes:
    """One layer of neurons driven by the spikes of another, each spike a jump of the membrane.

    Args:
        neuron: what all neurons of the layer are.
        incoming: spikes of the layer before.
        jumps: jump of post neuron j by a spike of pre neuron i, volts, shape (pre, post).
        stop: seconds.
        current: constant input of each post neuron, amperes, a number or shape (post,).

    Returns:
        Spikes of the layer; put layers after one another for a network. Jumps during the refractory
        period are lost, as they are in the circuit, whose reset switch holds the membrane. Jumps of one instant
        (`analysis.instants`) are added before the threshold is asked.

    Raises:
        QuantityError: shapes that do not fit, or numbers that are not finite.
    """
    from .compiled import driven_spikes

    stop = positive(stop, "stop", "0.1", unit="s")
    jumps, drive = _layer(incoming, jumps, current)
    order = np.argsort(incoming.time, kind="stable")
    v_inf = np.broadcast_to(neuron.v_inf(drive), (jumps.shape[1],)).astype(float)
    values = (neuron.tau, neuron.v_th, neuron.v_reset, neuron.v_start, neuron.t_ref, stop)
    return Spikes(
        *driven_spikes()(incoming.time[order], incoming.neuron[order], np.ascontiguousarray(jumps), v_inf, *values)
    )


def _layer(incoming: Spikes, jumps: Array, current: ArrayLike) -> tuple[Array, Array]:
    """Jumps and currents of a layer, when they fit each other and the spikes that come in."""
    jumps, times = _finite("jumps", jumps), _finite("spike times", incoming.time)
    if jumps.ndim != 2 or (
        len(incoming.neuron) and not 0 <= incoming.neuron.min() <= incoming.neuron.max() < len(jumps)
    ):
        raise QuantityError(
            f"jumps have the shape {jumps.shape}: give (pre, post), with a row for every pre neuron that fires."
        )
    if len(times) != len(incoming.neuron):
        raise QuantityError(f"{len(times)} spike times for {len(incoming.neuron)} neurons: give one neuron a spike.")
    drive = _finite("current", current)
    if drive.ndim and drive.shape != (jumps.shape[1],):
        raise QuantityError(f"current has the shape {drive.shape}: give a number or {jumps.shape[1]}, one a neuron.")
    return jumps, drive


def euler(neuron: LifParameters, current: float, stop: float, dt: float) -> tuple[Array, Array, Array]:
    """The LIF of the tutorials: forward Euler with a fixed step, as a teaching reference.

    Args:
        neuron: what it is.
        current: constant input, amperes.
        stop: seconds.
        dt: step, seconds.

    Returns:
        Times, membrane voltage, and spike times (the ends of the steps that crossed): see
        `population` for what they should be.
    """
    want(neuron, LifParameters, "neuron", "make one, such as parameters_of(circuit)")
    stop, dt = positive(stop, "stop", "0.1", unit="s"), positive(dt, "dt", "1e-4", unit="s")
    current = parse(current, "current", "A")
    if stop / dt > STEPS:
        raise QuantityError(f"{stop / dt:.3g} steps are more than {STEPS:,}: take a larger step or a shorter run.")
    if not dt <= stop:
        raise QuantityError(f"dt is {dt} s: a step must be no longer than the run.")
    steps = round(stop / dt)
    v, free_at = neuron.v_start, 0.0
    v_inf = float(neuron.v_inf(current))
    voltages, spikes = np.empty(steps + 1), []
    voltages[0] = v
    for k in range(1, steps + 1):
        t = k * dt
        if t > free_at:
            v += dt * (v_inf - v) / neuron.tau
        if v >= neuron.v_th:
            spikes.append(t)
            v, free_at = neuron.v_reset, t + neuron.t_ref
        voltages[k] = v
    return np.linspace(0.0, steps * dt, steps + 1), voltages, np.array(spikes)
