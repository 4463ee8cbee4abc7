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
    telling_options,
)

if TYPE_CHECKING:
    from ..circuits.circuit import Circuit


@click.command("netlist")
@click.argument("circuit")
@click.option("--analysis", "kind", type=click.Choice(KINDS), help="Which of the analyses of a netlist is written.")
@accuracy_option
@stop_option
@set_option
@telling_options
@reading_options
@keep_option
@click.option(
    "--dialect",
    type=click.Choice(["ngspice", "plain", "ltspice", "xyce", "kicad"]),
    default="ngspice",
    show_default=True,
    help="ngspice: as the engine runs it, exact. plain: as people write it. ltspice, xyce: the same in their words. "
    "kicad: a netlist for a board. What a plain run costs is measured and said; the last three were not run.",
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

    if dialect != "ngspice" and kind not in (None, "tran"):
        raise click.UsageError(
            f"--dialect {dialect} writes transients, and --analysis is {kind}: take one of them out."
        )
    if dialect == "ngspice":
        task = chosen(circuit, deck_of_first(circuit, changes, kind, stop), kind, stop)
        text = netlist_text(task.circuit, task.analysis, accuracy)
    elif dialect == "kicad":
        from ..netlists.dialects.kicad import kicad_text

        text = kicad_text(build_named(circuit, changes))
    else:
        made = build_named(circuit, changes)
        text = _as_people_write(made, stop_of(circuit, made, stop), dialect)
    click.echo(text, nl=False)


def _as_people_write(circuit: Circuit, stop: float, dialect: str) -> str:
    """With a comment that says what ngspice's run of the plain netlist is worth; the same on stderr."""
    from ..netlists.dialects.ltspice import ltspice_text
    from ..netlists.dialects.xyce import xyce_text
    from ..netlists.spice.analyses import Transient
    from ..netlists.spice.plain import plain_text

    write = {"plain": plain_text, "ltspice": ltspice_text, "xyce": xyce_text}[dialect]
    write(circuit, Transient(stop))  # what cannot be written is said before anything is run
    said = _worth(circuit, stop)
    click.echo(said, err=True)
    return write(circuit, Transient(stop), [said])


def _worth(circuit: Circuit, stop: float) -> str:
    from ..analysis.plain_runs import accuracy_of_plain
    from ..netlists.ngspice.errors import SimulationError

    with engine_or_none() as engine:
        if engine is None:
            return "not run: there is no ngspice here"
        try:
            return accuracy_of_plain(circuit, stop, engine)
        except SimulationError as error:
            return f"ngspice does not get through a run of the plain netlist: {error}"
