"""How objects show themselves in a notebook.

Pictures are drawn above this room, in `analysis.plots`, and objects below must not know them: what draws is looked up
by its name when a notebook asks, the one place where something is.
"""

from __future__ import annotations

from importlib import import_module

DRAWS = "lapicque.analysis.plots.shown"


def html(thing: object) -> str:
    """An object as HTML, with its picture."""
    return import_module(DRAWS).html(thing)
