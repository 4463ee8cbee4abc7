"""Flat cards of which no element can be made, kept as devices that only ngspice knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from attrs import frozen

from ...circuits.elements import Opaque
from ...circuits.errors import CircuitError
from ..spice.opaque_cards import KINDS, want_safe
from .models import Model
from .numbers import number
from .words import Setting, Words, words_of

HOW = "--keep (keep=True in Python) keeps it as a device that only ngspice knows: simulated, not derived."
_PINS = {
    "m": ("d", "g", "s", "b"), "q": ("c", "b", "e", "s"), "d": ("a", "c"), "j": ("d", "g", "s"), "r": ("p", "n", "b"),
    "c": ("p", "n"), "l": ("p", "n"), "s": ("p", "n", "cp", "cn"), "t": ("p1", "n1", "p2", "n2"),
}  # fmt: skip
"""Names of the pins of each letter, as many as such a card may have."""
_LEAST = {"q": 3, "r": 2}
"""How many it must have, where that is fewer."""
_DIGITS = re.compile(r"[-+]?[\d.]+(e[-+]?\d+)?")
_AREA = frozenset("qdj")
"""Letters whose card may have a bare number behind the model: the area."""


@frozen
class Keeping:
    """Whether what has no element is kept."""

    keep: bool = False

    def of(self, card: str, setting: Setting, why: Exception) -> Opaque:
        """The opaque device of a flat card.

        Args:
            card: of the flat deck.
            setting: with its models.
            why: no element could be made of it.

        Raises:
            CircuitError: nothing is kept, or this card cannot be.
        """
        words = words_of(card)
        if words.name[0] not in KINDS:
            raise CircuitError(str(why))
        if not self.keep:
            raise CircuitError(f"{why} {HOW}")
        if not setting.temperature.is_usual:
            raise CircuitError(f"{why} It cannot be kept either: devices are kept at 27 degrees Celsius.")
        try:
            return _kept(words, setting)
        except CircuitError as error:
            raise CircuitError(f"{why} It cannot be kept either: {error}") from None


def _kept(words: Words, setting: Setting) -> Opaque:
    letter = words.name[0]
    pins = _PINS[letter]
    count = _count(words, letter, setting.models)
    rest = words.plain[count + bool(KINDS[letter]) :]
    params = {k: n for k, v in words.pairs.items() if (n := number(v)) is not None}
    said = [f"{k}={v}" for k, v in words.pairs.items() if k not in params]
    if letter in _AREA and rest and (area := number(rest[0])) is not None:
        params, rest = {**params, "area": area}, rest[1:]
    model, definitions = "", ()
    if KINDS[letter]:
        model, definitions = _definitions(words.plain[count], setting.models)
    made = Opaque(
        words.name, letter, words.plain[:count], model, params, pins[:count], definitions, (*rest, *said)
    )  # fmt: skip
    want_safe(made)
    return made


def _count(words: Words, letter: str, models: Mapping[str, Model]) -> int:
    """How many nodes a card has: up to the first word that is a model."""
    most, least = len(_PINS[letter]), _LEAST.get(letter, len(_PINS[letter]))
    if not KINDS[letter]:
        if len(words.plain) < most:
            raise CircuitError(f"{words.name} needs {most} nodes.")
        return most
    for count in range(least, most + 1):
        if len(words.plain) > count and any(_bins(words.plain[count], models)):
            return count
    between = f"{least} or {most}" if least < most else f"{most}"
    raise CircuitError(f"{words.name} names no model of this netlist behind its {between} nodes.")


def _bins(name: str, models: Mapping[str, Model]) -> Iterable[tuple[str, Model]]:
    """The models that a name means, with what follows the name: one, or those of several ranges of sizes."""
    if name in models:
        yield "", models[name]
        return
    for full, model in models.items():
        if found := re.fullmatch(re.escape(name) + r"(\.\d+)", full):
            yield found[1], model


def _plain(value: str) -> str:
    """A number without a suffix, so that a range of sizes can be read off it; any other word as it is."""
    found = number(value)
    return value if found is None or _DIGITS.fullmatch(value) else repr(found)


def _definitions(name: str, models: Mapping[str, Model]) -> tuple[str, tuple[str, ...]]:
    """A plain name for a model, and its cards by that name."""
    plain = re.sub(r"[^a-z0-9_]", "_", name.rpartition(":")[2])
    cards = []
    for place, model in _bins(name, models):
        if model.loose:
            raise CircuitError(f"the model {name!r} has words that are no name=number: {' '.join(model.loose)}.")
        values = " ".join(f"{k}={_plain(v)}" for k, v in model.values.items())
        cards.append(f".model {plain}{place} {model.kind} ({values})")
    return plain, tuple(cards)
