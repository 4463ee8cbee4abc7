"""What a file asks for, as a run: its analysis, the first of what it steps, and its measures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .options import deck_of, is_own, of_library, stop_of

if TYPE_CHECKING:
    from ..analysis.measured.runs import Task
    from ..netlists.reading.deck import Deck
    from ..netlists.spice.analyses import Analysis

KINDS = ("tran", "ac", "dc", "op")
Changes = tuple[tuple[str, str], ...]


def deck_of_first(name: str, changes: Changes, kind: str | None = None, stop: float | None = None) -> Deck:
    """A circuit from a file or of the library; of what the file steps, the first value, which is said."""
    from ..circuits.library import build
    from ..circuits.units import show
    from ..netlists.reading.chosen import steps_of
    from ..netlists.reading.deck import Deck

    if not is_own(name):
        return Deck(of_library(build(name, dict(changes))), (), (), (), "initial conditions")
    deck = deck_of(name, changes)
    given = {k.lower() for k, _ in changes}
    first = {s.key: (s.name, s.values[0]) for s in steps_of(deck, kind, stop) if s.key.lower() not in given}
    if not first:
        return deck
    shown = ", ".join(f"{n} = {show(float(f'{v:.6g}'))}" for n, v in first.values())
    click.echo(f"this run: {shown}", err=True)
    return deck_of(name, (*changes, *((k, repr(v)) for k, (_, v) in first.items())))


def chosen(name: str, deck: Deck, kind: str | None, stop: float | None) -> Task:
    """The run that is meant: the analysis that was asked for, or the file's first; the file's others are said.

    Raises:
        LapicqueError: the file has none of that kind.
    """
    from ..analysis.measured.runs import task_of
    from ..netlists.reading.chosen import kinds_of

    if stop is not None and kind not in (None, "tran"):
        raise click.UsageError(f"--stop is the end of a transient, and --analysis is {kind}: take one of them out.")
    if not is_own(name) and kind in (None, "tran"):
        stop = stop_of(name, deck.circuit, stop)
    task = task_of(deck, kind, stop)
    if others := [k for k in kinds_of(deck) if k != task.kind]:
        click.echo(f"it asks for {' and '.join(f'.{k}' for k in others)} too: --analysis {others[0]}", err=True)
    return task


def report_measures(task: Task, result: Any) -> None:
    """Print what the file wants to be read off this run."""
    from ..circuits.units import show

    figures = task.figures(result)
    width = max((len(f.name) for f in figures), default=0)
    for f in figures:
        value = f"not found: {f.why}" if f.why else show(float(f"{f.value:.6g}"), f.unit)
        click.echo(f"{f.name:<{width}}  {value}")


def report_still(result: Any, analysis: Analysis) -> None:
    """Print an operating point, or what an AC response or a DC sweep went over."""
    from ..circuits.units import show
    from ..netlists.spice.analyses import AC, DCSweep, OperatingPoint

    title = result.attrs["title"]
    match analysis:
        case OperatingPoint():
            click.echo(f"{title}: operating point")
            width = max((len(str(n)) for n in result.data_vars), default=0)
            for name, value in result.data_vars.items():
                click.echo(f"{name!s:<{width}}  {show(float(f'{float(value):.6g}'), value.attrs['units'])}")
        case AC():
            low, high = (show(float(f"{v:.6g}"), "Hz") for v in result["frequency"].values[[0, -1]])
            drives = " and ".join(analysis.drives)
            click.echo(f"{title}: response to {drives} at {result.sizes['frequency']} frequencies, {low} to {high}")
        case DCSweep():
            unit = result["sweep"].attrs["units"]
            low, high = (show(float(f"{v:.6g}"), unit) for v in result["sweep"].values[[0, -1]])
            click.echo(f"{title}: {result.sizes['sweep']} values of {analysis.source}, {low} to {high}")
