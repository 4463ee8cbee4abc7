"""Options that several verbs share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from attrs import evolve

from .types import TIME, Assignment, each_once, keep_input

if TYPE_CHECKING:
    from ..circuits.circuit import Circuit
    from ..netlists.ngspice.engine import Engine
    from ..netlists.reading.deck import Deck

T = TypeVar("T")


def set_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--set NAME=VALUE`, any number of times."""
    words = "Change a parameter: R1=22k, v_th=0.8, preset=chip. May be given again."
    return click.option("--set", "changes", type=Assignment(), multiple=True, callback=each_once, help=words)(command)


def accuracy_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--accuracy fast|standard|reference`."""
    words = "Named accuracy of ngspice: fast, standard or reference."
    return click.option("--accuracy", default="standard", show_default=True, callback=_known, help=words)(command)


def _known(ctx: click.Context, param: click.Parameter, value: str) -> str:
    from ..netlists.spice.accuracy import accuracy

    return accuracy(value).name


def stop_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--stop TIME`."""
    return click.option(
        "--stop",
        type=TIME,
        help="End of the run, such as 20m; long enough to show what the circuit does unless given.",
    )(command)


def build_named(name: str, changes: tuple[tuple[str, str], ...]) -> Circuit:
    """Build a circuit of the library, or read one from a file, with changes."""
    from ..circuits.library import build

    return deck_of(name, changes).circuit if is_own(name) else of_library(build(name, dict(changes)))


def described_named(name: str, changes: tuple[tuple[str, str], ...]) -> Circuit:
    """The same for verbs that run nothing: how a transient would begin is not looked for."""
    from ..circuits.library import build
    from ..netlists.reading.own import read_described

    return _deck(read_described, name, changes).circuit if is_own(name) else of_library(build(name, dict(changes)))


def is_own(name: str) -> bool:
    """Whether a name is that of a file, or of standard input; a file wins over a circuit of the library."""
    from ..netlists.reading.named import is_own as named_file

    return named_file(name)


def deck_of(name: str, changes: tuple[tuple[str, str], ...] = ()) -> Deck:
    """A circuit from a file, with changes."""
    from ..netlists.reading.own import read_own

    return _deck(read_own, name, changes)


def _deck(reader: Callable[..., Deck], name: str, changes: tuple[tuple[str, str], ...]) -> Deck:
    keep_input(Path(name))
    how = reading()
    if is_netlist(name):  # its functions take changes; what a netlist holds besides is said
        _read_once(reader, name, (), *how)
    deck = _read_once(reader, name, changes, *how)
    return evolve(deck, circuit=told(deck.circuit))


def is_netlist(name: str) -> bool:
    """Whether a file is none of Python or JSON."""
    from ..netlists.reading.named import split

    return split(name)[0].suffix.lower() not in (".py", ".json")


@lru_cache(maxsize=64)
def _read_once(
    reader: Callable[..., Deck], name: str, changes: tuple[tuple[str, str], ...], folders: tuple[Path, ...],
    dialect: str, keep: bool,
) -> Deck:  # fmt: skip
    """A circuit from a file; what a netlist holds besides is said on stderr, once."""
    from ..circuits.library import LIBRARY
    from ..circuits.library.registry import ALIASES
    from ..netlists.reading.summary import summary

    if changes:
        return reader(name, dict(changes), folders, dialect, keep)
    if name in LIBRARY or name in ALIASES:
        click.echo(f"{name!r} is a file here and a circuit of the library: the file is taken.", err=True)
    deck = reader(name, None, folders, dialect, keep)
    for line in summary(name, deck):
        click.echo(line, err=True)
    return deck


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--include DIR`, any number of times, and `--read-as DIALECT`; kept for who reads a file."""
    words = "A folder besides its own in which files may be that a netlist includes. May be given again."
    kind = click.Path(exists=True, file_okay=False, path_type=Path)
    told = "For which program a netlist is written: ngspice, ltspice, pspice or hspice. Told by its words unless given."
    command = click.option(
        "--include", type=kind, multiple=True, metavar="DIR", expose_value=False, callback=_keep, help=words
    )(command)
    return click.option("--read-as", metavar="DIALECT", expose_value=False, callback=_keep, help=told)(command)


def keep_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--keep`; for verbs that need no equations, or say by themselves which device has none."""
    words = "Keep cards of a netlist that no element can be made of as devices that only ngspice knows."
    return click.option("--keep", is_flag=True, expose_value=False, callback=_keep, help=words)(command)


def telling_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--spike NODE=LEVEL` and `--role ROLE=NAME`, any number of times; kept for who builds or reads a circuit."""
    spike = "What a spike is: mem=0.5, or a,b=10m for v(a,b); with ` falling` where it goes down. May be given again."
    role = "Which part does what: input=I1, membrane=mem, and others. May be given again."
    command = click.option("--role", metavar="ROLE=NAME", multiple=True, expose_value=False, callback=_keep, help=role)(
        command
    )
    return click.option("--spike", metavar="NODE=LEVEL", multiple=True, expose_value=False, callback=_keep, help=spike)(
        command
    )


def told(circuit: Circuit) -> Circuit:
    """The circuit with the spikes and roles of the command line; its own spikes count where none is given."""
    from ..circuits.elements import SpikeProbe
    from ..netlists.reading.told import with_roles, with_spikes

    spikes, roles = _telling()
    if spikes:
        circuit = with_spikes(circuit.without(*(p.name for p in circuit.of_type(SpikeProbe))), spikes)
    return with_roles(circuit, roles)


def of_library(what: T) -> T:
    """What is of the library, which is told nothing.

    Raises:
        UsageError: it is.
    """
    if any(_telling()):
        raise click.UsageError("--spike and --role tell of a file's circuit; one of the library has its own.")
    return what


def _telling() -> tuple[Sequence[str], Sequence[str]]:
    """The spikes and roles of the command line."""
    context = click.get_current_context(silent=True)
    meta = context.meta if context is not None else {}
    return meta.get("lapicque.spike") or (), meta.get("lapicque.role") or ()


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    ctx.meta[f"lapicque.{param.name}"] = value


def reading() -> tuple[tuple[Path, ...], str, bool]:
    """Folders and dialect that were given, and whether what has no element is kept."""
    context = click.get_current_context(silent=True)
    meta = context.meta if context is not None else {}
    return meta.get("lapicque.include") or (), meta.get("lapicque.read_as") or "", bool(meta.get("lapicque.keep"))


def stop_of(name: str, circuit: Circuit, stop: float | None) -> float:
    """End of the run in seconds: what was asked, or long enough to show what the circuit does."""
    from ..circuits.library import entry
    from ..circuits.runs.run_length import end_of

    if is_own(name):
        return stop or deck_of(name).stop or end_of(circuit, 0.0, None)
    return end_of(circuit, entry(name).stop, stop)


@contextmanager
def engine_or_none(workers: int = 1) -> Iterator[Engine | None]:
    """An engine; None with one line of advice where there is no ngspice."""
    from ..netlists.ngspice.engine import Engine
    from ..netlists.ngspice.errors import NgspiceMissingError

    try:
        engine = Engine(workers)
    except NgspiceMissingError as error:
        click.echo(str(error), err=True)
        yield None
        return
    with engine:
        yield engine


def progress(total: int | None, words: str) -> Any:
    """A progress bar on a terminal, with rate and time left where it is known how much there is; nothing in a pipe."""
    if not sys.stderr.isatty():
        return nullcontext(lambda count=1: None)
    return _bar(total, words)


@contextmanager
def _bar(total: int | None, words: str) -> Iterator[Callable[..., None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[speed]}"),
        TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words, total=total, speed="")

        def advance(count: int = 1) -> None:
            bar.advance(task, count)
            speed = bar.tasks[0].finished_speed or bar.tasks[0].speed
            bar.update(task, speed=f"{speed:.3g}/s" if speed else "")

        yield advance
