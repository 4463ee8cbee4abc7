"""Flat cards as elements."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from ...circuits.elements import B, C, E, Element, F, G, H, I, L, R, V
from ...circuits.errors import CircuitError
from .bipolar_in import bipolar
from .diodes_in import diode
from .jfets_in import jfet
from .laws_in import LawIn, law_of
from .mosfets_in import mosfet
from .places import INSIDE_LAW, POLYNOMIAL
from .stimuli_in import stimulus_of
from .switches_in import switch
from .transformers_in import coupling
from .varactors_in import is_marked, varactor
from .words import Setting, Words, exactly, nodes_of, number_of, only, words_of


def elements_of(card: str, setting: Setting) -> Iterable[Element]:
    """The elements of a flat card.

    Raises:
        CircuitError: what has no element here; says why.
        QuantityError: a value that an element does not allow.
    """
    words = words_of(card)
    if POLYNOMIAL in words.name:
        raise CircuitError("with words behind its gain it is a polynomial to ngspice: write POLY(1), or one gain.")
    reader = _READERS.get(words.name[0])
    if reader is None:
        raise CircuitError(f"elements that begin with {words.name[0].upper()!r} have no equations here yet.")
    return reader(words, setting)


def _of_one_value(words: Words, key: str) -> float:
    """The value of a resistor, capacitor or inductor, in its place or by its letter."""
    if key in words.pairs:
        exactly(words, 2, "two nodes and one value")
        return number_of(words.pairs[key], words.name)
    exactly(words, 3, "two nodes and one value")
    return number_of(words.plain[2], words.name)


def _many(words: Words) -> float:
    """How many there are in parallel."""
    many = number_of(words.pairs.get("m", "1"), "m")
    if many <= 0:
        raise CircuitError(f"{words.name} has m={many:g}, so many in parallel: give more than 0, or take it out.")
    return many


def _begins(words: Words) -> float:
    return number_of(words.pairs.get("ic", "0"), "ic")


def _resistor(words: Words, setting: Setting) -> Iterable[Element]:
    only(words, "r", "m", "tc1", "tc2", "ac", "noisy")
    hotter = setting.temperature.kelvin - setting.temperature.nominal
    first, second = (number_of(words.pairs.get(k, "0"), k) for k in ("tc1", "tc2"))
    value = _of_one_value(words, "r") / _many(words) * (1 + hotter * (first + hotter * second))
    plus, minus = nodes_of(words, 2)
    if value < 0:
        return [G(words.name, plus, minus, plus, minus, 1 / value)]
    return [R(words.name, plus, minus, value)]


def _capacitor(words: Words, setting: Setting) -> Iterable[Element]:
    only(words, "c", "ic", "m")
    value = _of_one_value(words, "c") * _many(words)
    plus, minus = nodes_of(words, 2)
    return [C(words.name, plus, minus, value, _begins(words))]


def _inductor(words: Words, setting: Setting) -> Iterable[Element]:
    only(words, "l", "ic", "m")
    value = _of_one_value(words, "l") / _many(words)
    plus, minus = nodes_of(words, 2)
    return [L(words.name, plus, minus, value, _begins(words))]


def _coupling(words: Words, setting: Setting) -> Iterable[Element]:
    only(words, "k")
    return [coupling(words)]


def _source(kind: Callable[..., Element]) -> Callable[[Words, Setting], Iterable[Element]]:
    def read(words: Words, setting: Setting) -> Iterable[Element]:
        plus, minus = nodes_of(words, 2)
        rest = words.rest.split(None, 2)[2] if len(words.rest.split(None, 2)) > 2 else ""
        stimulus, _ = stimulus_of(rest, setting.step, setting.stop, setting.dialect)
        return [kind(words.name, plus, minus, stimulus)]

    return read


def _gained(kind: Callable[..., Element], count: int, needs: str) -> Callable[[Words, Setting], Iterable[Element]]:
    """The reader of a source that another voltage or current controls: names, then a gain."""

    def read(words: Words, setting: Setting) -> Iterable[Element]:
        only(words)
        exactly(words, count + 1, needs)
        return [kind(words.name, *words.plain[:count], number_of(words.plain[count], "gain"))]

    return read


def _behavioural(words: Words, setting: Setting) -> Iterable[Element]:
    if is_marked(words):
        return [varactor(words, setting.dialect)]
    plus, minus = nodes_of(words, 2)
    found = re.match(r"\S+\s+\S+\s+([iv])\s*=\s*(.+)$", words.rest)
    if not found:
        raise CircuitError(f"{words.name} needs I=... or V=... behind its nodes.")
    if "reciproctc" in words.rest:  # what ngspice makes of values by laws
        raise CircuitError(
            f"{words.name[1:]} has a law for its value, which is known here of capacitors, as C='1n*(1+v(a,b))' or "
            "Q='...' behind two nodes."
        )
    law = law_of(found[2], setting.dialect)
    if found[1] == "i":
        return _current(words.name, plus, minus, law)
    inner = f"{words.name}{INSIDE_LAW}"  # one ohm turns the current of the law into its voltage
    made = _current(f"{words.name}#i", "0", inner, law)
    return [*made, R(f"{words.name}#r", inner, "0", 1.0), E(words.name, plus, minus, inner, "0", 1.0)]


def _current(name: str, plus: str, minus: str, law: LawIn) -> list[Element]:
    """A law's current, with a helper for each current that it reads."""
    helpers: list[Element] = []
    for _, source in law.sensors:
        node = f"{name}#{source}"
        helpers += [H(node, node, "0", source, 1.0), R(f"{node}#r", node, "0", 1.0)]
    read = {**dict(law.inputs), **{n: f"{name}#{source}" for n, source in law.sensors}}
    return [*helpers, B(name, plus, minus, law.expression, read)]


_FOUR, _TWO = "four nodes and a gain", "two nodes, a voltage source and a gain"
_READERS: dict[str, Callable[[Words, Setting], Iterable[Element]]] = {
    "r": _resistor, "c": _capacitor, "l": _inductor, "k": _coupling, "v": _source(V), "i": _source(I),
    "b": _behavioural,
    "e": _gained(E, 4, _FOUR), "g": _gained(G, 4, _FOUR), "f": _gained(F, 3, _TWO), "h": _gained(H, 3, _TWO),
    "d": diode, "q": bipolar, "j": jfet, "s": switch, "m": mosfet,
}  # fmt: skip
