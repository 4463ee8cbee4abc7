"""NIR's nodes without state as sparse matrices: what they do to a flattened signal."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ...circuits.errors import CircuitError
from ...circuits.networks.compose import LARGEST

if TYPE_CHECKING:
    from numpy.typing import NDArray

Shape = tuple[int, ...]

LINEAR = ("Linear", "Affine", "Scale", "Conv1d", "Conv2d", "SumPool2d", "AvgPool2d", "Flatten")


def linear_map(name: str, node: Any, shape: Shape) -> tuple[Any, NDArray[np.float64], Shape]:
    """What a linear node does.

    Args:
        name: of the node, for errors.
        node: of one of the types in `LINEAR`.
        shape: of what enters.

    Returns:
        A sparse matrix of shape (outputs, inputs), the bias of each output, and the shape of what leaves.

    Raises:
        CircuitError: shapes that do not fit, weights that are not finite; names the node.
    """
    kind = type(node).__name__
    for what in ("weight", "bias", "scale"):
        if getattr(node, what, None) is not None:
            numbers(name, kind, what, getattr(node, what))
    match kind:
        case "Linear" | "Affine":
            return _dense(name, kind, node, shape)
        case "Scale":
            return _scale(name, node, shape)
        case "Flatten":
            return _flatten(name, node, shape)
        case "Conv1d" | "Conv2d":
            return _convolution(name, kind, node, shape)
        case _:
            return _pool(name, kind, node, shape)


def numbers(name: str, kind: str, what: str, values: Any) -> NDArray[np.float64]:
    """What a node says of something, as finite numbers.

    Raises:
        CircuitError: words, gaps, or numbers that are not finite; names the node and the first of them.
    """
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise CircuitError(f"node {name!r} ({kind}): {what} is no array of numbers.") from error
    if not np.isfinite(array).all():
        place = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
        raise CircuitError(f"node {name!r} ({kind}): {what} {list(place)} is {array[place]}: give finite numbers.")
    return array


def whole(name: str, kind: str, what: str, values: Any, least: int = 1) -> Shape:
    """What a node says of something, as whole numbers.

    Raises:
        CircuitError: fractions, numbers below `least` or beyond what a circuit may have.
    """
    found = numbers(name, kind, what, values).ravel()
    if not (len(found) and (found == np.round(found)).all() and (found >= least).all() and (found <= LARGEST).all()):
        raise CircuitError(
            f"node {name!r} ({kind}): {what} is {np.array2string(found, threshold=6)}: give whole numbers from {least} "
            f"to {LARGEST:,}."
        )
    return tuple(int(n) for n in found)


def possible(name: str, kind: str, shape: Shape) -> Shape:
    """A shape that is not too large for a circuit.

    Raises:
        CircuitError: more lines than a circuit may have elements.
    """
    if math.prod(shape) > LARGEST:
        raise CircuitError(
            f"node {name!r} ({kind}) has shape {shape}, {math.prod(shape):,} lines; {LARGEST:,} are the most."
        )
    return shape


def product(name: str, matrix: Any, weights: Any) -> Any:
    """The product of two sparse matrices, unless it is too large to be a circuit.

    Raises:
        CircuitError: more products of weights than a circuit may have elements; names the node.
    """
    work = int(np.diff(matrix.tocsc().indptr).astype(float) @ np.diff(weights.tocsr().indptr).astype(float))
    if work > 10 * LARGEST:
        raise CircuitError(
            f"node {name!r} makes {work:,} weights of those before it; {LARGEST:,} elements are the most of a circuit: "
            "put a neuron between the layers, or take a part of the network."
        )
    return matrix @ weights


def _misfit(name: str, kind: str, wants: object, gets: object) -> CircuitError:
    return CircuitError(f"node {name!r} ({kind}) takes an input of shape {wants}, and gets {gets}.")


def _dense(name: str, kind: str, node: Any, shape: Shape) -> tuple[Any, NDArray[np.float64], Shape]:
    from scipy.sparse import csr_array

    weight = np.asarray(node.weight, dtype=float)
    if weight.ndim != 2 or weight.shape[1] != int(np.prod(shape)):
        raise _misfit(name, kind, weight.shape[1:], shape)
    bias = np.asarray(getattr(node, "bias", 0.0), dtype=float)
    if bias.ndim and bias.shape != (weight.shape[0],):
        raise CircuitError(f"node {name!r} ({kind}): bias has shape {bias.shape}, the weights {weight.shape}.")
    return csr_array(weight), np.broadcast_to(bias, (weight.shape[0],)).copy(), (weight.shape[0],)


def _scale(name: str, node: Any, shape: Shape) -> tuple[Any, NDArray[np.float64], Shape]:
    from scipy.sparse import csr_array, diags_array

    scale = np.asarray(node.scale, dtype=float).ravel()
    if len(scale) != int(np.prod(shape)):
        raise _misfit(name, "Scale", np.shape(node.scale), shape)
    return csr_array(diags_array(scale)), np.zeros(len(scale)), shape


def _flatten(name: str, node: Any, shape: Shape) -> tuple[Any, NDArray[np.float64], Shape]:
    """A batch axis is not a part of a circuit: dimensions count as in the file, which has none."""
    from scipy.sparse import csr_array, eye_array

    size = int(np.prod(shape))
    (start,), (end,) = (whole(name, "Flatten", w, getattr(node, w), -len(shape)) for w in ("start_dim", "end_dim"))
    if max(start, end) >= len(shape):
        raise CircuitError(
            f"node {name!r} (Flatten) flattens dimensions {start} to {end} of an input of shape {shape}."
        )
    start, end = start % len(shape), end % len(shape)
    if start > end:
        raise CircuitError(
            f"node {name!r} (Flatten) flattens dimensions {start} to {end} of an input of shape {shape}."
        )
    flat = (*shape[:start], int(np.prod(shape[start : end + 1])), *shape[end + 1 :])
    return csr_array(eye_array(size)), np.zeros(size), flat


def _each(name: str, kind: str, what: str, values: Any, dims: int, least: int = 1) -> Shape:
    """A number for each dimension; one number holds for all."""
    found = whole(name, kind, what, values, least)
    if len(found) not in (1, dims):
        raise CircuitError(f"node {name!r} ({kind}): {what} has {len(found)} numbers for {dims} dimensions.")
    return found * dims if len(found) == 1 else found


def _padding(name: str, kind: str, value: Any, kernel: Shape, dilation: Shape) -> list[tuple[int, int]]:
    """Zeros before and after, for each dimension."""
    word = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    if isinstance(word, str):
        if word not in ("same", "valid"):
            raise CircuitError(f"node {name!r} ({kind}): padding is {word[:40]!r}: give numbers, same or valid.")
        spread = [d * (k - 1) if word == "same" else 0 for k, d in zip(kernel, dilation, strict=True)]
        return [(s // 2, s - s // 2) for s in spread]
    return [(p, p) for p in _each(name, kind, "padding", value, len(kernel), 0)]


def _convolution(name: str, kind: str, node: Any, shape: Shape) -> tuple[Any, NDArray[np.float64], Shape]:
    """Cross-correlation, unrolled: every output position has its own row."""
    weight = np.asarray(node.weight, dtype=float)
    dims, groups = weight.ndim - 2, whole(name, kind, "groups", node.groups)[0]
    if dims != (1 if kind == "Conv1d" else 2):
        raise CircuitError(f"node {name!r} ({kind}): weight has shape {weight.shape}.")
    if len(shape) != dims + 1 or shape[0] != weight.shape[1] * groups or weight.shape[0] % groups:
        raise _misfit(name, kind, (weight.shape[1] * groups, *("any",) * dims), shape)
    dilation, stride = (_each(name, kind, w, getattr(node, w), dims) for w in ("dilation", "stride"))
    padding = _padding(name, kind, node.padding, weight.shape[2:], dilation)
    matrix, out = _unrolled(name, kind, weight, groups, shape, stride, padding, dilation)
    bias = np.asarray(0.0 if node.bias is None else node.bias, dtype=float)
    if bias.shape not in ((), (1,), (weight.shape[0],)):
        raise CircuitError(f"node {name!r} ({kind}): bias has shape {bias.shape}, the weights {weight.shape}.")
    bias = np.broadcast_to(bias, (weight.shape[0],))
    return matrix, np.repeat(bias, int(np.prod(out[1:]))), out


def _pool(name: str, kind: str, node: Any, shape: Shape) -> tuple[Any, NDArray[np.float64], Shape]:
    """A sum over windows, each channel by itself; the average counts the padding, as PyTorch does."""
    if len(shape) != 3:
        raise _misfit(name, kind, "(channels, height, width)", shape)
    kernel, stride = (_each(name, kind, w, getattr(node, w), 2) for w in ("kernel_size", "stride"))
    gain = 1.0 if kind == "SumPool2d" else 1.0 / (kernel[0] * kernel[1])
    possible(name, kind, (shape[0], *kernel))
    weight = np.full((shape[0], 1, *kernel), gain)
    padding = [(p, p) for p in _each(name, kind, "padding", node.padding, 2, 0)]
    matrix, out = _unrolled(name, kind, weight, shape[0], shape, stride, padding, (1, 1))
    return matrix, np.zeros(matrix.shape[0]), out


def _unrolled(
    name: str, kind: str, weight: NDArray[np.float64], groups: int, shape: Shape, stride: Shape,
    padding: list[tuple[int, int]], dilation: Shape,
) -> tuple[Any, Shape]:  # fmt: skip
    from scipy.sparse import coo_array

    space, kernel = shape[1:], weight.shape[2:]
    out = tuple(
        (n + before + after - d * (k - 1) - 1) // s + 1
        for n, (before, after), d, k, s in zip(space, padding, dilation, kernel, stride, strict=True)
    )
    if min(out) < 1:
        raise CircuitError(f"node {name!r} ({kind}): its window {kernel} does not fit into an input of shape {shape}.")
    if math.prod(out) * np.count_nonzero(weight) > 10 * LARGEST:
        raise CircuitError(
            f"node {name!r} ({kind}) has {np.count_nonzero(weight):,} weights at {math.prod(out):,} places; "
            f"{LARGEST:,} elements are the most of a circuit."
        )
    possible(name, kind, (weight.shape[0], *out))
    outputs, per_group, inputs_per_group = weight.shape[0], weight.shape[0] // groups, weight.shape[1]
    places = np.indices(out).reshape(len(out), -1)
    rows, columns, values = [], [], []
    for offset in itertools.product(*(range(k) for k in kernel)):
        at = [
            p * s + o * d - before
            for p, s, o, d, (before, _) in zip(places, stride, offset, dilation, padding, strict=True)
        ]
        inside = np.all([(a >= 0) & (a < n) for a, n in zip(at, space, strict=True)], axis=0)
        source = np.ravel_multi_index([a[inside] for a in at], space)
        target = np.flatnonzero(inside)
        for c_out, c_in in itertools.product(range(outputs), range(inputs_per_group)):
            value = weight[(c_out, c_in, *offset)]
            if value:
                channel = c_in + (c_out // per_group) * inputs_per_group
                rows.append(c_out * len(places[0]) + target)
                columns.append(channel * int(np.prod(space)) + source)
                values.append(np.full(len(target), value))
    none = np.zeros(0)
    triplets = (np.concatenate([none, *values]), (np.concatenate([none, *rows]).astype(int),
                                                  np.concatenate([none, *columns]).astype(int)))  # fmt: skip
    size = (outputs * len(places[0]), int(np.prod(shape)))
    return coo_array(triplets, shape=size).tocsr(), (outputs, *out)
