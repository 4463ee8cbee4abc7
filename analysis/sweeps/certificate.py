"""A sweep on the model, certified: some of its runs in ngspice too, and what follows for the others.

Of n runs drawn at random the largest difference bounds at least the part p of all runs with confidence 1 - p^n,
whatever the differences are like (Wilks 1941, Ann Math Stat 12:91).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import evolve, frozen

from ...circuits.arguments import whole
from ...circuits.units import show
from .design import Design
from .executors import Executor
from .run import Sweep, run_sweep

if TYPE_CHECKING:
    import xarray
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

CONFIDENCE = 0.95


@frozen
class Certificate:
    """How a figure of the model differs from ngspice's.

    Attributes:
        figure: name.
        unit: of the difference.
        runs: that were done in ngspice too, drawn at random.
        unlike: of these, where only one of the two has the figure.
        largest: difference of the others.
        part: of all runs that differ by no more, at least, with
        confidence: this.
    """

    figure: str
    unit: str
    runs: int
    unlike: int
    largest: float
    part: float
    confidence: float = CONFIDENCE

    def __str__(self) -> str:
        off = show(float(f"{self.largest:.2g}"), self.unit.removeprefix("1"))
        apart = f", and {self.unlike} have it in one of the two only" if self.unlike else ""
        rest = f"so do at least {100 * self.part:.3g} % of all ({100 * self.confidence:.3g} % confidence)"
        many = f"{self.runs} runs" if self.runs > 1 else "one run"
        return f"{self.figure}: model and ngspice differ by {off} at most in {many}{apart}; " + (
            "these are all" if self.part == 1 else rest
        )


def certified(sweep: Sweep, result: xarray.Dataset, executor: Executor, runs: int, seed: int = 0) -> xarray.Dataset:
    """Do some runs of a sweep in ngspice too.

    Args:
        sweep: on the model.
        result: what it gave.
        executor: who does the runs.
        runs: how many; all where there are no more.
        seed: the same seed draws the same runs.

    Returns:
        The result with `figure_ngspice` beside every figure (nan where it was not run), and the certificates in its
        attribute `certificates`, as JSON.
    """
    drawn = draw(sweep.design.runs, whole(runs, "the number of runs to certify", 1), whole(seed, "seed", 0))
    design = Design(sweep.design.names, sweep.design.values[drawn])
    beside = run_sweep(evolve(sweep, leg="ngspice", design=design), executor)
    found = []
    for name in sweep.figures:
        values, own = np.full(sweep.design.runs, np.nan), result[name]
        values[drawn] = beside[name].values
        result[f"{name}_ngspice"] = (own.dims, values.reshape(own.shape), own.attrs)
        found.append(certify(name, own.attrs["units"], own.values.ravel()[drawn], values[drawn], sweep.design.runs))
    result.attrs["certificates"] = json.dumps([attrs.asdict(c) for c in found])
    return result


def certificates(result: xarray.Dataset) -> tuple[Certificate, ...]:
    """The certificates of a result; none where it has none."""
    return tuple(Certificate(**given) for given in json.loads(result.attrs.get("certificates", "[]")))


def draw(runs: int, count: int, seed: int) -> NDArray[np.int64]:
    """Numbers of the runs that are done in ngspice too, in order: so many of all at random, each as likely."""
    return np.sort(np.random.default_rng(seed).choice(runs, min(count, runs), replace=False))


def certify(name: str, unit: str, model: Array, ngspice: Array, runs: int) -> Certificate:
    """What follows for a figure.

    Args:
        name: of the figure.
        unit: of the figure.
        model: its values at the runs that were drawn.
        ngspice: what ngspice gives there.
        runs: how many there are in all.
    """
    drawn, off = len(model), np.abs(model - ngspice)
    unlike = int(np.sum(np.isnan(model) != np.isnan(ngspice)))
    largest = float(np.nanmax(off)) if np.isfinite(off).any() else 0.0
    part = 0.0 if unlike else 1.0 if drawn == runs else (1 - CONFIDENCE) ** (1 / drawn)
    return Certificate(name, unit, drawn, unlike, largest, part)
