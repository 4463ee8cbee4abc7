"""Transistors of process design kits, resolved by ngspice from the kit's own files into a card and its models."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from functools import lru_cache
from typing import Any

import attrs

from ...circuits.arguments import positive
from ...circuits.circuit import Circuit
from ...circuits.elements import Opaque
from ...circuits.errors import LapicqueError, QuantityError, unknown
from ...circuits.units import Value, show
from ..ngspice.engine import Engine
from ..reading.allowed import sorted_out
from ..reading.flatten import flattened, want_no_chance
from ..reading.includes import Folders, included
from ..reading.kept import Keeping
from ..reading.lines import cards_of
from ..reading.models import model_of
from ..reading.rewrite import rewritten
from ..reading.source import Card
from ..reading.words import Setting
from ..spice.opaque_cards import in_range
from .kits import Found, found

SPAN = 2.0
"""The ranges of sizes that a device takes along reach from its own over this factor to its own times it."""


def pdk_device(
    pdk: str, device: str, name: str, nodes: Sequence[str], w: Value, l: Value, corner: str = "",  # noqa: E741
    engine: Engine | None = None, **params: Value,
) -> Opaque:  # fmt: skip
    """A transistor of a process design kit.

    Args:
        pdk: name of the kit, "gf180mcu" or "sky130".
        device: of the kit, such as "nfet_03v3".
        name: of the element.
        nodes: drain, gate, source and bulk.
        w: width, metres.
        l: length, metres.
        corner: of the process; the usual one unless given.
        engine: whose worker resolves the model, once for each device and corner; one of its own unless given.
        **params: other numbers of its card, such as m, nf, ad; `delvto` shifts its threshold (volts), `mulu0` is a
            factor of its mobility: with these it does not match.

    Returns:
        A device whose `w`, `l` and other numbers can be varied; its models hold for sizes within a factor of two.

    Raises:
        KitMissingError: the kit is not installed; says how to get it.
        UnknownNameError: there is no such kit, device, corner or parameter.
        QuantityError: a size for which the kit has no model.
    """
    width, length = positive(w, f"w of {name!r}", "1u", unit="m"), positive(l, f"l of {name!r}", "1u", unit="m")
    there = found(pdk)
    if device not in there.kit.devices:
        raise unknown(f"device of {pdk}", device, there.kit.devices)
    where = corner or there.kit.corners[0]
    if where not in there.kit.corners:
        raise unknown(f"corner of {pdk}", where, there.kit.corners)
    whole = resolved(there, device, where, engine)
    if odd := sorted(params.keys() - dict(whole.params).keys()):
        raise unknown(f"parameter of {device}", odd[0], dict(whole.params))
    finger = width / positive(params.get("nf", 1.0), "nf", "1")
    cards = [c for c in whole.definitions if _near(c, finger, length)]
    if not any(in_range(c, finger, length) for c in cards):
        raise QuantityError(
            f"{pdk} has no model of {device} for w {show(width, 'm')} and l {show(length, 'm')}: it begins at l "
            f"{show(there.kit.devices[device][2], 'm')}."
        )
    made = attrs.evolve(whole, name=name, terminals=tuple(nodes), definitions=tuple(cards))
    every: dict[str, Any] = {**dict(whole.params), "w": width, "l": length, **params}
    return attrs.evolve(made, params=every)


def with_corner(circuit: Circuit, corner: str, engine: Engine | None = None) -> Circuit:
    """The same circuit with all its transistors of process design kits at another corner.

    Args:
        circuit: any circuit.
        corner: its name in the kit.
        engine: as for `pdk_device`.

    Raises:
        KitMissingError: the kit is not installed.
        UnknownNameError: no such corner.
    """
    return attrs.evolve(circuit, elements=tuple(_at(e, corner, engine) for e in circuit.elements))


def _at(element: object, corner: str, engine: Engine | None) -> object:
    if not isinstance(element, Opaque) or (known := kit_of(element)) is None:
        return element
    pdk, device, _ = known
    params = dict(element.params)
    made = pdk_device(
        pdk, device, element.name, element.terminals, params.pop("w"), params.pop("l"), corner, engine, **params
    )
    return attrs.evolve(made, starts=element.starts)


def kit_of(element: Opaque) -> tuple[str, str, str] | None:
    """Kit, device and corner that a device comes from; None for one of a netlist."""
    words = element.origin.split()
    return (words[0], words[1], words[2]) if len(words) == 3 else None


def _near(card: str, width: float, length: float) -> bool:
    """Whether a model's range of sizes is one that a device of this size may come to."""
    sizes = [(width * a, length * b) for a in (1 / SPAN, 1.0, SPAN) for b in (1 / SPAN, 1.0, SPAN)]
    return any(in_range(card, w, l) for w, l in sizes)  # noqa: E741


_RESOLVED: dict[tuple[str, str, str, str], Opaque] = {}
"""By kit, version, device and corner: reading a kit's file takes a second."""


def resolved(there: Found, device: str, corner: str, engine: Engine | None) -> Opaque:
    """A device with all models of a corner, once for this process.

    Raises:
        LapicqueError: ngspice does not make one transistor of it.
    """
    key = (there.kit.name, there.version, device, corner)
    if key not in _RESOLVED:
        with Engine() if engine is None else nullcontext(engine) as opened:
            _RESOLVED[key] = _resolved(there, device, corner, opened)
    return _RESOLVED[key]


def _resolved(there: Found, device: str, corner: str, engine: Engine) -> Opaque:
    kit = there.kit
    called, kind, least = kit.devices[device]
    section = kit.sections[kind].format(corner=corner)
    card = kit.card.format(called=called, w=repr(10 * least), l=repr(least))
    text = "\n".join([kit.name, *kit.before, f'.lib "{kit.library}" {section}', card, ""])
    cards = included(cards_of(text, kit.name, titled=True), Folders((there.folder,)), there.folder)
    known = sorted_out(rewritten(_used(tuple(cards), called)))
    flat = flattened(known.given, engine)
    want_no_chance(flat, known.given, known.chance, engine)
    models = {m.name: m for m in (model_of(c) for c in flat.cards if c.startswith(".model"))}
    found = [c for c in flat.cards if not c.startswith(".")]
    if len(found) != 1:
        said = " ".join(flat.said.split())[:300]
        raise LapicqueError(
            f"{device} of {kit.name} is {len(found)} elements, not one transistor: {said or 'no word'}."
        )
    made = Keeping(True).of(
        found[0], Setting(models, None, None, temperature=known.temperature), LapicqueError("no equations are known.")
    )
    return attrs.evolve(made, origin=f"{kit.name} {device} {corner}")


def _used(cards: Sequence[Card], called: str) -> Sequence[Card]:
    """The cards without models of other devices: a library has thousands of them, which ngspice would all read."""
    return [c for c in cards if c.word != ".model" or _base(c.text.split()[1]) == called]


@lru_cache(maxsize=4096)
def _base(name: str) -> str:
    return re.sub(r"\.\d+$", "", name.lower())


def matching(element: Opaque) -> tuple[float, float] | None:
    """Pelgrom's constants of a transistor's threshold (volt metres) and mobility (metres), as its kit has them.

    One transistor's standard deviation is so much over the root of W L. Source: the subcircuits of the kit's section
    `fets_mm`, of which par_vth and par_k are the constants of a difference, in volt and 1 micrometres.
    """
    known = kit_of(element)
    return MATCHING.get(known[:2]) if known else None


_ONE = 0.7071e-6
"""From a difference of two devices to one, and from micrometres to metres, as the kit's own files say."""
MATCHING: Mapping[tuple[str, ...], tuple[float, float]] = {
    ("gf180mcu", "nfet_03v3"): (_ONE * 0.007148, _ONE * 0.007008),
    ("gf180mcu", "pfet_03v3"): (_ONE * 0.00666, _ONE * 0.002833),
}
