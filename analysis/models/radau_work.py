"""What compiled steps work on: functions that are addresses, inputs, limits and memory; importing this loads numba."""

from __future__ import annotations

from typing import Any, NamedTuple

import numba.experimental.function_type  # noqa: F401  # tells numba of functions that are addresses
import numpy as np
from numba import types

from .inner import inner
from .radau import Array, Radau

FUNCTION = types.void(*[types.uint64] * 6)
"""Of addresses: states, inputs, numbers, parameters, values."""


class Address(types.WrapperAddressProtocol):
    """Machine code that compiled loops call."""

    def __init__(self, code: Any) -> None:
        self._code = code  # keeps it in memory

    def __wrapper_address__(self) -> int:
        return self._code.address

    def signature(self) -> Any:
        """What it takes and gives."""
        return FUNCTION


class Shape(NamedTuple):
    """Where a Jacobian is filled: rows and columns of its values in the order of elimination, and its band.

    `order` has the place of each state in that order.
    """

    rows: Any
    columns: Any
    order: Any
    below: int
    above: int


class Drive(NamedTuple):
    """Inputs as in `inputs.Drive`, from the time `since` on."""

    since: float
    value: Array
    slope: Array
    sine_input: Any
    amplitude: Array
    omega: Array
    phase: Array


class Limits(NamedTuple):
    """Where a stretch ends, how long a step may be, and tolerances."""

    end: float
    longest: float
    rtol: float
    atol: float


class Work(NamedTuple):
    """Memory for one step: stages z, their slopes f, eigenvectors w, matrices and their row exchanges; `past` is the
    error of the step before."""

    u: Array
    y: Array
    z: Array
    f: Array
    w: Any
    g: Any
    ordered: Any
    matrices: Any
    exchanged: Any
    jacobian: Array
    values: Array
    scale: Array
    past: Array


class Task(NamedTuple):
    """All that stays the same from step to step; r are resistances and sides, p parameters."""

    drive: Drive
    r: Array
    p: Array
    method: Radau
    shape: Shape
    work: Work
    limits: Limits


def work(n: int, inputs: int, filled: int, method: Radau) -> Work:
    """Memory for a circuit of n states."""
    s, pairs = len(method.c), len(method.eigenvalues)
    return Work(
        np.zeros(max(inputs, 1)), np.zeros(n), np.zeros((s, n)), np.zeros((s, n)), np.zeros((pairs, n), complex),
        np.zeros(n, complex), np.zeros(n, complex), np.zeros((pairs, n, n), complex), np.zeros((pairs, n), np.int64),
        np.zeros((n, n)), np.zeros(max(filled, 1)), np.zeros(n), np.zeros(1),
    )  # fmt: skip


@inner
def ask(function: Any, x: Array, u: Array, r: Array, p: Array, out: Array, points: int) -> None:
    """Call machine code for so many points."""
    function(x.ctypes.data, u.ctypes.data, r.ctypes.data, p.ctypes.data, out.ctypes.data, np.uint64(points))
