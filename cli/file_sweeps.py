"""Sweeps of a file: what a netlist's `.step` cards vary, its own parameters, the arguments of a Python function."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import click
from attrs import evolve

from ..circuits.errors import LapicqueError, unknown
from .options import deck_of, is_netlist, is_own, reading, told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..analysis.measured.runs import Task
    from ..analysis.sweeps.design import Design
    from ..analysis.sweeps.figures import MeasureFigure
    from ..analysis.sweeps.variants import Variants
    from ..netlists.ngspice.engine import Engine
    from ..netlists.reading.deck import Deck
    from ..netlists.reading.python_file import Maker
    from ..netlists.reading.steps import Step

SHOWN = 30
"""Runs that are printed one by one."""


def varied(
    name: str, axes: Mapping[str, Sequence[float]], changes: tuple[tuple[str, str], ...], kind: str | None,
    stop: float | None,
) -> list[Step]:  # fmt: skip
    """What a sweep of a file varies by reading it again: its parameters, or what it steps itself.

    Args:
        name: of the circuit.
        axes: values by name; those of `--vary`, nothing for the file's own.
        changes: what is set.
        kind, stop: of the analysis, see `analysis_of`.

    Returns:
        Nothing where the circuit's own values are all that is to be varied.
    """
    from ..analysis.sweeps.variants import MOST
    from ..netlists.reading.chosen import steps_of
    from ..netlists.reading.steps import Step

    if not is_own(name):
        return []
    if maker := _maker(name):
        steps = [Step(n, n, "parameter" if n in maker.parameters else "value", tuple(v)) for n, v in axes.items()]
        return steps if maker.parameters and math.prod(map(len, axes.values())) <= MOST else []
    if not is_netlist(name):
        return []
    deck = deck_of(name, changes)
    if not axes:
        given = {k.lower() for k, _ in changes}
        return [s for s in steps_of(deck, kind, stop) if s.key.lower() not in given]
    own = {s.name.lower(): s.key for s in deck.asks.steps} | {p: p for p in deck.parameters}
    steps = [
        Step(n, own[n.lower()], "parameter", tuple(v)) if n.lower() in own else Step(n, n, "value", tuple(v))
        for n, v in axes.items()
    ]
    begins_anew = deck.start == "operating point" and math.prod(map(len, axes.values())) <= MOST
    return steps if begins_anew or any(s.of == "parameter" for s in steps) else []


def runs_of(
    name: str, steps: Sequence[Step], design: Design, changes: tuple[tuple[str, str], ...], kind: str | None,
    stop: float | None,
) -> tuple[Variants, Design]:  # fmt: skip
    """The circuits of all runs, each read with its values."""
    from ..analysis.sweeps.variants import variants
    from ..netlists.ngspice.engine import Engine

    if maker := _maker(name):
        return variants(partial(_called, maker, changes), steps, kind, stop, design)
    with Engine() as engine:
        return variants(_reader(name, changes, engine), steps, kind, stop, design)


def _maker(name: str) -> Maker | None:
    """The circuit or function of a Python file; None for others."""
    from ..netlists.reading.named import split
    from ..netlists.reading.python_file import maker_of

    path, attribute, _ = split(name)
    return maker_of(path, attribute) if path.suffix.lower() == ".py" else None


def _called(maker: Maker, changes: tuple[tuple[str, str], ...], values: Mapping[str, float]) -> Deck:
    """What the user's own function gives: it is called here, and nowhere else."""
    from ..netlists.reading.deck import Deck

    numbers = {k: maker.number(k, v) for k, v in values.items()}
    return Deck(told(maker.made({**dict(changes), **numbers})), (), (), (), "initial conditions")


def _reader(
    name: str, changes: tuple[tuple[str, str], ...], engine: Engine
) -> Callable[[Mapping[str, float]], Deck]:  # fmt: skip
    """What reads a netlist with other values."""
    from ..circuits.units import parse
    from ..netlists.reading.deck import Asked
    from ..netlists.reading.own import read_varied

    include, dialect, keep = reading()
    known = deck_of(name).parameters
    fixed = {k.lower(): parse(v, k) for k, v in changes if k.lower() in known}
    others = {k: v for k, v in changes if k.lower() not in known}

    def read(values: Mapping[str, float]) -> Deck:
        own = {k: v for k, v in values.items() if k in known}
        asked = Asked(tuple(include), {**fixed, **own}, dialect, keep)
        deck = read_varied(name, asked, {**others, **{k: v for k, v in values.items() if k not in own}}, engine)
        return evolve(deck, circuit=told(deck.circuit))

    return read


def measured_run(
    name: str, changes: tuple[tuple[str, str], ...], kind: str | None, stop: float | None
) -> Task | None:  # fmt: skip
    """The run that a netlist asks for, where it measures something of it or another analysis was asked for.

    Args:
        name: of the circuit.
        changes: what is set.
        kind, stop: of the analysis, see `task_of`.
    """
    from ..analysis.measured.runs import task_of

    if not is_own(name) or not is_netlist(name):
        return None
    task = task_of(deck_of(name, changes), kind, stop)
    return task if task.measures or kind not in (None, "tran") else None


def figures_of(run: Task, asked: Sequence[str], leg: str) -> tuple[str | MeasureFigure, ...]:
    """What is read off the runs of a file: what it measures, unless something else is asked for.

    Raises:
        UnknownNameError: a figure that is none, and no measure of the file.
        LapicqueError: nothing can be read off.
    """
    from ..analysis.sweeps.figures import FIGURES
    from ..analysis.sweeps.quick import usual_figures
    from ..analysis.sweeps.variants import measures_of

    own: dict[str, str | MeasureFigure] = {f.name.lower(): f for f in measures_of(run)}
    for name in asked:
        if name not in FIGURES and name.lower() not in own:
            raise unknown("figure", name, {*FIGURES, *own})
    if asked:
        return tuple(own.get(name.lower(), name) for name in asked)
    if own and leg == "ngspice":
        return tuple(own.values())
    if run.kind in ("ac", "dc") and not own:
        raise LapicqueError(f"nothing is read off: {run.circuit.title!r} has no .meas {run.kind}. Write one into it.")
    if own:
        click.echo(f"its measures ({', '.join(own)}) are read off runs of ngspice, not of the model", err=True)
    return usual_figures(run.circuit)


def tell_runs(result: Any, names: Sequence[str], figures: Sequence[str]) -> None:
    """Print a line for each of a few runs: what was varied, and its figures."""
    import numpy as np

    from ..circuits.units import show

    if result["failed"].size > SHOWN or "run" in result.dims:
        return
    grids = np.meshgrid(*(result[n].values for n in names), indexing="ij")
    columns = [[n, *(show(float(f"{v:.6g}"), result[n].attrs["units"]) for v in g.ravel())]
               for n, g in zip(names, grids, strict=True)]  # fmt: skip
    columns += [[f, *(_shown(v, result[f].attrs["units"]) for v in result[f].values.ravel())] for f in figures]
    widths = [max(map(len, column)) for column in columns]
    for row in zip(*columns, strict=True):
        click.echo("  ".join(f"{word:<{w}}" for word, w in zip(row, widths, strict=True)).rstrip())


def _shown(value: float, unit: str) -> str:
    from ..circuits.units import show

    return show(float(f"{value:.6g}"), unit.removeprefix("1")) if math.isfinite(value) else "-"
