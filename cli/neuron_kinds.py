"""What `lapicque characterise` does besides: a fit beside the derived neuron, and the spread of its parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..circuits.errors import LapicqueError

if TYPE_CHECKING:
    from ..analysis.characterise.bench import Bench
    from ..analysis.mismatch.mismatch import Mismatch
    from ..analysis.reports.neuron_sections import Section
    from ..analysis.sweeps.tolerances import Matched, Spread
    from ..circuits.circuit import Circuit
    from ..circuits.neurons import NeuronModel

SPIKES = 60
"""In each of six noisy runs of a fit."""


def parts_that_spread(circuit: Circuit, tolerances: Sequence[tuple[str, str]]) -> tuple[Spread, ...]:
    """Parts with a tolerance, and all transistors of a known size.

    Raises:
        LapicqueError: there are none.
    """
    from ..analysis.sweeps import mismatch, tolerance

    parts = tolerance(circuit, dict(tolerances)) if tolerances else ()
    try:
        return (*parts, *mismatch(circuit))
    except LapicqueError as error:
        if parts:
            return parts
        raise LapicqueError(f"nothing spreads: {error} Give tolerances, such as --tolerance R=E24.") from error


def fitted(circuit: Circuit, bench: Bench, output: Path) -> tuple[Section, bool]:
    """Fit models, and hold the proposed one beside the derived; whether one describes the circuit."""
    from ..analysis.fits.neuron_fit import fit_on_bench
    from ..analysis.reports.neuron_sections import ONE_FIRING, beside, fit_section
    from ..netlists.files.whole import write_file

    found = fit_on_bench(bench, SPIKES)
    click.echo(f"\n{found}")
    derived, why = _derived(circuit)
    click.echo(f"\n{why}" if derived is None else f"\nderived from its equations: {derived.kind}. {ONE_FIRING}")
    if derived is not None and found.model is not None:
        lines = [("", "fitted", "+-", "derived", "less"), *beside(found.model, derived, found.unit)]
        widths = [max(len(row[k]) for row in lines) for k in range(5)]
        for row in lines:
            click.echo("  " + "  ".join(f"{c:>{w}}" for c, w in zip(row, widths, strict=True)).rstrip())
    if found.model is not None:
        click.echo(f"wrote {write_file(output, found.model.to_json(), 'the model')}")
    return fit_section(found, derived, why), found.model is not None


def spread(
    circuit: Circuit, bench: Bench, parts: Sequence[Spread], runs: int, seed: int, matched: Sequence[Matched],
    output: Path | None, progress: Callable[[], object],
) -> Section:  # fmt: skip
    """Find how the neuron spreads: the derived one where there is one, else a few figures that are measured."""
    from ..analysis.mismatch.measured import measured_figures
    from ..analysis.mismatch.mismatch import mismatch, mismatch_of_figures
    from ..analysis.mismatch.told import sources
    from ..analysis.reports.neuron_sections import spread_section

    derived, why = _derived(circuit)
    if derived is None:
        click.echo(f"\n{why} A few figures are measured of each instance.")
        figures, units = measured_figures(bench)
        found = mismatch_of_figures(circuit, parts, figures, units, runs, seed, matched)
    else:
        found = mismatch(circuit, parts, runs, seed, matched, progress=progress)
    told = sources(circuit, parts)
    click.echo("\n" + "\n".join([*told, "", str(found)]))
    if output is not None:
        click.echo(f"wrote {_write(found, output)}")
    return spread_section(found, told)


def _derived(circuit: Circuit) -> tuple[NeuronModel | None, str]:
    """The neuron of its equations, or why there is none."""
    from ..analysis.mismatch.mismatch import derived

    try:
        return derived(circuit), ""
    except LapicqueError as error:
        return None, f"No neuron is derived of it: {error}"


def _write(found: Mismatch, output: Path) -> Path:
    from ..netlists.files.whole import write_file

    text = found.to_json() if found.nominal is None else found.model.to_json()
    return write_file(output, text, "the spread")
