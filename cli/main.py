"""The command and its verbs; each verb is one file, imported when it is used."""

from __future__ import annotations

import sys
from importlib import import_module

import click

VERBS = {
    "list": "circuits of the library and what they show",
    "derive": "the equations of a circuit, every step",
    "netlist": "the SPICE netlist of a circuit",
    "simulate": "run a circuit in ngspice, keep the result",
    "verify": "derive, run, compare, explain: the main job",
    "fi": "the f-I curve of a neuron circuit",
    "energy": "where the energy of a circuit goes, and how much a spike takes",
    "snn": "a trained network (NIR) as a circuit: run it, compare it",
    "sweep": "many runs: grids, tolerances, mismatch, on all cores or a cluster",
    "learn": "the course, in Korean and English, in the browser",
    "doctor": "what is installed, and what to do if not",
}


class Verbs(click.Group):
    """A group that imports a verb when it is called, so that `--help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All verbs, in the order in which one meets them."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's own command."""
        if cmd_name not in VERBS:
            return None
        return import_module(f"..verb_{cmd_name}", __name__).command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest verb for one that does not exist."""
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            from ..circuits.errors import unknown

            raise click.UsageError(str(unknown("verb", args[0], VERBS)))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The verbs with their one-line help, without importing them."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--traceback", is_flag=True, help="Show where in the program an error came from.")
@click.version_option(package_name="lapicque", message="lapicque %(version)s")
@click.pass_context
def cli(ctx: click.Context, traceback: bool) -> None:
    """Spiking neurons as analog circuits: derive, run in ngspice, compare, explain.

    Example: lapicque verify rc
    """
    ctx.obj = {"traceback": traceback}


def main() -> None:
    """Run the command; errors of ours become one paragraph and exit code 2."""
    from ..circuits.errors import LapicqueError

    try:
        cli(standalone_mode=True)
    except LapicqueError as error:
        if "--traceback" in sys.argv:
            raise
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(0)
