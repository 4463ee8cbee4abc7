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
from .types import Amount, Assignment, Count, OutputFile, each_once

if TYPE_CHECKING:
    from ..analysis.reports.neuron_sections import Section
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
@click.option("--fit", type=OutputFile(".json"), help="Fit models too, and write the one that is proposed: .json.")
@click.option("--mismatch", "instances", type=Count(3, 100_000), help="How it spreads, with so many instances.")
@click.option(
    "--tolerance", multiple=True, type=Assignment(), callback=each_once, metavar="NAME=CLASS",
    help="Of --mismatch: R1=1%, C=E12, or R for all resistors. May be repeated.",
)  # fmt: skip
@click.option("--matched", multiple=True, metavar="A,B:CORRELATION", help="Parts that vary together. May be repeated.")
@click.option("--seed", type=Count(0), default=0, show_default=True, help="Of --mismatch.")
@click.option("-o", "--output", type=OutputFile(".json"), help="Write the neuron with its spread: .json.")
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
    fit: Path | None,
    instances: int | None,
    tolerance: tuple[tuple[str, str], ...],
    matched: tuple[str, ...],
    seed: int,
    output: Path | None,
    stop: float | None,
    accuracy: str,
    changes: tuple[tuple[str, str], ...],
) -> None:
    """What neuron CIRCUIT is: rest, threshold, reset, f-I and strength-duration curve, refractory periods, energy.

    --stop is the length of a long run: what has not fired by then does not. It follows from the equations where there
    are some.

    With --mismatch transistors differ by the statistics of their kit, or Pelgrom's law, and parts by --tolerance: how
    the neuron's parameters spread, which part causes it, and whether instances agree. With --fit it ends with 1 where
    no model describes the circuit.

    Example: lapicque characterise lif --mismatch 50 --tolerance R=E24 --tolerance C=E12 --report lif.html -o lif.json
    """
    from ..analysis.characterise.bench import bench_of
    from ..analysis.characterise.characterise import characterise
    from ..analysis.characterise.journal import Journal
    from .neuron_kinds import fitted, parts_that_spread, spread
    from .sweep_designs import matched_parts

    if instances is None and (tolerance or matched or output is not None):
        raise click.UsageError("--tolerance, --matched and -o are about --mismatch N: give it, such as --mismatch 50.")
    made = build_named(circuit, changes)
    end = stop or _stop_of_file(circuit, made)
    kept = Journal(journal)
    sections: list[Section] = []
    described = True
    with engine_or_none(workers=2) as engine, progress(None, "runs") as advance:
        parts = parts_that_spread(made, tolerance) if instances is not None else ()
        found = characterise(made, engine, accuracy, kept, end, upto, base, by, advance)
        click.echo(str(found))
        known = found.runs[0] - found.runs[1]
        told = f", {known} of them known" if known else ""
        click.echo(f"{found.runs[0]} runs{told}, {found.seconds:.3g} s of a processor")
        with bench_of(made, engine, accuracy, kept, end, upto, base, by, advance) as bench:
            if fit is not None:
                section, described = fitted(made, bench, fit)
                sections.append(section)
            if instances is not None:
                sections.append(spread(made, bench, parts, instances, seed, matched_parts(matched), output, advance))
    if report is not None:
        from ..analysis.reports.characterised import write_characteristics

        click.echo(f"wrote {write_characteristics(found, report, sections)}")
    if not described:
        raise SystemExit(1)


def _stop_of_file(name: str, made: Circuit) -> float | None:
    """How long a netlist without equations says that it runs."""
    from ..circuits.elements import Opaque
    from .options import deck_of

    return deck_of(name).stop if is_own(name) and made.of_type(Opaque) else None
