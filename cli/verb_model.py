"""`lapicque model`: a neuron model, shown or written for other tools."""

from __future__ import annotations

from pathlib import Path

import click

from .types import InputFile, OutputFile

FORMS = ("brian2", "nestml", "pytorch", "nir", "circuit")
"""What a model is written as."""


@click.command("model")
@click.argument("file", type=InputFile())
@click.option("--to", "form", type=click.Choice(FORMS), help="Write it for that.")
@click.option(
    "-o", "--out", type=OutputFile(".py", ".nestml", ".nir", ".json"), help="Write it there; else text is printed."
)
def command(file: Path, form: str | None, out: Path | None) -> None:
    """Show the neuron model in FILE (JSON, as `NeuronModel.to_json` writes it), or write it for another tool.

    brian2 is a module with `neurons(n, current)`, pytorch one with a cell `Neuron`, nestml a model for NEST, nir a
    graph, circuit a circuit in JSON for the other verbs.

    Example: lapicque model cell.json --to brian2 -o cell.py
    """
    from ..circuits.neurons.model import NeuronModel
    from ..circuits.read import bytes_of

    model = NeuronModel.from_json(bytes_of(file, str(file)))
    if form is None:
        if out is not None:
            raise click.UsageError(f"--out needs --to: say as what, {', '.join(FORMS)}.")
        click.echo(str(model))
        return
    if form == "nir" and out is None:
        raise click.UsageError("nir is no text: give -o FILE.nir.")
    from ..netlists.files.whole import write_file
    from ..netlists.neurons.write import ENDINGS, model_text, write_model

    ending = ENDINGS.get(form, ".json")
    if out is not None and out.suffix != ending:
        raise click.UsageError(f"{form} is written to a file {ending}, and {out.name!r} is none.")
    if form == "nir" and out is not None:
        click.echo(f"wrote {write_model(model, form, out)}")
        return
    if form == "circuit":
        from ..circuits.library.model_neuron import circuit_of_model

        text = circuit_of_model(model).to_json()
    else:
        text = model_text(model, form)
    click.echo(text if out is None else f"wrote {write_file(out, text)}")
