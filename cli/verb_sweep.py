"""`lapicque sweep`: many runs of one circuit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..circuits.errors import LapicqueError, QuantityError
from .file_runs import KINDS
from .file_sweeps import figures_of, measured_run, runs_of, tell_runs, varied
from .options import (
    accuracy_option,
    is_own,
    keep_option,
    progress,
    reading_options,
    set_option,
    stop_of,
    stop_option,
    telling_options,
)
from .sweep_designs import axis, between, design_of
from .types import FIGURE, SECONDS, Assignment, Count, OutputFile, Scheduler, each_once

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..analysis.sweeps import Sweep
    from ..analysis.sweeps.design import Design
    from ..circuits.circuit import Circuit
    from ..netlists.reading.steps import Step


@click.command("sweep")
@click.argument("circuit")
@click.option(
    "--vary",
    multiple=True,
    type=Assignment(),
    callback=each_once,
    metavar="NAME=FROM:TO:COUNT[:log] | NAME=A,B,C",
    help="An axis of a grid. May be repeated.",
)
@click.option(
    "--sample",
    multiple=True,
    type=Assignment(),
    callback=each_once,
    metavar="NAME=FROM:TO",
    help="A range of a Latin hypercube of --runs runs. May be repeated.",
)
@click.option(
    "--tolerance",
    multiple=True,
    type=Assignment(),
    callback=each_once,
    metavar="NAME=CLASS",
    help="Monte Carlo of --runs runs: R1=1%, C=E12, or R for all resistors. May be repeated.",
)
@click.option("--mismatch", is_flag=True, help="Monte Carlo with transistors that do not match (Pelgrom).")
@click.option("--matched", multiple=True, metavar="A,B:CORRELATION", help="Parts that vary together. May be repeated.")
@click.option("--corners", is_flag=True, help="The ends of all tolerances instead of random parts.")
@click.option("--runs", type=Count(), default=200, show_default=True, help="How many random runs.")
@click.option("--seed", type=Count(0), default=0, show_default=True, help="The same seed gives the same runs.")
@click.option("--figure", "figures", multiple=True, help="What is read off each run: interval, final, a .meas, ...")
@click.option("--analysis", "kind", type=click.Choice(KINDS), help="Which of the analyses of a netlist is run.")
@click.option("--good", metavar="FIGURE=FROM:TO", type=Assignment(), help="Limits of a good circuit: gives the yield.")
@click.option("--out", type=OutputFile(".nc"), help="Write the result (.nc); runs are kept beside it as they come.")
@click.option("--resume", is_flag=True, help="Go on with a sweep that was stopped.")
@click.option("--retry-failed", is_flag=True, help="Resume, and do the runs again that failed.")
@click.option("--plot", type=FIGURE, help="Draw the first figure: .svg or .png.")
@click.option(
    "--with", "leg", type=click.Choice(["ngspice", "model"]), default="ngspice", show_default=True,
    help="Who runs: ngspice, or the derived equations, which is quicker.",
)  # fmt: skip
@click.option("--certify", type=Count(0), default=20, show_default=True, help="Runs of the model to do in ngspice too.")
@click.option("--workers", type=Count(), default=2, show_default=True, help="Processes.")
@click.option("--cluster", type=Scheduler(), help="A Dask scheduler, such as tcp://host:8786, or local to start one.")
@click.option("--timeout", type=SECONDS, default=60.0, show_default=True, help="Seconds that one run may take.")
@accuracy_option
@stop_option
@set_option
@telling_options
@reading_options
@keep_option
def command(circuit: str, **options: Any) -> None:
    """Run CIRCUIT many times: over a grid, a Latin hypercube, with tolerances and mismatch, at corners.

    A netlist with .step cards says itself what varies; its .param are varied as values of elements are.

    Example: lapicque sweep lif --tolerance R=E24 --tolerance C1=E12 --good interval=8m:10m --out lif.nc
    """
    from ..analysis.sweeps import run_sweep
    from ..analysis.sweeps.certificate import run_certified
    from ..analysis.sweeps.executors import Cluster, Executor, Processes
    from ..analysis.sweeps.figures import label
    from ..circuits.circuit import Circuit
    from ..netlists.ngspice.results import save

    _contradictions(options)
    sweep, nominal = _planned(circuit, options)
    design, figures = sweep.design, tuple(map(label, sweep.figures))
    limits = _limits(options["good"], figures)
    folder = options["out"].with_suffix(".runs") if options["out"] is not None else None
    retry = options["retry_failed"]
    address, workers = options["cluster"], options["workers"]
    executor: Executor = Cluster(address, workers) if address else Processes(workers)
    if isinstance(executor, Cluster):
        click.echo(f"Dask's dashboard: {executor.client.dashboard_link}", err=True)
    done = 0
    try:
        with progress(design.runs, "runs") as advance:

            def count(runs: int = 1) -> None:
                nonlocal done
                done += runs
                advance(runs)

            how = (folder, options["resume"] or retry, retry, count)
            if options["leg"] == "model" and options["certify"]:
                result = run_certified(sweep, executor, options["certify"], options["seed"], *how)
            else:
                result = run_sweep(sweep, executor, *how)
    except KeyboardInterrupt:
        click.echo(_interrupted(done, design.runs, folder), err=True)
        raise
    finally:
        executor.close()
    if options["out"] is not None:  # first of all: nothing that is said of it can cost the result
        save(result, options["out"])
    if is_own(circuit) and not isinstance(sweep.what, Circuit):
        tell_runs(result, design.names, figures)
    _tell(result, figures, limits)
    _compare(result, nominal, figures[0])
    _wrote(result, options, figures[0])


def _interrupted(done: int, runs: int, folder: Path | None) -> str:
    """What is left of a sweep that somebody stopped."""
    if folder is None:
        return f"\nstopped: {done} of {runs} runs were done, and none is kept; with --out FILE.nc they are."
    return f"\nstopped: {done} of {runs} runs are kept in {str(folder)!r}; the same words and --resume go on."


def _planned(circuit: str, options: dict[str, Any]) -> tuple[Sweep, Circuit]:
    """The sweep that is meant, and the circuit that it is about."""
    from ..analysis.sweeps import Sweep
    from ..analysis.sweeps.quick import usual_figures
    from ..circuits.library import entry
    from ..netlists.spice.analyses import Transient
    from .options import build_named

    how = (options["accuracy"], {}, options["timeout"], options["leg"])
    how_run = (options["changes"], options["kind"], options["stop"])
    if read := _read_anew(circuit, options):
        what, design = runs_of(circuit, *read, *how_run)
        figures = figures_of(what.first, options["figures"], options["leg"])
        return Sweep(what, design, what.first.analysis, figures, *how), what.first.circuit
    if run := measured_run(circuit, *how_run):
        figures = figures_of(run, options["figures"], options["leg"])
        return Sweep(run, design_of(run.circuit, options), run.analysis, figures, *how), run.circuit
    if options["kind"] not in (None, "tran"):
        raise LapicqueError(f"--analysis {options['kind']} is of netlists that ask for one: {circuit!r} does not.")
    nominal = build_named(circuit, options["changes"])
    figures = options["figures"] or usual_figures(nominal)
    what, shared = (nominal, {}) if is_own(circuit) else (entry(circuit).name, dict(options["changes"]))
    end = Transient(stop_of(circuit, nominal, options["stop"]))
    return Sweep(what, design_of(nominal, options), end, tuple(figures), how[0], shared, *how[2:]), nominal


def _read_anew(circuit: str, options: dict[str, Any]) -> tuple[Sequence[Step], Design] | None:
    """What is varied by reading a file again for each run, and all values; None where nothing needs that."""
    from ..analysis.sweeps import grid, latin_hypercube
    from ..circuits.units import parse

    ways = [k for k in ("vary", "sample", "tolerance", "mismatch") if options[k]]
    how_run = (options["changes"], options["kind"], options["stop"])
    if ways == ["sample"]:
        ranges = {n: between(n, t) for n, t in options["sample"]}
        steps = varied(circuit, {n: [parse(v, n) for v in ends] for n, ends in ranges.items()}, *how_run)
        if any(s.of == "parameter" for s in steps):
            return steps, latin_hypercube(ranges, options["runs"], options["seed"])
    if ways in ([], ["vary"]):
        steps = varied(circuit, {n: axis(n, t) for n, t in options["vary"]}, *how_run)
        return (steps, grid({s.name: s.values for s in steps})) if steps else None
    return None


def _contradictions(options: dict[str, Any]) -> None:
    """Options that would have no effect."""
    random = options["tolerance"] or options["mismatch"]
    varied = {name for name, _ in (*options["vary"], *options["sample"])}
    again = "--resume" if options["resume"] else "--retry-failed" if options["retry_failed"] else ""
    if again and options["out"] is None:
        raise click.UsageError(f"{again} goes on with what lies beside --out: name the same --out.")
    for name in ("corners", "matched"):
        if options[name] and not random:
            raise click.UsageError(f"--{name} is about parts with --tolerance or --mismatch: give one of them.")
    if twice := sorted(varied & {name for name, _ in options["changes"]}):
        raise click.UsageError(f"{twice[0]!r} is set and varied: take one of them out.")


def _limits(good: tuple[str, str] | None, figures: tuple[str, ...]) -> tuple[str, float, float] | None:
    """The figure that says whether a circuit is good, and between what."""
    from ..circuits.units import parse

    if good is None:
        return None
    name, (low, high) = good[0], between(*good)
    if name not in figures:
        raise LapicqueError(f"--good is about {name!r}, which is not read off: add --figure {name}.")
    least, most = parse(low, name), parse(high, name)
    if not least < most:
        raise QuantityError(f"--good {name}={low}:{high}: the first limit must be below the second.")
    return name, least, most


def _tell(result: Any, figures: tuple[str, ...], limits: tuple[str, float, float] | None) -> None:
    import numpy as np

    from ..analysis.reports.network_report import brief
    from ..analysis.sweeps import yield_within
    from ..analysis.sweeps.certificate import certificates
    from ..analysis.sweeps.labelled import failures

    for name in figures:
        values, unit = result[name].values.ravel(), result[name].attrs["units"]
        good = values[np.isfinite(values)]
        if len(good):
            spread = f", standard deviation {brief(float(np.std(good)), unit)}" if "run" in result.dims else ""
            click.echo(
                f"{name}: {brief(float(good.min()), unit)} to {brief(float(good.max()), unit)}, "
                f"mean {brief(float(good.mean()), unit)}{spread}"
            )
        if len(good) < len(values):
            click.echo(f"{name}: {len(values) - len(good)} of {len(values)} runs do not have it")
    failed = failures(result)
    for words in failed[:5]:
        click.echo(f"failed: {words}")
    if len(failed) > 5:
        click.echo(f"failed: {len(failed)} runs in all; the result holds why, and their netlists")
    click.echo(f"run by {'ngspice' if result.attrs['engine'] == 'ngspice' else 'the model, the derived equations'}")
    for certificate in certificates(result):
        click.echo(f"certified: {certificate}")
    if limits:
        y = yield_within(result, *limits)
        click.echo(
            f"yield: {y.good} of {y.runs} = {100 * y.part:.3g} % (95 %: {100 * y.low:.3g} to {100 * y.high:.3g} %)"
        )


def _compare(result: Any, nominal: Any, name: str) -> None:
    from ..analysis.sweeps import sampled_sensitivities
    from ..analysis.sweeps.statistics import interval_sensitivities
    from ..circuits.closed_forms.derivations import is_single_neuron

    if "run" not in result.dims or "label" in result.coords:
        return
    try:
        sampled = sampled_sensitivities(result, name)
    except QuantityError as error:
        click.echo(f"no sensitivities: {error}")
        return
    derived = {s.name: s.value for s in interval_sensitivities(nominal)} if (
        name == "interval" and is_single_neuron(nominal)
    ) else {}  # fmt: skip
    for s in sorted(sampled, key=lambda s: -abs(s.value)):
        known = f", derived from the ideal interval {derived[s.name]:+.3f}" if s.name in derived else ""
        click.echo(f"{name} to {s.name}: {s.value:+.3f} +- {s.error:.1g} %/%{known}")


def _wrote(result: Any, options: dict[str, Any], name: str) -> None:
    if options["out"] is not None:
        click.echo(f"wrote {options['out']}")
    if options["plot"] is not None:
        from ..analysis.plots import save_figure, sweep_figure

        click.echo(f"drew {save_figure(sweep_figure(result, name), options['plot'])}")
