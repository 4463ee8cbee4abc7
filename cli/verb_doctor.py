"""`lapicque doctor`."""

from __future__ import annotations

import sys

import click

from ..circuits.errors import LapicqueError


@click.command("doctor")
def command() -> None:
    """Show versions, where ngspice was found, and a short test run; say what to do if something is missing.

    Example: lapicque doctor
    """
    from ..netlists.ngspice.results import versions

    for name, version in versions().items():
        click.echo(f"{name:10} {version}")
    try:
        library, version, points, seconds = _test_run()
    except LapicqueError as error:
        click.echo(f"{'ngspice':10} not usable\n{error}")
        click.echo("Without it derivations, netlists and the numerical model work all the same.")
        sys.exit(1)
    click.echo(f"{'ngspice':10} {version.removeprefix('ngspice-')}  ({library})")
    click.echo(f"test run   a 10 ms RC step: {points} points in {seconds * 1e3:.1f} ms, proved good")


def _test_run() -> tuple[str, str, int, float]:
    from ..circuits.library import build
    from ..netlists.ngspice.engine import simulate
    from ..netlists.ngspice.ngspice_library import find_library
    from ..netlists.spice.analyses import Transient

    library = find_library()
    result = simulate(build("rc"), Transient(10e-3), "fast")
    return library, result.attrs["simulator"], result.sizes["time"], result.attrs["seconds_ngspice"]
