"""`lapicque fi`: the f-I curve."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click
from attrs import evolve

from ..circuits.circuit import Circuit
from ..circuits.errors import DesignError, QuantityError
from .options import (
    accuracy_option,
    build_named,
    engine_or_none,
    is_own,
    keep_option,
    progress,
    reading_options,
    set_option,
    stop_of,
    stop_option,
    telling_options,
)
from .types import FIGURE, TIMES_RHEOBASE, Count

if TYPE_CHECKING:
    from ..netlists.ngspice.engine import Engine


@click.command("fi")
@click.argument("circuit")
@click.option("--points", default=8, show_default=True, type=Count(2, 1000), help="Number of currents.")
@click.option("--upto", type=TIMES_RHEOBASE, default=5.0, show_default=True, help="Largest current, in rheobases.")
@click.option("--plot", type=FIGURE, help="Draw it: .svg or .png.")
@stop_option
@accuracy_option
@set_option
@telling_options
@reading_options
@keep_option
def command(
    circuit: str,
    points: int,
    upto: float,
    plot: Path | None,
    stop: float | None,
    accuracy: str,
    changes: tuple[tuple[str, str], ...],
) -> None:
    """Firing rate over input current: ideal formula, the circuit's equations, ngspice.

    A circuit of your own without the specification of an LIF neuron needs --stop; its rheobase is looked for below
    the current that it has.

    Example: lapicque fi lif --plot fi.svg
    """
    import numpy as np

    from ..analysis.rates import fi_curve
    from ..circuits.closed_forms.derivations import is_single_neuron
    from ..circuits.elements import Opaque
    from ..circuits.inputs import input_of
    from ..circuits.units import show

    made = build_named(circuit, changes)
    source = input_of(made)

    def neuron(current: float) -> Circuit:
        return build_named(circuit, (*changes, (source, repr(current))))

    end = 0.0 if is_single_neuron(made) else stop_of(circuit, made, stop)
    with engine_or_none(workers=2) as engine, progress(points, "f-I curve") as advance:
        rheobase, step = _rheobase(circuit, made, neuron, end, engine)
        currents = rheobase + step * np.linspace(-0.1, upto - 1, points)
        curve = fi_curve(neuron, currents, engine, accuracy, advance, end if made.of_type(Opaque) else stop)
    curve = evolve(curve, rheobase=rheobase)
    found = ""
    if not curve.ideal:  # who needs longer for its second spike has a smaller one
        by = "in ngspice" if curve.model is None else "on the model"
        found = f" (found {by}: from there on it fires in the second half of {show(2 * end, 's')})"
    click.echo(f"rheobase {show(float(f'{rheobase:.6g}'), curve.unit)}{found}")
    click.echo(str(curve))
    if plot is not None:
        from ..analysis.plots import fi_curve as draw
        from ..analysis.plots import save_figure

        click.echo(f"drew {save_figure(draw(curve), plot)}")


def _rheobase(
    name: str, made: Circuit, neuron: Callable[[float], Circuit], stop: float, engine: Engine | None
) -> tuple[float, float]:
    """The closed form of an LIF neuron; for others a search on the model up to currents of the library, or its own.

    The second number is the rheobase again, or, of a neuron that fires by itself, the current that would lift it from
    its reset to its threshold.
    """
    from ..analysis.rates import find_rheobase
    from ..circuits.closed_forms.derivations import is_single_neuron
    from ..circuits.closed_forms.lif_forms import ideal_lif
    from ..circuits.equations.derive import derive
    from ..circuits.inputs import input_of
    from ..circuits.library import entry

    if is_single_neuron(made):
        ideal = ideal_lif(derive(made))
        rheobase = ideal.value(ideal.rheobase)
        swing = rheobase - ideal.value(ideal.rheobase, v_th=dict(made.spec)["v_reset"])
        return rheobase, rheobase if rheobase > 0 else swing
    currents = (0.0, made.sources[input_of(made)]) if is_own(name) else entry(name).currents
    if not currents:
        raise DesignError(f"no currents are known between which {made.title!r} begins to fire: it has no f-I curve.")
    if currents[0] == 0 and not is_own(name):
        raise DesignError(
            f"{made.title!r} fires without any current: it has no rheobase; `verify` draws its f-I curve."
        )
    if not currents[-1] > 0:
        raise DesignError(
            f"the input {input_of(made)!r} of {made.title!r} is {currents[-1]:g} at the start: give one at which it "
            f"fires, such as --set {input_of(made)}=2u."
        )
    try:
        found = find_rheobase(neuron, 0.0, max(currents), 2 * stop, 5e-3, engine)
    except QuantityError as error:
        raise DesignError(f"{error} Another current is --set {input_of(made)}=..., another length --stop.") from error
    return found, found
