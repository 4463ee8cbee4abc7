"""How figures spread as their sensitivities predict it, and which part causes what of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.circuit import Circuit
from ...circuits.neurons import Covariance
from ..sweeps.tolerances import SIGMAS, Matched, Spread
from .sensitivities import Sensitivities

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@frozen(eq=False)
class Prediction:
    """What sensitivities say of the spread.

    Attributes:
        sensitivities: on which it rests.
        parts: covariance of the values, J's Sigma.
        covariance: J Sigma J^T.
        shares: part of each figure's variance that each value causes, shape (figures, values); a row sums to 1, with
            matched values each has half of what it shares with another, which may be negative.
        curved: what second derivatives add to each standard deviation, as a part of it: where this is not small,
            straight lines do not tell the spread.
    """

    sensitivities: Sensitivities
    parts: Array
    covariance: Covariance
    shares: Array
    curved: Array

    def by_element(self, circuit: Circuit) -> dict[str, Array]:
        """Shares summed over the values of each element, the largest first."""
        found: dict[str, Array] = {}
        for k, value in enumerate(self.sensitivities.values):
            owner = next((e.name for e in circuit.described if value in e.values), value)
            found[owner] = found.get(owner, np.zeros(len(self.shares))) + self.shares[:, k]
        return dict(sorted(found.items(), key=lambda item: -float(np.abs(item[1]).sum())))


def true_sigma(spread: Spread) -> float:
    """Standard deviation of what `monte_carlo` draws: a normal one is cut off at its tolerance."""
    from scipy.stats import truncnorm

    return spread.sigma if spread.uniform else spread.sigma * float(truncnorm.std(-SIGMAS, SIGMAS))


def predicted(found: Sensitivities, spreads: Sequence[Spread], matched: Sequence[Matched] = ()) -> Prediction:
    """Predict a covariance from sensitivities: J Sigma J^T.

    Args:
        found: sensitivities by these values.
        spreads: of the values, in the same order.
        matched: values that vary together.
    """
    sigma = np.array([true_sigma(s) for s in spreads])
    together = np.eye(len(spreads))
    for group in matched:
        where = [k for k, s in enumerate(spreads) if s.name in group.names]
        together[np.ix_(where, where)] = group.correlation
    np.fill_diagonal(together, 1.0)
    parts = np.outer(sigma, sigma) * together
    j = found.slopes
    matrix = j @ parts @ j.T
    variance = np.diag(matrix)
    caused = j * (j @ parts)
    shares = np.divide(caused, variance[:, None], out=np.zeros_like(caused), where=variance[:, None] > 0)
    bent = 2 * (found.bends**2) @ sigma**4  # variance of b x^2 for a normal x
    curved = np.divide(bent, 2 * variance, out=np.zeros_like(variance), where=variance > 0)
    return Prediction(found, parts, Covariance(found.figures, matrix, "mismatch"), shares, curved)
