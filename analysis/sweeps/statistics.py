"""What a sweep says: how many circuits are good, and which part it hangs on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from ...circuits.arguments import want
from ...circuits.circuit import Circuit
from ...circuits.errors import QuantityError, unknown
from ...circuits.units import Value, parse

if TYPE_CHECKING:
    import xarray


def figure_of(result: xarray.Dataset, name: str) -> xarray.DataArray:
    """A figure of a sweep.

    Raises:
        KindError: no labelled result of a sweep.
        UnknownNameError: a figure that it has not.
    """
    import xarray

    want(result, xarray.Dataset, "result", "give what `run_sweep` gives, or the `data` of what `sweep` does")
    names = [str(n) for n, values in result.data_vars.items() if "units" in values.attrs]
    if name not in names:
        raise unknown("figure of the sweep", name, names)
    return result[name]


@frozen
class Yield:
    """Share of circuits within limits, with its 95 % confidence interval; failed runs count as bad."""

    part: float
    low: float
    high: float
    good: int
    runs: int


def yield_within(result: xarray.Dataset, figure: str, low: Value = -np.inf, high: Value = np.inf) -> Yield:
    """How many circuits keep a figure within limits.

    Args:
        result: of a sweep.
        figure: name of the figure.
        low: least good value.
        high: largest good value.

    Returns:
        The share, with the exact binomial interval (Clopper and Pearson 1934, Biometrika 26:404).

    Raises:
        UnknownNameError: a figure that the sweep has not.
        QuantityError: no run at all.
    """
    from scipy.stats import binomtest

    figure_of(result, figure)
    there = ~result["missing"].values.ravel()
    values = result[figure].values.ravel()[there]
    if not len(values):
        raise QuantityError("the sweep has no runs yet: a yield needs some.")
    least, most = parse(low, "low"), parse(high, "high")
    if not least <= most:
        raise QuantityError(f"low is {least:g} and high {most:g}: nothing lies between them.")
    good = int(np.sum((values >= least) & (values <= most)))
    bounds = binomtest(good, len(values)).proportion_ci(0.95, "exact")
    return Yield(good / len(values), float(bounds.low), float(bounds.high), good, len(values))


@frozen
class Sensitivity:
    """Percent of change of a figure per percent of change of a value, and how sure that is (standard error)."""

    name: str
    value: float
    error: float = 0.0


def sampled_sensitivities(result: xarray.Dataset, figure: str) -> tuple[Sensitivity, ...]:
    """Sensitivities by linear regression over the runs of a sweep, in relative terms about the mean.

    Args:
        result: of a sweep whose runs are numbered (Monte Carlo, Latin hypercube, list).
        figure: name of the figure.

    Raises:
        QuantityError: a grid, or too few runs that went well.
    """
    figure_of(result, figure)
    if "run" not in result.dims:
        raise QuantityError("sensitivities are read off numbered runs: use monte_carlo or latin_hypercube, not a grid.")
    names = [n for n in str(result.attrs["parameters"]).split(", ") if n]
    y = result[figure].values
    good = np.isfinite(y)
    x = np.array([result[n].values[good] for n in names]).T
    moved = [k for k in range(len(names)) if np.ptp(x[:, k]) > 0] if good.any() else []
    if good.sum() < len(moved) + 2:
        raise QuantityError(f"{int(good.sum())} good runs are too few for {len(moved)} sensitivities: run more.")
    middle, mean = x[:, moved].mean(axis=0), y[good].mean()
    for name, about in zip([*(names[k] for k in moved), figure], [*middle, mean], strict=True):
        if about == 0:
            raise QuantityError(f"{name} is 0 in the mean, of which there are no percent.")
    matrix = np.column_stack([np.ones(good.sum()), x[:, moved] / middle - 1])
    if np.linalg.matrix_rank(matrix) < matrix.shape[1]:
        raise QuantityError(
            f"some of {', '.join(names[k] for k in moved)} vary in step: no run says which of them it is."
        )
    target = y[good] / mean - 1
    slopes, *_ = np.linalg.lstsq(matrix, target, rcond=None)
    rest = target - matrix @ slopes
    variance = float(rest @ rest) / max(len(target) - len(slopes), 1)
    errors = np.sqrt(np.maximum(variance * np.diag(np.linalg.inv(matrix.T @ matrix)), 0.0))
    return tuple(
        Sensitivity(names[k], float(slopes[1 + j]), float(errors[1 + j])) for j, k in enumerate(moved)
    )  # fmt: skip


def symbolic_sensitivities(formula: str, circuit: Circuit) -> tuple[Sensitivity, ...]:
    """Sensitivities of a closed form, derived: (p / f) df/dp at the circuit's own values.

    Args:
        formula: of names of parameters and sources, such as a `Prediction` has.
        circuit: whose values are put in.
    """
    from ...circuits.laws.law import expression
    from ...circuits.library.predictions import quantities

    law, known = expression(formula), quantities(circuit)
    return _derived(law, {s: known[str(s)] for s in law.free_symbols if str(s) in known})


def interval_sensitivities(circuit: Circuit) -> tuple[Sensitivity, ...]:
    """Sensitivities of the ideal inter-spike interval of an LIF neuron, from its derived formula."""
    from ...circuits.closed_forms.lif_forms import ideal_lif
    from ...circuits.equations.derive import derive

    ideal = ideal_lif(derive(circuit))
    return _derived(ideal.interval, {s: v for s, v in ideal.numbers.items() if s in ideal.interval.free_symbols})


def _derived(formula: Any, numbers: Mapping[Any, float]) -> tuple[Sensitivity, ...]:
    """(p / f) df/dp for each p of a formula; a p of 0 has no relative change."""
    from ...circuits.equations.algebra import put

    value = float(put(formula, dict(numbers)).evalf())
    slopes = {s: float(put(formula.diff(s), dict(numbers)).evalf()) for s in sorted(numbers, key=str)}
    return tuple(Sensitivity(str(s), slope * numbers[s] / value) for s, slope in slopes.items() if numbers[s])
