"""Cards of devices that only ngspice knows: each device's own, and the model of each once.

They come from files of strangers and from JSON, so every word is held against what such a card may consist of, before
it is written: a model is a name, a known kind, and pairs of a name and a number or a bare word. No such card acts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from math import inf

from ...circuits.elements import Opaque
from ...circuits.errors import CircuitError
from .devices import AMMETER
from .names import SpiceNames
from .numbers import number

KINDS = {
    "m": ("nmos", "pmos"), "q": ("npn", "pnp"), "d": ("d",), "j": ("njf", "pjf"), "r": ("r",), "c": ("c",),
    "l": ("l",), "s": ("sw",), "t": (),
}  # fmt: skip
"""Letter of a card to the kinds of model that it may have: none of them opens a file."""
_MODEL = re.compile(r"\.model (?P<name>[a-z0-9_]+)(?P<bin>\.\d+)? (?P<kind>[a-z]+) \((?P<values>[a-z0-9_=.+ -]*)\)")
_VALUE = re.compile(r"[a-z_][a-z0-9_]*=[a-z0-9_.+-]+")
_WORD = re.compile(r"off|on|ic=[-+0-9.e]+(,[-+0-9.e]+)*")
_BOUND = re.compile(r"\b([lw](?:min|max))=([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(?![\w.])")
EDGE = 1e-12
MODEL = "o_"
"""How names of models begin that opaque devices have."""


def opaque_lines(elements: Iterable[Opaque], names: SpiceNames, metered: Collection[str] = ()) -> list[str]:
    """The cards of opaque devices, and their models.

    Args:
        elements: the devices.
        names: of their circuit.
        metered: names of those whose current into the first pin is measured.

    Raises:
        CircuitError: a letter, model or word that is not let through to ngspice.
    """
    called: dict[tuple[str, tuple[str, ...]], str] = {}
    used: dict[str, dict[str, None]] = {}
    lines: list[str] = []
    for e in elements:
        want_safe(e)
        model = called.setdefault((e.model, e.definitions), f"{MODEL}{len(called) + 1}") if e.model else ""
        used.setdefault(model, {}).update(dict.fromkeys(_meant(e)))
        own = names.elements[e.name]
        nodes = [names.nodes[n] for n in e.terminals]
        if e.name in metered:
            inner = f"{AMMETER}{own}"
            lines.append(f"V{inner} {nodes[0]} {inner} DC {number(0.0)}")
            nodes[0] = inner
        pairs = (f"{k}={number(v)}" for k, v in e.params)
        lines.append(" ".join(filter(None, [own, *nodes, model, *pairs, *e.words])))
    for (model, definitions), name in called.items():
        lines += [_renamed(card, model, name) for card in definitions if card in used[name]]
    return lines


def want_safe(e: Opaque) -> None:
    """Refuse an opaque device whose cards hold anything but what describes it.

    Raises:
        CircuitError: names the device and the word.
    """
    if e.letter not in KINDS:
        raise CircuitError(
            f"{e.name!r} is a card that begins with {e.letter.upper()!r}: opaque devices begin with one of "
            f"{', '.join(KINDS).upper()}."
        )
    if odd := [w for w in e.words if not _WORD.fullmatch(w)]:
        raise CircuitError(f"{odd[0][:60]!r} is not let through to ngspice on the card of {e.name!r}: take it out.")
    if bool(e.model) != bool(KINDS[e.letter]) or bool(e.model) != bool(e.definitions):
        needs = "needs a model and its cards" if KINDS[e.letter] else "has no model"
        raise CircuitError(f"{e.name!r}, a card that begins with {e.letter.upper()!r}, {needs}.")
    for card in e.definitions:
        if (odd := _odd(e.letter, e.model, card)) is not None:
            raise CircuitError(
                f"the model of {e.name!r} has a card that is not let through to ngspice: {odd[:60]!r}; write .model "
                f"{e.model} {'|'.join(KINDS[e.letter])} (name=number ...) in small letters."
            )


@lru_cache(maxsize=16384)
def _odd(letter: str, model: str, card: str) -> str | None:
    """What in a model's card is not what it may consist of; None for a good one. Kept: a sweep writes it each time."""
    found = _MODEL.fullmatch(card)
    if not found or found["kind"] not in KINDS[letter] or found["name"] != model:
        return card
    return next((w for w in found["values"].split() if not _VALUE.fullmatch(w)), None)


def _meant(e: Opaque) -> tuple[str, ...]:
    """Those of its model's cards that ngspice may choose: of ranges of sizes the ones that its own lies in.

    Raises:
        CircuitError: it lies in none of them.
    """
    if not any(_bounds(card) for card in e.definitions):
        return e.definitions
    size = dict(e.params)
    width, length = size.get("w", 0.0) / (size.get("nf", 1.0) or 1.0), size.get("l", 0.0)
    found = tuple(card for card in e.definitions if in_range(card, width, length))
    if not found:
        raise CircuitError(
            f"w {width:g} and l {length:g} of {e.name!r} lie in no range of sizes of its model {e.model!r}"
            f"{f' ({e.origin}): make it anew with that size' if e.origin else ''}."
        )
    return found


def in_range(card: str, width: float, length: float) -> bool:
    """Whether a size, metres, lies in the range of a model's card; those at its edges, as ngspice has it, do too."""
    bounds = _bounds(card)
    sizes = {"l": length, "w": width}
    return all(
        bounds.get(f"{k}min", 0.0) * (1 - EDGE) <= x <= bounds.get(f"{k}max", inf) * (1 + EDGE)
        for k, x in sizes.items()
    )


@lru_cache(maxsize=16384)
def _bounds(card: str) -> dict[str, float]:
    """lmin, lmax, wmin and wmax of a model's card."""
    return {k: float(v) for k, v in _BOUND.findall(card)}


def _renamed(card: str, model: str, name: str) -> str:
    head = f".model {model}"
    return f".model {name}{card[len(head) :]}"
