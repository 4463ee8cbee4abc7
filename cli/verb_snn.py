"""`lapicque snn`: a trained network as a circuit."""

from __future__ import annotations

from pathlib import Path

import click

from ..circuits.errors import LapicqueError
from .options import accuracy_option, progress
from .types import DELAY, RATE, SECONDS, THRESHOLDS, TIME, Columns, Count, InputFile, OutputFile, keep_input


@click.command("snn")
@click.argument("file", type=InputFile())
@click.option("--input", "input_file", type=InputFile(), help="What enters: .csv, .npy or .npz.")
@click.option("--dt", type=TIME, default="100u", show_default=True, help="Time step of a raster.")
@click.option(
    "--columns", type=Columns(), help="Columns of a raster that are lines, such as 0,2,3; the first ones unless given."
)
@click.option(
    "--spikes",
    "spike_meaning",
    type=click.Choice(["auto", "area", "height"]),
    default="auto",
    show_default=True,
    help="What a spike is: a pulse of unit area (NIR), or of height 1 for dt (frameworks); auto: height for rasters.",
)
@click.option(
    "--time-unit",
    type=TIME,
    default="1",
    show_default=True,
    help="The file's unit of time: for Sinabs a time step, 1m.",
)
@click.option("--stop", type=TIME, help="End of the run, such as 50m; that of the input unless given.")
@click.option(
    "--loop-delay", type=DELAY, default="0", help="Delay of connections within loops that have none, such as 100u."
)
@click.option(
    "--width", type=TIME, help="Length of a spike in the circuit; 1/200 of the shortest time constant unless given."
)
@click.option(
    "--weights",
    type=click.Choice(["transconductance", "resistor", "charge"]),
    default="transconductance",
    show_default=True,
    help="What weights are made of.",
)
@click.option("--series", default="", help="E series of these parts, such as E24; any value unless given.")
@click.option(
    "--feedback",
    type=click.Choice(["auto", "matrix", "windows", "relaxation"]),
    default="auto",
    show_default=True,
    help="How parts that hear each other are run.",
)
@click.option("--window", type=TIME, help="Length of a window of windows or relaxation.")
@click.option(
    "--batch",
    type=Count(1, words={"auto": None, "all": 0}),
    default="auto",
    show_default=True,
    help="Parts in one ngspice run: a number, or all.",
)
@click.option(
    "--rate", type=RATE, default=20.0, show_default=True, help="Expected spikes of a neuron, hertz; for the cost model."
)
@click.option(
    "--trace", "traces", multiple=True, help="Keep the membrane of a neuron, such as lif1.3. May be repeated."
)
@click.option("--workers", type=Count(), default=2, show_default=True, help="Processes.")
@click.option("--timeout", type=SECONDS, default=300.0, show_default=True, help="Seconds that one part may take.")
@click.option(
    "--drive-limit",
    type=THRESHOLDS,
    default=10.0,
    show_default=True,
    help="Most thresholds that one spike may be worth; beyond it the run is refused, with the likely cause.",
)
@click.option("--explain", is_flag=True, help="Show how it would be run and what that costs, and run nothing.")
@click.option("--report", type=OutputFile(".html", ".json"), help="Write a report: .html, or .json for machines.")
@click.option("--out", type=OutputFile(".nc", ".csv"), help="Write the spikes: .nc (with membranes) or .csv.")
@accuracy_option
def command(
    file: Path, input_file: Path | None, dt: float, columns: tuple[int, ...] | None, spike_meaning: str,
    time_unit: float, stop: float | None, loop_delay: float, width: float | None, weights: str, series: str,
    feedback: str, window: float | None, batch: int | None, rate: float, traces: tuple[str, ...], workers: int,
    timeout: float, drive_limit: float, explain: bool, report: Path | None, out: Path | None, accuracy: str,
) -> None:  # fmt: skip
    """Run the network in FILE (NIR) as a circuit in ngspice, and compare it with the exact model.

    The exit code is 1 where ngspice and the exact model of this circuit disagree on a number of spikes; all files are
    written first.

    Example: lapicque snn braille.nir --input sample.csv --report braille.html
    """
    from ..analysis.reports.network_report import meaning
    from ..circuits.networks.scale import scale_of
    from ..netlists.networks.network import prepare_network
    from ..netlists.networks.network_input import read_input
    from ..netlists.nir.reader import read_nir

    if columns and input_file is None:
        raise click.UsageError("--columns are those of a raster: give --input FILE too.")
    keep_input(file, input_file)
    model = read_nir(file, loop_delay, time_unit)
    given = read_input(input_file, model.inputs, dt, columns or (), spike_meaning)
    network = model.network(given.inputs, dt if given.height_for_dt else 1.0)
    end = given.stop if stop is None else stop
    if not end > 0:
        raise LapicqueError("the length of the run does not follow from the input: give --stop, such as --stop 50m.")
    scale = scale_of(network, width, weights=weights, series=series.upper())
    prepared = prepare_network(
        network, end, accuracy, scale, rate, feedback, window, workers, batch, drive_limit,
    )  # fmt: skip
    notes = (*model.notes, *given.notes, meaning(network.spike_area))
    for words in notes:
        click.echo(f"note: {words}", err=True)
    if explain:
        for line in prepared.plan.lines:
            click.echo(line)
        return
    _run(prepared, accuracy, traces, workers, timeout, tuple(_outputs(model)), report, out, notes)


def _outputs(model: object) -> list[str]:
    """Populations that an output of the graph hears."""
    return list(dict.fromkeys(way.source for ways in model.outputs.values() for way in ways))  # type: ignore[attr-defined]


def _run(  # type: ignore[no-untyped-def]
    prepared, accuracy: str, traces: tuple[str, ...], workers: int, timeout: float, outputs: tuple[str, ...],
    report: Path | None, out: Path | None, notes: tuple[str, ...],
) -> None:  # fmt: skip
    from ..analysis.networks.comparison import comparable, compare_network
    from ..analysis.networks.outputs import write_spikes
    from ..analysis.reports.network_report import summary_rows, write_network_report
    from ..netlists.networks.network import run_network
    from ..netlists.ngspice.engine import Engine

    with Engine(workers, timeout) as engine, progress(len(prepared.partition.parts), "running") as advance:
        run = run_network(prepared, engine, accuracy, traces, advance)
    missing = comparable(run)
    comparison = None if missing else compare_network(run, outputs, traces)
    if missing:
        notes = (*notes, f"not compared with the event-driven model: {missing}")
        click.echo(f"note: {missing}", err=True)
    for words, value, verdict in summary_rows(run, comparison):
        mark = "" if verdict is None else "  yes" if verdict else "  NO"
        click.echo(f"{words}: {value}{mark}")
    if out is not None:
        click.echo(f"wrote {write_spikes(run, out)}")
    if report is not None:
        click.echo(f"report: {write_network_report(run, comparison, report, notes)}")
    if comparison is not None and comparison.rest.unlike:
        raise SystemExit(1)
