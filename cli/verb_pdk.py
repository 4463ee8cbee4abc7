"""`lapicque pdk`: open process design kits, and neurons in their transistors."""

from __future__ import annotations

from pathlib import Path

import click

from .options import set_option
from .types import OutputFile


@click.command("pdk")
@click.argument("neuron", required=False)
@click.option("--corner", default="", help="Of the process, such as ff; the usual one unless given.")
@click.option("--kit", default="gf180mcu", help="Whose transistors: gf180mcu or sky130.")
@click.option("-o", "--out", type=OutputFile(".json"), help="Write the neuron's circuit there; else it is printed.")
@set_option
def command(
    neuron: str | None, corner: str, kit: str, out: Path | None, changes: tuple[tuple[str, str], ...]
) -> None:  # fmt: skip
    """List process design kits that are found, and how to get them; or write NEURON as a circuit in JSON.

    Every verb that needs no equations takes that file: simulate, netlist, sweep, energy, fi.

    Example: lapicque pdk axon_hillock --corner ff -o neuron.json
    """
    if neuron is None:
        if corner or out is not None or changes:
            raise click.UsageError("--corner, --out and --set are about a neuron: name one, such as axon_hillock.")
        _list()
        return
    from ..netlists.files.whole import write_file
    from ..netlists.pdk.neurons import neuron as named

    found = named(neuron)
    text = found.build(corner, pdk=kit).with_values(dict(changes)).to_json()
    if out is None:
        click.echo(text)
    else:
        click.echo(f"wrote {write_file(out, text)}")
    where = out or "FILE"
    click.echo(f"run it: lapicque energy {where} --stop {found.stop * 1e3:g}m", err=True)


def _list() -> None:
    from ..netlists.pdk.kits import KITS, installed
    from ..netlists.pdk.neurons import NEURONS, PROCESSES

    for kit in KITS.values():
        there = installed(kit.name)
        click.echo(f"{kit.name}: {kit.about}")
        if there is None:
            click.echo(f"  not installed: {kit.how_to_get}")
        else:
            click.echo(f"  {kit.distribution} {there.version}, models in {there.folder}")
        click.echo(f"  devices: {', '.join(kit.devices)}")
        click.echo(f"  corners: {', '.join(kit.corners)}")
    click.echo(f"neurons, for `lapicque pdk NAME --kit {' or '.join(PROCESSES)} -o FILE.json`:")
    for name, neuron in NEURONS.items():
        click.echo(f"  {name:14} {neuron.shows}")
