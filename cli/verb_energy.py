"""`lapicque energy`: the energy account of a circuit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..circuits.errors import LapicqueError
from .options import (
    accuracy_option,
    build_named,
    engine_or_none,
    is_own,
    keep_option,
    reading_options,
    set_option,
    stop_of,
    stop_option,
    telling_options,
)

if TYPE_CHECKING:
    from ..analysis.energy import Energy
    from ..circuits.circuit import Circuit


@click.command("energy")
@click.argument("circuit")
@accuracy_option
@stop_option
@set_option
@telling_options
@reading_options
@keep_option
def command(circuit: str, accuracy: str, stop: float | None, changes: tuple[tuple[str, str], ...]) -> None:
    """Energy per spike of CIRCUIT, split by element, with the balance of the account; beside it published figures.

    Example: lapicque energy axon_hillock
    """
    from ..analysis.energy import energy, energy_per_event, static_power
    from ..analysis.ideal.loihi import LOIHI, SILICON

    made = build_named(circuit, changes)
    with engine_or_none() as engine:
        if engine is None:
            raise LapicqueError("the energy account is measured in ngspice: install it first.")
        end = stop_of(circuit, made, stop)
        account = energy(made, engine, end, accuracy)
        idle = static_power(made, engine, end, accuracy)
        event = energy_per_event(made, engine, end, accuracy) if _has_spikes(made, end) else None
    click.echo(_head(circuit, made, account))
    if account.spikes:
        click.echo(f"{'energy per spike':28} {_si(account.per_spike, 'J')}")
    click.echo(f"{'mean power':28} {_si(account.power, 'W')}")
    click.echo(f"{'static power, currents at 0':28} {_si(idle, 'W')}")
    if event is not None:
        click.echo(f"{'energy per input spike':28} {_si(event, 'J')}")
    click.echo(f"{'account is even to':28} {account.imbalance:.1e} of what was turned over")
    for line in str(account).splitlines()[1:]:
        click.echo(line)
    click.echo("published elsewhere, for comparison:")
    for figure in (*SILICON, *LOIHI):
        click.echo(f"  {_si(figure.joules, 'J'):>10}  {figure.what} ({figure.source})")


def _head(name: str, circuit: Circuit, account: Energy) -> str:
    """How long it was run, and how often it fired where something says so."""
    from ..circuits.elements import SpikeProbe

    duration = _si(account.duration, "s")
    if circuit.of_type(SpikeProbe):
        return f"{circuit.title}: {account.spikes} spikes in {duration}"
    node = circuit.role("membrane") if circuit.plays("membrane") else "NODE"
    how = f"; to have them counted, --spike {node}=LEVEL" if is_own(name) else ""
    return f"{circuit.title}: {duration}; it has no spike probe{how}"


def _has_spikes(circuit: Any, end: float) -> bool:
    from ..circuits.stimuli import SpikeTrain

    stimuli = [getattr(e, "stimulus", None) for e in circuit.parts]
    return any(t < end for s in stimuli if isinstance(s, SpikeTrain) for t in s.times)


def _si(value: float, unit: str) -> str:
    from ..circuits.units import show

    return show(float(f"{value:.4g}"), unit)
