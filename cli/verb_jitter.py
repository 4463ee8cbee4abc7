"""`lapicque jitter`: how much noise moves the spikes of an LIF neuron."""

from __future__ import annotations

from pathlib import Path

import click

from .options import build_named, engine_or_none, keep_option, reading_options, set_option, telling_options
from .types import FIGURE, Amount, Count

DENSITY = Amount("DENSITY", "10n", least=0, unit="A/sqrt(Hz)")
SHOWN_IN_NGSPICE = 10
"""Intervals that are run in ngspice with the same samples."""


@click.command("jitter")
@click.argument("circuit")
@click.option("--density", type=DENSITY, default=0.0, help="White noise current at the membrane, A/sqrt(Hz).")
@click.option("--intervals", type=Count(2, 100_000), default=1000, show_default=True, help="Intervals to measure.")
@click.option("--seed", type=Count(0, 2**31), default=0, show_default=True, help="Of the samples.")
@click.option("--plot", type=FIGURE, help="Draw the histogram: .svg or .png.")
@set_option
@telling_options
@reading_options
@keep_option
def command(
    circuit: str, density: float, intervals: int, seed: int, plot: Path | None, changes: tuple[tuple[str, str], ...]
) -> None:
    """Intervals of CIRCUIT, an LIF neuron, with thermal noise and a noise current: predicted, and measured.

    Example: lapicque jitter lif --density 10n --plot intervals.svg
    """
    from ..analysis.noise.jitter import jitter, measure
    from ..analysis.noise.same_samples import same_samples

    made = build_named(circuit, changes)
    found = jitter(made, density)
    click.echo(f"{found}, CV {found.cv:.4g}")
    click.echo(f"membrane noise {_si(found.passage.sigma, 'V')} rms, {_si(found.thermal, 'V')} of it thermal")
    if found.passage.x_inf > found.passage.threshold:
        click.echo(f"by the slope at the threshold: {_si(found.by_slope, 's')}")
    else:
        click.echo("below rheobase: without noise it would never fire")
    measured = measure(found, intervals, seed)
    (mean, off_mean), (deviation, off) = measured.mean, measured.deviation
    click.echo(
        f"measured, {intervals} intervals: {_si(mean, 's')} +- {_si(off_mean, 's')}, jitter {_si(deviation, 's')} +- "
        f"{_si(off, 's')}"
    )
    with engine_or_none() as engine:
        if engine is not None:
            both = same_samples(found, engine, SHOWN_IN_NGSPICE, seed)
            click.echo(
                f"the same samples on its equations and in ngspice: {len(both.model)} and {len(both.simulated)} spikes"
                + (f", {_si(both.worst, 's')} apart at most" if len(both.model) == len(both.simulated) > 0 else "")
            )
    if plot is not None:
        from ..analysis.plots import jitter_figure, save_figure

        click.echo(f"drew {save_figure(jitter_figure(found, measured), plot)}")


def _si(value: float, unit: str) -> str:
    from ..circuits.units import show

    return show(float(f"{value:.4g}"), unit)
