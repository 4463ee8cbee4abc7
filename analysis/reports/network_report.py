"""The report of a network: what it became, how it was run, and how far its spikes are from the exact model's."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from ...circuits.networks.compose import Composed
from ...circuits.networks.populations import Population
from ...circuits.networks.wiring import siemens, spike_length, weight_parts
from ...circuits.units import show
from ...netlists.files.whole import write_file
from ...netlists.networks.network import NetworkRun
from ...netlists.ngspice.results import versions
from ..networks.comparison import NetworkComparison
from .report import render


def write_network_report(
    run: NetworkRun, comparison: NetworkComparison | None, path: str | Path, notes: tuple[str, ...] = ()
) -> Path:
    """Write the report as HTML, or its figures as JSON when the path ends in .json.

    Args:
        run: from `run_network`.
        comparison: with the exact model; None where there is none.
        path: of the file.
        notes: what a reader should know.

    Raises:
        LapicqueError: the file cannot be written.
    """
    if Path(path).suffix == ".json":
        body = figures(run, comparison) | {"notes": list(notes), "versions": versions()}
        return write_file(path, json.dumps(body, indent=1, ensure_ascii=False), "the report")
    return write_file(path, _page(run, comparison, notes), "the report")


def figures(run: NetworkRun, comparison: NetworkComparison | None) -> dict[str, Any]:
    """The figures of a run, for machines."""
    network = run.prepared.composed.network
    found: dict[str, Any] = {
        "title": network.title, "neurons": network.size, "weights": network.synapses, "stop": run.prepared.stop,
        "spikes": {n: t.tolist() for n, t in run.spikes.items()}, "points": run.outcome.points,
        "seconds": run.outcome.seconds, "delivered": run.delivered, "plan": list(run.prepared.plan.lines),
    }  # fmt: skip
    if comparison is not None:
        found["classes"] = {n: {"circuit": a, "ideal": b} for n, (a, b) in comparison.classes.items()}
        found["causes"] = {
            c.name: {
                "median": _number(c.change.median),
                "worst": _number(c.change.worst),
                "unlike": list(c.change.unlike),
            }
            for c in comparison.causes
        }
    return found


def _number(value: float) -> float | None:
    """JSON has no nan."""
    return value if math.isfinite(value) else None


def summary_rows(run: NetworkRun, comparison: NetworkComparison | None) -> list[tuple[str, str, bool | None]]:
    """What a reader wants to know first: words, figure, verdict (None where there is none)."""
    spikes = sum(map(len, run.spikes.values()))
    rows: list[tuple[str, str, bool | None]] = [("spikes in ngspice", f"{spikes:,}", None)]
    if comparison is not None:
        rest = comparison.rest
        rows += [
            ("spikes of the exact model with the circuit's spikes and dead times", f"{rest.spikes:,}", None),
            ("neurons with another number of spikes than it", str(len(rest.unlike)), not rest.unlike),
            ("median distance of a spike", brief(rest.median, "s"), None),
            ("largest distance of a spike", brief(rest.worst, "s"), None),
        ]
        for name, (ours, theirs) in comparison.classes.items():
            rows.append((f"busiest neuron of {name}: circuit, ideal network", f"{ours}, {theirs}", ours == theirs))
    return rows


def brief(value: float, unit: str) -> str:
    """Three digits with a unit; a dash where there is no value."""
    return "-" if math.isnan(value) else show(float(f"{value:.3g}"), "" if unit == "1" else unit)


def _page(run: NetworkRun, comparison: NetworkComparison | None, notes: tuple[str, ...]) -> str:
    from ..plots import membranes, raster, spike_errors, to_svg

    composed, outcome, stop = run.prepared.composed, run.outcome, run.prepared.stop
    network = composed.network
    timed = comparison.timed if comparison else None
    spikes = sum(map(len, run.spikes.values()))
    errors = None
    if comparison is not None and len(comparison.rest.errors):
        alike = [n for n in run.spikes if n not in comparison.rest.unlike]
        times = np.concatenate([run.spikes[n] for n in alike])
        errors = to_svg(spike_errors(times, comparison.rest.errors, stop))
    return render(
        "network_report.html",
        title=network.title, neurons=f"{network.size:,}", weights=f"{network.synapses:,}",
        elements=f"{len(composed.circuit.parts):,}", stop=show(stop, "s"), summary=summary_rows(run, comparison),
        notes=(*notes, *outcome.notes, *(comparison.notes if comparison else ())),
        raster=to_svg(raster(run, timed)) if run.spikes else None, errors=errors,
        membranes=to_svg(membranes(run, timed)) if outcome.traces else None,
        causes=[_cause(c) for c in comparison.causes] if comparison else None,
        populations=[_population(composed, p) for p in network.populations], connections=_connections(composed),
        width=brief(composed.scale.width, "s"), meaning=meaning(network.spike_area), plan=run.prepared.plan.lines,
        points=f"{outcome.points:,}", seconds=brief(outcome.seconds, "s"), energy=brief(run.delivered, "J"),
        per_spike=brief(run.delivered / spikes, "J") if spikes else None,
    )  # fmt: skip


def meaning(area: float) -> str:
    """What a spike is to the equations of its target, in words."""
    if area == 1.0:
        return "To the equations it is a Dirac pulse of unit area, as NIR defines a spike."
    return (
        f"To the equations it has an area of {brief(area, 's')}: height 1 for a time step of {brief(area, 's')}, as in "
        "frameworks that step through time."
    )


def _cause(c: Any) -> dict[str, str]:
    change = c.change
    return {
        "name": c.name, "why": c.why, "unlike": str(len(change.unlike)), "median": brief(change.median, "s"),
        "worst": brief(change.worst, "s"),
    }  # fmt: skip


def _population(composed: Composed, p: Population) -> dict[str, str]:
    values = [made.circuit.values for made in composed.cells[p.name].distinct]
    return {
        "name": p.name, "size": f"{p.size:,}", "kind": p.kind, "volt": brief(composed.scale.volt(p.name), "V"),
        "r": _range([v["R_mem"] for v in values if "R_mem" in v], "Ω"),
        "c": _range([v["C_mem"] for v in values if "C_mem" in v], "F"),
    }  # fmt: skip


def _range(values: list[float], unit: str) -> str:
    if not values:
        return "none"
    low, high = min(values), max(values)
    return brief(low, unit) if high <= low * (1 + 1e-9) else f"{brief(low, unit)} to {brief(high, unit)}"


def _connections(composed: Composed) -> list[dict[str, str]]:
    network, rows = composed.network, []
    for c in network.connections:
        cells = composed.cells[c.post]
        made = weight_parts(network, composed.scale, c, cells)
        most = float(np.abs(siemens(network, composed.scale, c, cells)).max(initial=0.0))
        length = spike_length(network, composed.scale, c.pre)
        rows.append({
            "name": f"{c.pre} to {c.post}", "count": f"{c.weights.nnz:,}",
            "low": f"{c.weights.data.min():.3g}" if c.weights.nnz else "none",
            "high": f"{c.weights.data.max():.3g}" if c.weights.nnz else "none",
            "parts": f"{made.kind}, {_range(made.values.tolist(), made.unit)}",
            "q": brief(most * length, "C") if network.is_spiking(c.pre) else "none",
            "delay": brief(c.delay, "s") if c.delay else "none",
        })  # fmt: skip
    return rows
