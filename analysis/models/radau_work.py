"""What compiled steps work on: functions that are addresses, inputs, limits and memory; importing this loads numba."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from .inner import inner
from .radau import Array, Radau


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
    decay: Array


class Limits(NamedTuple):
    """Where a stretch ends, how long a step may be, and tolerances."""

    end: float
    longest: float
    rtol: float
    atol: float


class Work(NamedTuple):
    """Memory for one step: at its points inputs us, what the stages z add to the states, these states y and their
    slopes f; parts of z and f along eigenvectors w and g; matrices and their row exchanges; `past` is the error of
    the step before.
    """

    u: Array
    us: Array
    x: Array
    slopes: Array
    z: Array
    y: Array
    f: Array
    w: Array
    g: Array
    right: Any
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
    s, pairs, m = len(method.c), len(method.eigenvalues), max(inputs, 1)
    x, slopes, right = np.zeros(n), np.zeros((2, n)), np.zeros(n, complex)
    z, y, f, w, g = (np.zeros((n, s)) for _ in range(5))
    matrices, exchanged = np.zeros((pairs, n, n), complex), np.zeros((pairs, n), np.int64)
    jacobian, values, scale, past = np.zeros((n, n)), np.zeros(max(filled, 1)), np.zeros(n), np.zeros(1)
    return Work(
        np.zeros(m), np.zeros((m, s)), x, slopes, z, y, f, w, g, right, matrices, exchanged, jacobian, values, scale,
        past,
    )  # fmt: skip


def _call(_: Any, address: Any, x: Any, u: Any, r: Any, p: Any, out: Any, points: Any) -> Any:
    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = ir.FunctionType(ir.VoidType(), [ir.IntType(64)] * 6)
        builder.call(builder.inttoptr(arguments[0], kind.as_pointer()), arguments[1:])
        return context.get_dummy_value()

    return types.void(*[types.int64] * 7), code


_called: Any = intrinsic(_call)
"""Calls what is at an address, with five addresses of numbers and how many points there are."""


@inner
def ask(function: int, x: Array, u: Array, r: Array, p: Array, out: Array, points: int) -> None:
    """Call machine code, which is at an address (`MachineCode`), for so many points."""
    _called(function, x.ctypes.data, u.ctypes.data, r.ctypes.data, p.ctypes.data, out.ctypes.data, points)
