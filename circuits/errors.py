"""The errors of the library: each names the thing, the value and what to do."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

LONGEST = 80
"""Characters of a name that an error repeats."""
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal does instead of showing it, and halves of characters."""


class LapicqueError(Exception):
    """Anything that lapicque reports to its user; the message is one clear paragraph."""


class QuantityError(LapicqueError, ValueError):
    """A value that cannot be read or that physics does not allow."""


class CircuitError(LapicqueError, ValueError):
    """A circuit that contradicts itself or that no simulator could solve."""


class DesignError(CircuitError):
    """A circuit that is well formed and yet cannot do what it is for (a neuron that sticks, say)."""


class EquationError(LapicqueError):
    """Equations that do not exist (singular circuit) or have no closed form."""


class NotDerivedError(EquationError):
    """The circuit is sound, but its equations are of a kind that is not derived here; ngspice can run it."""


class UnknownNameError(LapicqueError, KeyError):
    """A circuit, element, node or parameter that does not exist."""

    def __str__(self) -> str:
        return str(self.args[0])


def visible(words: str) -> str:
    r"""Words of a stranger's with signs that a terminal would obey spelt, so that they can be shown.

    >>> print(visible("red: \x1b[31m"))
    red: \x1b[31m
    """
    return _OBEYED.sub(lambda sign: ascii(sign[0])[1:-1], words)


def with_article(word: str) -> str:
    """A word with its article; one in capitals alone is spelt.

    >>> [with_article(word) for word in ("input", "figure", "LIF", "R", "unit")]
    ['an input', 'a figure', 'an LIF', 'an R', 'a unit']
    """
    vowels = "AEFHILMNORSX" if word.isupper() else "aeiouAEIO"
    return f"an {word}" if word[:1] in tuple(vowels) and not word.startswith("uni") else f"a {word}"


def unknown(what: str, name: object, known: Iterable[str]) -> UnknownNameError:
    """The error for a name that is not known, with the nearest known one.

    Args:
        what: what kind of thing was looked for ("element", "node", ...).
        name: the name that was asked for.
        known: all names that would have been right.

    Returns:
        The error, to be raised by the caller.
    """
    names = sorted(known)
    if not isinstance(name, str):
        other = with_article(type(name).__name__)
        kind = with_article(what)
        return UnknownNameError(f"{kind[0].upper()}{kind[1:]} is called by its name, not by {other}; give a string.")
    folded = {n.casefold(): n for n in names}
    near = difflib.get_close_matches(name[:LONGEST].casefold(), list(folded), n=1, cutoff=0.5)
    hint = f"Did you mean {folded[near[0]]!r}?" if near else f"Known: {', '.join(names) or 'none'}."
    shown = name if len(name) <= LONGEST else name[:LONGEST] + "..."
    return UnknownNameError(f"There is no {what} {shown!r}. {hint}")
