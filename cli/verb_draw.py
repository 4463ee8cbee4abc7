"""`lapicque draw`."""

from __future__ import annotations

from pathlib import Path

import click

from .options import described_named, keep_option, reading_options, set_option
from .types import OutputFile


@click.command("draw")
@click.argument("circuit")
@click.option(
    "-o",
    "--out",
    type=OutputFile(".svg", ".png", ".pdf"),
    help="The file to draw into: its ending says which kind. SVG on standard output unless given.",
)
@click.option("--inside", is_flag=True, help="Draw all elements of macromodels (op-amps) rather than one symbol.")
@set_option
@reading_options
@keep_option
def command(circuit: str, out: Path | None, inside: bool, changes: tuple[tuple[str, str], ...]) -> None:
    """Draw the schematic of CIRCUIT: every pin wired, supplies up, ground down, signals from left to right.

    Example: lapicque draw lif -o lif.pdf
    """
    from ..analysis.plots.drawing import save_drawing
    from ..analysis.schematics.drawing import picture_of
    from ..analysis.schematics.pages import svg

    drawing = picture_of(described_named(circuit, changes), folds=not inside)
    if out is None:
        click.echo(svg(drawing), nl=False)
    else:
        click.echo(f"drew {save_drawing(drawing, out)}")
