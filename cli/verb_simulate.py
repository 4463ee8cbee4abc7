"""`lapicque simulate`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..circuits.errors import LapicqueError
from .options import accuracy_option, build_named, keep_option, reading_options, set_option, stop_of, stop_option
from .types import FIGURE, OutputFile


@click.command("simulate")
@click.argument("circuit")
@click.option("--out", type=OutputFile(".nc", ".csv"), help="Write the result: .nc (NetCDF) or .csv.")
@click.option("--plot", type=FIGURE, help="Draw waveforms of ngspice and model: .svg or .png.")
@accuracy_option
@stop_option
@set_option
@reading_options
@keep_option
def command(
    circuit: str,
    out: Path | None,
    plot: Path | None,
    accuracy: str,
    stop: float | None,
    changes: tuple[tuple[str, str], ...],
) -> None:
    """Run CIRCUIT in ngspice and keep or draw the result.

    Example: lapicque simulate lif --out lif.nc --plot lif.svg
    """
    from ..netlists.ngspice.engine import simulate
    from ..netlists.spice.analyses import Transient

    made = build_named(circuit, changes)
    end = stop_of(circuit, made, stop)
    result = simulate(made, Transient(end), accuracy)
    _report_spikes(made, result)
    if "warning" in result.attrs:
        click.echo(f"warning: {result.attrs['warning']}", err=True)
    if out is not None:
        _write(result, out)
        click.echo(f"wrote {out}")
    if plot is not None:
        from ..analysis.plots import save_figure

        save_figure(_drawn(made, result, end), plot)
        click.echo(f"drew {plot}")


def _drawn(circuit: Any, result: Any, end: float) -> Any:
    """Lines of the model with ngspice's points on them; ngspice alone where there are no equations."""
    from ..analysis.models.model import solve
    from ..analysis.plots import waveforms
    from ..analysis.plots.simulated import simulated_waveforms
    from ..circuits.elements import Opaque

    if circuit.of_type(Opaque):
        return simulated_waveforms(circuit, result)
    return waveforms(solve(circuit, end), result)


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

    if circuit.of_type(Opaque) or not is_single_neuron(circuit):
        return ""
    ideal = ideal_lif(derive(circuit))
    current, rheobase = ideal.current, ideal.value(ideal.rheobase)
    if current > rheobase:
        return ""
    from ..circuits.units import show

    at = show(float(f"{rheobase:.6g}"), "A")
    return f": the current {show(current, 'A')} is below the rheobase {at}, so none is right"


def _write(result: Any, out: Path) -> None:
    from ..netlists.files.whole import write_file
    from ..netlists.ngspice.results import save

    if out.suffix == ".nc":
        save(result, out)
    elif out.suffix == ".csv":
        write_file(out, result.to_dataframe().to_csv())
    else:
        raise LapicqueError(f"cannot write {str(out)!r}: name a file that ends in .nc or .csv.")
