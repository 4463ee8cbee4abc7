"""`lapicque characterise`: what neuron a circuit is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import (
    accuracy_option,
    build_named,
    engine_or_none,
    is_own,
    keep_option,
    progress,
    reading_options,
    set_option,
    stop_option,
    telling_options,
)
from .types import Amount, OutputFile

if TYPE_CHECKING:
    from ..circuits.circuit import Circuit

INPUT = Amount("INPUT", "5u")
LARGEST = Amount("INPUT", "5u", above=0)


@click.command("characterise")
@click.argument("circuit")
@click.option("--report", type=OutputFile(".html", ".json"), help="Write all of it with its curves: .html or .json.")
@click.option("--journal", type=OutputFile(".jsonl"), help="Keep every run in this file, and go on from it: .jsonl.")
@click.option("--upto", type=LARGEST, help="The largest input that is applied, in its unit.")
@click.option("--at-rest", "base", type=INPUT, help="The input at which it rests; 0 unless given.")
@click.option("--with", "by", type=click.Choice(["model", "ngspice"]), help="Who runs it; its equations if it has any.")
@stop_option
@accuracy_option
@set_option
@telling_options
@reading_options
@keep_option
def command(
    circuit: str,
    report: Path | None,
    journal: Path | None,
    upto: float | None,
    base: float | None,
    by: str | None,
    stop: float | None,
    accuracy: str,
    changes: tuple[tuple[str, str], ...],
) -> None:
    """What neuron CIRCUIT is: rest, threshold, reset, f-I and strength-duration curve, refractory periods, energy.

    --stop is the length of a long run: what has not fired by then does not. It follows from the equations where there
    are some.

    Example: lapicque characterise lif --report lif.html
    """
    from ..analysis.characterise.characterise import characterise
    from ..analysis.characterise.journal import Journal

    made = build_named(circuit, changes)
    end = stop or _stop_of_file(circuit, made)
    kept = Journal(journal)
    with engine_or_none(workers=2) as engine, progress(None, "runs") as advance:
        found = characterise(made, engine, accuracy, kept, end, upto, base, by, advance)
    click.echo(str(found))
    known = found.runs[0] - found.runs[1]
    told = f", {known} of them known" if known else ""
    click.echo(f"{found.runs[0]} runs{told}, {found.seconds:.3g} s of a processor")
    if report is not None:
        from ..analysis.reports.characterised import write_characteristics

        click.echo(f"wrote {write_characteristics(found, report)}")


def _stop_of_file(name: str, made: Circuit) -> float | None:
    """How long a netlist without equations says that it runs."""
    from ..circuits.elements import Opaque
    from .options import deck_of

    return deck_of(name).stop if is_own(name) and made.of_type(Opaque) else None
