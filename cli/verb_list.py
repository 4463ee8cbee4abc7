"""`lapicque list`."""

from __future__ import annotations

import click


@click.command("list")
def command() -> None:
    """List the circuits of the library and what they show.

    Example: lapicque list
    """
    from ..circuits.library import ALIASES, LIBRARY

    short = {full: alias for alias, full in ALIASES.items()}
    width = max(len(_name(n, short)) for n in LIBRARY)
    for name, entry in LIBRARY.items():
        click.echo(f"{_name(name, short):{width}}  {entry.kind:8}  {entry.shows}")


def _name(name: str, short: dict[str, str]) -> str:
    return f"{name} ({short[name]})" if name in short else name
