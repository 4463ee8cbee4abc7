"""Weights between two populations as sparse matrices of shape (post, pre)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..arguments import whole
from ..errors import QuantityError
from ..sizes import MOST_WEIGHTS, within
from ..units import Value, parse

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def all_to_all(post: int, pre: int, weight: Value = 1.0) -> csr_array:
    """Every neuron to every neuron, with one weight.

    Raises:
        QuantityError: sizes that are none, or more weights than are built.
    """
    post, pre = _sizes(post, pre)
    return from_matrix(np.full((post, pre), parse(weight, "weight", "")))


def _sizes(post: int, pre: int, fan_in: int | None = None) -> tuple[int, int]:
    """The numbers of neurons, if as many weights may be built."""
    post, pre = whole(post, "post"), whole(pre, "pre")
    within(post * (pre if fan_in is None else fan_in), "the number of weights", MOST_WEIGHTS)
    return post, pre


def one_to_one(size: int, weight: Value = 1.0) -> csr_array:
    """Neuron k to neuron k, with one weight.

    Raises:
        QuantityError: a size that is none, or more weights than are built.
    """
    from scipy.sparse import csr_array, eye_array

    return csr_array(eye_array(whole(size, "size", most=MOST_WEIGHTS)) * parse(weight, "weight", ""))


def random_weights(post: int, pre: int, fan_in: int, weight: Value = 1.0, spread: float = 0.0, seed: int = 0) -> Any:
    """Every post neuron hears the same number of pre neurons, drawn without repetition.

    Args:
        post: number of post neurons.
        pre: number of pre neurons.
        fan_in: pre neurons that each post neuron hears.
        weight: mean weight.
        spread: standard deviation of the weights over their mean.
        seed: the same seed gives the same weights.

    Raises:
        QuantityError: more inputs than there are pre neurons, or more weights than are built.
    """
    from scipy.sparse import csr_array

    fan_in, seed = whole(fan_in, "fan_in"), whole(seed, "seed", 0)
    post, pre = _sizes(post, pre, fan_in)
    if fan_in > pre:
        raise QuantityError(f"fan_in is {fan_in}: give 1 to {pre}, the number of pre neurons.")
    mean, spread = parse(weight, "weight", ""), parse(spread, "spread", "")
    draw = np.random.default_rng(seed)
    columns = np.concatenate([np.sort(draw.choice(pre, fan_in, replace=False)) for _ in range(post)])
    values = mean * (1 + spread * draw.standard_normal(post * fan_in))
    return csr_array((values, columns, np.arange(post + 1) * fan_in), shape=(post, pre))


def from_matrix(matrix: Any) -> csr_array:
    """A dense or sparse matrix of shape (post, pre); what is stored twice adds up, zeros are no connections.

    Raises:
        QuantityError: no table of real numbers, not two-dimensional, or a weight that is not finite; the first is
            named.
    """
    from scipy.sparse import csr_array, issparse

    found = matrix if issparse(matrix) else _table(matrix)
    if found.ndim != 2:
        raise QuantityError(f"a weight matrix has shape (post, pre); this one has shape {found.shape}.")
    if found.dtype.kind not in "biuf":
        raise QuantityError(f"the weights are of the type {found.dtype}: give a table of real numbers.")
    made = csr_array(found, dtype=float, copy=True)  # the caller's matrix stays as it is
    made.sum_duplicates()
    if (bad := np.flatnonzero(~np.isfinite(made.data))).size:
        post = int(np.searchsorted(made.indptr, bad[0], side="right")) - 1
        raise QuantityError(
            f"the weight from pre neuron {made.indices[bad[0]]} to post neuron {post} is {made.data[bad[0]]}, which is "
            "not finite: mend the matrix."
        )
    made.eliminate_zeros()
    return made


def _table(matrix: Any) -> Any:
    """A dense table of real numbers."""
    try:
        found = np.asarray(matrix)
        found = found.astype(float) if found.dtype.kind == "O" else found  # fractions and the like
    except (TypeError, ValueError) as error:
        raise QuantityError(
            "the weights are no table of numbers: give rows of equal length, such as [[0.5, 0.0], [0.0, 0.5]]."
        ) from error
    return found
