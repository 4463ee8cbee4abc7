"""Options that several verbs share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import click

from ..circuits.errors import LapicqueError

if TYPE_CHECKING:
    from ..circuits.circuit import Circuit
    from ..netlists.engine import Engine


class Assignment(click.ParamType):
    """NAME=VALUE."""

    name = "NAME=VALUE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Split at the first equals sign."""
        if isinstance(value, tuple):
            return value
        name, equals, text = str(value).partition("=")
        if not equals or not name.strip() or not text.strip():
            self.fail(f"{value!r} is not NAME=VALUE; write for example R1=22k.", param, ctx)
        return name.strip(), text.strip()


def set_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--set NAME=VALUE`, any number of times."""
    words = "Change a parameter: R1=22k, v_th=0.8, preset=chip. May be given again."
    return click.option("--set", "changes", type=Assignment(), multiple=True, help=words)(command)


def accuracy_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--accuracy fast|standard|reference`."""
    words = "Named accuracy of ngspice: fast, standard or reference."
    return click.option("--accuracy", default="standard", show_default=True, help=words)(command)


def stop_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--stop TIME`."""
    return click.option(
        "--stop",
        default=None,
        metavar="TIME",
        help="End of the run, such as 20m; long enough to show what the circuit does unless given.",
    )(command)


def build_named(name: str, changes: tuple[tuple[str, str], ...]) -> Circuit:
    """Build a circuit of the library, or read one from a .json file, with changes."""
    from ..circuits.library import build

    if not name.endswith(".json"):
        return build(name, dict(changes))
    from ..circuits.circuit import Circuit

    try:
        with open(name, encoding="utf-8") as file:
            return Circuit.from_json(file.read()).with_values(dict(changes))
    except OSError as error:
        raise LapicqueError(f"cannot read {name!r}: {error.strerror}.") from error


def stop_of(name: str, circuit: Circuit, stop: str | None) -> float:
    """End of the run in seconds: what was asked, or long enough to show what the circuit does."""
    from ..circuits.library import entry
    from ..circuits.run_length import run_length
    from ..circuits.units import parse

    if stop is not None:
        return parse(stop, "--stop")
    otherwise = 0.0 if name.endswith(".json") else entry(name).stop
    length = run_length(circuit, otherwise)
    if not length:
        raise LapicqueError("the length of a run does not follow from this circuit: give --stop, such as --stop 20m.")
    return length


@contextmanager
def engine_or_none(workers: int = 1) -> Iterator[Engine | None]:
    """An engine; None with one line of advice where there is no ngspice."""
    from ..netlists.engine import Engine
    from ..netlists.errors import NgspiceMissingError

    try:
        engine = Engine(workers)
    except NgspiceMissingError as error:
        click.echo(str(error), err=True)
        yield None
        return
    with engine:
        yield engine


def progress(total: int, words: str) -> Any:
    """A progress bar on a terminal, with rate and time left; nothing in a pipe."""
    if not sys.stderr.isatty():
        return nullcontext(lambda count=1: None)
    return _bar(total, words)


@contextmanager
def _bar(total: int, words: str) -> Iterator[Callable[..., None]]:
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
