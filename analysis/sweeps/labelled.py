"""What a sweep found as labelled arrays, whole or in part."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from ...circuits.element import symbol_name
from ...circuits.serialize import to_json
from ...netlists.spice.accuracy import accuracy as known_accuracy
from ..measured.runs import Task
from .driver import simulators
from .figures import figure, label
from .plan import OUTCOME, Sweep
from .variants import Variants
from .worker import Recipe, RunResult

if TYPE_CHECKING:
    import xarray


def labelled(sweep: Sweep, done: dict[int, RunResult]) -> xarray.Dataset:
    """One labelled array a figure; runs that are not there are nan."""
    import xarray

    design = sweep.design
    table = np.full((design.runs, len(sweep.figures)), np.nan)
    failed = np.zeros(design.runs, dtype=bool)
    errors = np.full(design.runs, "", dtype=object)
    netlists = np.full(design.runs, "", dtype=object)
    missing = np.ones(design.runs, dtype=bool)
    for k, r in done.items():
        missing[k], failed[k], errors[k], netlists[k] = False, bool(r.error), r.error, r.netlist
        if not r.error:
            table[k] = r.values
    shape = tuple(len(a) for a in design.axes) or (design.runs,)
    dims = design.names if design.axes else ("run",)
    data: dict[str, Any] = {
        label(f): (dims, table[:, k].reshape(shape), {"units": figure(f)[1]}) for k, f in enumerate(sweep.figures)
    }
    outcome = (failed, missing, errors.astype(str), netlists.astype(str))
    data |= {name: (dims, values.reshape(shape)) for name, values in zip(OUTCOME, outcome, strict=True)}
    units = _units(sweep)
    columns = design.axes or design.values.T
    coords: dict[str, Any] = {} if design.axes else {"run": np.arange(design.runs)}
    for n, column in zip(design.names, columns, strict=True):
        coords[n] = ((n if design.axes else "run",), column, {"units": units.get(n, "")})
    if design.labels:
        coords["label"] = ("run", np.array(design.labels))
    run = sweep.what.first if isinstance(sweep.what, Variants) else sweep.what
    what = run.circuit if isinstance(run, Task) else run
    title = what if isinstance(what, str) else what.title
    about = {
        "title": f"sweep of {title}", "what": what if isinstance(what, str) else to_json(what, indent=None),
        "accuracy": known_accuracy(sweep.accuracy).name, "analysis": json.dumps(sweep.describe()["analysis"]),
        "engine": sweep.leg, "simulator": "/".join(simulators(done.values())),
        "fingerprint": sweep.fingerprint, "parameters": ", ".join(design.names),
    }  # fmt: skip
    return xarray.Dataset(data, coords=coords, attrs=about)


def _units(sweep: Sweep) -> dict[str, str]:
    """Units of the values of elements; parameters of a builder do not say theirs."""
    circuit = Recipe(sweep.what, sweep.common).build(sweep.design.of(0))
    return {symbol_name(e.name, q): unit for e in circuit.described for q, unit in e.QUANTITIES.items()}


def failures(result: xarray.Dataset) -> list[str]:
    """Why runs failed, one line each; those of a sweep on the model that were done in ngspice too at the end."""
    beside = result["error_ngspice"].values.ravel() if "error_ngspice" in result else ()
    return [str(e) for e in result["error"].values.ravel() if e] + [f"in ngspice, {e}" for e in beside if e]


def figures_in(result: object) -> list[str]:
    """Names of what was read off each run, in order; none of what is no dataset of a sweep."""
    import xarray

    if not isinstance(result, xarray.Dataset) or not {"fingerprint", "parameters"} <= result.attrs.keys():
        return []
    names = [str(n) for n, values in result.data_vars.items() if "units" in values.attrs]
    return [n for n in names if n.removesuffix("_ngspice") not in names or not n.endswith("_ngspice")]
