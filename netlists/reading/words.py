"""A flat card as words, and what it is read with."""

from __future__ import annotations

import re
from collections.abc import Mapping

from attrs import frozen

from ...circuits.errors import CircuitError
from .models import Model
from .numbers import number
from .temperature import AT_27, Temperature


@frozen
class Setting:
    """What cards are read with.

    Attributes:
        models: by name in lower case.
        step, stop: of `.tran`, seconds.
        dialect: whose powers are meant.
        temperature: of the circuit.
    """

    models: Mapping[str, Model]
    step: float | None
    stop: float | None
    dialect: str = "ngspice"
    temperature: Temperature = AT_27


@frozen
class Words:
    """A card as words: name, those before the first `a=b`, and the pairs."""

    name: str
    plain: tuple[str, ...]
    pairs: Mapping[str, str]
    rest: str
    """The card without its name."""


def words_of(card: str) -> Words:
    """Split a card."""
    name, _, rest = card.partition(" ")
    whole = re.sub(r"\s*=\s*", "=", rest).split()
    plain = [w for w in whole if "=" not in w]
    pairs = dict(w.split("=", 1) for w in whole if "=" in w)
    return Words(name, tuple(plain), pairs, rest.strip())


def nodes_of(words: Words, count: int) -> tuple[str, ...]:
    """The first words, which are nodes.

    Raises:
        CircuitError: there are fewer.
    """
    if len(words.plain) < count:
        raise CircuitError(f"{words.name} needs {count} nodes.")
    return words.plain[:count]


def exactly(words: Words, count: int, needs: str, *ends: str) -> None:
    """Refuse a card with fewer or more words, which mean something that is not known here.

    Args:
        words: of the card.
        count: of words before the first `a=b`.
        needs: what they are.
        ends: words that may follow them.

    Raises:
        CircuitError: says what it needs, and what it has besides.
    """
    if len(words.plain) < count:
        raise CircuitError(f"{words.name} needs {needs}.")
    if more := [w for w in words.plain[count:] if w not in ends]:
        raise CircuitError(f"{words.name} needs {needs}: {' '.join(more)!r} is not known here behind them.")


def number_of(text: str, what: str) -> float:
    """A number.

    Raises:
        CircuitError: it is none.
    """
    found = number(text)
    if found is None:
        raise CircuitError(f"{text!r} is no number for {what}.")
    return found


def only(words: Words, *known: str) -> None:
    """Refuse pairs that would change what an element does.

    Raises:
        CircuitError: names them.
    """
    if other := [f"{k}={v}" for k, v in words.pairs.items() if k not in known]:
        raise CircuitError(f"{', '.join(other)} is not known here for {words.name}.")


def model_for(words: Words, place: int, setting: Setting, *kinds: str) -> Model:
    """The model that a card names behind its nodes.

    Raises:
        CircuitError: there is none of that name, or it is of another kind.
    """
    name = words.plain[place] if len(words.plain) > place else ""
    if name not in setting.models:
        raise CircuitError(f"there is no model {name!r} for {words.name}.")
    model = setting.models[name]
    if model.kind not in kinds:
        raise CircuitError(f"the model {name!r} of {words.name} is one of {model.kind.upper()}.")
    return model
