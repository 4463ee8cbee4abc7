"""How a transient of a netlist begins: from given voltages, or from the operating point."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import attrs

from ...circuits.circuit import Circuit
from ...circuits.elements import GROUND, C, Composite, CurrentProbe, Element, L, Opaque, Probe, V
from ..ngspice.engine import Engine
from ..spice.analyses import OperatingPoint
from .numbers import number

_GIVEN = re.compile(r"v\s*\(\s*([^\s()]+)\s*\)\s*=\s*(\S+)")


def given_at_start(flat: Sequence[str]) -> dict[str, float]:
    """Node voltages of `.ic`, by the names of the flat deck."""
    found = {n: number(v) for card in flat if card.startswith(".ic ") for n, v in _GIVEN.findall(card)}
    return {n: v for n, v in found.items() if v is not None}


def from_given(circuit: Circuit, given: Mapping[str, float]) -> Circuit:
    """Capacitors and devices begin as their nodes do, where no IC of their own says else: SPICE with `uic`.

    Args:
        circuit: as read.
        given: node voltages; the others are 0.
    """
    volts = {GROUND: 0.0, **given}

    def begun(e: Element) -> Element:
        if isinstance(e, C):
            return e if e.ic else attrs.evolve(e, ic=volts.get(e.plus, 0.0) - volts.get(e.minus, 0.0))
        if isinstance(e, Composite) and not any(getattr(e, q) for q in e.STARTS):
            return e.started({e.inner(t): volts.get(getattr(e, t), 0.0) for t in e.TERMINALS})
        return e.started({n: volts.get(n, 0.0) for n in e.terminals}) if isinstance(e, Opaque) else e

    return attrs.evolve(circuit, elements=tuple(map(begun, circuit.elements)))


def from_operating_point(
    circuit: Circuit, given: Mapping[str, float], engine: Engine, guess: Sequence[tuple[str, float]] = ()
) -> Circuit:
    """Capacitors, inductors and devices begin as they are at the operating point: SPICE without `uic`.

    What holds a node takes the current that comes: an inductor between two that are held alike begins with none.

    Args:
        circuit: as read.
        given: node voltages that are held for it (`.ic`).
        engine: that finds it.
        guess: node voltages near which it is looked for (`.nodeset`).

    Raises:
        SimulationError: it was not found.
    """
    still = {GROUND: 0.0, **given}
    idle = [e for e in circuit.of_type(L) if {*e.nodes} <= still.keys() and len({still[n] for n in e.nodes}) == 1]
    stores = circuit.of_type(C), [e for e in circuit.of_type(L) if e not in idle]
    devices = [e for e in circuit.of_type(Composite) if any(e.has(q) for q in e.STARTS)]
    opaque = circuit.of_type(Opaque)
    if not any((*stores, devices, opaque)):
        return circuit
    held = [V(f"{n}#ic", n, GROUND, volts) for n, volts in given.items()]
    voltages = [Probe(f"{c.name}#v", c.plus, c.minus) for c in stores[0]]
    currents = [CurrentProbe(f"{e.name}#i", e.name) for e in stores[1]]
    inside = {n: Probe(f"{n}#node", n) for e in devices for n in map(e.inner, e.TERMINALS) if n != GROUND}
    inside |= {n: Probe(f"{n}#node", n) for e in opaque for n in e.terminals if n != GROUND}
    left = {e.name for e in (*devices, *idle)}
    open_: list[Element] = [e for e in circuit.elements if e.name not in left]
    open_ += [part for e in devices for part in e.outside()]
    looked = Circuit(circuit.title, (*open_, *held, *voltages, *currents, *inside.values()))
    found = engine.run(looked, OperatingPoint(tuple(guess)))
    at = {name: float(variable.values) for name, variable in found.variables.items()}
    volts = {GROUND: 0.0, **{n: at[p.name] for n, p in inside.items()}}
    started = {e.name: e.started(volts) for e in (*devices, *opaque)}
    started |= {c.name: attrs.evolve(c, ic=at[f"{c.name}#v"]) for c in stores[0]}
    started |= {e.name: attrs.evolve(e, ic=at[f"{e.name}#i"]) for e in stores[1]}
    started |= {e.name: attrs.evolve(e, ic=0.0) for e in idle}
    return attrs.evolve(circuit, elements=tuple(started.get(e.name, e) for e in circuit.elements))
