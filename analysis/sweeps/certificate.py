"""A sweep on the model, certified: some of its runs in ngspice too, and what follows for the others.

Of n runs drawn at random the largest difference bounds at least the part p of all runs with confidence 1 - p^n,
whatever the differences are like (Wilks 1941, Ann Math Stat 12:91). Where only m of the n have a figure that can be
compared, these m are drawn at random from all runs that have one, and the bound holds for the part of those.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import evolve, frozen

from ...circuits.arguments import whole
from ...circuits.units import show
from ...netlists.ngspice.errors import NgspiceMissingError
from .executors import Executor
from .figures import label
from .plan import Sweep
from .run import run_sweep
from .store import SweepStopped

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
        failed: of these, in which the model or ngspice failed.
        unlike: of the others, where only one of the two has the figure.
        neither: of the others, where none has it (an interval where nothing spikes).
        largest: difference of the rest, the runs that were compared; nan where there is none.
        part: that differs by no more, at least, of all runs; where some of the drawn ones could not be compared, of all
            runs in which both have the figure. 0 where none was compared.
        confidence: of that.
    """

    figure: str
    unit: str
    runs: int
    failed: int
    unlike: int
    neither: int
    largest: float
    part: float
    confidence: float = CONFIDENCE

    @property
    def compared(self) -> int:
        """Number of runs that were compared."""
        return self.runs - self.failed - self.unlike - self.neither

    def __str__(self) -> str:
        left = {
            "in which the model or ngspice failed": self.failed,
            "in which only one of the two has it": self.unlike,
            "in which neither has it": self.neither,
        }
        others = "; not compared: " + ", ".join(f"{n} {why}" for why, n in left.items() if n)
        if not self.compared:
            return f"{self.figure}: none of {_runs(self.runs)} could be compared, nothing is said of the others{others}"
        off = show(float(f"{self.largest:.2g}"), self.unit.removeprefix("1"))
        whom = "all" if self.compared == self.runs else "all runs in which both have it"
        rest = f"so do at least {100 * self.part:.3g} % of {whom} ({100 * self.confidence:.3g} % confidence)"
        return (
            f"{self.figure}: model and ngspice differ by {off} at most in {_runs(self.compared)}; "
            + (f"these are {whom}" if self.part == 1 else rest)
            + (others if self.compared < self.runs else "")
        )


def _runs(count: int) -> str:
    return f"{count} runs" if count > 1 else "one run"


def run_certified(
    sweep: Sweep, executor: Executor, runs: int, seed: int = 0, folder: str | Path | None = None, resume: bool = False,
    retry: bool = False, advance: Callable[[int], None] = lambda runs: None,
) -> xarray.Dataset:  # fmt: skip
    """Run a sweep on the model, then some of its runs in ngspice too.

    Args:
        sweep: on the model.
        executor: who does the runs.
        runs: how many of them are done in ngspice too; all where there are no more.
        seed: of the draw.
        folder: where results are kept as they come, as `run_sweep` does; those of ngspice are in memory alone.
        resume: go on with what the folder holds.
        retry: when resuming, do the runs again that failed.
        advance: called with the number of runs that the model has done.

    Raises:
        NgspiceMissingError: there is no ngspice; nothing was run.
        SweepStopped: what was found as ngspice is none; `partial` holds what the model gave.
    """
    draw(sweep.design.runs, runs, seed)
    try:
        executor.want_ngspice()
    except NgspiceMissingError as error:
        words = f"{error} Or sweep on the model alone: certify=0, on the command line --certify 0."
        raise NgspiceMissingError(words) from error
    result = run_sweep(sweep, executor, folder, resume, retry, advance)
    try:
        return certified(sweep, result, executor, runs, seed)
    except NgspiceMissingError as error:
        stopped = SweepStopped(f"the model has done all runs, and ngspice can do none of them: {error}")
        stopped.partial = result
        raise stopped from error


def certified(sweep: Sweep, result: xarray.Dataset, executor: Executor, runs: int, seed: int = 0) -> xarray.Dataset:
    """Do some runs of a sweep in ngspice too.

    Args:
        sweep: on the model.
        result: what it gave.
        executor: who does the runs.
        runs: how many; all where there are no more.
        seed: the same seed draws the same runs.

    Returns:
        The result with `figure_ngspice` beside every figure (nan where it was not run), `error_ngspice` and
        `netlist_ngspice` of the runs that failed there, and the certificates in its attribute `certificates`, as JSON.
    """
    drawn = draw(sweep.design.runs, runs, seed)
    beside = run_sweep(evolve(sweep, leg="ngspice"), executor, only=drawn.tolist())
    failed = (result["failed"].values | beside["failed"].values).ravel()[drawn]
    found = []
    names = [*map(label, sweep.figures)]
    for name in names:
        model, ngspice = (data[name].values.ravel()[drawn] for data in (result, beside))
        found.append(certify(name, result[name].attrs["units"], model, ngspice, sweep.design.runs, failed))
    for name in (*names, "error", "netlist"):
        result[f"{name}_ngspice"] = beside[name]
    result.attrs["certificates"] = json.dumps([attrs.asdict(c) for c in found])
    return result


def certificates(result: xarray.Dataset) -> tuple[Certificate, ...]:
    """The certificates of a result; none where it has none."""
    return tuple(Certificate(**given) for given in json.loads(result.attrs.get("certificates", "[]")))


def draw(runs: int, count: int, seed: int) -> NDArray[np.int64]:
    """Numbers of the runs that are done in ngspice too, in order: so many of all at random, each as likely.

    Raises:
        QuantityError: a number to draw, or a seed, that is none.
    """
    few = min(whole(count, "the number of runs to certify", 1), runs)
    return np.sort(np.random.default_rng(whole(seed, "seed", 0)).choice(runs, few, replace=False))


def certify(
    name: str, unit: str, model: Array, ngspice: Array, runs: int, failed: NDArray[np.bool_] | None = None
) -> Certificate:
    """What follows for a figure.

    Args:
        name: of the figure.
        unit: of the figure.
        model: its values at the runs that were drawn; what is not finite is no value.
        ngspice: what ngspice gives there.
        runs: how many there are in all.
        failed: which of the drawn runs failed in either; none unless given.
    """
    went_well = np.ones(len(model), dtype=bool) if failed is None else ~failed
    ours, theirs = np.isfinite(model), np.isfinite(ngspice)
    both = went_well & ours & theirs
    off = np.abs(model[both] - ngspice[both])
    unlike, neither = int(np.sum(went_well & (ours != theirs))), int(np.sum(went_well & ~ours & ~theirs))
    part = 0.0 if not len(off) else 1.0 if len(model) == runs else (1 - CONFIDENCE) ** (1 / len(off))
    largest = float(off.max()) if len(off) else np.nan
    return Certificate(name, unit, len(model), int(np.sum(~went_well)), unlike, neither, largest, part)
