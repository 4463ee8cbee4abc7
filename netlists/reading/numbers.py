"""Numbers as SPICE reads them: `M` is milli, `1F` is femto, letters behind the suffix mean nothing."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from ...circuits.errors import CircuitError

_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([a-z]*)(?![\w.])", re.IGNORECASE)
_POWERS = (
    ("meg", 6), ("t", 12), ("g", 9), ("k", 3), ("m", -3), ("u", -6), ("n", -9), ("p", -12), ("f", -15), ("a", -18),
)  # fmt: skip
"""Suffixes and their powers of ten (ngspice manual, section 2.1.3)."""
MIL = 25.4e-6
"""A thousandth of an inch, metres."""


@lru_cache(maxsize=4096)
def number(text: str) -> float | None:
    """A number with its suffix; None for what is none.

    >>> number("1meg"), number("10nF"), number("1F"), number("5V"), number("x")
    (1000000.0, 1e-08, 1e-15, 5.0, None)
    """
    found = _NUMBER.fullmatch(text.strip())
    if not found:
        return None
    digits, letters = found[1].lower(), found[2].lower()
    if letters.startswith("mil"):
        return float(digits) * MIL
    power = next((p for suffix, p in _POWERS if letters.startswith(suffix)), 0)
    mantissa, _, exponent = digits.partition("e")
    return float(f"{mantissa}e{int(exponent or 0) + power}")


def finite(text: str) -> float:
    """A number that has an end.

    Raises:
        CircuitError: it is none.
    """
    found = number(text)
    if found is None or not math.isfinite(found):
        raise CircuitError(f"{text!r} is no number")
    return found
