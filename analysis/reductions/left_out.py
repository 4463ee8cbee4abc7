"""What a reduction leaves out, measured: spike times with one step of it at a time, and rates beside the circuit's."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.arguments import row, want
from ...circuits.neurons import NeuronModel
from ...circuits.units import Value, show
from ..rates import fi_curve
from .reduction import Reduction
from .view import View

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TOLERANCE = 1e-8
LONGEST = 40.0
"""A spike is waited for so many intervals."""
LONG = 8.0
"""Length of a run in intervals of the neuron, where the circuit has no time constant."""
POINTS = 5
MOST = 60
"""Spikes after which a neuron's interval is read off."""


@frozen
class Cause:
    """What one step of a reduction does to the first spike: seconds later than without it.

    It is nan where the spike never comes, or cannot be followed.
    """

    name: str
    seconds: float


@frozen(eq=False)
class LeftOut:
    """What a reduction leaves out.

    Attributes:
        drive: input that is switched on at rest.
        latency: from there to the spike in the circuit's own equations, seconds.
        causes: each step alone, then what they do together besides.
        reduced: latency of the neuron, seconds.
        inputs: of the rates.
        own: rates of the circuit, hertz.
        neuron: of the neuron.
        unit: of the input.
    """

    drive: float
    latency: float
    causes: tuple[Cause, ...]
    reduced: float
    inputs: Array
    own: Array
    neuron: Array
    unit: str

    @property
    def worst(self) -> float:
        """Largest difference of the rates, as a part of the circuit's; infinite where only one of them fires."""
        fires = (self.own > 0) | (self.neuron > 0)
        with np.errstate(all="ignore"):
            off = np.abs(self.neuron - self.own) / self.own
        return float(np.max(off[fires & np.isfinite(self.own)], initial=0.0))

    def __str__(self) -> str:
        lines = [
            f"first spike after {_told(self.latency, 's')} at {_told(self.drive, self.unit)}; the neuron's after "
            f"{_told(self.reduced, 's')}"
        ]
        lines += [f"  {c.seconds * 1e3:+12.6g} ms  {c.name}" for c in self.causes]
        lines.append(f"{'input':>12}  {'circuit/Hz':>11}  {'neuron/Hz':>11}")
        for i, a, b in zip(self.inputs, self.own, self.neuron, strict=True):
            lines.append(f"{_told(float(i), self.unit):>12}  {a:11.5g}  {b:11.5g}")
        return "\n".join(lines)


def _told(value: float, unit: str) -> str:
    return show(float(f"{value:.5g}"), unit) if np.isfinite(value) else "never"


def left_out(found: Reduction, inputs: Sequence[Value] | Array | None = None) -> LeftOut:
    """Run a circuit's equations with one step of its reduction at a time, and its neuron beside it.

    Args:
        found: what `reduce` gave.
        inputs: at which rates are compared; from a little above the rheobase to the drive unless given.
    """
    want(found, Reduction, "found", "make one with `reduce(circuit)`")
    model, drive = found.model(), found.way.drive
    low = found.steady.rheobase if found.steady is not None and found.steady.rheobase < drive else drive / 2
    points = np.linspace(low + 0.1 * (drive - low), drive, POINTS) if inputs is None else row(
        inputs, "inputs", "np.linspace(1e-9, 2e-9, 5)", found.view.unit
    )  # fmt: skip
    start = found.about.copy()
    stop = LONGEST * found.way.interval
    own = _latency(found.view, start, (), (), model.v_spike, drive, stop)
    fast, slow = found.indices("fast"), found.indices("slow")
    names = found.view.names
    causes = [
        Cause(f"{names[k]} at its equilibrium", _latency(found.view, start, (k,), (), model.v_spike, drive, stop) - own)
        for k in fast
    ]
    causes += [
        Cause(f"{names[k]} held at rest", _latency(found.view, start, (), (k,), model.v_spike, drive, stop) - own)
        for k in slow
    ]
    reduced = first_spike(model, found.v_rest, drive, stop)
    rest = reduced - own - sum(c.seconds for c in causes)
    together = "together besides" + (
        "; slow states come back as one linear adaptation" if found.slow is not None else ""
    )
    causes.append(Cause(together, rest))
    rates = np.array([rate(model, float(i)) for i in points])
    slowest = rates[rates > 0].min(initial=1 / found.way.interval)
    # Without a leak no time constant says how long a run must be.
    measured = fi_curve(found.circuit, points, stop=LONG / slowest if found.rests.drifts else None).model
    assert measured is not None
    return LeftOut(drive, own, tuple(causes), reduced, points, measured, rates, found.view.unit)


def _latency(
    seen: View, start: Array, settled: Sequence[int], held: Sequence[int], level: float, drive: float, stop: float
) -> float:  # fmt: skip
    """Seconds from the input's step to the spike with some states at their equilibrium and some held; nan for none."""
    from scipy.integrate import solve_ivp

    moves = [k for k in range(len(start)) if k not in settled and k not in held]
    whole = start.copy()

    def states(y: Array) -> Array:
        whole[moves] = y
        if settled:
            whole[:] = seen.settle(whole, settled, drive)[0]
        return whole

    def slopes(t: float, y: Array) -> Array:
        return seen.slopes(states(y), drive)[moves]

    def jacobian(t: float, y: Array) -> Array:
        x, s = states(y), list(settled)
        j = seen.jacobian(x, drive)
        own = j[np.ix_(moves, moves)]
        return (
            own - j[np.ix_(moves, s)] @ np.linalg.lstsq(j[np.ix_(s, s)], j[np.ix_(s, moves)], rcond=None)[0]
            if s
            else own
        )

    def passes(t: float, y: Array) -> float:
        whole[moves] = y
        return float(seen.of(whole)) - level

    passes.terminal, passes.direction = True, 1.0  # type: ignore[attr-defined]
    smallest = 1e-6 * np.maximum(np.abs(start[moves]), 1e-3)
    try:
        with warnings.catch_warnings():  # a run that ends early has no spike, which is what is said
            warnings.simplefilter("ignore", UserWarning)
            run = solve_ivp(
                slopes, (0.0, stop), start[moves], method="LSODA", jac=jacobian, events=passes, rtol=TOLERANCE,
                atol=TOLERANCE * smallest,
            )  # fmt: skip
    except np.linalg.LinAlgError:  # what is to be at its equilibrium has none on the way
        return np.nan
    return float(run.t_events[0][0]) if len(run.t_events[0]) else np.nan


def first_spike(model: NeuronModel, v: float, drive: float, stop: float, w: float = 0.0) -> float:
    """Seconds from a voltage to a neuron's spike under a constant input; nan where none comes until the end."""
    return _to_spike(model, v, w, drive, stop)[0] + model.delay


def _to_spike(model: NeuronModel, v: float, w: float, drive: float, stop: float) -> tuple[float, float]:
    """Seconds to the spike, and the adaptation current then."""
    from scipy.integrate import solve_ivp

    adapts, about = model.adaptation, model.about

    def slopes(t: float, y: Array) -> list[float]:
        dv = (float(model.flow.at(y[0])) - y[1] + drive) / model.c
        return [dv, 0.0 if adapts is None else (adapts.a * (y[0] - about) - y[1]) / adapts.tau]

    def passes(t: float, y: Array) -> float:
        return float(y[0]) - model.v_spike

    passes.terminal, passes.direction = True, 1.0  # type: ignore[attr-defined]
    size = abs(model.v_spike - model.v_reset)
    atol = TOLERANCE * np.array([size, model.c * size / stop + abs(drive)])
    run = solve_ivp(slopes, (0.0, stop), [v, w], method="LSODA", events=passes, rtol=TOLERANCE, atol=atol)
    if not len(run.t_events[0]):
        return np.nan, float(run.y[1, -1])
    return float(run.t_events[0][0]), float(run.y_events[0][0][1])


def rate(model: NeuronModel, drive: float) -> float:
    """Rate of a neuron under a constant input once its intervals are alike, hertz; 0 where it comes to rest."""
    size = abs(model.v_spike - model.v_reset)
    adapts = model.adaptation
    tau = model.tau if np.isfinite(model.tau) else model.c * size / max(abs(drive), 1e-300)
    stop = 200 * max(tau, 0.0 if adapts is None else adapts.tau)
    v = model.v_reset
    w, last = 0.0, np.inf
    for _ in range(MOST):
        time, w = _to_spike(model, v, w, drive, stop)
        if np.isnan(time):
            return 0.0
        interval = time + model.t_ref
        if adapts is not None:
            goal = adapts.a * (model.v_reset - model.about)
            w = goal + (w + adapts.b - goal) * np.exp(-model.t_ref / adapts.tau)
        if abs(interval - last) < 1e-6 * interval:
            break
        last = interval
    return 1.0 / interval
