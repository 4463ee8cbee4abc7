"""Diodes as elements; names and defaults are those of SPICE (ngspice manual, chapter on diodes)."""

from __future__ import annotations

from collections.abc import Iterable
from math import exp, log

import attrs

from ...circuits.devices import THERMAL_VOLTAGE
from ...circuits.elements import Diode, Element
from ...circuits.errors import CircuitError
from .models import Model
from .numbers import number
from .temperature import Temperature
from .words import Setting, Words, exactly, model_for, nodes_of, number_of, only

NO_CURRENT = {"i_s": 1e-28, "n": 1000.0}
"""Of a junction that only stores charge: with an n of 1 it would carry milliamperes at 1.5 V."""
AT_NOMINAL = ("tnom", "tref", "eg", "xti", "kf", "af")
"""Of models: what changes nothing at the temperature at which they were measured, or is noise."""
SAID = ("iave", "vpk", "vceo", "icrating")
"""What LTspice's models say of themselves, which is no value."""
LIMITS = ("fv_max", "bv_max", "id_max", "te_max", "pd_max", "vbe_max", "vbc_max", "vce_max", "ic_max", "ib_max")
"""What ngspice's models say a device stands, which is no value either."""
_DRIFTS = (
    "trs", "trs1", "trs2", "tcv", "cta", "ctc", "tlev", "tlevc", "tm1", "tm2", "ttt1", "ttt2", "tpb", "tvj", "tphp",
)  # fmt: skip
"""What means nothing at the temperature at which a model was measured."""
_SIDES = ("cjsw", "cjp", "php", "mjsw", "jsw", "fcs")
"""What means nothing without the perimeter that a card would give as PJ."""
_KNOWN = {
    "is": ("is", "js"), "n": ("n",), "rs": ("rs",), "cjo": ("cjo", "cj0", "cj"), "vj": ("vj", "pb"), "m": ("m", "mj"),
    "fc": ("fc",), "tt": ("tt",), "bv": ("bv",), "ibv": ("ibv",),
}  # fmt: skip


def diode(words: Words, setting: Setting) -> Iterable[Element]:
    """The element of a card of a diode.

    Raises:
        CircuitError: a model with a value that is not known here.
    """
    only(words, "area", "m", "off", "ic")
    area, rest = area_of(words, 3)
    exactly(rest, 3, "two nodes, a model and an area", "off")
    plus, minus = nodes_of(words, 2)
    model = model_for(words, 2, setting, "d")
    known = [k for words in _KNOWN.values() for k in words]
    here = setting.temperature.of(model)
    model.only("level", *known, *_SIDES, *(_DRIFTS if here.is_nominal else ()), *AT_NOMINAL, *SAID, *LIMITS)
    want_level(model, 1)
    many = number_of(words.pairs.get("m", "1"), "m")
    factor = area * many

    def value(key: str, default: float) -> float:
        return first_of(model, _KNOWN[key], default)

    charged = {"cjo": value("cjo", 0.0) * factor, "vj": value("vj", 1.0), "m": value("m", 0.5), "fc": value("fc", 0.5)}
    made = Diode(
        words.name, plus, minus, value("is", 1e-14) * factor, value("n", 1.0), value("rs", 0.0) / factor, **charged,
        tt=value("tt", 0.0), bv=value("bv", 0.0), ibv=value("ibv", 1e-3) * many,
        ic=number_of(words.pairs.get("ic", "0"), "ic"),
    )  # fmt: skip
    return [made if here.is_usual else _moved(made, here, growth(model, here))]


def growth(model: Model, here: Temperature) -> float:
    """The logarithm of what the saturation current of a junction grows by."""
    return here.saturation(model.value("eg", 1.11), model.value("xti", 3.0))


def _moved(e: Diode, here: Temperature, grown: float) -> Diode:
    """A diode at another temperature."""
    i_s = e.i_s * exp(grown / e.n)
    cjo, vj = here.layer(e.cjo, e.vj, e.m)
    n = e.n * here.stretch
    moved = attrs.evolve(e, i_s=i_s, n=n, cjo=cjo, vj=vj)
    if not e.bv:
        return moved
    # Its breakdown begins at a knee that is fitted there; bv is what gives that knee at 27 degrees.
    volts = here.thermal_voltage
    if e.ibv < i_s * e.bv / volts:
        raise CircuitError(f"IBV of {e.name} is less than what it blocks at {here.celsius:g} degrees: give more.")
    knee = e.bv - n * THERMAL_VOLTAGE * log(1 + e.ibv / i_s)
    for _ in range(25):
        knee = e.bv - n * THERMAL_VOLTAGE * log(e.ibv / i_s + 1 - knee / volts)
    return attrs.evolve(moved, bv=knee + n * THERMAL_VOLTAGE * log(e.ibv / i_s + 1 - knee / THERMAL_VOLTAGE))


def first_of(model: Model, keys: Iterable[str], default: float) -> float:
    """The value of a model by the first of its names that is given."""
    return next((model.value(k, default) for k in keys if k in model.values), default)


def want_level(model: Model, *levels: int) -> None:
    """Refuse a model of another level.

    Raises:
        CircuitError: says which have equations.
    """
    if (level := model.value("level", levels[0])) not in levels:
        here = " and ".join(map(str, levels))
        raise CircuitError(f"the model {model.name!r} is of level {level:g}: level {here} has equations here.")


def area_of(words: Words, place: int) -> tuple[float, Words]:
    """The area of a device, by its name or in its place behind the model; and the words without that.

    Raises:
        CircuitError: an area of 0 or less.
    """
    plain = words.plain
    if len(plain) > place and (found := number(plain[place])) is not None:
        words = attrs.evolve(words, plain=(*plain[:place], *plain[place + 1 :]))
    else:
        found = number_of(words.pairs.get("area", "1"), "area")
    if found <= 0:
        raise CircuitError(f"the area of {words.name} is {found:g}: it must be greater than zero.")
    return found, words
