"""Exact flow of a linear mode: x' = A x + B u + c with u straight lines and waves that may decay.

In the eigenbasis every component is a scalar equation, solved with the phi functions of exponential
integrators, which stay accurate when an eigenvalue is zero or tiny (phi_1(z) = (e^z - 1)/z,
phi_2(z) = (e^z - 1 - z)/z^2; Hochbruck and Ostermann 2010, Acta Numerica 19:209-286). Repeated or
nearly repeated eigenvalues, for which no eigenbasis exists, go through the matrix exponential of the
system with its inputs as further states. What a mode keeps for ever (`circuits.exact`) is taken out first and followed
by itself, so that no rounding of an eigenvalue that is zero grows with time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from ...circuits.numeric.exact import Kept
from ...circuits.numeric.numeric import Mode
from .conserved import keeping
from .inputs import Drive, columns, drives_on

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Numbers = NDArray[Any]  # real or complex, as the eigenvalues are

MAYBE_ZERO = 1e-9
"""Part of the largest eigenvalue below which one may be zero but for rounding."""
WORST_BASIS = 1e7
"""Condition number of the eigenbasis above which the matrix exponential takes over."""
AT_ONCE = 1_000_000
"""Numbers that the matrix exponentials of one batch of times may hold (8 MB)."""
SAME = 1e-12
"""Part by which two numbers may differ that only rounding has made different."""


@frozen(eq=False)
class Basis:
    """A mode and, where it has a good one, its eigenbasis."""

    mode: Mode
    rates: Numbers = field()
    vectors: Numbers | None = field()
    inverse: Numbers | None = field()
    kept: Kept | None = None
    """What does not relax; `rest` is then the basis of all else."""
    rest: Basis | None = None


def basis(mode: Mode, keeps: Callable[[], Kept | None] = lambda: None) -> Basis:
    """Diagonalise a mode, if that is numerically sound.

    Args:
        mode: its matrices.
        keeps: what the mode keeps for ever; asked only where an eigenvalue might be zero.
    """
    if not len(mode.a):
        return Basis(mode, np.zeros(0), np.zeros((0, 0)), np.zeros((0, 0)))
    rates, vectors, inverse = _components(mode.a)
    size = np.abs(rates)
    if size.min() <= MAYBE_ZERO * size.max() and (kept := keeps()) is not None:
        rest = basis(kept.rest)
        return Basis(mode, np.concatenate([rest.rates, np.zeros(len(kept.w))]), None, None, kept, rest)
    return Basis(mode, rates, vectors, inverse)


def _components(a: Array) -> tuple[Numbers, Numbers | None, Numbers | None]:
    """Eigenvalues, eigenvectors and their inverse; only the first where the others are not sound."""
    if np.count_nonzero(a) == np.count_nonzero(a.diagonal()):  # nothing is coupled: the states are the components
        order = np.argsort(a.diagonal(), kind="stable")
        vectors = np.eye(len(a))[:, order]
        return a.diagonal()[order], vectors, vectors.T
    even = _evened(a)
    return _eigenbasis(a) if even is None else _symmetric_basis(a, even)


def _eigenbasis(a: Array) -> tuple[Numbers, Numbers | None, Numbers | None]:
    """Eigenvalues, eigenvectors and their inverse; only the first where the others are not sound."""
    # Balance first: states of very different size (volts, amperes) make any basis look bad.
    scale = _scales(a)
    rates, vectors = np.linalg.eig(a / scale[:, None] * scale[None, :])
    if np.linalg.cond(vectors) > WORST_BASIS:
        return rates, None, None
    return rates, scale[:, None] * vectors, np.linalg.inv(vectors) / scale[None, :]


def _symmetric_basis(a: Array, scale: Array) -> tuple[Array, Array, Array]:
    """Eigenvalues, eigenvectors and their inverse: orthogonal but for the scale, repeated eigenvalues or not."""
    even = a * scale[None, :] / scale[:, None]
    rates, vectors = np.linalg.eigh((even + even.T) / 2)
    return rates, scale[:, None] * vectors, vectors.T / scale[None, :]


def _evened(a: Array) -> Array | None:
    """Scales of the states that make a matrix symmetric, where there are any.

    Resistors between capacitors are such a system: with sqrt(C) for a scale it is symmetric, so that the equal time
    constants of equal branches do no harm.
    """
    if (np.sign(a) != np.sign(a.T)).any():
        return None
    scale = np.zeros(len(a))
    for root in range(len(a)):
        if scale[root]:
            continue
        scale[root], found = 1.0, [root]
        while found:
            k = found.pop()
            new = np.flatnonzero((a[k] != 0) & (scale == 0))
            scale[new] = scale[k] * np.sqrt(a[new, k] / a[k, new])
            found += new.tolist()
    even = a * scale[None, :] / scale[:, None]
    return scale if (np.abs(even - even.T) <= SAME * np.maximum(np.abs(even), np.abs(even.T))).all() else None


def _scales(a: Array) -> Array:
    from scipy.linalg import matrix_balance

    _, (scale, _) = matrix_balance(a, permute=False, separate=True)
    return scale


@frozen(eq=False)
class Flow:
    """The solution on one segment: from state `start`, in one mode, under one drive.

    A start and a drive hold for all times that are asked for, or there is a column of them for each (`flows_on`).
    """

    basis: Basis
    start: Array
    drive: Drive

    @property
    def sound(self) -> bool:
        """Whether the mode has eigenvectors that are numerically sound: no matrix exponential is needed."""
        return (self.basis.rest or self.basis).vectors is not None

    def states(self, s: Array) -> Array:
        """States at times s >= 0 after the start; shape (n, points)."""
        if (kept := self.basis.kept) is not None and self.basis.rest is not None:
            rest = Flow(self.basis.rest, kept.into @ self.start, self.drive)
            return kept.v @ keeping(kept, self.start, self.drive, s) + kept.out @ rest.states(s)
        if self.basis.vectors is None:
            return self._by_exponential(s)
        return np.real(self.basis.vectors @ self._components(s))

    def rates(self, s: Array) -> Array:
        """Derivatives of the states; shape (n, points)."""
        mode = self.basis.mode
        return mode.a @ self.states(s) + mode.b @ self.drive.at(s) + mode.c[:, None]

    def _components(self, s: Array) -> Numbers:
        mode, drive, inverse = self.basis.mode, self.drive, self.basis.inverse
        assert inverse is not None
        z = self.basis.rates[:, None] * s
        constant = inverse @ (mode.b @ columns(drive.value) + mode.c[:, None])
        y = np.exp(z) * (inverse @ columns(self.start)) + s * phi1(z) * constant
        if drive.slope.any():
            y = y + s**2 * phi2(z) * (inverse @ (mode.b @ columns(drive.slope)))
        for k, index in enumerate(drive.sine_input):
            y = y + self._sine(s, z, inverse @ mode.b[:, index], k)
        return y

    def _sine(self, s: Array, z: Numbers, gain: Numbers, k: int) -> Numbers:
        """Response to exp(-decay s) sin(omega s + phase) by the difference of its two complex exponentials."""
        drive = self.drive

        def of(sign: int) -> Numbers:
            w = np.broadcast_to((1j * sign * drive.omega[k] - drive.decay[k]) * s, z.shape)
            weight = drive.amplitude[k] * np.exp(1j * sign * drive.phase[k]) / (2j * sign)
            return weight * s * _divided_exponential(z, w)

        # Real rates make the one the other's conjugate.
        total = of(1) + of(-1) if np.iscomplexobj(z) else 2 * np.real(of(1))
        return gain[:, None] * total

    def _by_exponential(self, s: Array) -> Array:
        from scipy.linalg import expm

        matrix, start = self._augmented()
        n = len(self.start)
        batches = np.array_split(s, max(1, -(-len(s) * matrix.size // AT_ONCE)))
        found = [expm(matrix[None] * batch[:, None, None]) @ start for batch in batches]
        return np.concatenate(found)[:, :n].T

    def _augmented(self) -> tuple[Array, Array]:
        """The system with 1, s, and sine and cosine of each sine input as further states."""
        mode, drive, n = self.basis.mode, self.drive, len(self.start)
        size = n + 2 + 2 * len(drive.sine_input)
        matrix = np.zeros((size, size))
        matrix[:n, :n] = mode.a
        matrix[:n, n] = mode.b @ drive.value + mode.c
        matrix[:n, n + 1] = mode.b @ drive.slope
        matrix[n + 1, n] = 1.0
        start = np.concatenate([self.start, [1.0, 0.0]])
        for k, index in enumerate(drive.sine_input):
            at = n + 2 + 2 * k
            matrix[:n, at] = mode.b[:, index] * drive.amplitude[k]
            matrix[at, at + 1], matrix[at + 1, at] = drive.omega[k], -drive.omega[k]
            matrix[at, at] = matrix[at + 1, at + 1] = -drive.decay[k]
            start = np.concatenate([start, [np.sin(drive.phase[k]), np.cos(drive.phase[k])]])
        return matrix, start


def flows_on(flows: Sequence[Flow], which: NDArray[np.int64]) -> Flow:
    """Flows of one mode as one, in which each time is on one of them.

    Args:
        flows: all of one basis that has eigenvectors, under drives of one plan.
        which: the flow of each time that will be asked for.
    """
    starts = np.array([f.start for f in flows]).T
    return Flow(flows[0].basis, starts[:, which], drives_on([f.drive for f in flows], which))


def phi1(z: Numbers) -> Numbers:
    """(e^z - 1)/z, 1 at zero."""
    small = np.abs(z) < 1e-300
    safe = np.where(small, 1.0, z)
    return np.where(small, 1.0, np.expm1(safe) / safe)


def _divided_exponential(z: Numbers, w: Numbers) -> Numbers:
    """(e^w - e^z)/(w - z), with the larger exponential taken out so that nothing overflows."""
    larger = np.where(np.real(w) > np.real(z), w, z)
    smaller = np.where(np.real(w) > np.real(z), z, w)
    return np.exp(larger) * phi1(smaller - larger)


def phi2(z: Numbers) -> Numbers:
    """(e^z - 1 - z)/z^2, 1/2 at zero; by its series where the difference would cancel."""
    small = np.abs(z) < 0.1
    safe = np.where(small, 1.0, z)
    series = np.zeros_like(z)
    for k in range(11, 1, -1):
        series = (series * z + 1.0) / k
    return np.where(small, series, (np.expm1(safe) - safe) / safe**2)
