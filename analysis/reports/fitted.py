"""The report of a neuron circuit to which models were fitted."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ...circuits.units import show
from ...netlists.files.whole import write_file
from ..fits.neuron_fit import NeuronFit, Row, number_of
from .report import render


def write_fit(found: NeuronFit, path: str | Path) -> Path:
    """Write the report as HTML.

    Args:
        found: what was fitted.
        path: of the file.

    Raises:
        LapicqueError: the file cannot be written.
    """
    return write_file(path, to_html(found), "the report")


def to_html(found: NeuronFit) -> str:
    """One page that needs nothing else."""
    from ..plots.fitted import fitted
    from ..plots.style import to_svg

    window = next((show(float(f"{r.judged.window:.2g}"), "s") for r in found.rows if r.judged is not None), "")
    return render(
        "fitted.html", found=found, rows=[_cells(r) for r in found.rows], picture=to_svg(fitted(found)), window=window,
        numbers=_numbers(found),
    )  # fmt: skip


def _cells(row: Row) -> tuple[str, ...]:
    j = row.judged
    if j is None:
        return (row.name, "", "", "", "", "", row.why)
    time = "" if np.isnan(j.spike_time) else show(float(f"{j.spike_time:.2g}"), "s")
    volts = "" if np.isnan(j.voltage) else show(float(f"{j.voltage:.2g}"), "V")
    return (
        row.name, f"{j.gamma:.3f}", time, f"{100 * j.rate:+.2g} %", volts, f"{100 * j.curve_error:.2g} %", row.why
    )  # fmt: skip


def _numbers(found: NeuronFit) -> list[tuple[str, str]]:
    if found.model is None:
        return []
    sigmas = found.model.covariance.sigmas if found.model.covariance else {}
    return [(n, number_of(n, v, sigmas.get(n), found.unit)) for n, v in found.model.parameters.items()]
