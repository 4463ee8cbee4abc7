"""The stages of a step of Radau IIA by Newton's method, and how wrong its polynomial is; importing this loads numba."""

from __future__ import annotations

import numpy as np

from .banded import factor, solve
from .drives import inputs_along, inputs_at
from .inner import inner
from .radau import Array, Radau
from .radau_work import Limits, Shape, Task, Work, ask

MOST = 12
"""Iterations of Newton's method."""
CLOSE = 0.02
"""What they leave, in tolerances."""

# A call hands over all of a tuple, array by array: what is called in each step becomes a part of its caller.


@inner
def factored(method: Radau, shape: Shape, work: Work, h: float) -> bool:
    """Factor eigenvalue / h - J for each eigenvalue."""
    jacobian, matrices, exchanged, eigenvalues = work.jacobian, work.matrices, work.exchanged, method.eigenvalues
    n, below, above = len(jacobian), shape.below, shape.above
    for k in range(len(eigenvalues)):
        matrix, real, imag = matrices[k], eigenvalues[k].real / h, eigenvalues[k].imag / h
        for i in range(n):
            for j in range(max(0, i - below), min(n, i + below + above + 1)):
                matrix[i, j] = -jacobian[i, j]
            matrix[i, i] += complex(real, imag)
        if not factor(matrix, exchanged[k], below, above):
            return False
    return True


@inner
def _times(matrix: Array, values: Array, products: Array) -> None:
    """A matrix times the values of each state at all points."""
    for i in range(values.shape[0]):
        for k in range(matrix.shape[0]):
            value = 0.0
            for a in range(matrix.shape[1]):
                value += matrix[k, a] * values[i, a]
            products[i, k] = value


@inner
def _corrected(method: Radau, shape: Shape, work: Work, h: float) -> None:
    """Newton's step: from what is missing along each eigenvector to new parts of the stages."""
    w, g, right, order, eigenvalues = work.w, work.g, work.right, shape.order, method.eigenvalues
    matrices, exchanged, below, above, n = work.matrices, work.exchanged, shape.below, shape.above, w.shape[0]
    for k in range(len(eigenvalues)):
        real, imag = eigenvalues[k].real / h, eigenvalues[k].imag / h
        if k == 0:
            for i in range(n):
                right[order[i]] = complex(g[i, 0] - real * w[i, 0], 0.0)
        else:
            re, im = 2 * k - 1, 2 * k
            for i in range(n):
                right[order[i]] = complex(
                    g[i, re] - real * w[i, re] + imag * w[i, im], g[i, im] - real * w[i, im] - imag * w[i, re]
                )
        solve(matrices[k], exchanged[k], below, above, right)
        if k == 0:
            for i in range(n):
                w[i, 0] += right[order[i]].real
        else:
            re, im = 2 * k - 1, 2 * k
            for i in range(n):
                w[i, re] += right[order[i]].real
                w[i, im] += right[order[i]].imag


@inner
def _change(z: Array, new: Array, scale: Array) -> float:
    """Put new stages into the place of old ones; by how much they change, in tolerances."""
    change = 0.0
    for i in range(z.shape[0]):
        most = 0.0
        for a in range(z.shape[1]):
            part = abs(new[i, a] - z[i, a])
            most = most if part <= most else part
            z[i, a] = new[i, a]
        most /= scale[i]
        change = change if most <= change else most
    return change


@inner
def newton(slopes: int, task: Task, x: Array, t: float, h: float) -> bool:
    """Find the stages of a step; False where it does not."""
    method, work, drive, r, p = task.method, task.work, task.drive, task.r, task.p
    c, us, z, y, f, w, g = method.c, work.us, work.z, work.y, work.f, work.w, work.g
    inputs_along(drive, t, h, c, us)
    _times(method.apart, z, w)
    before = 0.0
    for iteration in range(MOST):
        for i in range(z.shape[0]):
            for a in range(z.shape[1]):
                y[i, a] = x[i] + z[i, a]
        ask(slopes, y, us, r, p, f, len(c))
        _times(method.apart, f, g)
        _corrected(method, task.shape, work, h)
        _times(method.together, w, g)
        change = _change(z, g, work.scale)
        if not np.isfinite(change):
            return False
        if change == 0.0 or (iteration == 0 and change < CLOSE * CLOSE):
            return True
        if iteration > 0:
            slower = change / before
            if slower < 1 and slower / (1 - slower) * change < CLOSE:
                return True
            if slower >= 1:  # at rounding, or away from a solution
                return change < CLOSE
        before = change
    return False


@inner
def _larger(shape: Shape, work: Work, limits: Limits, x: Array, size: float) -> float:
    """The larger of a size and that of what is missing in a slope, in tolerances, as fast components forget it."""
    right, z, order, atol, rtol = work.right, work.z, shape.order, limits.atol, limits.rtol
    solve(work.matrices[0], work.exchanged[0], shape.below, shape.above, right)
    last = z.shape[1] - 1
    for i in range(len(x)):
        part = abs(right[order[i]].real) / (atol + rtol * max(abs(x[i]), abs(x[i] + z[i, last])))
        size = part if not part <= size else size
    return size


@inner
def wrong(slopes: int, task: Task, x: Array, slope: Array, t: float, h: float) -> float:
    """How wrong a step's polynomial is, in tolerances; `slope` is that of the equations at its start."""
    method, shape, work, limits = task.method, task.shape, task.work, task.limits
    right, order, z, there, between = work.right, shape.order, work.z, work.x, work.slopes
    powers, middle, rate = method.powers, method.there, 1 / h
    for i in range(len(x)):
        value = slope[i]
        for a in range(z.shape[1]):
            value -= powers[1, a] * z[i, a] * rate
        right[order[i]] = value
    size = _larger(shape, work, limits, x, 0.0)
    for i in range(len(x)):
        there[i] = x[i]
        for a in range(z.shape[1]):
            there[i] += middle[0, a] * z[i, a]
    inputs_at(task.drive, t + method.between * h, work.u)
    ask(slopes, there, work.u, task.r, task.p, between, 1)
    for i in range(len(x)):
        value = between[0, i]
        for a in range(z.shape[1]):
            value -= middle[1, a] * z[i, a] * rate
        right[order[i]] = value
    return _larger(shape, work, limits, x, size)
