"""MOSFETs of level 1 as elements: channel, resistances, junctions to the bulk, and overlaps of the gate.

Names and defaults are those of SPICE level 1 (ngspice manual, chapter on MOSFETs).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import evolve, frozen

from ...circuits.elements import C, Diode, Element, Mosfet, MosfetBulk, MosfetMeyer, R
from ...circuits.errors import CircuitError
from .diodes_in import NO_CURRENT
from .models import Model
from .processes import PROCESS, process_of
from .temperature import Temperature
from .words import Setting, Words, exactly, model_for, nodes_of, number_of, only

WIDTH = LENGTH = 1e-4
"""Metres, where a card gives none."""
JUNCTION = 1e-14
"""Saturation current of a junction to the bulk, amperes, where a model gives none."""
_CHANNEL = ("level", "lambda", "ld", *PROCESS)
_AROUND = (
    "is", "js", "n", "cgso", "cgdo", "cgbo", "rd", "rs", "rsh", "cbd", "cbs", "cj", "pb", "mj", "fc", "cjsw", "mjsw",
)  # fmt: skip
_NOTHING = ("kf", "af", "tnom")
"""What is noise, or is asked for by itself."""
_OTHER_LEVELS = ("xj", "nfs", "neff", "ucrit", "uexp", "vmax", "delta", "theta", "eta", "kappa")
"""What levels 2 and 3 have, and level 1 does not look at."""


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
    model.only(*_CHANNEL, *_AROUND, *_NOTHING, *_OTHER_LEVELS)
    only(
        words, "w", "l", "m", "ad", "as", "pd", "ps", "nrd", "nrs", "off", *(["ic"] if model.value("tox", 0.0) else [])
    )
    width, length, many = (number_of(words.pairs.get(k, d), k) for k, d in (("w", "1e-4"), ("l", "1e-4"), ("m", "1")))
    length -= 2 * model.value("ld", 0.0)
    name, width = words.name, width * many
    for end, outer in (("d", drain), ("s", source)):
        if ohms := _resistance(words, model, end) / many:
            inner = f"{name}#{end}"
            yield R(f"{name}#r{end}", outer, inner, ohms)
            drain, source = (inner, source) if end == "d" else (drain, inner)
    here = setting.temperature.of(model)
    made = _channel(name, (drain, gate, source, bulk), model, (width, length), here)
    starts = [number_of(v, "ic") for v in words.pairs.get("ic", "0").split(",")]
    yield evolve(made, **dict(zip(made.STARTS, starts, strict=False))) if isinstance(made, MosfetMeyer) else made
    own = 1.0 if setting.dialect == "ngspice" else model.value("n", 1.0)  # ngspice's level 1 does not look at N
    yield from _junctions(words, (drain, source, bulk), model, _Junction(many, own * here.stretch, here))
    for key, node, size in (("cgso", source, width), ("cgdo", drain, width), ("cgbo", bulk, length * many)):
        if (value := model.value(key, 0.0) * size) > 0 and node != gate:
            yield C(f"{name}#{key}", gate, node, value)


def _channel(name: str, nodes: tuple[str, ...], model: Model, size: tuple[float, float], here: Temperature) -> Element:
    drain, gate, source, bulk = nodes
    sign, polarity = (1, "n") if model.kind == "nmos" else (-1, "p")
    made = process_of(model, here)
    own = (name, drain, gate, source, polarity, *size, sign * made.vto, made.kp, model.value("lambda", 0.0))
    if made.oxide:
        return MosfetMeyer(*own, bulk, made.gamma, made.phi, made.oxide)
    return MosfetBulk(*own, bulk, made.gamma, made.phi) if made.gamma else Mosfet(*own)


def _resistance(words: Words, model: Model, end: str) -> float:
    """RD or RS; without it the sheet's resistance times the squares of the card."""
    squares = number_of(words.pairs.get(f"nr{end}", "1"), f"nr{end}")
    return model.value(f"r{end}", model.value("rsh", 0.0) * squares)


@frozen
class _Junction:
    """What junctions of a card share: how many there are, their emission coefficient at 27 degrees, and where."""

    many: float
    n: float
    here: Temperature


def _junctions(words: Words, nodes: tuple[str, ...], model: Model, how: _Junction) -> Iterable[Element]:
    """Diodes with their capacitances: CBD and CBS or CJ times the area of the card, and CJSW times the perimeter."""
    drain, source, bulk = nodes
    areas = {k: number_of(words.pairs.get(f"a{k}", "0"), f"a{k}") for k in "ds"}
    for letter, node in (("d", drain), ("s", source)):
        i_s = _saturation(model, areas, letter) * how.many * (1.0 if how.here.is_nominal else how.here.silicon())
        perimeter = number_of(words.pairs.get(f"p{letter}", "0"), f"p{letter}")
        bottom = model.value(f"cb{letter}", model.value("cj", 0.0) * areas[letter]) * how.many
        wall = model.value("cjsw", 0.0) * perimeter * how.many
        ends = (bulk, node) if model.kind == "nmos" else (node, bulk)
        name = f"{words.name}#b{letter}"
        if node != bulk:
            if i_s > 0 or bottom > 0:
                carried = {"i_s": i_s, "n": how.n} if i_s > 0 else NO_CURRENT
                yield Diode(name, *ends, **carried, **_layer(model, bottom, "mj", how.here))
            if wall > 0:
                yield Diode(f"{name}w", *ends, **NO_CURRENT, **_layer(model, wall, "mjsw", how.here))


def _saturation(model: Model, areas: Mapping[str, float], letter: str) -> float:
    """JS times the area, where both ends have one; otherwise IS."""
    density = model.value("js", 0.0)
    return density * areas[letter] if density and all(areas.values()) else model.value("is", JUNCTION)


def _layer(model: Model, capacitance: float, grading: str, here: Temperature) -> dict[str, float]:
    """The capacitance of a junction, and what else it has then."""
    if not capacitance:
        return {}
    vj, m = model.value("pb", 0.8), model.value(grading, 0.5)
    if not here.is_usual:
        capacitance, vj = here.layer(capacitance, vj, m)
    return {"cjo": capacitance, "vj": vj, "m": m, "fc": model.value("fc", 0.5)}
