"""Bipolar transistors as elements; names and defaults are those of SPICE (ngspice manual, chapter on BJTs)."""

from __future__ import annotations

from collections.abc import Iterable
from math import exp
from typing import Any

from attrs import evolve

from ...circuits.elements import Bjt, Diode, Element
from ...circuits.errors import CircuitError
from .diodes_in import AT_NOMINAL, LIMITS, NO_CURRENT, SAID, area_of, first_of, growth, want_level
from .models import Model
from .temperature import Temperature
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
_LAYER = ("cjs", "csub", "ccs")
_SUBSTRATE = (*_LAYER, "vjs", "ps", "mjs", "ms", "iss", "ns")
_DRIFTS = (
    *(f"t{q}{k}" for k in (1, 2) for q in ("is", "ise", "isc", "iss", "bf", "br", "nf", "nr", "ne", "nc", "ns", "vaf")),
    *(f"t{q}{k}" for k in (1, 2) for q in ("var", "ikf", "ikr", "irb", "rb", "rc", "re", "rm", "itf", "tf", "tr")),
    *(f"t{q}{k}" for k in (1, 2) for q in ("mje", "mjc", "mjs")), "tlev", "tlevc", "ctc", "cte", "cts", "tvje",
    "tvjc", "tvjs",
)  # fmt: skip
"""What means nothing at the temperature at which a model was measured."""
_NEEDS = {"irb": ("rbm",), "nkf": ("ikf", "ik", "ikr"), "ptf": ("tf",)}
"""What means nothing without others."""


def bipolar(words: Words, setting: Setting) -> Iterable[Element]:
    """The elements of a card of a bipolar transistor: three nodes, or four with a substrate.

    Raises:
        CircuitError: a value that is not known here.
    """
    only(words, "area", "m", "off", "ic")
    at = _place_of_model(words, setting)
    area, rest = area_of(words, at + 1)
    exactly(rest, at + 1, "three nodes, a model and an area", "off")
    model = model_for(words, at, setting, "npn", "pnp")
    here = setting.temperature.of(model)
    _want_known(model, here)
    factor = area * number_of(words.pairs.get("m", "1"), "m")
    collector, base, emitter, *more = words.plain[:at]
    made = Bjt(words.name, collector, base, emitter, model.kind, **_values(model, factor), **_starts(words))
    substrate = _substrate(model, factor)
    if not here.is_usual:
        made, substrate = _moved(made, model, here), _moved_substrate(substrate, model, here)
    if not substrate:
        yield made
        return
    *series, inner = made.outside()
    assert isinstance(inner, Bjt)
    # Under an npn lies its collector, under a lateral pnp its base: n on a substrate of p.
    above = inner.collector if model.kind == "npn" else inner.base
    yield from (*series, inner)
    if (below := more[0] if more else "0") != above:
        yield Diode(f"{words.name}#s", below, above, **substrate)


def _moved(e: Bjt, model: Model, here: Temperature) -> Bjt:
    """A transistor at another temperature."""
    grown = growth(model, here)
    gain = (here.kelvin / here.nominal) ** model.value("xtb", 0.0)
    cje, vje = here.layer(e.cje, e.vje, e.mje)
    cjc, vjc = here.layer(e.cjc, e.vjc, e.mjc)
    return evolve(
        e, i_s=e.i_s * exp(grown), bf=e.bf * gain, br=e.br * gain,
        ise=e.ise * exp(grown / e.ne) / gain, isc=e.isc * exp(grown / e.nc) / gain,
        cje=cje, vje=vje, cjc=cjc, vjc=vjc, **{q: getattr(e, q) * here.stretch for q in ("nf", "nr", "ne", "nc")},
    )  # fmt: skip


def _moved_substrate(values: dict[str, float], model: Model, here: Temperature) -> dict[str, float]:
    """The diode of a substrate at another temperature."""
    if not values:
        return values
    moved = dict(values)
    if model.value("iss", 0.0):
        moved |= {"i_s": values["i_s"] * exp(growth(model, here)), "n": values["n"] * here.stretch}
    if "cjo" in values:
        moved["cjo"], moved["vj"] = here.layer(values["cjo"], values["vj"], values["m"])
    return moved


def _want_known(model: Model, here: Temperature) -> None:
    want_level(model, 1)
    known = {k for q in (*_PLAIN, *_BIGGER, *_SMALLER) for k in _ALSO.get(q, (q,))}
    idle = [k for k, needs in _NEEDS.items() if not any(model.value(q, 0.0) for q in needs)]
    if model.value("nkf", 0.5) == 0.5:
        idle.append("nkf")
    rb, rbm = model.value("rb", 0.0), model.value("rbm", 0.0)
    if rbm == rb:
        idle.append("irb")
    model.only(
        "level",
        "rbm",
        *known,
        *idle,
        *_SUBSTRATE,
        "xtb",
        *(_DRIFTS if here.is_nominal else ()),
        *AT_NOMINAL,
        *SAID,
        *LIMITS,
    )
    if rbm and rbm != rb:
        raise CircuitError(f"rbm={model.values['rbm']} of the model {model.name!r} is not known here yet, only RB.")


def _substrate(model: Model, factor: float) -> dict[str, float]:
    """Values of the diode from substrate to transistor; none without its capacitance and current."""
    cjs, iss = first_of(model, _LAYER, 0.0) * factor, model.value("iss", 0.0) * factor
    if not cjs and not iss:
        return {}
    layer = {"vj": first_of(model, ("vjs", "ps"), 0.75), "m": first_of(model, ("mjs", "ms"), 0.0), "fc": 0.0}
    carried = {"i_s": iss, "n": model.value("ns", 1.0)} if iss else NO_CURRENT
    return {**carried, **({"cjo": cjs, **layer} if cjs else {})}


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
