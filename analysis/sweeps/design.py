"""Which values each run of a sweep has."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from ...circuits.arguments import KindError, brief, want, whole
from ...circuits.errors import QuantityError
from ...circuits.units import Value, parse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LARGEST = 1_000_000
"""Most runs of a sweep."""


def want_runs(runs: object, least: int = 1) -> int:
    """Check a number of runs before anything is made for each of them.

    Raises:
        QuantityError: no whole number, none, or more than `LARGEST`.
    """
    count = whole(runs, "the number of runs", least)
    if count > LARGEST:
        raise QuantityError(f"{count:,} runs are more than {LARGEST:,}: take coarser steps or fewer axes.")
    return count


@frozen(eq=False)
class Design:
    """Values of every run.

    Attributes:
        names: of the parameters (`R1`, `v_th`, `r_on_S1`).
        values: shape (runs, parameters), SI units.
        axes: of a grid, the values along each parameter; empty where runs are just numbered.
        labels: of each run, where runs have names (corners).
    """

    names: tuple[str, ...] = field(converter=tuple)
    values: Array = field(repr=False, converter=np.asarray)
    axes: tuple[Array, ...] = field(default=(), repr=False)
    labels: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        if not len(self.values):
            raise QuantityError("a sweep needs at least one run: give each parameter at least one value.")
        if self.values.shape[1:] != (len(self.names),) or len(self.labels) not in (0, len(self.values)):
            raise QuantityError(
                f"a design of {len(self.names)} parameters and {len(self.labels)} labels has values of the shape "
                f"{self.values.shape}: give a row for each run, a column for each parameter, all labels or none."
            )
        if twice := [name for name in self.names if self.names.count(name) > 1]:
            raise QuantityError(f"{twice[0]!r} varies in two ways at once: name each parameter once.")
        want_runs(len(self.values))
        if not np.isfinite(self.values).all():
            run, k = np.argwhere(~np.isfinite(self.values))[0]
            raise QuantityError(
                f"run {run} of the sweep has {self.names[k]} = {self.values[run, k]}: values must be finite."
            )

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.values)

    def of(self, run: int) -> dict[str, float]:
        """Values of one run by name."""
        return dict(zip(self.names, self.values[run].tolist(), strict=True))


def grid(axes: Mapping[str, Sequence[Value] | Array]) -> Design:
    """Every combination of values; the last parameter changes fastest.

    Args:
        axes: parameter to its values.

    >>> grid({"R1": ["1k", "2k"], "C1": ["1n"]}).values.tolist()
    [[1000.0, 1e-09], [2000.0, 1e-09]]
    """
    want(axes, Mapping, "axes", 'give a dictionary such as {"R1": ["1k", "2k"]}')
    if not axes:
        raise QuantityError('a grid needs at least one parameter: give its values, such as {"R1": ["1k", "2k"]}.')
    for name, values in axes.items():
        if isinstance(values, (str, bytes)) or not isinstance(values, (Sequence, np.ndarray)):
            raise KindError(f"the axis of {name} is {brief(values)}: give a list of its values, such as ['1k', '2k'].")
    want_runs(math.prod(len(values) for values in axes.values()), 0)
    lists = tuple(np.array([parse(v, name) for v in values]) for name, values in axes.items())
    return Design(tuple(axes), np.array(list(itertools.product(*lists))).reshape(-1, len(lists)), lists)


def listed(runs: Sequence[Mapping[str, Value]]) -> Design:
    """Runs one by one; each has the same parameters.

    Raises:
        QuantityError: a run that lacks a parameter.
    """
    for run in want(runs, (list, tuple), "runs", 'give a list such as [{"R1": "1k"}]'):
        want(run, Mapping, "a run", 'give a dictionary such as {"R1": "1k"}')
    names = tuple(runs[0]) if runs else ()
    for k, run in enumerate(runs):
        if set(run) != set(names):
            raise QuantityError(
                f"run {k} has the parameters {sorted(run)}, the first one {sorted(names)}: give all the same."
            )
    return Design(names, np.array([[parse(run[n], n) for n in names] for run in runs]).reshape(len(runs), len(names)))


def latin_hypercube(
    ranges: Mapping[str, tuple[Value, Value]], runs: int, seed: int = 0, logarithmic: bool = False
) -> Design:
    """Runs that fill a box evenly: each parameter's range is cut into as many layers as there are runs, each hit once.

    Args:
        ranges: parameter to its lowest and highest value.
        runs: how many.
        seed: the same seed gives the same runs.
        logarithmic: layers are even in the logarithm.

    Source: McKay, Beckman and Conover 1979, Technometrics 21:239; drawn by scipy.
    """
    from scipy.stats import qmc

    want_runs(runs)
    whole(seed, "seed", 0)
    for name, ends in want(ranges, Mapping, "ranges", 'give a dictionary such as {"R1": ("1k", "2k")}').items():
        if not isinstance(ends, (tuple, list)) or len(ends) != 2:
            raise KindError(f"the range of {name} is {brief(ends)}: give two values, such as ('1k', '2k').")
    low = np.array([parse(a, n) for n, (a, _) in ranges.items()])
    high = np.array([parse(b, n) for n, (_, b) in ranges.items()])
    for name, a, b in zip(ranges, low, high, strict=True):
        if not a < b or (logarithmic and a <= 0):
            raise QuantityError(
                f"the range of {name} is {a:g} to {b:g}: it must rise" + (", from above 0." if logarithmic else ".")
            )
    unit = qmc.LatinHypercube(len(ranges), rng=np.random.default_rng(seed)).random(runs)
    if logarithmic:
        return Design(tuple(ranges), np.exp(np.log(low) + unit * (np.log(high) - np.log(low))))
    return Design(tuple(ranges), low + unit * (high - low))
