"""`lapicque netlist`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .file_runs import KINDS, chosen, deck_of_first
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
@click.option("--analysis", "kind", type=click.Choice(KINDS), help="Which of the analyses of a netlist is written.")
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
    circuit: str,
    kind: str | None,
    accuracy: str,
    stop: float | None,
    changes: tuple[tuple[str, str], ...],
    dialect: str,
) -> None:
    """Write the SPICE netlist of CIRCUIT; it runs unchanged with `ngspice -b -r FILE`.

    Example: lapicque netlist lif --set R1=2.2Meg > lif.cir
    """
    from ..netlists.spice.text import netlist_text

    if dialect == "plain":
        if kind not in (None, "tran"):
            raise click.UsageError(
                f"--dialect plain writes transients, and --analysis is {kind}: take one of them out."
            )
        made = build_named(circuit, changes)
        _plain(made, stop_of(circuit, made, stop))
        return
    deck = deck_of_first(circuit, changes, kind, stop)
    task = chosen(circuit, deck, kind, stop)
    click.echo(netlist_text(task.circuit, task.analysis, accuracy), nl=False)


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
