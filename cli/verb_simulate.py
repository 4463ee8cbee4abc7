"""`lapicque simulate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..circuits.errors import LapicqueError
from .file_runs import KINDS, chosen, deck_of_first, report_measures, report_still
from .options import accuracy_option, keep_option, reading_options, set_option, stop_option, telling_options
from .types import FIGURE, OutputFile

if TYPE_CHECKING:
    from ..circuits.circuit import Circuit
    from ..netlists.spice.analyses import Analysis


@click.command("simulate")
@click.argument("circuit")
@click.option(
    "--analysis",
    "kind",
    type=click.Choice(KINDS),
    help="Which of the analyses of a netlist; its transient, or its first.",
)
@click.option("--out", type=OutputFile(".nc", ".csv"), help="Write the result: .nc (NetCDF) or .csv.")
@click.option("--plot", type=FIGURE, help="Draw waveforms of ngspice and model, a response, a sweep: .svg or .png.")
@accuracy_option
@stop_option
@set_option
@telling_options
@reading_options
@keep_option
def command(
    circuit: str,
    kind: str | None,
    out: Path | None,
    plot: Path | None,
    accuracy: str,
    stop: float | None,
    changes: tuple[tuple[str, str], ...],
) -> None:
    """Run CIRCUIT in ngspice, keep or draw the result, read off what a netlist measures.

    Example: lapicque simulate lif --out lif.nc --plot lif.svg
    """
    from ..netlists.ngspice.engine import simulate
    from ..netlists.spice.analyses import OperatingPoint, Transient

    deck = deck_of_first(circuit, changes, kind, stop)
    task = chosen(circuit, deck, kind, stop)
    analysis = task.analysis
    if plot is not None and isinstance(analysis, OperatingPoint):
        raise click.UsageError("an operating point has nothing to draw: take --plot out.")
    result = simulate(task.circuit, analysis, accuracy)
    if isinstance(analysis, Transient):
        _report_spikes(task.circuit, result)
    else:
        report_still(result, analysis)
    if "warning" in result.attrs:
        click.echo(f"warning: {result.attrs['warning']}", err=True)
    report_measures(task, result)
    if out is not None:
        _write(result, out)
        click.echo(f"wrote {out}")
    if plot is not None:
        _draw(deck.circuit, analysis, result, plot)
        click.echo(f"drew {plot}")


def _draw(circuit: Circuit, analysis: Analysis, result: Any, plot: Path) -> None:
    from ..analysis.plots import response_figure, save_figure, transfer_figure
    from ..netlists.spice.analyses import AC, DCSweep, Transient

    match analysis:
        case Transient(stop=stop):
            save_figure(_waveforms(circuit, stop, result), plot)
        case AC():
            save_figure(response_figure(result), plot)
        case DCSweep(source=source):
            save_figure(transfer_figure(result, source), plot)


def _waveforms(circuit: Circuit, stop: float, result: Any) -> Any:
    """Lines of the model with ngspice's points on them; ngspice alone where there is none, or none in a short time."""
    from ..analysis.models.model import solve
    from ..analysis.plots import waveforms
    from ..analysis.plots.simulated import simulated_waveforms
    from ..circuits.elements import Opaque
    from ..circuits.equations.derive import derive

    why = "it has no equations"
    if not circuit.of_type(Opaque):
        try:
            if not derive(circuit).unknowns:
                return waveforms(solve(circuit, stop), result)
            why = "its equations are implicit and take long to solve: `verify` does"
        except LapicqueError as error:
            why = " ".join(str(error).split())
    click.echo(f"drawn is ngspice's run without the model: {why}", err=True)
    return simulated_waveforms(circuit, result)


def _report_spikes(circuit: Any, result: Any) -> None:
    from ..analysis.spikes import spike_times
    from ..circuits.elements import SpikeProbe

    click.echo(f"{result.attrs['title']}: {result.sizes['time']} points to {float(result['time'][-1]):g} s")
    for probe in circuit.of_type(SpikeProbe):
        times = spike_times(probe, result["time"].values, result[probe.name].values)
        if len(times):
            shown = ", ".join(f"{t * 1e3:.6g}" for t in times[:8])
            click.echo(f"{probe.name}: {len(times)} spikes at {shown}{', ...' if len(times) > 8 else ''} ms")
        else:
            click.echo(f"{probe.name}: no spikes in {float(result['time'][-1]):g} s{_below_rheobase(circuit)}")


def _below_rheobase(circuit: Any) -> str:
    """Say so when silence is the right answer."""
    from ..circuits.closed_forms.derivations import is_single_neuron
    from ..circuits.closed_forms.lif_forms import ideal_lif
    from ..circuits.elements import Opaque
    from ..circuits.equations.derive import derive
    from ..circuits.inputs import input_unit

    if circuit.of_type(Opaque) or not is_single_neuron(circuit):
        return ""
    ideal = ideal_lif(derive(circuit))
    current, rheobase = ideal.current, ideal.value(ideal.rheobase)
    if current > rheobase:
        return ""
    from ..circuits.units import show

    unit = input_unit(circuit)
    at, name = show(float(f"{rheobase:.6g}"), unit), "voltage" if unit == "V" else "current"
    return f": the {name} {show(current, unit)} is below the rheobase {at}, so none is right"


def _write(result: Any, out: Path) -> None:
    from ..netlists.files.whole import write_file
    from ..netlists.ngspice.results import in_pairs, save

    if out.suffix == ".nc":
        save(result, out)
    elif out.suffix == ".csv":
        table = in_pairs(result)
        rows = table if table.sizes else table.expand_dims("point")  # an operating point is one row
        write_file(out, rows.to_dataframe().to_csv())
    else:
        raise LapicqueError(f"cannot write {str(out)!r}: name a file that ends in .nc or .csv.")
