"""An operating point is proved: the circuit's own laws balance at every node, with nothing flowing into capacitors.

ngspice, when it finds no operating point, falls back to transients of some microseconds or to small conductances to
ground, and gives their numbers. So the laws of all elements are evaluated with the voltages and branch currents that it
gave: Kirchhoff's current law must hold without the capacitors, and no voltage may stand across an inductor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from ...circuits.circuit import Circuit
from ...circuits.elements import (
    GROUND,
    B,
    Branch,
    C,
    Charge,
    Comparator,
    Composite,
    Delay,
    E,
    Element,
    F,
    G,
    H,
    I,
    L,
    Mosfet,
    MosfetBulk,
    MosfetEkv,
    MosfetMeyer,
    OpAmp,
    Opaque,
    OpenCollector,
    R,
    S,
    V,
)
from ...circuits.graph import Groups, conducting, ends
from ...circuits.stimuli import Constant
from ...circuits.units import show
from .analyses import DCSweep
from .devices import collector_currents, inner_vectors
from .spice import Netlist

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...circuits.elements import Bjt

    Array = NDArray[np.float64]

UNBALANCED = 1e-3
"""Part of the currents that meet at a node, and of the voltage across an inductor's ends, that may be left over."""
CURRENT_FLOOR = 1e-12
VOLTAGE_FLOOR = 1e-6
NONLINEAR = (B, Comparator, OpenCollector, Mosfet, MosfetBulk, MosfetEkv, MosfetMeyer)
"""Laws that may carry much by a voltage within ngspice's own tolerance: a transistor that is on at no current."""
BLOCKED = 6e-3
"""Part of a saturation current by which ngspice's blocking junctions, which go as 1/v^3, differ from Shockley's law."""
ROUNDING = 1e-12
"""Part of a voltage that ngspice's last digits may take from the drop across a resistance."""


def unsteady(circuit: Circuit, netlist: Netlist, vectors: dict[str, NDArray[Any]]) -> str | None:
    """Say why what ngspice gave for an operating point or a DC sweep is none; None when it is proved.

    Args:
        circuit: what was simulated.
        netlist: its text; all vectors were saved.
        vectors: what ngspice gave, one value a point.
    """
    found = _Point(circuit, netlist, vectors)
    for e in circuit.of_type(L):
        across = np.abs(found.volts[e.plus] - found.volts[e.minus])
        allowed = VOLTAGE_FLOOR + UNBALANCED * np.maximum(np.abs(found.volts[e.plus]), np.abs(found.volts[e.minus]))
        if (across > allowed).any():
            return (
                f"there is no operating point: {_about(across.max(), 'V')} stands across inductor {e.name!r}, whose "
                "current would grow for ever; give it a resistor in series"
            )
    return _unbalanced(circuit, found)


def without_path(circuit: Circuit) -> str | None:
    """Words for a node that capacitors and current sources alone connect to the rest; None where there is none."""
    circuit = circuit.expanded
    groups = Groups(circuit.nodes)
    for e in circuit.parts:
        if not isinstance(e, (C, Charge, I)):
            first, *others = conducting(e)
            for other in others:
                groups.join(first, other)
    driven = {n for e in circuit.parts for n in conducting(e)}
    for n in circuit.nodes:
        if n in driven and groups.find(n) != groups.find(GROUND):
            meet = ", ".join(repr(e.name) for e in circuit.parts if n in conducting(e))
            return (
                f"there is no operating point: node {n!r} has no DC path to ground ({meet} meet there), so its voltage "
                "is what its charge makes it; add a resistor from there to ground, or run a transient from its start"
            )
    return None


def circulating(circuit: Circuit) -> str | None:
    """Words for a loop of inductors (and ammeters): any current may go round in it; None where there is none."""
    groups = Groups(circuit.nodes)
    for e in circuit.of_type(V):
        if e.stimulus == Constant(0.0):
            groups.join(*ends(e))
    for e in circuit.of_type(L):
        if groups.find(e.plus) == groups.find(e.minus):
            return (
                f"there is no single operating point: inductor {e.name!r} closes a loop of inductors, in which any "
                "current may go round for ever; give one of them a resistor in series, or run a transient"
            )
        groups.join(e.plus, e.minus)
    return None


def _unbalanced(circuit: Circuit, found: _Point) -> str | None:
    circuit = circuit.expanded
    left = {n: np.zeros(found.points) for n in circuit.nodes}
    size = {n: np.full(found.points, CURRENT_FLOOR / UNBALANCED) for n in circuit.nodes}
    unknown = {n for e in circuit.of_type(Delay) for n in ends(e)} | {GROUND}
    unknown |= {n for e in circuit.of_type(Opaque) for n in e.nodes}
    for e in circuit.parts:
        if isinstance(e, (C, Charge, Delay, Opaque)):
            continue
        current, loose = found.current(e)
        for n, sign in zip(ends(e), (1, -1), strict=True):
            left[n] = left[n] + sign * current
            size[n] = size[n] + np.abs(current) + loose / UNBALANCED
    for n in (n for n in circuit.nodes if n not in unknown):
        wrong = np.abs(left[n]) > UNBALANCED * size[n]
        if wrong.any() or not np.isfinite(left[n]).all():
            k = int(np.argmax(wrong))
            at = f" at {_about(found.swept[k], found.unit)}" if found.swept is not None else ""
            return (
                f"there is no operating point{at}: where ngspice stopped, {_about(np.abs(left[n][k]), 'A')} still "
                f"flow into node {n!r}, so its voltage moves; run a transient"
            )
    return None


def _about(value: Any, unit: str) -> str:
    return show(float(f"{float(value):.4g}"), unit)


def _is_nonlinear(e: Element) -> bool:
    """Whether a law may carry much by a voltage within ngspice's own tolerance."""
    return isinstance(e.owner if isinstance(e, Branch) else e, NONLINEAR)


class _Point:
    """Voltages and currents at the points of a DC analysis."""

    def __init__(self, circuit: Circuit, netlist: Netlist, vectors: dict[str, NDArray[Any]]) -> None:
        self._circuit, self._names, self._vectors = circuit, netlist.names, vectors
        self._accuracy = netlist.accuracy
        self.points = len(next(iter(vectors.values())))
        self.volts = {n: np.real(vectors.get(s.lower(), np.zeros(self.points))) for n, s in self._names.nodes.items()}
        self.volts |= {n: np.real(vectors[s]) for n, s in inner_vectors(circuit, self._names).items()}
        for name, current in collector_currents(circuit, self._names).items():
            q = cast("Bjt", circuit.element(name))
            self.volts[q.inner("collector")] = self.volts[q.collector] - q.rc * np.real(vectors[current])
        analysis = netlist.analysis
        self._source = analysis.source if isinstance(analysis, DCSweep) else None
        axis = next((v for v in ("v-sweep", "i-sweep") if v in vectors), None)
        self.swept = np.real(vectors[axis]) if axis else None
        self.unit = "A" if axis == "i-sweep" else "V"

    def current(self, e: Element) -> tuple[Array, Array | float]:
        """Current of a branch, first end to second, and how much of it may be the rounding of a voltage."""
        if isinstance(e, (V, E, H, OpAmp, L)):
            return self._branch(e.name), 0.0
        if isinstance(e, I):
            own = self.swept if e.name == self._source and self.swept is not None else e.stimulus.breakpoints()[1][0]
            return np.broadcast_to(np.asarray(own, dtype=float), (self.points,)), 0.0
        a, b = ends(e)
        drop = np.abs(self.volts[a]) + np.abs(self.volts[b])
        if isinstance(e, S):
            resistance = self._resistance(e)
            return (self.volts[a] - self.volts[b]) / resistance, ROUNDING * drop / resistance
        linear = self._linear(e)
        current, loose = self._law(e) if linear is None else (linear, 0.0)
        return current, loose + ROUNDING * drop / self._resistance_of(e) + BLOCKED * self._saturation_of(e)

    def _resistance_of(self, e: Element) -> float:
        if isinstance(e, Branch) and e.law in e.owner.QUANTITIES:
            return getattr(e.owner, e.law)
        return getattr(e, "value", np.inf)

    def _saturation_of(self, e: Element) -> float:
        """What of a junction's current ngspice may see otherwise."""
        device = e.owner if isinstance(e, Branch) else e
        return device.saturation if isinstance(device, Composite) else 0.0

    def _branch(self, name: str) -> Array:
        return np.real(self._vectors[f"{self._names.elements[name].lower()}#branch"])

    def _resistance(self, e: S) -> Array:
        control = self.volts[e.c_plus] - self.volts[e.c_minus]
        closed = np.where(control > e.v_t + e.v_h, True, np.where(control < e.v_t - e.v_h, False, e.closed))
        return np.where(closed, e.r_on, e.r_off)

    def _linear(self, e: Element) -> Array | None:
        """Current of what is linear without the algebra of laws, of which thousands would take a minute."""
        match e:
            case R():
                return (self.volts[e.plus] - self.volts[e.minus]) / e.value
            case G():
                return e.gain * (self.volts[e.c_plus] - self.volts[e.c_minus])
            case F():
                return e.gain * self._branch(e.sensor)
        return None

    def _law(self, e: Element) -> tuple[Array, Array]:
        """Current of a law, and how far ngspice's own tolerance of its voltages may take it."""
        from sympy import lambdify

        from ...circuits.equations.algebra import put
        from ...circuits.equations.symbols import branch_current, link_current, node_voltage, parameters

        nodes = tuple(dict.fromkeys(n for n in (*e.nodes, *ends(e)) if n != GROUND))
        law = put(link_current(e, {n: node_voltage(n) for n in (*nodes, GROUND)}), parameters(Circuit("law", (e,))))
        sensor = getattr(e, "sensor", None)
        symbols = [*(node_voltage(n) for n in nodes), *([branch_current(sensor)] if sensor else [])]
        values = [*(self.volts[n] for n in nodes), *([self._branch(sensor)] if sensor else [])]
        function = lambdify(symbols, law, "numpy", dummify=True)
        with np.errstate(all="ignore"):
            current = np.broadcast_to(function(*values), (self.points,))
            loose = np.zeros(self.points)
            for k in range(len(nodes) if _is_nonlinear(e) else 0):
                moved = [v + self._tolerance(v) if i == k else v for i, v in enumerate(values)]
                loose = loose + np.abs(function(*moved) - current)
        return current, np.where(np.isfinite(loose), loose, 0.0)

    def _tolerance(self, volts: Array) -> Array:
        return self._accuracy.vntol + self._accuracy.reltol * np.abs(volts)
