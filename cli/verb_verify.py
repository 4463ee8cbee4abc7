"""`lapicque verify`: the main job."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import evolve

from ..circuits.errors import LapicqueError
from .options import (
    accuracy_option,
    build_named,
    deck_of,
    is_own,
    keep_option,
    of_library,
    progress,
    reading_options,
    set_option,
    stop_option,
    telling_options,
)
from .types import LIMIT, OutputFile

if TYPE_CHECKING:
    from ..analysis.reports.summary import Unread


@click.command("verify")
@click.argument("circuits", nargs=-1)
@accuracy_option
@click.option("--report", type=OutputFile(".html", ".json"), help="Write a report: .html, or .json for machines.")
@click.option("--json", "as_json", is_flag=True, help="Print all figures as JSON.")
@click.option("--tolerance", type=LIMIT, help="Limit for spike times (of the interval) and waveforms (of the swing).")
@stop_option
@set_option
@telling_options
@reading_options
@keep_option
def command(
    circuits: tuple[str, ...], accuracy: str, report: Path | None, as_json: bool, tolerance: float | None,
    stop: float | None, changes: tuple[tuple[str, str], ...],
) -> None:  # fmt: skip
    """Derive CIRCUITS, run them in ngspice, compare with the model, explain the difference.

    Names of circuits, files (netlists, .json, .py), or all of the library. Of several, what fails is said first, and
    a file that cannot be read is a line with its reason. Exit code 1 when something is outside its limit, 2 when all
    else is well and something cannot be read.

    Example: lapicque verify all --report report.html
    """
    from ..analysis.limits import Tolerance
    from ..analysis.reports.report import to_json, write_report
    from ..analysis.reports.summary import Summary
    from ..circuits.library import LIBRARY

    asked = circuits or ("all",)
    named = [name for c in asked for name in (LIBRARY if c == "all" else [c])]
    meant, unread = _meant(named, changes)
    limits = Tolerance(tolerance, tolerance) if tolerance is not None else None
    pictures = report is not None and report.suffix != ".json"
    found = []
    with progress(len(meant), "verifying") as advance:
        for name, one in _verified(meant, (accuracy, limits, pictures), changes, stop):
            if len(named) == 1 and not isinstance(one, Summary):
                raise one.error
            found.append(_labelled(one, name) if len(named) > 1 and is_own(name) else one)
            advance()
    done = sorted((v for v in found if isinstance(v, Summary)), key=lambda v: v.passed)
    unread += [u for u in found if not isinstance(u, Summary)]
    if as_json:
        click.echo(to_json(done, unread))
    else:
        for u in unread:
            click.echo(f"{'UNREAD':8} {u.name}: {u.why}")
        for v in done:
            _print(v)
    if report is not None:
        click.echo(f"report: {write_report(done, report, unread)}", err=as_json)
    sys.exit(1 if not all(v.passed for v in done) else 2 if unread else 0)


def _meant(named: list[str], changes: tuple[tuple[str, str], ...]) -> tuple[list[tuple[str, Any]], list[Unread]]:
    """Names with what they mean, and what cannot be read; of a lone name that is an error.

    A file is read with the changes: they may be of its own parameters. A circuit of the library is a name still.

    Raises:
        LapicqueError: the only one cannot be read, or there is no such circuit.
    """
    from ..analysis.reports.summary import Unread
    from ..circuits.library import entry

    meant, unread = [], []
    for name in named:
        try:
            meant.append((name, build_named(name, changes) if is_own(name) else of_library(entry(name).name)))
        except LapicqueError as error:
            if len(named) == 1 or not is_own(name):
                raise
            unread.append(Unread(name, error))
    return meant, unread


def _verified(
    meant: list[tuple[str, Any]], how: tuple[Any, ...], changes: tuple[tuple[str, str], ...], stop: float | None
) -> Iterator[tuple[str, Any]]:
    """Each name with what was found; runs that are as long as each other go side by side."""
    from ..analysis.reports.parallel import verify_each

    accuracy, *others = how
    groups: dict[tuple[float | None, bool], list[tuple[str, Any]]] = {}
    for name, what in meant:
        own = deck_of(name, changes).stop if stop is None and is_own(name) else 0.0
        groups.setdefault((own or stop, is_own(name)), []).append((name, what))
    for (end, has_them), some in groups.items():
        left = {} if has_them else dict(changes)
        found = verify_each([w for _, w in some], accuracy, left, *others, stop=end)
        yield from zip((n for n, _ in some), found, strict=True)


def _labelled(one: Any, name: str) -> Any:
    """What was found, by the name of its file: of many, several may have one title."""
    data = {"data": {**one.data, "name": name}} if hasattr(one, "data") else {}
    return evolve(one, name=name, **data)


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
    for words in (*filter(None, [v.drift]), *v.failures):
        click.echo(f"           {words}")
    for words in v.notes:
        click.echo(f"           note: {words}")


def _distance(target: Any) -> str:
    figures = [m for m in target.metrics if m.unit != "spikes"]
    worst = max(figures, key=lambda m: m.value / m.limit)
    causes = "".join(f"; {p.name} {p.seconds * 1e6:+.2g} us" for p in target.parts)
    return f"{worst.name.split(':')[0]} {worst.value:.1e} {worst.unit} (limit {worst.limit:.0e}){causes}"
