"""`lapicque reduce`."""

from __future__ import annotations

import click

from .options import build_named, keep_option, reading_options, set_option, telling_options


@click.command("reduce")
@click.argument("circuit")
@click.option("--latex", "form", flag_value="latex", help="As LaTeX.")
@click.option("--json", "form", flag_value="json", help="As JSON, text and LaTeX of every step.")
@click.option("--resting", default="0", show_default=True, help="The input at rest, such as 1p.")
@click.option("--drive", help="A constant input at which it fires on; its own largest unless given.")
@click.option("--fast", multiple=True, metavar="STATE", help="A state that follows at once. May be given again.")
@click.option("--slow", multiple=True, metavar="STATE", help="A state that is slow. May be given again.")
@click.option("--left-out", is_flag=True, help="Run circuit and neuron beside each other: what each step costs.")
@set_option
@telling_options
@reading_options
@keep_option
def command(
    circuit: str, form: str | None, resting: str, drive: str | None, fast: tuple[str, ...], slow: tuple[str, ...],
    left_out: bool, changes: tuple[tuple[str, str], ...],
) -> None:  # fmt: skip
    """Derive the neuron that CIRCUIT is: rest, time constants, what is fast and slow, the flow that is left.

    Example: lapicque reduce adex --left-out
    """
    from ..analysis.reductions.reduction import reduce

    found = reduce(build_named(circuit, changes), resting, drive, fast, slow)
    if form == "json":
        click.echo(found.derivation.to_json())
        return
    if form == "latex":
        click.echo(found.derivation.to_latex())
        return
    click.echo(str(found))
    click.echo(f"\n{found.circuit.title} as a neuron: {found.model().kind}")
    if left_out:
        from ..analysis.reductions.left_out import left_out as measured

        click.echo(str(measured(found)))
