"""Where noise comes from: currents between two nodes, whose densities follow from laws at the operating point.

Thermal noise 4kT/R (Johnson 1928, Nyquist 1928), shot noise 2qI (Schottky 1918), channels of field-effect transistors
4kT 2/3 gm (van der Ziel 1962, in saturation), as ngspice 39's level 1, junctions and switches have them. A channel
without a voltage along it has gm = 0, and so no noise there either; a real one has 4kT gds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import (
    B,
    Branch,
    Comparator,
    Diode,
    Element,
    Mosfet,
    MosfetEkv,
    Opaque,
    OpenCollector,
    R,
    S,
)
from ...circuits.equations.symbols import link_current, node_voltage, parameter, resistance
from ...circuits.errors import EquationError
from ...circuits.graph import ends

if TYPE_CHECKING:
    from sympy import Expr, Symbol

BOLTZMANN = 1.38064852e-23
CHARGE = 1.6021766208e-19
"""J/K and C as ngspice's devices have them (CODATA 2014)."""
TEMPERATURE = 300.15
"""Kelvin: every circuit is at 27 degrees Celsius."""
SILENT = (B, Comparator, OpenCollector, MosfetEkv)
"""What conducts and is a B source in the netlist, where nothing is known of its noise."""
_GATE = "#gate"


def thermal_energy() -> Symbol:
    """`kT`, joules."""
    from sympy import Symbol

    return Symbol("kT", positive=True)


def electron() -> Symbol:
    """`q`, coulombs."""
    from sympy import Symbol

    return Symbol("q", positive=True)


def constants() -> dict[Symbol, float]:
    """Both with their values."""
    return {thermal_energy(): BOLTZMANN * TEMPERATURE, electron(): CHARGE}


@frozen(eq=False)
class Origin:
    """One noise current.

    Attributes:
        element: of the circuit, whose noise it is.
        mechanism: in one word or two, as ngspice's contributions are called.
        ends: the two nodes between which it flows, of the expanded circuit.
        density: A^2/Hz, one-sided, an expression of node voltages, parameters, resistances of switches, kT and q.
    """

    element: str
    mechanism: str
    ends: tuple[str, str]
    density: Expr

    @property
    def name(self) -> str:
        """`R1 thermal`."""
        return f"{self.element} {self.mechanism}"


def origins(circuit: Circuit, also: Collection[str] = ()) -> list[Origin]:
    """All noise currents of a circuit, in the order of its elements.

    Args:
        circuit: any that has equations.
        also: elements that ngspice takes for silent, and are to be counted too: a `MosfetEkv`, or a `B` that is a
            conductance, such as the sodium channels of a membrane.

    Raises:
        UnknownNameError: one of `also` is not there.
        EquationError: one of `also` is none of these.
    """
    for name in also:
        e = circuit.element(name)
        if not isinstance(e, (B, MosfetEkv)):
            own = "is counted anyhow" if not isinstance(e, SILENT) else "is no resistance"
            raise EquationError(f"{name!r}, a {e.KIND}, {own}: only laws (B) and MosfetEkv can be counted besides.")
    return [o for e in circuit.expanded.parts for o in _of(circuit.expanded, e, also)]


def silent(circuit: Circuit, also: Collection[str] = ()) -> tuple[str, ...]:
    """Elements that conduct and of whose noise nothing is known here, nor in ngspice."""
    return tuple(e.name for e in circuit.parts if isinstance(e, SILENT) and e.name not in also)


def _of(circuit: Circuit, e: Element, also: Collection[str]) -> Iterator[Origin]:
    kt = 4 * thermal_energy()
    match e:
        case R():
            yield Origin(e.name, "thermal", ends(e), kt / parameter(e, "value"))
        case S():
            yield Origin(e.name, "thermal", ends(e), kt / resistance(e.name))
        case Diode():
            yield _shot(e, e.name, "junction", _law(e))
        case Mosfet():
            yield _channel(e, e.name)
        case Branch():
            yield from _of_branch(circuit, e)
        case B() if e.name in also:
            yield Origin(e.name, "channels", ends(e), kt * conductance(e))
        case MosfetEkv() if e.name in also:
            yield Origin(e.name, "channel", ends(e), kt * _of_inversion(e))


def _of_branch(circuit: Circuit, e: Branch) -> Iterator[Origin]:
    owner, kind = e.owner.name, type(e.owner).__name__
    if e.law in {q for q, _, _ in e.owner.SERIES.values()}:
        yield Origin(owner, e.law, ends(e), 4 * thermal_energy() / parameter(e.owner, e.law))
    elif e.law == "diode":
        yield _shot(e, owner, "junction", _law(e))
    elif e.law == "channel":
        yield _channel(e, owner)
    elif kind == "Bjt" and e.law == "transport":
        yield _shot(e, owner, "collector", _law(e) - _sibling(circuit, e, "base to collector"))
    elif kind == "Bjt" and e.law == "base to emitter":
        yield _shot(e, owner, "base", _law(e) + _sibling(circuit, e, "base to collector"))


def _sibling(circuit: Circuit, e: Branch, law: str) -> Expr:
    from sympy import S as Singleton

    found = [b for b in circuit.of_type(Branch) if b.owner.name == e.owner.name and b.law == law]
    return _law(found[0]) if found else Singleton.Zero


def _shot(e: Element, name: str, mechanism: str, current: Expr) -> Origin:
    from sympy import Abs

    return Origin(name, mechanism, ends(e), 2 * electron() * Abs(current))


def _law(e: Element) -> Expr:
    return link_current(e, {n: node_voltage(n) for n in e.nodes})


def _channel(e: Any, name: str) -> Origin:
    """The gate's node has a symbol of its own: where it is the drain's too, its slope would be that of both."""
    from sympy import Abs, Rational

    from ...circuits.equations.jumps import slope

    gate = e.nodes[2]
    if isinstance(e, Branch):
        apart: Any = attrs.evolve(e, terminals=(*e.terminals[:2], _GATE, *e.terminals[3:]))
    else:
        apart = attrs.evolve(e, gate=_GATE)
    own = node_voltage(_GATE)
    transconductance = slope(_law(apart), own).xreplace({own: node_voltage(gate)})
    return Origin(name, "channel", ends(e), 4 * thermal_energy() * Rational(2, 3) * Abs(transconductance))


def conductance(e: B) -> Expr:
    """Siemens of a law that is one: its current is proportional to a voltage that contains that between its own ends.

    Raises:
        EquationError: it is not.
    """
    from ...circuits.equations.jumps import slope

    law, (plus, minus) = _law(e), ends(e)
    at_plus = slope(law, node_voltage(plus)) if plus != "0" else 0
    at_minus = -slope(law, node_voltage(minus)) if minus != "0" else 0
    found = at_plus if plus != "0" else at_minus
    own = {node_voltage(n) for n in (plus, minus) if n != "0"}
    if found == 0 or getattr(found, "free_symbols", set()) & own:
        raise EquationError(
            f"the law of {e.name!r} is no conductance between {plus!r} and {minus!r}: {e.law}. Only what is "
            "proportional to a voltage there, g (v - E), has the noise 4kTg."
        )
    return found


def _of_inversion(e: MosfetEkv) -> Expr:
    """Siemens of the noise of a channel from weak to strong inversion.

    i_spec / u_t (4 s^2 + 3 s + 4 s d + 3 d + 4 d^2) / (6 (s + d + 1)) with the charges s and d at its ends over that
    at which inversion becomes strong: 2q times both currents far below threshold, 2/3 gm in strong saturation.

    Source: Enz and Vittoz 2006, Charge-based MOS transistor modeling, section 6.3.
    """
    from sympy import exp, log, sqrt

    sign = 1 if e.polarity == "n" else -1
    bulk, gate, drain, source = (sign * node_voltage(n) for n in (e.bulk, e.gate, e.drain, e.source))
    u_t, spec = parameter(e, "u_t"), parameter(e, "i_spec")
    pinch = parameter(e, "kappa") * (gate - bulk - parameter(e, "v_th"))

    def charge(end: Expr) -> Expr:
        current = log(1 + exp((pinch - end + bulk) / (2 * u_t))) ** 2
        return (sqrt(1 + 4 * current) - 1) / 2

    s, d = charge(source), charge(drain)
    return spec / u_t * (4 * s**2 + 3 * s + 4 * s * d + 3 * d + 4 * d**2) / (6 * (s + d + 1))


def want_known(circuit: Circuit) -> None:
    """Refuse circuits with devices that only ngspice knows.

    Raises:
        EquationError: names them.
    """
    if kept := circuit.of_type(Opaque):
        raise EquationError(
            f"{kept[0].name!r} of {circuit.title!r} is a device that only ngspice knows, and so is its noise: give an "
            "engine, and only ngspice's noise is shown."
        )
