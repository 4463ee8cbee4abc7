"""`lapicque fi`: the f-I curve."""

from __future__ import annotations

from pathlib import Path

import click

from ..circuits.errors import DesignError
from .options import accuracy_option, build_named, engine_or_none, progress, set_option


@click.command("fi")
@click.argument("circuit")
@click.option("--points", default=8, show_default=True, type=click.IntRange(2, 1000), help="Number of currents.")
@click.option("--upto", default=5.0, show_default=True, help="Largest current over the rheobase.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw it: .svg or .png.")
@accuracy_option
@set_option
def command(
    circuit: str, points: int, upto: float, plot: Path | None, accuracy: str, changes: tuple[tuple[str, str], ...]
) -> None:
    """Firing rate over input current: ideal formula, the circuit's equations, ngspice.

    Example: lapicque fi lif --plot fi.svg
    """
    import numpy as np

    from ..analysis.rates import fi_curve
    from ..circuits.equations import derive
    from ..circuits.lif_forms import ideal_lif
    from ..circuits.units import show

    made = build_named(circuit, changes)
    ideal = ideal_lif(derive(made))
    rheobase = ideal.value(ideal.rheobase)
    if upto <= 1:
        raise DesignError(f"--upto is {upto}: the curve begins at the rheobase, so it must be greater than 1; try 5.")
    currents = rheobase * np.linspace(0.9, upto, points)
    with engine_or_none(workers=2) as engine, progress(points, "f-I curve") as advance:
        curve = fi_curve(
            lambda i: build_named(circuit, (*changes, ("I1", repr(i)))), currents, engine, accuracy, advance
        )
    click.echo(f"rheobase {show(float(f'{rheobase:.6g}'), 'A')}")
    click.echo(f"{'current':>12}  {'ideal/Hz':>10}  {'model/Hz':>10}  {'ngspice/Hz':>10}")
    for k, current in enumerate(curve.currents):
        formula = 1 / ideal.interval_at(float(current))
        simulated = f"{curve.simulated[k]:10.5g}" if curve.simulated is not None else " " * 10
        click.echo(f"{show(float(f'{current:.4g}'), 'A'):>12}  {formula:10.5g}  {curve.model[k]:10.5g}  {simulated}")
    if plot is not None:
        from ..analysis.plots import fi_curve as draw
        from ..analysis.plots import save_figure

        click.echo(f"drew {save_figure(draw(curve), plot)}")
