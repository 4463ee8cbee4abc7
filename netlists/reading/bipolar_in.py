"""Bipolar transistors as elements; names and defaults are those of SPICE (ngspice manual, chapter on BJTs)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...circuits.elements import Bjt, Element
from ...circuits.errors import CircuitError
from .diodes_in import AT_27, SAID, area_of, first_of, want_level
from .models import Model
from .words import Setting, Words, exactly, model_for, number_of, only

_PLAIN = {
    "bf": 100.0, "nf": 1.0, "br": 1.0, "nr": 1.0, "vaf": 0.0, "var": 0.0, "ne": 1.5, "nc": 2.0, "vje": 0.75,
    "mje": 0.33, "vjc": 0.75, "mjc": 0.33, "xcjc": 1.0, "fc": 0.5, "tf": 0.0, "xtf": 0.0, "vtf": 0.0, "tr": 0.0,
}  # fmt: skip
"""What does not depend on the area, and its value where a model has none."""
_BIGGER = {"is": 1e-16, "ikf": 0.0, "ikr": 0.0, "ise": 0.0, "isc": 0.0, "cje": 0.0, "cjc": 0.0, "itf": 0.0}
"""What grows with the area."""
_SMALLER = {"rb": 0.0, "re": 0.0, "rc": 0.0}
"""What falls with it."""
_ALSO = {"vaf": ("vaf", "va"), "var": ("var", "vb"), "ikf": ("ikf", "ik"), "vje": ("vje", "pe"), "mje": ("mje", "me"),
         "vjc": ("vjc", "pc"), "mjc": ("mjc", "mc")}  # fmt: skip
_NOTHING = ("xtb", "vjs", "ps", "mjs", "ms", "nkf", "ns")
"""What means nothing at 27 degrees Celsius, or without a substrate; NKF only as 0.5."""


def bipolar(words: Words, setting: Setting) -> Iterable[Element]:
    """The element of a card of a bipolar transistor: three nodes, or four with a substrate that does nothing.

    Raises:
        CircuitError: a value that is not known here.
    """
    only(words, "area", "m", "off", "ic")
    at = _place_of_model(words, setting)
    area, rest = area_of(words, at + 1)
    exactly(rest, at + 1, "three nodes, a model and an area", "off")
    model = model_for(words, at, setting, "npn", "pnp")
    want_level(model, 1)
    known = {k for q in (*_PLAIN, *_BIGGER, *_SMALLER) for k in _ALSO.get(q, (q,))}
    model.only("level", "rbm", *known, *_NOTHING, *AT_27, *SAID)
    if model.value("nkf", 0.5) != 0.5:
        raise CircuitError(f"nkf={model.values['nkf']} of the model {model.name!r} is not known here yet: 0.5 is.")
    rb, rbm = model.value("rb", 0.0), model.value("rbm", 0.0)
    if rbm and rbm != rb:
        raise CircuitError(f"rbm={model.values['rbm']} of the model {model.name!r} is not known here yet, only RB.")
    factor = area * number_of(words.pairs.get("m", "1"), "m")
    collector, base, emitter = words.plain[:3]
    yield Bjt(words.name, collector, base, emitter, model.kind, **_values(model, factor), **_starts(words))


def _place_of_model(words: Words, setting: Setting) -> int:
    """Behind how many nodes the model stands: three or four."""
    for place in (3, 4):
        if len(words.plain) > place and words.plain[place] in setting.models:
            return place
    return 3


def _values(model: Model, factor: float) -> dict[str, Any]:
    def value(key: str, default: float) -> float:
        return first_of(model, _ALSO.get(key, (key,)), default)

    found = {q: value(q, d) for q, d in _PLAIN.items()}
    found |= {"i_s" if q == "is" else q: value(q, d) * factor for q, d in _BIGGER.items()}
    return found | {q: value(q, d) / factor for q, d in _SMALLER.items()}


def _starts(words: Words) -> dict[str, float]:
    """`ic=vbe,vce`."""
    given = words.pairs.get("ic", "0").split(",")
    return {q: number_of(v, "ic") for q, v in zip(("ic_be", "ic_ce"), given, strict=False)}
