"""Cards of devices that are several elements in the equations: ngspice's own device and model for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ...circuits.elements import Bjt, Composite, Depletion, Diode, Element, Jfet, MosfetMeyer, V, Varactor
from ...circuits.gate_charges import Meyer
from .numbers import number

if TYPE_CHECKING:
    from ...circuits.circuit import Circuit
    from .names import SpiceNames

INSIDE, SERIES = "inside_", "series_"
"""How the names begin of the node in a diode that stores charges, and of the resistor before it."""
VACUUM = 8.854214871e-12
OXIDE = 3.9 * VACUUM
"""Permittivities of the vacuum and of silicon's oxide as ngspice has them, farads a metre."""
LAST_DIGITS = 4 * np.finfo(float).eps
SHORTEST_FIRST = 1e-13
"""Seconds: in a shorter first step the last digits of a voltage across a junction would be more current than flows."""
SHORTEST_AT_BEND = 1e-14
"""Seconds: the same of steps behind a bend of a stimulus, which gates follow; a supply carries the digits of all."""
MOST_DERIVED = 3
"""Devices with charges or leads: a circuit of five bipolar transistors was not derived in three minutes."""
UNNAMED = "collector"
"""ngspice 39 calls this node q1#collCX, and looks for the name of a vector in small letters only: it cannot be had."""
AMMETER = "ammeter_"
"""How the name begins of the source that measures the current into a device's first terminal."""


def ammeter(element: Element, names: SpiceNames) -> str:
    """SPICE name of that source."""
    return f"V{AMMETER}{names.elements[element.name]}"


def inner_vectors(circuit: Circuit, names: SpiceNames) -> dict[str, str]:
    """Nodes inside devices whose voltages ngspice gives, and what it calls them."""
    devices = [e for e in circuit.of_type(Composite) if e.name in names.elements]
    found = {
        n: f"{names.elements[e.name].lower()}#{word}"
        for e in devices
        for n, word in e.inner_nodes.items()
        if word != UNNAMED
    }
    return found | {e.inner("plus"): inside(e, names).lower() for e in devices if _is_open(e)}


def collector_currents(circuit: Circuit, names: SpiceNames) -> dict[str, str]:
    """Bipolar transistors with a resistance of the collector, and what ngspice calls the current into it."""
    found = [q for q in circuit.of_type(Bjt) if q.rc and q.name in names.elements]
    return {q.name: f"@{names.elements[q.name].lower()}[ic]" for q in found}


def _is_open(element: Composite) -> bool:
    """Whether its resistance is a card of its own: ngspice 39 sees no IC of a diode, only voltages of its nodes."""
    return isinstance(element, Diode) and element.rs > 0 and element.has("ic")


def inside(element: Composite, names: SpiceNames) -> str:
    """SPICE name of the node behind that resistance."""
    return f"{INSIDE}{names.elements[element.name]}"


def inner_starts(circuit: Circuit, names: SpiceNames, known: Mapping[str, float]) -> dict[str, float]:
    """Voltages at time 0 of nodes behind resistances that are cards of their own."""
    found = {}
    for e in circuit.of_type(Diode):
        if _is_open(e):
            found[inside(e, names)] = known.get(e.inner("plus"), known.get(e.minus, 0.0) + e.ic)
    return found


def rounding_current(circuit: Circuit) -> float:
    """The current that the last digits of voltages make in resistances and charges of devices, amperes.

    ngspice's test of what converges asks of each device's current to stand still to `abstol`.
    """
    devices = [e for e in circuit.of_type(Composite) if not e.is_plain and not isinstance(e, Varactor)]
    if not devices:
        return 0.0
    junctions = [c for c in circuit.expanded.of_type(Depletion) if not isinstance(c.owner, Varactor)]
    sources = [e.stimulus.breakpoints()[1] for e in circuit.of_type(V)]
    volts = max((abs(v) for values in sources for v in values), default=1.0)
    smallest = min((getattr(e, q) for e in devices for q, _, _ in e.SERIES.values() if getattr(e, q)), default=np.inf)
    largest = max((c.value for c in junctions), default=0.0)
    gates = sum(c.value for c in circuit.expanded.of_type(Meyer))
    return LAST_DIGITS * volts * max(1 / smallest, largest / SHORTEST_FIRST, gates / SHORTEST_AT_BEND)


def stores_charge(circuit: Circuit) -> bool:
    """Whether a device of a circuit does."""
    return any(e.has(q) for e in circuit.of_type(Composite) for q in e.STARTS)


def is_beyond_equations(circuit: Circuit) -> bool:
    """Whether so many devices have charges or leads that equations would take longer than a run."""
    slow = [e for e in circuit.of_type(Composite) if not e.is_plain and not isinstance(e, Varactor)]
    return len(slow) > MOST_DERIVED


def diode_cards(book: Any, e: Diode, names: SpiceNames, nodes: list[str]) -> list[object]:
    """A diode; what its model has besides IS and N is written where it means something."""
    name, values = names.stem(e.name), diode_values(e)
    if not _is_open(e):
        return [book.D(name, *nodes, raw_spice=f"d_{name}"), book.model(f"d_{name}", "D", **written(values))]
    del values["RS"]
    node, resistor = inside(e, names), f"R{SERIES}{names.elements[e.name]}"
    return [
        f"{resistor} {nodes[0]} {node} {number(e.rs)}",
        book.D(name, node, nodes[1], raw_spice=f"d_{name}"),
        book.model(f"d_{name}", "D", **written(values)),
    ]


def diode_values(e: Diode) -> dict[str, float]:
    """What the model of a diode says."""
    own = {"rs": "RS", "cjo": "CJO", "vj": "VJ", "m": "M", "fc": "FC", "tt": "TT", "bv": "BV", "ibv": "IBV"}
    return {"IS": e.i_s, "N": e.n} | given(e, own)


def bipolar_cards(book: Any, e: Bjt, names: SpiceNames, nodes: list[str]) -> list[object]:
    """A bipolar transistor; its words are those of its quantities."""
    name = names.stem(e.name)
    own = {q: "IS" if q == "i_s" else q.upper() for q in e.QUANTITIES if q not in e.STARTS}
    card = book.model(f"q_{name}", e.polarity.upper(), **written(given(e, own)))
    collector, emitter, base = nodes
    return [f"Q{name} {collector} {base} {emitter} q_{name}{_started(e, 'ic_be', 'ic_ce')}", card]


def jfet_cards(book: Any, e: Jfet, names: SpiceNames, nodes: list[str]) -> list[object]:
    """A junction field-effect transistor."""
    name = names.stem(e.name)
    own = {q: {"i_s": "IS", "lam": "LAMBDA"}.get(q, q.upper()) for q in e.QUANTITIES if q not in e.STARTS}
    card = book.model(f"j_{name}", f"{e.polarity.upper()}JF", **written(given(e, own)))
    drain, source, gate = nodes
    return [f"J{name} {drain} {gate} {source} j_{name}{_started(e, 'ic_ds', 'ic_gs')}", card]


def mosfet_cards(book: Any, e: MosfetMeyer, names: SpiceNames, nodes: list[str]) -> list[object]:
    """A MOSFET with the capacitances of its gate; its junctions are elements of their own, and switched off here."""
    name, sign = names.stem(e.name), 1 if e.polarity == "n" else -1
    values = {"VTO": sign * e.v_th, "KP": e.kp, "LAMBDA": e.lam, "IS": 0.0, "GAMMA": e.gamma, "PHI": e.phi}
    if e.c_ox:
        values["TOX"] = OXIDE / e.c_ox
    card = book.model(f"m_{name}", f"{e.polarity.upper()}MOS", LEVEL="1", **written(values))
    drain, source, gate, bulk = nodes
    size = f"W={number(e.w)} L={number(e.l)}{_started(e, 'ic_ds', 'ic_gs', 'ic_bs')}"
    return [f"M{name} {drain} {gate} {source} {bulk} m_{name} {size}", card]


def _started(element: Composite, *starts: str) -> str:
    """The voltages at the start of a device that stores charges."""
    if not any(element.has(q) for q in starts):
        return ""
    return " IC=" + ",".join(number(getattr(element, q)) for q in starts)


def given(element: Composite, words: Mapping[str, str]) -> dict[str, float]:
    """Values that mean something, by SPICE's words for them."""
    return {word: getattr(element, q) for q, word in words.items() if element.has(q)}


def written(values: Mapping[str, float]) -> dict[str, str]:
    """Values as text."""
    return {k: number(v) for k, v in values.items()}
