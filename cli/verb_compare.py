"""`lapicque compare`: two circuits, or one and many files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import engine_or_none, is_own, keep_option, progress, reading, reading_options, stop_option
from .types import Amount, OutputFile, Part, keep_input

if TYPE_CHECKING:
    from ..analysis.pairs.many import Answer
    from ..netlists.ngspice.engine import Engine
    from ..netlists.reading.deck import Deck


@click.command("compare")
@click.argument("reference")
@click.argument("files", nargs=-1)
@click.option(
    "--expect", "expected", multiple=True, metavar="FIGURE=VALUE",
    help="A figure that must hold: tau=1m, fc=159, v(out)@5m=0.993, max(out)=1, spikes(mem)=5, first(mem)=7m, "
    "rate(mem)=80. May be given again.",
)  # fmt: skip
@click.option("--within", type=Part(), default="1%", show_default=True, help="What a figure may be off by.")
@click.option(
    "--tolerance", type=Amount("PART", "1e-6", least=0, most=0.5), default=1e-9, show_default=True,
    help="Relative difference of values that are taken for equal.",
)  # fmt: skip
@click.option("--report", type=OutputFile(".html", ".json"), help="Write a report: .html, or .json for machines.")
@click.option("-o", "--out", type=OutputFile(".csv"), help="Write a line a file: .csv.")
@click.option("--json", "as_json", is_flag=True, help="Print all that was found as JSON.")
@stop_option
@reading_options
@keep_option
def command(
    reference: str, files: tuple[str, ...], expected: tuple[str, ...], within: float, tolerance: float,
    report: Path | None, out: Path | None, as_json: bool, stop: float | None,
) -> None:  # fmt: skip
    """Say whether FILES are the same circuit as REFERENCE, and what differs: the smallest set of edits.

    Names of circuits, or files (netlists, .json, .py). Names of nodes and elements do not count. First by structure,
    then with parts in series and parallel put together, then by equations, then by what both do. With many files a
    line a file, what differs first. With --expect one circuit alone will do.

    Exit code 0 where all are the same and all that is expected holds, 1 where one differs, 2 where that cannot be said.

    Example: lapicque compare solution.cir handed_in/*.cir --report class.html
    """
    from ..analysis.pairs.expectations import read_expectation
    from ..analysis.pairs.many import Asked, answers, failures_first
    from ..analysis.reports.pairs import to_csv, write_pairs
    from ..netlists.files.whole import write_file

    expectations = tuple(map(read_expectation, expected))
    if not files and not expectations:
        raise click.UsageError("name a second circuit, or figures that must hold: --expect tau=1m.")
    asked_of = files or (reference,)
    if [reference, *files].count("-") > 1:
        raise click.UsageError("standard input can be read once: name '-' once.")
    for name in (reference, *files):
        keep_input(Path(name))
    with engine_or_none() as engine:
        first = _read(reference, engine) if files else None
        asked = Asked(first, expectations, within, tolerance, stop)
        if len(asked_of) == 1:  # what cannot be read is an error, as it is for other verbs
            from ..analysis.pairs.many import answer

            found: Sequence[Answer] = [answer(asked_of[0], _read(asked_of[0], engine), asked, engine)]
        else:
            found = []
            with progress(len(asked_of), "comparing") as advance:
                for one in answers(asked_of, lambda name: _read(name, engine), asked, engine):
                    found.append(one)
                    advance()
            found = failures_first(found)
    _tell(found, as_json)
    if out is not None:
        click.echo(f"wrote {write_file(out, to_csv(found))}", err=as_json)
    if report is not None:
        click.echo(f"report: {write_pairs(found, reference if files else '', report)}", err=as_json)
    sys.exit(_status(found))


def _read(name: str, engine: Engine | None) -> Deck:
    """A file as written, or a circuit of the library."""
    from ..circuits.library import build, entry
    from ..circuits.runs.run_length import end_of
    from ..netlists.reading.deck import Deck
    from ..netlists.reading.own import read_own_as_written
    from ..netlists.spice.analyses import Transient

    if is_own(name):
        return read_own_as_written(name, engine, *reading())
    circuit = build(name)
    return Deck(circuit, (Transient(end_of(circuit, entry(name).stop, None)),), (), (), "initial conditions")


def _tell(found: Sequence[Answer], as_json: bool) -> None:
    import json

    if as_json:
        click.echo(json.dumps([a.data for a in found], indent=1, ensure_ascii=False))
    elif len(found) == 1:
        _tell_one(found[0])
    else:
        for a in found:
            click.echo(f"{a.name}: {a.line}")
        click.echo(_count(found))


def _tell_one(a: Answer) -> None:
    if a.trouble:
        click.echo(f"{a.name}: {a.line}")
    elif a.likeness is not None:
        click.echo(f"{a.name}: {a.likeness}")
    for h in a.held:
        click.echo(f"{'holds' if h.passed else 'FAILS':6} {h}")


def _count(found: Sequence[Answer]) -> str:
    from ..analysis.pairs.many import DIFFERENT, SAME, UNREAD, UNSURE

    counts = {state: sum(a.state == state for a in found) for state in (SAME, DIFFERENT, UNREAD, UNSURE)}
    unread = f", {counts[UNREAD]} cannot be read" if counts[UNREAD] else ""
    unread += f", {counts[UNSURE]} cannot be told" if counts[UNSURE] else ""
    return f"{len(found)} files: {counts[SAME]} the same, {counts[DIFFERENT]} different{unread}"


def _status(found: Sequence[Any]) -> int:
    from ..analysis.pairs.many import DIFFERENT, SAME

    states = {a.state for a in found}
    return 1 if DIFFERENT in states else 2 if states - {SAME} else 0
