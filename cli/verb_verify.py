"""`lapicque verify`: the main job."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from .options import accuracy_option, build_named, deck_of, include_option, is_own, progress, set_option, stop_option
from .types import LIMIT, OutputFile


@click.command("verify")
@click.argument("circuits", nargs=-1)
@accuracy_option
@click.option("--report", type=OutputFile(".html", ".json"), help="Write a report: .html, or .json for machines.")
@click.option("--json", "as_json", is_flag=True, help="Print all figures as JSON.")
@click.option("--tolerance", type=LIMIT, help="Limit for spike times (of the interval) and waveforms (of the swing).")
@stop_option
@set_option
@include_option
def command(
    circuits: tuple[str, ...], accuracy: str, report: Path | None, as_json: bool, tolerance: float | None,
    stop: float | None, changes: tuple[tuple[str, str], ...],
) -> None:  # fmt: skip
    """Derive CIRCUITS, run them in ngspice, compare with the model, explain the difference.

    Names of circuits, files (netlists, .json, .py), or all of the library. Exit code 1 when something is outside its
    limit.

    Example: lapicque verify all --report report.html
    """
    from ..analysis.limits import Tolerance
    from ..analysis.reports.parallel import verify_many
    from ..analysis.reports.report import to_json, write_report
    from ..circuits.library import LIBRARY, entry

    asked = circuits or ("all",)
    named = [name for c in asked for name in (LIBRARY if c == "all" else [c])]
    meant = [build_named(n, ()) if is_own(n) else entry(n).name for n in named]
    limits = Tolerance(tolerance, tolerance) if tolerance is not None else None
    pictures = report is not None and report.suffix != ".json"
    done = []
    with progress(len(meant), "verifying") as advance:
        for end, some in _by_stop(named, meant, stop).items():
            for found in verify_many(some, accuracy, dict(changes), limits, pictures, stop=end):
                done.append(found)
                advance()
                if not as_json:
                    _print(found)
    if as_json:
        click.echo(to_json(done))
    if report is not None:
        click.echo(f"report: {write_report(done, report)}", err=as_json)
    sys.exit(0 if all(v.passed for v in done) else 1)


def _by_stop(named: list[str], meant: list[Any], stop: float | None) -> dict[float | None, list[Any]]:
    """Circuits by when their runs end: what was asked, what a netlist says, or None for long enough."""
    found: dict[float | None, list[Any]] = {}
    for name, what in zip(named, meant, strict=True):
        own = deck_of(name).stop if stop is None and is_own(name) else 0.0
        found.setdefault(own or stop, []).append(what)
    return found


def _print(v: Any) -> None:
    worst = max((m for m in v.metrics if m.limit > 0), key=lambda m: m.value / m.limit, default=None)
    figure = (
        f"  closest to its limit: {worst.name} {worst.value:.1e} (limit {worst.limit:.0e} {worst.unit})"
        if worst
        else ""
    )
    verdict = "agrees" if v.passed else "FAILED" if v.failures else "DIFFERS"
    click.echo(f"{verdict:8} {v.name}{figure}")
    if v.target is not None and v.passed:
        click.echo(f"           circuit to target: {_distance(v.target)}")
    for m in v.metrics:
        if not m.passed:
            click.echo(f"           {m.name}: {m.value:.3g}, limit {m.limit:.3g} {m.unit}")
    decided = [m.name for m in v.metrics if m is worst or not m.passed]
    for words in v.edges if any("edge" in name for name in decided) else ():
        click.echo(f"           {words}")
    for words in v.failures:
        click.echo(f"           {words}")
    for words in v.notes:
        click.echo(f"           note: {words}")


def _distance(target: Any) -> str:
    figures = [m for m in target.metrics if m.unit != "spikes"]
    worst = max(figures, key=lambda m: m.value / m.limit)
    causes = "".join(f"; {p.name} {p.seconds * 1e6:+.2g} us" for p in target.parts)
    return f"{worst.name.split(':')[0]} {worst.value:.1e} {worst.unit} (limit {worst.limit:.0e}){causes}"
