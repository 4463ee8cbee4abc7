"""How a transient of a netlist begins: from given voltages, or from the operating point."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import attrs

from ...circuits.circuit import Circuit
from ...circuits.elements import GROUND, C, CurrentProbe, L, Probe, V
from ..ngspice.engine import Engine
from ..spice.analyses import OperatingPoint
from .numbers import number

_GIVEN = re.compile(r"v\s*\(\s*([^\s()]+)\s*\)\s*=\s*(\S+)")


def given_at_start(flat: Sequence[str]) -> dict[str, float]:
    """Node voltages of `.ic`, by the names of the flat deck."""
    found = {n: number(v) for card in flat if card.startswith(".ic ") for n, v in _GIVEN.findall(card)}
    return {n: v for n, v in found.items() if v is not None}


def from_given(circuit: Circuit, given: Mapping[str, float]) -> Circuit:
    """Capacitors begin at the voltages of their nodes, where no IC of their own says else: SPICE with `uic`.

    Args:
        circuit: as read.
        given: node voltages; the others are 0.
    """
    volts = {GROUND: 0.0, **given}

    def begun(c: C) -> C:
        return c if c.ic else attrs.evolve(c, ic=volts.get(c.plus, 0.0) - volts.get(c.minus, 0.0))

    return attrs.evolve(circuit, elements=tuple(begun(e) if isinstance(e, C) else e for e in circuit.elements))


def from_operating_point(circuit: Circuit, given: Mapping[str, float], engine: Engine) -> Circuit:
    """Capacitors and inductors begin as they are at the operating point: SPICE without `uic`.

    Args:
        circuit: as read.
        given: node voltages that are held for it (`.ic`).
        engine: that finds it.

    Raises:
        SimulationError: it was not found.
    """
    stores = circuit.of_type(C), circuit.of_type(L)
    if not any(stores):
        return circuit
    held = [V(f"{n}#ic", n, GROUND, volts) for n, volts in given.items()]
    voltages = [Probe(f"{c.name}#v", c.plus, c.minus) for c in stores[0]]
    currents = [CurrentProbe(f"{e.name}#i", e.name) for e in stores[1]]
    found = engine.run(circuit.add(*held, *voltages, *currents), OperatingPoint())
    values = {f"{c.name}.ic": float(found[f"{c.name}#v"]) for c in stores[0]}
    values |= {f"{e.name}.ic": float(found[f"{e.name}#i"]) for e in stores[1]}
    return circuit.with_values(values)
