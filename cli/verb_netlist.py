"""`lapicque netlist`."""

from __future__ import annotations

import click

from .options import accuracy_option, build_named, include_option, set_option, stop_of, stop_option


@click.command("netlist")
@click.argument("circuit")
@accuracy_option
@stop_option
@set_option
@include_option
def command(circuit: str, accuracy: str, stop: float | None, changes: tuple[tuple[str, str], ...]) -> None:
    """Write the SPICE netlist of CIRCUIT; it runs unchanged with `ngspice -b -r FILE`.

    Example: lapicque netlist lif --set R1=2.2Meg > lif.cir
    """
    from ..netlists.spice.analyses import Transient
    from ..netlists.spice.text import netlist_text

    made = build_named(circuit, changes)
    click.echo(netlist_text(made, Transient(stop_of(circuit, made, stop)), accuracy), nl=False)
