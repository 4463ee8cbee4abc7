"""Figures of many instances of a circuit, and whether they spread as predicted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ...circuits.circuit import Circuit
from ...circuits.errors import LapicqueError, QuantityError
from ...circuits.neurons import Covariance
from ..sweeps.tolerances import Matched, Spread, monte_carlo
from .sensitivities import Figures

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@frozen(eq=False)
class Instances:
    """Figures of circuits whose parts differ.

    Attributes:
        figures: their names.
        values: of each instance that has them, shape (instances, figures).
        failed: what those said that have none.
    """

    figures: tuple[str, ...]
    values: Array
    failed: tuple[str, ...]

    @property
    def means(self) -> Array:
        """Of each figure."""
        return np.asarray(self.values.mean(axis=0))

    @property
    def covariance(self) -> Covariance:
        """Of the figures over the instances."""
        return Covariance(self.figures, np.atleast_2d(np.cov(self.values.T)), "mismatch")

    @property
    def sigmas(self) -> Array:
        """Standard deviation of each figure."""
        return np.asarray(self.values.std(axis=0, ddof=1))

    @property
    def errors(self) -> Array:
        """Standard error of each standard deviation, from the fourth moment (Kendall and Stuart, vol. 1, 10.8)."""
        off = self.values - self.means
        n, variance = len(off), np.var(off, axis=0)
        fourth = np.mean(off**4, axis=0)
        of_variance = np.sqrt(np.maximum(fourth - variance**2, 0.0) / n)
        return np.divide(of_variance, 2 * np.sqrt(variance), out=np.zeros_like(variance), where=variance > 0)


def instances(
    circuit: Circuit, spreads: Sequence[Spread], figures: Figures, runs: int, seed: int = 0,
    matched: Sequence[Matched] = (), progress: Callable[[], object] = lambda: None,
) -> Instances:  # fmt: skip
    """Read figures off many instances.

    Args:
        circuit: its values are the middle.
        spreads: of its parts.
        figures: numbers of a circuit by name.
        runs: how many instances.
        seed: run k has the same parts for the same seed.
        matched: parts that vary together.
        progress: called after each instance.

    Raises:
        QuantityError: fewer than three instances have figures.
    """
    design = monte_carlo(spreads, runs, seed, matched)
    found: list[Array] = []
    failed: list[str] = []
    names: tuple[str, ...] = ()
    for row in design.values:
        try:
            made = dict(figures(circuit.with_values(dict(zip(design.names, map(float, row), strict=True)))))
        except LapicqueError as error:
            failed.append(str(error))
        else:
            names = names or tuple(made)
            if set(made) == set(names):
                found.append(np.array([made[n] for n in names], dtype=float))
            else:
                failed.append(f"its figures are {', '.join(made)}: another kind of neuron")
        progress()
    if len(found) < 3:
        said = f"; the first because {failed[0]}" if failed else ""
        raise QuantityError(f"{len(found)} of {runs} instances have figures{said} Three at least are needed.")
    return Instances(names, np.array(found), tuple(failed))
