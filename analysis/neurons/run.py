"""Runs of neuron models over inputs with corners: exact to rounding, a few milliseconds for a second of recording.

Between corners, resets and the points of a table a solution is a power series; it is summed as far as it holds, and a
spike is a zero of it. Linear flows have their closed form so, exponential ones go up to their spike without a solver's
tolerance.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from ...circuits.arguments import parts_of, row, want
from ...circuits.errors import EquationError, QuantityError
from ...circuits.neurons.model import NeuronModel
from ...circuits.neurons.rest import standstill
from ...circuits.units import parse, show
from ..compiling import say_if_it_compiles
from .packed import packed

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

MOST_SPIKES = 10_000_000
MOST_STEPS = 100_000_000
HOW = "make one, such as NeuronModel(c, Leak(g, e), v_spike, v_reset)"
EXAMPLE = "[0, 10e-3, 10e-3, 1.0]"


@frozen
class NeuronState:
    """Where a neuron is: membrane in volts, adaptation current in amperes, lift of the threshold in volts."""

    v: float = field(converter=lambda x: parse(x, "v of a neuron", "V"))
    w: float = field(converter=lambda x: parse(x, "w of a neuron", "A"), default=0.0)
    h: float = field(converter=lambda x: parse(x, "h of a neuron", "V"), default=0.0)


@frozen(eq=False)
class NeuronRun:
    """What a neuron did.

    Attributes:
        spikes: when they are seen, seconds.
        time: where it was looked at, seconds; empty if nobody asked.
        v: membrane there, volts.
        w: adaptation current there, amperes.
        h: lift of the threshold there, volts.
    """

    spikes: Array
    time: Array
    v: Array
    w: Array
    h: Array


def run_neuron(
    model: NeuronModel, time: ArrayLike, current: ArrayLike, samples: ArrayLike | None = None,
    start: NeuronState | None = None,
) -> NeuronRun:  # fmt: skip
    """Run a neuron over a piecewise linear input.

    Args:
        model: the neuron.
        time: corners of the input, seconds, the first and the last are those of the run; one given twice is a jump.
        current: input at each, in the unit of the neuron's input.
        samples: times at which to look at it, seconds, rising; at a spike it is seen as it was before.
        start: where it begins; see `at_rest` unless given.

    Raises:
        QuantityError: lists that do not fit.
        EquationError: it fires without end, runs away, or would take hours.
    """
    return run_neurons([model], time, current, samples, start)[0]


def run_neurons(
    models: Sequence[NeuronModel], time: ArrayLike, current: ArrayLike, samples: ArrayLike | None = None,
    start: NeuronState | None = None,
) -> tuple[NeuronRun, ...]:  # fmt: skip
    """Run several neurons, which do not see each other.

    Args:
        models: the neurons.
        time: corners of the input, as in `run_neuron`.
        current: input at each, for all neurons or in the shape (neurons, corners).
        samples: times at which to look at them.
        start: where all begin; each at its own rest unless given.

    Returns:
        A run for each, in their order.

    Raises:
        QuantityError: lists that do not fit.
        EquationError: one fires without end, runs away, or would take hours; says which.
    """
    models = parts_of(models)
    for model in models:
        want(model, NeuronModel, "model", HOW)
    want(start, (NeuronState, type(None)), "start", "give NeuronState(v, w, h), or nothing to begin at rest")
    times, inputs = _corners(time, current, len(models))
    looks = np.zeros(0) if samples is None else _looks(samples, times)
    from .compiled import run

    say_if_it_compiles(run, "neuron models")
    found = []
    for k, (model, drive) in enumerate(zip(models, inputs, strict=True)):
        begin = start or at_rest(model)
        ended = run(*packed(model), times, drive, np.array([begin.v, begin.w, begin.h]), looks, MOST_SPIKES, MOST_STEPS)
        which = f"neuron {k + 1} ({model.kind})" if len(models) > 1 else f"the neuron ({model.kind})"
        found.append(_result(model, which, times[-1], looks, ended))
    return tuple(found)


def at_rest(model: NeuronModel, input: float = 0.0) -> NeuronState:
    """Where a neuron stands still under a constant input; one that never does is where a spike leaves it.

    Args:
        model: the neuron.
        input: in the unit of its input.
    """
    want(model, NeuronModel, "model", HOW)
    return NeuronState(*standstill(model, parse(input, "input", model.unit)))


def _corners(time: ArrayLike, current: ArrayLike, neurons: int) -> tuple[Array, Any]:
    times = row(time, "time", EXAMPLE, "s")
    if np.ndim(current) == 2:
        inputs = [row(c, "current", EXAMPLE) for c in np.asarray(current)]
        if len(inputs) != neurons:
            raise QuantityError(f"{len(inputs)} rows of current for {neurons} neurons: give one each.")
    else:
        inputs = [row(current, "current", EXAMPLE)]
    if len(times) < 2 or (np.diff(times) < 0).any() or not times[-1] > times[0]:
        raise QuantityError(f"the corners of an input must rise: give two times or more, such as {EXAMPLE}.")
    if other := [len(i) for i in inputs if len(i) != len(times)]:
        raise QuantityError(f"{len(times)} times and {other[0]} currents: give as many of both.")
    return times, inputs if np.ndim(current) == 2 else repeat(inputs[0], neurons)


def _looks(samples: ArrayLike, times: Array) -> Array:
    looks = np.zeros(0) if np.size(samples) == 0 else row(samples, "samples", "np.linspace(0, 1, 1001)", "s")
    if len(looks) and ((np.diff(looks) < 0).any() or looks[0] < times[0] or looks[-1] > times[-1]):
        raise QuantityError(f"samples must rise and lie between {times[0]:g} and {times[-1]:g} s, as the input does.")
    return looks


def _result(
    model: NeuronModel, which: str, stop: float, looks: Array, ended: tuple[int, float, Array, Array]
) -> NeuronRun:
    from .compiled import AWAY, ENDLESS, STUCK

    how, when, spikes, seen = ended
    if how == ENDLESS:
        raise EquationError(f"{which} fires without end at {show(when, 's')}: its reset is above its threshold.")
    if how == AWAY:
        raise EquationError(f"{which} runs away before {show(when, 's')}: what flows into it grows without bound.")
    if how == STUCK:
        raise EquationError(f"{which} took {MOST_STEPS:,} steps up to {show(when, 's')}: run it for less.")
    shown = spikes + model.delay
    return NeuronRun(shown[shown <= stop], looks, *seen)
