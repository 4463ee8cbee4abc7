"""The constants of Radau IIA: collocation at Radau's points, so that a step is a polynomial with an error of its own.

Hairer and Wanner 1996, Solving Ordinary Differential Equations II, sections IV.5 and IV.8: a step from x of length h is
the polynomial through x whose slope is f at the points c h. Newton's method for it falls apart into systems of the size
of x, one for each eigenvalue of the inverse of the method's matrix (complex pairs count once).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import NDArray

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]

STAGES = 7
"""Points of a step; odd, so that one eigenvalue is real. The order at its end is 13, that of its polynomial 7."""


class Radau(NamedTuple):
    """One method.

    Attributes:
        c: its points, parts of a step, rising to 1; shape (s,).
        eigenvalues: of the inverse of its matrix: the real one, then one of each pair; shape (1 + (s - 1) / 2,).
        apart, together: values at c to parts along eigenvectors, and back; of a pair a real and an imaginary part
            follow each other; shape (s, s).
        powers: values at 0 and c of a polynomial that is 0 at 0, to its coefficients on 0 to 1; shape (s + 1, s).
        centred: the same on -1 to 1.
        between: where the polynomial is least like a solution, a part of the step: that of the largest product of
            distances to 0 and c.
        there: values at c to value and slope (times the step) of the polynomial between; shape (2, s).
    """

    c: Array
    eigenvalues: Complex
    apart: Array
    together: Array
    powers: Array
    centred: Array
    between: float
    there: Array


def radau(stages: int = STAGES) -> Radau:
    """Work out a method.

    Args:
        stages: an odd number.
    """
    c = (np.sort(legendre.legroots([0.0] * (stages - 1) + [-1.0, 1.0])) + 1) / 2
    c[-1] = 1.0
    orders = np.arange(1, stages + 1)
    matrix = (c[:, None] ** orders / orders) @ np.linalg.inv(np.vander(c, stages, increasing=True))
    eigenvalues, vectors = (np.asarray(a, dtype=complex) for a in np.linalg.eig(np.linalg.inv(matrix)))
    real = int(np.argmin(np.abs(np.imag(eigenvalues))))
    which = [real, *(k for k in range(stages) if k != real and eigenvalues[k].imag > 0)]
    apart = np.linalg.inv(vectors)
    points = np.concatenate([[0.0], c])
    powers, centred = (
        np.ascontiguousarray(np.linalg.inv(np.vander(x, stages + 1, increasing=True))[:, 1:])
        for x in (points, 2 * points - 1)
    )
    rows, columns = [np.real(apart[real])], [np.real(vectors[:, real])]
    for k in which[1:]:  # of a pair twice the real part of the products counts
        rows += [np.real(apart[k]), np.imag(apart[k])]
        columns += [2 * np.real(vectors[:, k]), -2 * np.imag(vectors[:, k])]
    at = np.linspace(0, 1, 1001)
    between = float(at[np.argmax(np.abs(np.prod(at[:, None] - points, axis=1)))])
    orders = np.arange(stages + 1)
    there = np.array([between**orders, orders * between ** np.maximum(orders - 1, 0)]) @ powers
    return Radau(c, eigenvalues[which], np.array(rows), np.stack(columns, axis=1), powers, centred, between, there)
