"""`lapicque derive`."""

from __future__ import annotations

import click

from .options import described_named, is_own, keep_option, reading_options, set_option

MANY = 2000
"""Elements of which one should know that their steps take long."""


@click.command("derive")
@click.argument("circuit")
@click.option("--latex", "form", flag_value="latex", help="As LaTeX.")
@click.option("--json", "form", flag_value="json", help="As JSON, text and LaTeX of every step.")
@set_option
@reading_options
@keep_option
def command(circuit: str, form: str | None, changes: tuple[tuple[str, str], ...]) -> None:
    """Derive the equations of CIRCUIT by Kirchhoff's laws, every step shown.

    Example: lapicque derive rc --latex
    """
    from ..circuits.closed_forms.derivations import derivations
    from ..circuits.elements import Opaque
    from ..circuits.library import entry
    from ..circuits.library.predictions import prediction_derivations
    from ..netlists.spice.devices import is_beyond_equations

    built = described_named(circuit, changes)
    if opaque := built.of_type(Opaque):
        names = ", ".join(f"{e.name} ({e.described})" for e in opaque)
        click.echo(f"only ngspice knows {names}: derived is what is around, with their currents as unknowns", err=True)
    if len(built.parts) > MANY or is_beyond_equations(built):
        click.echo(f"{len(built.parts)} elements: every step of their equations may take minutes", err=True)
    made = derivations(built)
    if not is_own(circuit):
        made = (*made, *prediction_derivations(entry(circuit).predictions(built)))
    if form == "json":
        click.echo("[" + ",\n".join(d.to_json() for d in made) + "]")
    elif form == "latex":
        click.echo("\n".join(d.to_latex() for d in made))
    else:
        click.echo("\n\n".join(map(str, made)))
