"""Neurons that differ as parts do: drawn from the covariance of a model's parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..arguments import want, whole
from ..errors import DesignError, LapicqueError
from .model import NeuronModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MOST = 50
"""Draws of one neuron, of which those are thrown away that no neuron can have."""


def draw_neurons(model: NeuronModel, n: int, seed: int = 0) -> tuple[NeuronModel, ...]:
    """Draw neurons from a model's own covariance, as chips have them.

    Args:
        model: with a covariance.
        n: how many.
        seed: neuron k is the same for the same seed, however many there are.

    Returns:
        Neurons whose parameters are jointly normal about the model's; draws that no neuron can have (a negative
        capacitance, a reset above the spike) are drawn again.

    Raises:
        DesignError: a model without a covariance, or one so wide that most draws are no neurons.
    """
    want(model, NeuronModel, "model", "give a NeuronModel")
    whole(n, "n", 1)
    whole(seed, "seed", 0)
    if model.covariance is None:
        raise DesignError("the neuron has no covariance to draw from: `mismatch(circuit, spreads)` gives it one.")
    names, root = model.covariance.names, _root(np.array(model.covariance.matrix))
    middle = np.array([model.parameters[name] for name in names])
    return tuple(_one(model, names, middle, root, np.random.default_rng([seed, k])) for k in range(n))


def _root(matrix: Array) -> Array:
    """A factor whose square is the matrix, each parameter in its own standard deviation first: units differ by 1e12."""
    size = np.sqrt(np.maximum(np.diag(matrix), 0.0))
    unit = np.where(size > 0, size, 1.0)
    values, vectors = np.linalg.eigh(matrix / np.outer(unit, unit))
    return np.asarray(unit[:, None] * vectors * np.sqrt(np.maximum(values, 0.0)))


def _one(
    model: NeuronModel, names: tuple[str, ...], middle: Array, root: Array, random: np.random.Generator
) -> NeuronModel:  # fmt: skip
    said = ""
    for _ in range(MOST):
        drawn = middle + root @ random.standard_normal(len(names))
        try:
            return model.with_parameters(dict(zip(names, map(float, drawn), strict=True)))
        except LapicqueError as error:
            said = str(error)
    raise DesignError(f"of {MOST} draws none is a neuron, the last because {said} Its covariance is too wide.")
