"""Numbers as SPICE text."""

from __future__ import annotations


def number(value: float) -> str:
    """A number as SPICE text: repr, so that nothing is lost and no suffix is ever read."""
    return repr(float(value))
