"""`.step` cards: parameters, sources and parameters of models that a netlist varies.

What they mean: LTspice's help, .STEP; the PSpice A/D reference guide, .STEP.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from attrs import frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import I, V
from ...circuits.errors import CircuitError
from ...circuits.stimuli import Constant
from .numbers import finite
from .params import parameters_of
from .source import Card, NetlistError

MOST = 10_000
"""Values of one step."""
OWN = "step__"
"""How parameters begin that stand for a parameter of a model."""
_MODEL = re.compile(r"^([\w.+-]+)\((\w+)\)$")
_TOKEN = re.compile(r"\{[^{}]*\}|'[^']*'|[^\s,{}']+")
_SPACINGS = ("lin", "dec", "oct", "list")


@frozen
class Step:
    """What is varied, and its values.

    Attributes:
        name: as people know it: a parameter, a source, `MODEL.PARAMETER`.
        key: the parameter of the netlist that stands for it, in lower case; the name of a source.
        of: "parameter" or "source".
        values: in SI units.
        within: kind of the analysis to which it belongs ("dc" for the second source of `.dc`); empty for all.
    """

    name: str
    key: str
    of: str
    values: tuple[float, ...]
    within: str = ""


def with_steps(cards: Sequence[Card]) -> tuple[Card, ...]:
    """The cards of a netlist, with a `.param` for each thing that is stepped and has none.

    A parameter of a model becomes one of the netlist; its value there stays.

    Raises:
        NetlistError: a step of a model that is not there, or is there twice.
    """
    found = list(cards)
    known = set(parameters_of(cards))
    for card in (c for c in cards if c.word == ".step"):
        kind, item, rest = _parts(card)
        first = _first(rest)
        if kind == "model":
            found = _of_model(found, card, item, first)
        elif kind == "param" and item.lower() not in known and first:
            found.append(Card(f".param {item}={first}", card.place))
            known.add(item.lower())
    return tuple(found)


def step_of(card: Card, circuit: Circuit) -> Step:
    """Read a card whose values are numbers.

    Args:
        card: `.step ...`.
        circuit: whose sources it may mean.

    Raises:
        CircuitError: what it means is not known here.
    """
    kind, item, rest = _parts(card)
    spacing = "lin"
    if rest and rest[0].lower() in _SPACINGS:
        spacing, rest = rest[0].lower(), rest[1:]
    elif (words := _words(card)) and words[0].lower() in _SPACINGS:
        spacing = words[0].lower()
    if any(w.lower().startswith("file=") for w in rest):
        raise CircuitError("values from a file are not read: give them as LIST")
    values = _values(spacing, [finite(w) for w in rest])
    if kind == "model":
        model, parameter = _named(item)
        return Step(f"{model}.{parameter}", _key(item), "parameter", values)
    if kind == "param":
        return Step(item, item.lower(), "parameter", values)
    for e in circuit.parts:
        if isinstance(e, (V, I)) and e.name.lower() == item.lower():
            if not isinstance(e.stimulus, Constant):
                raise CircuitError(f"{e.name!r} goes by a function over time: step a parameter in it")
            return Step(e.name, e.name, "source", values)
    what = "all is at 27 degrees" if item.lower() == "temp" else "it is no parameter, source or MODEL(PARAMETER)"
    raise CircuitError(f"{item!r} cannot be stepped here: {what}")


def _words(card: Card) -> list[str]:
    return _TOKEN.findall(re.sub(r"\s*=\s*", "=", card.text))[1:]


def _parts(card: Card) -> tuple[str, str, list[str]]:
    """What kind of thing is stepped, its name, and the words behind it."""
    words = _words(card)
    if words and words[0].lower() in _SPACINGS[:3]:
        words = words[1:]
    if words and words[0].lower() == "param":
        return "param", words[1] if len(words) > 1 else "", words[2:]
    if len(words) > 1 and _MODEL.match(words[1]):
        return "model", words[1], words[2:]
    return "source", words[0] if words else "", words[1:]


def _first(rest: Sequence[str]) -> str:
    return next((w for w in rest if w.lower() not in _SPACINGS), "")


def _named(item: str) -> tuple[str, str]:
    found = _MODEL.match(item)
    return (found[1], found[2]) if found else (item, "")


def _key(item: str) -> str:
    model, parameter = _named(item.lower())
    return f"{OWN}{re.sub(r'[^a-z0-9]', '_', model)}_{parameter}"


def _of_model(cards: list[Card], step: Card, item: str, first: str) -> list[Card]:
    """Put a parameter of the netlist into a model."""
    model, parameter = _named(item)
    places = [
        k for k, c in enumerate(cards) if c.word == ".model" and c.text.split()[1:2] and
        re.split(r"[\s(]", c.text.split()[1])[0].lower() == model.lower()
    ]  # fmt: skip
    if len(places) != 1:
        raise NetlistError(step, f"there are {len(places)} models {model!r}: a step is of one.")
    old, key = cards[places[0]], _key(item)
    value = re.compile(rf"(\b{parameter}\s*=\s*)(\{{[^}}]*\}}|'[^']*'|[^\s,()]+)", re.IGNORECASE)
    if found := value.search(old.text):
        text, first = value.sub(rf"\g<1>{{{key}}}", old.text, count=1), found[2]
    else:
        text = re.sub(r"\s*\)?\s*$", "", old.text) + f" {parameter}={{{key}}}" + ")" * old.text.rstrip().endswith(")")
    cards[places[0]] = Card(text, old.place)
    return [*cards, Card(f".param {key}={first}", step.place)]


def _values(spacing: str, numbers: Sequence[float]) -> tuple[float, ...]:
    """All values; those between two ends do not go beyond the second."""
    if spacing == "list":
        if not numbers:
            raise CircuitError("a list has values")
        return tuple(numbers)
    if len(numbers) != 3:
        raise CircuitError("give FROM TO and a step, or a number of points behind DEC or OCT")
    first, last, step = numbers
    if spacing == "lin":
        if not step or (last - first) * step < 0:
            raise CircuitError(f"steps of {step:g} do not lead from {first:g} to {last:g}")
        return tuple(first + k * step for k in range(_count((last - first) / step)))
    if not (first > 0 and last > 0 and step > 0):
        raise CircuitError(f"{spacing} goes between numbers above 0")
    factor = {"dec": 10.0, "oct": 2.0}[spacing] ** (math.copysign(1.0, last - first) / step)
    return tuple(first * factor**k for k in range(_count(math.log(last / first) / math.log(factor))))


def _count(steps: float) -> int:
    if not steps < MOST:
        raise CircuitError(f"{steps:.3g} values are more than {MOST:,}")
    return int(steps + 1e-6) + 1
