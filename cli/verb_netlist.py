"""`lapicque netlist`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .options import (
    accuracy_option,
    build_named,
    engine_or_none,
    keep_option,
    reading_options,
    set_option,
    stop_of,
    stop_option,
)

if TYPE_CHECKING:
    from ..circuits.circuit import Circuit


@click.command("netlist")
@click.argument("circuit")
@accuracy_option
@stop_option
@set_option
@reading_options
@keep_option
@click.option(
    "--dialect",
    type=click.Choice(["ngspice", "plain"]),
    default="ngspice",
    show_default=True,
    help="ngspice: as the engine runs it, exact. plain: as people write it; what that costs is measured and said.",
)
def command(
    circuit: str, accuracy: str, stop: float | None, changes: tuple[tuple[str, str], ...], dialect: str
) -> None:
    """Write the SPICE netlist of CIRCUIT; it runs unchanged with `ngspice -b -r FILE`.

    Example: lapicque netlist lif --set R1=2.2Meg > lif.cir
    """
    from ..netlists.spice.analyses import Transient
    from ..netlists.spice.text import netlist_text

    made = build_named(circuit, changes)
    if dialect == "plain":
        _plain(made, stop_of(circuit, made, stop))
        return
    click.echo(netlist_text(made, Transient(stop_of(circuit, made, stop)), accuracy), nl=False)


def _plain(circuit: Circuit, stop: float) -> None:
    """Write it, then say on stderr what a run of it is worth."""
    from ..analysis.plain_runs import accuracy_of_plain
    from ..netlists.ngspice.errors import SimulationError
    from ..netlists.spice.analyses import Transient
    from ..netlists.spice.plain import plain_text

    click.echo(plain_text(circuit, Transient(stop)), nl=False)
    with engine_or_none() as engine:
        if engine is None:
            return
        try:
            click.echo(accuracy_of_plain(circuit, stop, engine), err=True)
        except SimulationError as error:
            click.echo(f"ngspice does not get through a run of this: {error}", err=True)
