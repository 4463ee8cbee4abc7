"""`lapicque fi`: the f-I curve."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from attrs import evolve

from ..circuits.circuit import Circuit
from ..circuits.errors import DesignError
from .options import accuracy_option, build_named, engine_or_none, progress, set_option, stop_of
from .types import FIGURE, TIMES_RHEOBASE, Count


@click.command("fi")
@click.argument("circuit")
@click.option("--points", default=8, show_default=True, type=Count(2, 1000), help="Number of currents.")
@click.option("--upto", type=TIMES_RHEOBASE, default=5.0, show_default=True, help="Largest current, in rheobases.")
@click.option("--plot", type=FIGURE, help="Draw it: .svg or .png.")
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
    from ..circuits.closed_forms.derivations import is_single_neuron
    from ..circuits.inputs import input_of
    from ..circuits.units import show

    made = build_named(circuit, changes)
    source = input_of(made)

    def neuron(current: float) -> Circuit:
        return build_named(circuit, (*changes, (source, repr(current))))

    stop = 0.0 if is_single_neuron(made) else stop_of(circuit, made, None)
    with engine_or_none(workers=2) as engine, progress(points, "f-I curve") as advance:
        rheobase, unit = _rheobase(circuit, made, neuron, stop)
        currents = rheobase + unit * np.linspace(-0.1, upto - 1, points)
        curve = fi_curve(neuron, currents, engine, accuracy, advance, stop)
    curve = evolve(curve, rheobase=rheobase)
    click.echo(f"rheobase {show(float(f'{rheobase:.6g}'), 'A')}{'' if curve.ideal else ' (found on the model)'}")
    click.echo(str(curve))
    if plot is not None:
        from ..analysis.plots import fi_curve as draw
        from ..analysis.plots import save_figure

        click.echo(f"drew {save_figure(draw(curve), plot)}")


def _rheobase(name: str, made: Circuit, neuron: Callable[[float], Circuit], stop: float) -> tuple[float, float]:
    """The closed form of an LIF neuron; for others a search on the model between currents of the library.

    The second number is the rheobase again, or, of a neuron that fires by itself, the current that would lift it from
    its reset to its threshold.
    """
    from ..analysis.rates import find_rheobase
    from ..circuits.closed_forms.derivations import is_single_neuron
    from ..circuits.closed_forms.lif_forms import ideal_lif
    from ..circuits.equations.derive import derive
    from ..circuits.library import entry

    if is_single_neuron(made):
        ideal = ideal_lif(derive(made))
        rheobase = ideal.value(ideal.rheobase)
        swing = rheobase - ideal.value(ideal.rheobase, v_th=dict(made.spec)["v_reset"])
        return rheobase, rheobase if rheobase > 0 else swing
    currents = () if name.endswith(".json") else entry(name).currents
    if not currents:
        raise DesignError(f"no currents are known between which {made.title!r} begins to fire: it has no f-I curve.")
    if currents[0] == 0:
        raise DesignError(
            f"{made.title!r} fires without any current: it has no rheobase; `verify` draws its f-I curve."
        )
    found = find_rheobase(neuron, 0.0, max(currents), 2 * stop, 5e-3)
    return found, found
