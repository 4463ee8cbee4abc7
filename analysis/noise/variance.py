"""What noise integrates to: exactly over all frequencies, and between two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...circuits.errors import EquationError
from ...circuits.units import show
from .small_signal import SmallSignal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MARGINAL = 1e-14
"""Of a pole's real part over the fastest one: nothing brings back what lies beyond."""
UNSEEN = 1e-12
"""Part of the response by which a mode that nothing brings back may be seen, by rounding."""


def variances(system: SmallSignal, output: int = 0) -> Array:
    """Variance of an output by each noise current, V^2, over all frequencies, stationary and exact.

    The Gramian Q of the output, A'Q + QA + c'c = 0, serves all currents: S/2 b'Qb each.

    Args:
        system: linear, about its operating point.
        output: which.

    Raises:
        EquationError: there is none: the point is unstable, nothing brings the output back, or a white current reaches
            it without anything that stores.

    Source: Kwakernaak and Sivan 1972, Linear Optimal Control Systems, section 1.11.
    """
    k = len(system.origins)
    direct = system.d[output, :k] != 0
    steep = system.b_slope[:, :k].any(axis=0) | (system.d_slope[output, :k] != 0)
    if (bad := (direct | steep) & (system.densities > 0)).any():
        name = system.origins[int(np.argmax(bad))].name
        raise EquationError(
            f"the noise of {name} reaches the output past everything that stores: over all frequencies it is infinite. "
            "Integrate between two, or put a capacitor there."
        )
    poles = system.poles
    if not len(poles):
        return np.zeros(k)
    fastest = np.abs(poles).max()
    if (poles.real > MARGINAL * fastest).any():
        worst = poles[np.argmax(poles.real)]
        raise EquationError(
            f"the operating point is unstable (a mode grows {show(float(f'{worst.real:.3g}'))} times a second by e): "
            "noise about it has a spectrum by name only, and no variance."
        )
    b = system.b[:, :k]
    if (poles.real > -MARGINAL * fastest).any():
        return _without_lasting(system, output, b)
    return system.densities / 2 * np.einsum("ik,ij,jk->k", b, _gramian(system.a, system.c[output]), b)


def _gramian(a: Array, c: Array) -> Array:
    from scipy.linalg import matrix_balance, solve_continuous_lyapunov

    _, t = matrix_balance(a, permute=False)
    scale = np.diag(t)
    balanced, row = a * scale[None, :] / scale[:, None], c * scale
    found = solve_continuous_lyapunov(balanced.T, -np.outer(row, row))
    return found / np.outer(scale, scale)


def _without_lasting(system: SmallSignal, output: int, b: Array) -> Array:
    """The same where some charge lasts for ever, by modes: it must not be seen, or not be moved."""
    found, vectors = np.linalg.eig(system.a)
    poles: NDArray[np.complex128] = found.astype(complex)
    seen, driven = system.c[output] @ vectors, np.linalg.solve(vectors, b) * np.sqrt(system.densities)
    lasting = poles.real > -MARGINAL * np.abs(poles).max()
    size = np.abs(seen[:, None] * driven)
    if (size[lasting] > UNSEEN * size.max()).any():
        raise EquationError(
            "nothing brings the output back: a charge there lasts for ever, and what noise adds to it grows as the "
            "root of time. Give the node a resistor, or integrate between two frequencies."
        )
    kept = np.flatnonzero(np.logical_not(lasting))
    product, rates = seen[kept, None] * driven[kept], poles[kept]
    return -0.5 * np.real(np.einsum("ik,jk,ij->k", product, product.conj(), 1 / (rates[:, None] + rates.conj())))


def integrated(system: SmallSignal, start: float, stop: float, output: int = 0) -> Array:
    """Variance of an output by each noise current between two frequencies in hertz, V^2."""
    from scipy.integrate import quad_vec

    k = len(system.origins)

    def at(log_f: float) -> Array:
        f = np.exp(log_f)
        return f * system.densities * np.abs(system.response(np.array([f]), output)[0, :k]) ** 2

    corners = np.log(np.abs(system.poles) / (2 * np.pi) + 1e-300)
    low, high = np.log(start), np.log(stop)
    inside = sorted({float(x) for x in corners if low < x < high})
    return np.asarray(quad_vec(at, low, high, epsrel=1e-8, epsabs=0.0, points=inside[:40], limit=2000)[0])
