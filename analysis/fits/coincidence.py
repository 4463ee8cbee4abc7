"""How alike two spike trains are: the coincidence factor, and how far apart spikes are that belong together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.errors import QuantityError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@frozen
class Coincidence:
    """Spikes of a model against those of a neuron.

    Attributes:
        gamma: 1 for the same spikes within the window, 0 for what a Poisson neuron of that rate would hit; nan where
            neither has a spike.
        hits: spikes of the neuron with one of the model's within the window.
        neuron: number of the neuron's spikes.
        model: number of the model's.
        error: root of the mean square of the hits' time errors, seconds; nan without one.
        window: seconds to either side.
    """

    gamma: float
    hits: int
    neuron: int
    model: int
    error: float
    window: float


def coincidence(
    neuron: Sequence[Array] | Array, model: Sequence[Array] | Array, length: float, window: float
) -> Coincidence:
    """The coincidence factor of two spike trains, or of several stretches of both.

    (N_coinc - <N_coinc>)/((N_neuron + N_model)/2)/(1 - 2 nu window) with <N_coinc> = 2 nu window N_neuron and nu the
    model's rate: what a Poisson process of that rate would hit by chance. Each spike has one partner at most.
    Source: Kistler, Gerstner and van Hemmen 1997, Neural Comput 9:1015; Jolivet et al. 2008, J Neurosci
    Methods 169:417.

    Args:
        neuron: spike times, rising, seconds; or such for each stretch.
        model: the same of the model.
        length: of all stretches together, seconds.
        window: a spike of the model counts this much earlier or later, seconds.

    Raises:
        QuantityError: a window so long that chance alone would hit everything.
    """
    ours, theirs = _trains(neuron), _trains(model)
    if len(ours) != len(theirs):
        raise QuantityError(
            f"{len(ours)} stretches of the neuron and {len(theirs)} of the model: give as many of both."
        )
    n, m = sum(map(len, ours)), sum(map(len, theirs))
    rate = m / length
    if not 0 < 2 * rate * window < 1 and m:
        raise QuantityError(
            f"a window of {window:g} s is no part of the model's intervals, {1 / rate:g} s: give a shorter one."
        )
    errors = np.concatenate([_partners(a, b, window) for a, b in zip(ours, theirs, strict=True)] or [np.zeros(0)])
    chance = 2 * rate * window * n
    gamma = (len(errors) - chance) / ((n + m) / 2) / (1 - 2 * rate * window) if n + m else np.nan
    error = float(np.sqrt(np.mean(errors**2))) if len(errors) else np.nan
    return Coincidence(float(gamma), len(errors), n, m, error, window)


def _trains(given: Sequence[Array] | Array) -> list[Array]:
    if isinstance(given, np.ndarray) and given.dtype != object:
        return [given]
    return [np.asarray(t, dtype=float) for t in given]


def _partners(neuron: Array, model: Array, window: float) -> Array:
    """Model minus neuron for each pair, earliest first; as all windows have one length, the most pairs."""
    errors, j = [], 0
    for t in neuron:
        while j < len(model) and model[j] < t - window:
            j += 1
        if j < len(model) and model[j] <= t + window:
            errors.append(model[j] - t)
            j += 1
    return np.array(errors)
