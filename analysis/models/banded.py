"""Solving linear equations whose matrix has a band, compiled; importing this loads numba."""

from __future__ import annotations

from typing import Any

from ..kept import njit
from .inner import inner


@inner
def _size(value: complex) -> float:
    """The size of a number, nearly: to choose a pivot it need not be exact, and roots take long."""
    return abs(value.real) + abs(value.imag)


@njit(error_model="numpy")
def factor(a: Any, rows: Any, below: int, above: int) -> bool:
    """Factor a matrix in its place, with row exchanges (Golub and Van Loan 2013, section 4.3); pivots inverted.

    Args:
        a: the matrix, shape (n, n), zero outside the band.
        rows: takes which row came to each place, shape (n,).
        below, above: how many diagonals beside the main one are filled.

    Returns:
        Whether it could be.
    """
    n = a.shape[0]
    for k in range(n):
        last, right = min(n, k + below + 1), min(n, k + below + above + 1)
        best, size = k, _size(a[k, k])
        for i in range(k + 1, last):
            if _size(a[i, k]) > size:
                best, size = i, _size(a[i, k])
        rows[k] = best
        if not size > 0.0:
            return False
        if best != k:
            for j in range(k, right):
                a[k, j], a[best, j] = a[best, j], a[k, j]
        inverse = 1 / a[k, k]
        a[k, k] = inverse
        for i in range(k + 1, last):
            if a[i, k] != 0:
                part = a[i, k] * inverse
                a[i, k] = part
                for j in range(k + 1, right):
                    a[i, j] -= part * a[k, j]
    return True


@njit()
def solve(a: Any, rows: Any, below: int, above: int, b: Any) -> None:
    """Solve with what `factor` left; b, of shape (n,), becomes the solution."""
    n = a.shape[0]
    for k in range(n):
        value = b[rows[k]]
        b[rows[k]] = b[k]
        b[k] = value
        for i in range(k + 1, min(n, k + below + 1)):
            b[i] -= a[i, k] * value
    for i in range(n - 1, -1, -1):
        value = b[i]
        for j in range(i + 1, min(n, i + below + above + 1)):
            value -= a[i, j] * b[j]
        b[i] = value * a[i, i]
