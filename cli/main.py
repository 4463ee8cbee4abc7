"""The command and its verbs; each verb is one file, imported when it is used."""

from __future__ import annotations

import errno
import os
import signal
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import Any

import click

VERBS = {
    "list": "circuits of the library and what they show",
    "derive": "the equations of a circuit, every step",
    "reduce": "the neuron that a circuit is, derived: rest, fast and slow, the flow that is left",
    "netlist": "the SPICE netlist of a circuit",
    "draw": "the schematic of a circuit: SVG, PNG or PDF",
    "simulate": "run a circuit in ngspice, keep the result",
    "verify": "derive, run, compare, explain: the main job",
    "compare": "two circuits, or one and a whole class: the same, or what differs",
    "fi": "the f-I curve of a neuron circuit",
    "characterise": "what neuron a circuit is: threshold, reset, f-I, chronaxie, refractory periods, energy",
    "fit": "which neuron model a circuit is: LIF, exponential IF, AdEx, a table, with errors",
    "energy": "where the energy of a circuit goes, and how much a spike takes",
    "noise": "whose noise there is at a probe: spectrum, variance, kT/C",
    "jitter": "how much noise moves the spikes of an LIF neuron",
    "snn": "a trained network (NIR) as a circuit: run it, compare it",
    "model": "a neuron model: look at it, write it for Brian2, NEST, PyTorch, NIR, or as a circuit",
    "sweep": "many runs: grids, tolerances, mismatch, on all cores or a cluster",
    "pdk": "open process design kits: what is found, how to get it, neurons in their transistors",
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

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb; what goes wrong ends in one paragraph and an exit code, unless --traceback asks for more."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if ctx.params["traceback"]:
                raise
            raise _paragraph(error) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The verbs with their one-line help, without importing them."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


class Refused(click.ClickException):
    """What was asked cannot be done, and the message says why."""

    exit_code = 2


class Fault(click.ClickException):
    """An error that lapicque should have foreseen."""

    exit_code = 3


def _paragraph(error: Exception) -> click.ClickException:
    """The error as people shall read it."""
    from ..circuits.errors import LapicqueError, visible

    if isinstance(error, LapicqueError):
        return Refused(visible(str(error)))
    if isinstance(error, MemoryError):
        return Refused("this needs more memory than there is: shorten the run, or take a smaller circuit.")
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
        return Refused(f"cannot write {error.filename or 'the output'}: {error.strerror}.")
    first = (str(error).splitlines() or [""])[0][:300]
    return Fault(
        f"this is a fault of lapicque: {type(error).__name__}: {first}; please report it, with what "
        "`lapicque --traceback` followed by the same words shows."
    )


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--traceback", is_flag=True, help="Show where in the program an error came from.")
@click.version_option(package_name="lapicque", message="lapicque %(version)s")
@click.pass_context
def cli(ctx: click.Context, traceback: bool) -> None:
    """Spiking neurons as analog circuits: derive, run in ngspice, compare, explain.

    Example: lapicque verify rc
    """
    ctx.obj = {"traceback": traceback}


class _WithoutDaskArrays:
    """Where dask is installed xarray imports its arrays with its first data set, a second; there are none here."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        """As if these were not installed; of other modules it knows nothing."""
        if name == "dask.array":
            raise ModuleNotFoundError(f"{name} is not used here", name=name)


def main() -> None:
    """Run the command. Exit codes: 0 done, 1 outside a limit, 2 refused, 3 a fault of lapicque."""
    # All cores have work of their own, and the matrices are small: threads inside of each would only wait for others.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.meta_path.insert(0, _WithoutDaskArrays)
    signal.signal(signal.SIGINT, _interrupted)
    # Closed by who called: what is said there goes nowhere.
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115  # as long as the process
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115  # as long as the process
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a name that the terminal cannot show is no reason to stop
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            cli(standalone_mode=True)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        _leave(0)
    except OSError as error:  # a full device behind the output
        click.echo(f"Error: cannot write the output: {error.strerror or error}.", err=True)
        _leave(Refused.exit_code)


def _interrupted(number: int, frame: object) -> None:
    """The first Ctrl-C ends the run; what tidies up then is not interrupted by another."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _leave(code: int) -> None:
    """End without a second try to write what is left."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(code)
