"""One step of a collocation method of Radau IIA for E x' = f(x, t), with E as singular as it likes.

Hairer and Wanner, Solving Ordinary Differential Equations II, sections IV.5 and VII.3. What is carried from step to
step is z = E x alone, so that no consistent start is needed. Five stages, order nine; stiffly accurate.
"""

from __future__ import annotations

import numpy as np
from numpy.polynomial import legendre, polynomial

STAGES = 5


def _tableau(s: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes (the zeros of P_s - P_{s-1} on [0, 1]) and the inverse of the matrix of weights."""
    difference = np.zeros(s + 1)
    difference[s], difference[s - 1] = 1, -1
    nodes = (1 + np.sort(legendre.legroots(difference))) / 2
    nodes[-1] = 1.0
    weights = np.empty((s, s))
    for j in range(s):
        others = np.delete(nodes, j)
        lagrange = polynomial.polyfromroots(others) / np.prod(nodes[j] - others)
        weights[:, j] = polynomial.polyval(nodes, polynomial.polyint(lagrange))
    return nodes, np.linalg.inv(weights)


NODES, INVERSE = _tableau(STAGES)
SUMS = INVERSE.sum(axis=1)
LOOK = np.linspace(0, 1, 21)[1:]
"""Where in a step guards are looked at, as parts of it, and"""
LOOK_WEIGHTS = np.array(
    [
        [np.prod([(x - NODES[m]) / (NODES[j] - NODES[m]) for m in range(STAGES) if m != j]) for j in range(STAGES)]
        for x in LOOK
    ]
)
"""the collocation polynomial there, from the stages."""


class Factors:
    """The factors of W (x) E - h I (x) J, rows and columns made equal in size first."""

    def __init__(self, e: np.ndarray, jacobians: np.ndarray, h: float) -> None:
        from scipy.linalg.lapack import dgetrf, dgetrs

        n = len(e)
        matrix = np.kron(INVERSE, e)
        for k, jacobian in enumerate(jacobians):
            matrix[k * n : k * n + n, k * n : k * n + n] -= h * jacobian
        self._rows = 1 / np.maximum(np.abs(matrix).max(axis=1), 1e-300)
        scaled = matrix * self._rows[:, None]
        self._columns = 1 / np.maximum(np.abs(scaled).max(axis=0), 1e-300)
        self._matrix = scaled * self._columns
        self._lu, self._pivots, _ = dgetrf(self._matrix)
        self._back = dgetrs

    def noise(self, size: np.ndarray) -> np.ndarray:
        """What rounding alone makes of unknowns of this size: the answer to right sides that are all rounding."""
        rows = np.abs(self._matrix) @ (np.tile(size, STAGES) / self._columns)
        signs = np.where(np.arange(len(rows)) * 0.6180339887 % 1 < 0.5, 1.0, -1.0)
        return np.abs(self.solve(np.finfo(float).eps * signs * rows / self._rows)).reshape(STAGES, -1).max(axis=0)

    def solve(self, right: np.ndarray) -> np.ndarray:
        """Solve, once refined."""
        scaled = right * self._rows
        found, _ = self._back(self._lu, self._pivots, scaled)
        more, _ = self._back(self._lu, self._pivots, scaled - self._matrix @ found)
        return (found + more) * self._columns
