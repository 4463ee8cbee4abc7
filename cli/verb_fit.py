"""`lapicque fit`: which neuron model a circuit is."""

from __future__ import annotations

from pathlib import Path

import click

from .options import (
    accuracy_option,
    build_named,
    engine_or_none,
    keep_option,
    progress,
    reading_options,
    set_option,
    stop_option,
    telling_options,
)
from .types import Amount, Count, OutputFile


@click.command("fit")
@click.argument("circuit")
@click.option("-o", "--output", type=OutputFile(".json"), help="Write the model that is proposed: .json.")
@click.option("--report", type=OutputFile(".html"), help="Write the table with its pictures: .html.")
@click.option("--journal", type=OutputFile(".jsonl"), help="Keep every run in this file, and go on from it: .jsonl.")
@click.option("--upto", type=Amount("INPUT", "5u", above=0), help="The largest input that is applied, in its unit.")
@click.option("--spikes", default=60, show_default=True, type=Count(1, 10000), help="In each of six noisy runs.")
@stop_option
@accuracy_option
@set_option
@telling_options
@reading_options
@keep_option
def command(
    circuit: str,
    output: Path | None,
    report: Path | None,
    journal: Path | None,
    upto: float | None,
    spikes: int,
    stop: float | None,
    accuracy: str,
    changes: tuple[tuple[str, str], ...],
) -> None:
    """Which model CIRCUIT is: LIF, exponential IF, AdEx, adaptive threshold or a table, with its errors.

    Models are fitted under noise and judged under other noise that they never saw. Ends with 1 where none of them
    describes the circuit.

    Example: lapicque fit adex -o model.json --report fit.html
    """
    from ..analysis.fits.neuron_fit import fit_neuron
    from ..netlists.files.whole import write_file

    made = build_named(circuit, changes)
    with engine_or_none(workers=2) as engine, progress(None, "runs") as advance:
        found = fit_neuron(made, engine, accuracy, journal, stop, upto, spikes, advance)
    click.echo(str(found))
    if report is not None:
        from ..analysis.reports.fitted import write_fit

        click.echo(f"wrote {write_fit(found, report)}")
    if found.model is None:
        raise SystemExit(1)
    if output is not None:
        click.echo(f"wrote {write_file(output, found.model.to_json(), 'the model')}")
