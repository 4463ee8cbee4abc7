"""How well a model says what a neuron does under stimuli that its fit never saw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.errors import LapicqueError
from ...circuits.neurons import NeuronModel
from ..neurons.run import NeuronState, run_neurons
from .coincidence import coincidence
from .recording import Recording
from .stimuli import rate_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

WINDOW = 0.2
"""A spike counts as hit within this part of the interval at the highest steady rate: 2 ms for the squid's axon, as the
field takes. Source: Kistler, Gerstner and van Hemmen 1997, Neural Comput 9:1015."""
LONG = 40.0
"""A steady run of a model lasts so many intervals of the neuron there, and"""
AT_LEAST = 20.0
"""so many of its own times where the neuron is silent."""


@frozen(eq=False)
class Judged:
    """Errors of a model in free run, on stimuli that it never saw.

    Attributes:
        gamma: coincidence factor.
        fluctuating: of the first recording, whose fluctuations decide when it fires.
        window: of coincidences, seconds.
        spike_time: root of the mean square of the hits' time errors, seconds; nan without a hit.
        rate: error of the number of spikes under noise, as a part.
        voltage: away from spikes, root of mean square, volts; only where neuron and model have had the same spikes.
        curve: rates of the model at the steady inputs, hertz.
        curve_error: the largest of their errors, over the largest rate of the neuron.
        spread: standard error of gamma, from the stretches.
        trains: spikes of the model in each stretch, seconds.
    """

    gamma: float
    fluctuating: float
    window: float
    spike_time: float
    rate: float
    voltage: float
    curve: Array
    curve_error: float
    spread: float
    trains: tuple[Array, ...]


def judge(
    model: NeuronModel, recordings: Sequence[Recording], currents: Array, rates: Array, time: float, window: float
) -> Judged:
    """Run a model freely.

    Args:
        model: the neuron.
        recordings: that it never saw.
        currents: steady inputs.
        rates: of the neuron at each, hertz; 0 where it does not fire on.
        time: the neuron's own, seconds.
        window: left out behind each spike for the error of the voltage, seconds.

    Raises:
        EquationError: the model fires without end, or runs away.
    """
    wide = WINDOW / float(rates.max())
    runs = [run_neurons([model], r.time, r.current, r.time, _start(model, r))[0] for r in recordings]
    trains = tuple(run.spikes for run in runs)
    neuron = [r.spikes for r in recordings]
    whole = coincidence(neuron, trains, sum(r.length for r in recordings), wide)
    each = [_gamma(r, t, wide) for r, t in zip(recordings, trains, strict=True)]
    # from where the neuron is: a model whose leak is next to none would rest volts away
    begin = _start(model, recordings[0])
    curve = np.array([_rate(model, begin, float(i), float(f), time) for i, f in zip(currents, rates, strict=True)])
    return Judged(
        whole.gamma, each[0], wide, whole.error, whole.model / max(1, whole.neuron) - 1,
        _voltage(recordings, [r.v for r in runs], trains, window, wide), curve,
        float(np.abs(curve - rates).max() / rates.max()), float(np.std(each) / np.sqrt(len(each))), trains,
    )  # fmt: skip


def _start(model: NeuronModel, r: Recording) -> NeuronState:
    """The neuron's own voltage, or the reset where the model would have spiked there."""
    v = float(r.v[0]) if r.v[0] < model.v_spike else model.v_reset
    a = 0.0 if model.adaptation is None else model.adaptation.a
    return NeuronState(v, a * (v - model.about) if a else 0.0)


def _gamma(r: Recording, train: Array, window: float) -> float:
    if not len(r.spikes) + len(train):
        return 1.0
    return coincidence(r.spikes, train, r.length, window).gamma


def _rate(model: NeuronModel, begin: NeuronState, current: float, rate: float, time: float) -> float:
    """Of a model under a steady input, hertz; nan where it cannot be run."""
    stop = max(LONG / rate if rate else 0.0, AT_LEAST * time)
    try:
        run = run_neurons([model], [0.0, stop], [current, current], start=begin)[0]
        return rate_of(run.spikes, stop)
    except LapicqueError:
        return np.nan


def _voltage(
    recordings: Sequence[Recording], volts: Sequence[Array], trains: Sequence[Array], window: float, wide: float
) -> float:
    """Over points behind the window of both trains' last spikes, where these belong together."""
    squares, weights = [np.zeros(0)], [np.zeros(0)]
    for r, v, train in zip(recordings, volts, trains, strict=True):
        ours, theirs = _last(r.spikes, r.time), _last(train, r.time)
        next_one = np.concatenate([r.turns, [np.inf]])[np.searchsorted(r.spikes, r.time)]
        none = np.isinf(ours) & np.isinf(theirs)
        same = none | (np.abs(np.where(none, 0.0, ours) - np.where(none, 0.0, theirs)) <= wide)
        same &= (r.time - np.maximum(ours, theirs) > window + wide) & (next_one - r.time > wide)
        squares.append((v - r.v)[same] ** 2)
        weights.append(np.gradient(r.time)[same])
    weight = np.concatenate(weights)
    return float(np.sqrt(np.average(np.concatenate(squares), weights=weight))) if weight.sum() > 0 else np.nan


def _last(spikes: Array, time: Array) -> Array:
    return np.concatenate([[-np.inf], spikes])[np.searchsorted(spikes, time)]
