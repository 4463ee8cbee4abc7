"""NIR's nodes without state as sparse matrices: what they do to a flattened signal."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from ..circuits.errors import CircuitError

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
        _want_finite(name, kind, what, getattr(node, what, None))
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


def _want_finite(name: str, kind: str, what: str, values: Any) -> None:
    if values is None:
        return
    array = np.asarray(values, dtype=float)
    if not np.isfinite(array).all():
        place = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
        raise CircuitError(f"node {name!r} ({kind}): {what} {list(place)} is {array[place]}: give finite numbers.")


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
    start, end = int(node.start_dim) % len(shape), int(node.end_dim) % len(shape)
    if start > end:
        raise CircuitError(
            f"node {name!r} (Flatten) flattens dimensions {start} to {end} of an input of shape {shape}."
        )
    flat = (*shape[:start], int(np.prod(shape[start : end + 1])), *shape[end + 1 :])
    return csr_array(eye_array(size)), np.zeros(size), flat


def _pair(value: Any, dims: int) -> Shape:
    values = np.atleast_1d(np.asarray(value)).astype(int).ravel().tolist()
    return tuple(values * dims) if len(values) == 1 else tuple(values)


def _padding(value: Any, kernel: Shape, dilation: Shape) -> list[tuple[int, int]]:
    """Zeros before and after, for each dimension."""
    word = value.decode() if isinstance(value, bytes) else value
    if isinstance(word, str):
        spread = [d * (k - 1) if word == "same" else 0 for k, d in zip(kernel, dilation, strict=True)]
        return [(s // 2, s - s // 2) for s in spread]
    return [(p, p) for p in _pair(value, len(kernel))]


def _convolution(name: str, kind: str, node: Any, shape: Shape) -> tuple[Any, NDArray[np.float64], Shape]:
    """Cross-correlation, unrolled: every output position has its own row."""
    weight = np.asarray(node.weight, dtype=float)
    dims, groups = weight.ndim - 2, int(node.groups)
    if len(shape) != dims + 1 or shape[0] != weight.shape[1] * groups or weight.shape[0] % groups:
        raise _misfit(name, kind, (weight.shape[1] * groups, *("any",) * dims), shape)
    kernel, dilation, stride = weight.shape[2:], _pair(node.dilation, dims), _pair(node.stride, dims)
    padding = _padding(node.padding, kernel, dilation)
    matrix, out = _unrolled(name, kind, weight, groups, shape, stride, padding, dilation)
    bias = np.broadcast_to(np.asarray(node.bias, dtype=float), (weight.shape[0],))
    return matrix, np.repeat(bias, int(np.prod(out[1:]))), out


def _pool(name: str, kind: str, node: Any, shape: Shape) -> tuple[Any, NDArray[np.float64], Shape]:
    """A sum over windows, each channel by itself; the average counts the padding, as PyTorch does."""
    if len(shape) != 3:
        raise _misfit(name, kind, "(channels, height, width)", shape)
    kernel, stride = _pair(node.kernel_size, 2), _pair(node.stride, 2)
    gain = 1.0 if kind == "SumPool2d" else 1.0 / (kernel[0] * kernel[1])
    weight = np.full((shape[0], 1, *kernel), gain)
    padding = [(p, p) for p in _pair(node.padding, 2)]
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
