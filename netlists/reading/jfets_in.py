"""Junction field-effect transistors as elements; names and defaults are SPICE's (ngspice manual, chapter on JFETs)."""

from __future__ import annotations

from collections.abc import Iterable

from ...circuits.elements import Element, Jfet
from ...circuits.errors import CircuitError
from .diodes_in import AT_NOMINAL, SAID, area_of, want_level
from .temperature import ZERO
from .words import Setting, Words, exactly, model_for, nodes_of, number_of, only

_NOTHING = ("tcv", "vtotc", "bex", "betatce")
"""What means nothing at 27 degrees Celsius."""


def jfet(words: Words, setting: Setting) -> Iterable[Element]:
    """The element of a card of a junction field-effect transistor.

    Raises:
        CircuitError: a value that is not known here.
    """
    only(words, "area", "m", "off", "ic")
    area, rest = area_of(words, 4)
    exactly(rest, 4, "three nodes, a model and an area", "off")
    drain, gate, source = nodes_of(words, 3)
    model = model_for(words, 3, setting, "njf", "pjf")
    want_level(model, 1)
    if not (here := setting.temperature.of(model)).is_usual:
        raise CircuitError(
            f"{words.name} is at {here.celsius:g} degrees Celsius, with a model of {here.nominal - ZERO:g}: JFETs are "
            "known here at 27 degrees."
        )
    own = ("vto", "vt0", "beta", "lambda", "b", "is", "rd", "rs", "cgs", "cgd", "pb", "fc")
    model.only("level", *own, *_NOTHING, *AT_NOMINAL, *SAID)
    factor = area * number_of(words.pairs.get("m", "1"), "m")
    value = model.value
    given = [number_of(v, "ic") for v in words.pairs.get("ic", "0").split(",")]
    yield Jfet(
        words.name, drain, gate, source, model.kind[0], value("vto", value("vt0", -2.0)), value("beta", 1e-4) * factor,
        value("lambda", 0.0), value("b", 1.0), value("is", 1e-14) * factor,
        rd=value("rd", 0.0) / factor, rs=value("rs", 0.0) / factor, cgs=value("cgs", 0.0) * factor,
        cgd=value("cgd", 0.0) * factor, pb=value("pb", 1.0), fc=value("fc", 0.5),
        **dict(zip(("ic_ds", "ic_gs"), given, strict=False)),
    )  # fmt: skip
