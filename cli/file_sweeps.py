"""Sweeps of a netlist: what its `.step` cards vary, or its own parameters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import click
from attrs import evolve

from ..circuits.errors import LapicqueError
from .options import deck_of, is_netlist, is_own, reading, told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..analysis.sweeps.design import Design
    from ..analysis.sweeps.figures import MeasureFigure
    from ..analysis.sweeps.variants import Variants
    from ..netlists.reading.deck import Deck
    from ..netlists.reading.steps import Step

SHOWN = 30
"""Runs that are printed one by one."""


def varied(
    name: str, axes: Mapping[str, Sequence[float]], changes: tuple[tuple[str, str], ...], kind: str | None,
    stop: float | None,
) -> list[Step]:  # fmt: skip
    """What a sweep of a netlist varies by reading it again: its parameters, or what it steps itself.

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

    if not is_own(name) or not is_netlist(name):
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
    name: str, steps: Sequence[Step], changes: tuple[tuple[str, str], ...], kind: str | None, stop: float | None
) -> tuple[Variants, Design]:
    """The circuits of all runs, each read with its values."""
    from ..analysis.sweeps.variants import variants
    from ..circuits.units import parse
    from ..netlists.ngspice.engine import Engine
    from ..netlists.reading.deck import Asked
    from ..netlists.reading.own import read_varied

    include, dialect, keep = reading()
    known = deck_of(name).parameters
    fixed = {k.lower(): parse(v, k) for k, v in changes if k.lower() in known}
    others = {k: v for k, v in changes if k.lower() not in known}

    with Engine() as engine:

        def read(values: Mapping[str, float]) -> Deck:
            own = {k: v for k, v in values.items() if k in known}
            asked = Asked(tuple(include), {**fixed, **own}, dialect, keep)
            deck = read_varied(name, asked, {**others, **{k: v for k, v in values.items() if k not in own}}, engine)
            return evolve(deck, circuit=told(deck.circuit))

        return variants(read, steps, kind, stop)


def figures_of(what: Variants, asked: Sequence[str], leg: str) -> tuple[str | MeasureFigure, ...]:
    """What is read off netlists: what they measure, unless something else is asked for."""
    from ..analysis.sweeps.quick import usual_figures
    from ..analysis.sweeps.variants import measures_of

    own: dict[str, str | MeasureFigure] = {f.name.lower(): f for f in measures_of(what)}
    if asked:
        return tuple(own.get(name.lower(), name) for name in asked)
    if own and leg == "ngspice":
        return tuple(own.values())
    if what.first.kind in ("ac", "dc"):
        raise LapicqueError(f"nothing is read off: {what.title!r} has no .meas {what.first.kind}. Write one into it.")
    return usual_figures(what.first.circuit)


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
