"""MOSFETs of level 1 as elements: channel, resistances, junctions to the bulk, and overlaps of the gate.

Names and defaults are those of SPICE level 1 (ngspice manual, chapter on MOSFETs).
"""

from __future__ import annotations

from collections.abc import Iterable

from ...circuits.elements import C, Diode, Element, Mosfet, MosfetBulk, R
from ...circuits.errors import CircuitError
from .words import Model, Setting, Words, exactly, model_for, nodes_of, number_of, only

WIDTH = LENGTH = 1e-4
"""Metres, where a card gives none."""
JUNCTION = 1e-14
"""Saturation current of a junction to the bulk, amperes, where a model gives none."""
_CHANNEL = ("level", "vto", "vt0", "kp", "gamma", "phi", "lambda", "ld")
_AROUND = ("is", "n", "cgso", "cgdo", "cgbo", "rd", "rs", "rsh", "cbd", "cbs", "cj", "pb", "mj", "fc")
NO_CURRENT = 1e-30
"""Saturation current of a junction that only stores charge, amperes."""
_NOTHING = ("tpg", "kf", "af", "mjsw", "tnom")
"""Values that mean nothing without others, which are refused."""


def mosfet(words: Words, setting: Setting) -> Iterable[Element]:
    """The elements of a card of a MOSFET.

    Raises:
        CircuitError: a model of another level, or a value that is not known here.
    """
    exactly(words, 5, "four nodes and a model", "off")
    drain, gate, source, bulk = nodes_of(words, 4)
    model = model_for(words, 4, setting, "nmos", "pmos")
    if model.value("level", 1.0) != 1:
        raise CircuitError(f"the model {model.name!r} is of level {model.values['level']}: level 1 has equations here.")
    model.only(*_CHANNEL, *_AROUND, *_NOTHING)
    only(words, "w", "l", "m", "ad", "as", "pd", "ps", "nrd", "nrs", "off")
    width, length, many = (number_of(words.pairs.get(k, d), k) for k, d in (("w", "1e-4"), ("l", "1e-4"), ("m", "1")))
    length -= 2 * model.value("ld", 0.0)
    name, width = words.name, width * many
    for end, outer in (("d", drain), ("s", source)):
        if ohms := _resistance(words, model, end) / many:
            inner = f"{name}#{end}"
            yield R(f"{name}#r{end}", outer, inner, ohms)
            drain, source = (inner, source) if end == "d" else (drain, inner)
    yield _channel(name, (drain, gate, source, bulk), model, width, length)
    yield from _junctions(words, (drain, source, bulk), model, many)
    for key, node, size in (("cgso", source, width), ("cgdo", drain, width), ("cgbo", bulk, length * many)):
        if (value := model.value(key, 0.0) * size) > 0 and node != gate:
            yield C(f"{name}#{key}", gate, node, value)


def _channel(name: str, nodes: tuple[str, ...], model: Model, width: float, length: float) -> Element:
    drain, gate, source, bulk = nodes
    sign, polarity = (1, "n") if model.kind == "nmos" else (-1, "p")
    v_th = sign * model.value("vto" if "vto" in model.values else "vt0", 0.0)
    kp, lam, gamma = model.value("kp", 2e-5), model.value("lambda", 0.0), model.value("gamma", 0.0)
    if not gamma:
        return Mosfet(name, drain, gate, source, polarity, width, length, v_th, kp, lam)
    phi = model.value("phi", 0.6)
    return MosfetBulk(name, drain, gate, source, polarity, width, length, v_th, kp, lam, bulk, gamma, phi)


def _resistance(words: Words, model: Model, end: str) -> float:
    """RD or RS; without it the sheet's resistance times the squares of the card."""
    squares = number_of(words.pairs.get(f"nr{end}", "1"), f"nr{end}")
    return model.value(f"r{end}", model.value("rsh", 0.0) * squares)


def _junctions(words: Words, nodes: tuple[str, ...], model: Model, many: float) -> Iterable[Element]:
    """Diodes with their capacitances, CBD and CBS or CJ times the area of the card."""
    drain, source, bulk = nodes
    i_s, n = model.value("is", JUNCTION) * many, model.value("n", 1.0)
    layer = {"vj": model.value("pb", 0.8), "m": model.value("mj", 0.5), "fc": model.value("fc", 0.5)}
    for letter, node in (("d", drain), ("s", source)):
        area = number_of(words.pairs.get(f"a{letter}", "0"), f"a{letter}")
        cjo = model.value(f"cb{letter}", model.value("cj", 0.0) * area) * many
        if (i_s > 0 or cjo > 0) and node != bulk:
            ends = (bulk, node) if model.kind == "nmos" else (node, bulk)
            yield Diode(f"{words.name}#b{letter}", *ends, i_s or NO_CURRENT, n, cjo=cjo, **(layer if cjo else {}))
