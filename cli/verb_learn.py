"""`lapicque learn`: the course, in the browser."""

from __future__ import annotations

from pathlib import Path

import click

from .types import Count, InputFile, OutputFile


@click.command("learn")
@click.argument("number", type=Count(1, 9), default=1)
@click.option(
    "--language", type=click.Choice(["en", "ko"]), default="en", show_default=True, help="It can be switched."
)
@click.option("--port", type=Count(0, 65535), default=0, help="Of the local server; a free one unless given.")
@click.option("--no-browser", is_flag=True, help="Only tell the address.")
@click.option("--sheet", "seed", type=Count(0), help="Print the exercises instead: the variant of this seed.")
@click.option("--solutions", is_flag=True, help="With --sheet: the solutions too.")
@click.option(
    "--results", type=InputFile(), multiple=True,
    help="Print one table of progress files instead; may be repeated.",
)  # fmt: skip
@click.option("--poster", type=OutputFile(".pdf"), help="Write the poster of the LIF neuron (.pdf) instead.")
def command(
    number: int, language: str, port: int, no_browser: bool, seed: int | None, solutions: bool,
    results: tuple[Path, ...], poster: Path | None,
) -> None:  # fmt: skip
    """Open lesson NUMBER (1 to 9) as a notebook that answers; stop it with Ctrl-C.

    Nothing is sent anywhere; what was solved is kept on this machine.

    Example: lapicque learn 4 --language ko
    """
    forms = [
        name
        for name, given in (("--poster", poster), ("--results", results), ("--sheet", seed))
        if given not in (None, ())
    ]
    if len(forms) > 1:
        raise click.UsageError(f"{' and '.join(forms)} ask for different things: give one of them.")
    if solutions and seed is None:
        raise click.UsageError("--solutions are those of a sheet: give --sheet SEED too.")
    if poster is not None:
        from ..lessons.poster import save_poster

        click.echo(f"wrote {save_poster(poster, language)}")
        return
    if results:
        from ..lessons.classroom import class_results

        click.echo(class_results(results), nl=False)
        return
    if seed is not None:
        from ..lessons.classroom import sheet

        click.echo(sheet(number, language, seed, solutions))
        return
    from ..lessons.server import serve

    serve(number, language, port, not no_browser, click.echo)
