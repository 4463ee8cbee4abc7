"""`lapicque noise`: whose noise there is at a probe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import build_named, engine_or_none, keep_option, reading_options, set_option, telling_options
from .types import FIGURE, RATE, Count

if TYPE_CHECKING:
    from ..analysis.noise.budget import NoiseBudget

SHOWN = 12
"""Contributions that are printed."""
LEAST = 1e-6
"""Share below which one is not."""


@click.command("noise")
@click.argument("circuit")
@click.option("--probe", default="", help="A probe of a voltage, or a node; the first probe unless given.")
@click.option("--source", default="", help="Source to which the noise is referred; the input unless given.")
@click.option("--from", "start", type=RATE, help="Lowest frequency, such as 10; from the poles unless given.")
@click.option("--to", "stop", type=RATE, help="Highest frequency, such as 1Meg.")
@click.option("--points", type=Count(1, 1000), default=10, show_default=True, help="Frequencies a decade.")
@click.option(
    "--also", multiple=True, help="An element silent in ngspice that counts here: a channel. May be repeated."
)
@click.option("--steps", is_flag=True, help="Show the formula and its steps, of small linear circuits.")
@click.option("--plot", type=FIGURE, help="Draw the spectrum: .svg or .png.")
@set_option
@telling_options
@reading_options
@keep_option
def command(
    circuit: str,
    probe: str,
    source: str,
    start: float | None,
    stop: float | None,
    points: int,
    also: tuple[str, ...],
    steps: bool,
    plot: Path | None,
    changes: tuple[tuple[str, str], ...],
) -> None:
    """Noise of CIRCUIT at a probe about its operating point, by element; derived from its equations, beside ngspice's.

    Example: lapicque noise lif --set I1=0 --plot noise.svg
    """
    from ..analysis.noise.budget import noise
    from ..circuits.errors import EquationError

    made = build_named(circuit, changes)
    with engine_or_none() as engine:
        found = noise(made, probe, engine, start, stop, points, source, also)
    if steps:
        if found.formula is None:
            raise EquationError(f"{made.title!r} has no readable formula of its noise: it is not linear, or too large.")
        click.echo(str(found.formula.derivation))
    click.echo("\n".join(_lines(found)))
    if plot is not None:
        from ..analysis.plots import noise_figure, save_figure

        click.echo(f"drew {save_figure(noise_figure(found), plot)}")


def _lines(found: NoiseBudget) -> list[str]:
    lines = [str(found)]
    if (own := found.equals_kt_over_c) is not None:
        lines.append(f"that is kT/C of {own}, whatever the resistances: k 300.15 K / {own}")
    elif found.capacitance is not None:
        lines.append(f"kT/C of a capacitor of {_si(found.capacitance, 'F')}")
    f = found.frequencies
    lines.append(
        f"at {_si(f[0], 'Hz')}: {_si(float(found.density[0]), 'V')}/sqrt(Hz), referred to {found.source} "
        f"{_si(float(found.referred[0]), found.unit)}/sqrt(Hz)"
    )
    shares = found.shares
    shown = [(n, v) for n, v in shares.items() if v >= LEAST][:SHOWN]
    width = max((len(n) for n, _ in shown), default=0)
    lines += [f"  {n:<{width}}  {100 * v:9.4f} %" for n, v in shown]
    if len(shown) < len(shares):
        lines.append(f"  and {len(shares) - len(shown)} more with less")
    if found.simulated is not None and found.output is not None:
        lines.append(
            f"ngspice's spectrum, {len(f)} frequencies from {_si(f[0], 'Hz')} to {_si(f[-1], 'Hz')}: differs by "
            f"{found.agreement:.1e} of it at most"
        )
    if found.simulated is not None:
        total = float(found.simulated["output_total"])
        lines.append(f"integrated between them by ngspice: {_si(total, 'V')} rms")
    if found.quiet:
        what = "makes" if len(found.quiet) == 1 else "make"
        lines.append(f"{', '.join(found.quiet)} {what} no noise here: laws, of whose noise nothing is known (--also)")
    return lines


def _si(value: float, unit: str) -> str:
    from ..circuits.units import show

    return show(float(f"{value:.4g}"), unit)
