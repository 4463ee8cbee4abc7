"""The SPICE lines of one element, written by PySpice's netlist classes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from attrs import field, frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import (
    LAWS,
    Bjt,
    C,
    Composite,
    Delay,
    Diode,
    E,
    Element,
    F,
    G,
    H,
    I,
    Jfet,
    K,
    L,
    Law,
    Mosfet,
    MosfetBulk,
    MosfetMeyer,
    OpAmp,
    R,
    S,
    V,
    Varactor,
)
from ...circuits.graph import ends
from .devices import ammeter, bipolar_cards, diode_cards, jfet_cards, mosfet_cards
from .names import SpiceNames
from .numbers import number
from .stimulus_text import moments_texts, stimulus_text
from .varactor_cards import varactor_cards
from .watch import PLAIN, Watch
from .widths import Width, widened

if TYPE_CHECKING:
    from PySpice.Spice.Netlist import Circuit as PySpiceCircuit

    from .expressions import SpicePrinter


@frozen
class Placed:
    """An element with the SPICE names that its card shows; `names` holds them for the writers."""

    element: Element
    shown: tuple[str, ...]
    watch: Watch
    widths: tuple[Width, ...]
    metered: bool
    """Whether the current into a device's first terminal is measured."""
    names: SpiceNames = field(eq=False)


def placed(
    element: Element, names: SpiceNames, watch: Watch = PLAIN, widths: tuple[Width, ...] = (), metered: bool = False
) -> Placed:
    """Name what an element's card shows; `watch` is how a switch looks at its control, `widths` those of its jumps."""
    others = (element.sensor,) if isinstance(element, (F, H)) else element.inductors if isinstance(element, K) else ()
    sensor = tuple(names.elements[n] for n in others)
    shown = (names.elements[element.name], *(names.nodes[n] for n in element.nodes), *sensor)
    return Placed(element, shown, watch, widths, metered, names)


@lru_cache(maxsize=4096)
def cards(placed: Placed) -> tuple[str, ...]:
    """The lines of an element, written by PySpice once; a sweep changes few of them."""
    element = placed.element
    if isinstance(element, S):
        return tuple(_spaced(x) for x in _switch(_book(), element, placed.names, placed.watch))
    if isinstance(element, LAWS):
        return tuple(_spaced(x) for x in _nonlinear(_book(), element, placed.names, placed.widths))
    if isinstance(element, Composite):
        return tuple(_spaced(x) for x in _device(_book(), element, placed.names, placed.metered))
    return tuple(_spaced(x) for x in _WRITERS[type(element)](_book(), element, placed.names))


def _spaced(line: object) -> str:
    """One blank between words, however PySpice sets them."""
    return " ".join(str(line).split())


def _book() -> PySpiceCircuit:
    from PySpice.Spice.Netlist import Circuit as PySpiceCircuit

    # PySpice warns of every node whose name is a Python keyword, such as `in`; SPICE does not mind.
    logging.getLogger("PySpice.Spice.Netlist").setLevel(logging.ERROR)
    return PySpiceCircuit("lapicque")


def _two(element: Element, names: SpiceNames) -> tuple[str, str, str]:
    return names.stem(element.name), names.nodes[element.nodes[0]], names.nodes[element.nodes[1]]


def _control(element: E | G | S | Delay, names: SpiceNames) -> tuple[str, str]:
    return names.nodes[element.c_plus], names.nodes[element.c_minus]


def _resistor(book: PySpiceCircuit, e: R, names: SpiceNames) -> list[object]:
    return [book.R(*_two(e, names), raw_spice=number(e.value))]


def _capacitor(book: PySpiceCircuit, e: C, names: SpiceNames) -> list[object]:
    return [book.C(*_two(e, names), raw_spice=f"{number(e.value)} IC={number(e.ic)}")]


def _inductor(book: PySpiceCircuit, e: L, names: SpiceNames) -> list[object]:
    return [book.L(*_two(e, names), raw_spice=f"{number(e.value)} IC={number(e.ic)}")]


def _coupling(book: PySpiceCircuit, e: K, names: SpiceNames) -> list[object]:
    return [f"{names.elements[e.name]} {' '.join(names.elements[n] for n in e.inductors)} {number(e.value)}"]


def _voltage(book: PySpiceCircuit, e: V, names: SpiceNames) -> list[object]:
    return [book.V(*_two(e, names), raw_spice=stimulus_text(e.stimulus)), *_moments(book, e, names)]


def _current(book: PySpiceCircuit, e: I, names: SpiceNames) -> list[object]:
    return [book.I(*_two(e, names), raw_spice=stimulus_text(e.stimulus)), *_moments(book, e, names)]


def _moments(book: PySpiceCircuit, e: V | I, names: SpiceNames) -> list[object]:
    """Sources from ground to ground that make ngspice look when a smooth stimulus begins."""
    texts = moments_texts(e.stimulus)
    return [book.I(f"moment{k}_{names.elements[e.name]}", "0", "0", raw_spice=t) for k, t in enumerate(texts, 1)]


def _vcvs(book: PySpiceCircuit, e: E, names: SpiceNames) -> list[object]:
    return [book.VCVS(*_two(e, names), *_control(e, names), raw_spice=number(e.gain))]


def _op_amp(book: PySpiceCircuit, e: OpAmp, names: SpiceNames) -> list[object]:
    """A nullor of two linear sources.

    What the inputs differ by is the voltage of a helper node, and a source from the output there that repeats the
    output's own voltage leaves nothing for the helper: 0 V, and whatever current that takes. One law with v(out) on
    both sides says the same, and ngspice's Newton method stops at its rounding.
    """
    name = names.stem(e.name)
    plus, minus, out = (names.nodes[n] for n in (e.plus, e.minus, e.out))
    helper = f"equal_{name}"
    return [
        book.VCVS(f"equal_{name}", helper, "0", plus, minus, raw_spice="1"),
        book.VCVS(name, out, helper, out, "0", raw_spice="1"),
    ]


def _vccs(book: PySpiceCircuit, e: G, names: SpiceNames) -> list[object]:
    return [book.VCCS(*_two(e, names), *_control(e, names), raw_spice=number(e.gain))]


def _delay(book: PySpiceCircuit, e: Delay, names: SpiceNames) -> list[object]:
    """Buffer, matched lossless line, buffer. REL makes ngspice hit what bends, a delay later; its default does not."""
    name, plus, minus = _two(e, names)
    head, tail = f"head_{name}", f"tail_{name}"
    return [
        book.VCVS(head, head, "0", *_control(e, names), raw_spice=number(1.0)),
        f"T{name} {head} 0 {tail} 0 Z0={number(1.0)} TD={number(e.delay)} REL={number(0.1)}",
        book.R(tail, tail, "0", raw_spice=f"{number(1.0)} noisy=0"),  # it stands for no resistor of the circuit
        book.VCVS(name, plus, minus, tail, "0", raw_spice=number(1.0)),
    ]


def _cccs(book: PySpiceCircuit, e: F, names: SpiceNames) -> list[object]:
    return [book.CCCS(*_two(e, names), raw_spice=f"{names.elements[e.sensor]} {number(e.gain)}")]


def _ccvs(book: PySpiceCircuit, e: H, names: SpiceNames) -> list[object]:
    return [book.CCVS(*_two(e, names), raw_spice=f"{names.elements[e.sensor]} {number(e.gain)}")]


def _switch(book: PySpiceCircuit, e: S, names: SpiceNames, how: Watch) -> list[object]:
    """A switch that watches its control through a gain stage.

    ngspice refines its time step towards a switch's threshold, but only to within a fixed 50 mV of it
    (SWtrunc in its source); behind a gain those 50 mV become 50 mV / gain at the control. The middle of the
    hysteresis is taken off behind the gain: a control that rests at 0 V would otherwise have to be found to within
    vntol / gain, which is below the rounding of its neighbours.
    """
    name, plus, minus = _two(e, names)
    gain, model, watch = how.gain, f"sw_{name}", f"watch_{name}"
    state = "ON" if e.closed else "OFF"
    level = book.V(f"level_{name}", f"level_{name}", "0", raw_spice=level_text(e, how))
    stage = book.VCVS(watch, watch, f"level_{name}", *_control(e, names), raw_spice=number(gain))
    switch = book.S(name, plus, minus, watch, "0", raw_spice=f"{model} {state}")
    values = {"VT": 0.0, "VH": e.v_h * gain, "RON": e.r_on, "ROFF": e.r_off}
    card = book.model(model, "SW", **{k: number(v) for k, v in values.items()})
    return [level, stage, switch, card]


def level_text(e: S, how: Watch) -> str:
    """The middle of the hysteresis; at the start of a run below all of it, where that is asked for."""
    middle = number(-e.v_t * how.gain)
    if not how.kick:
        return f"DC {middle}"
    below = number(-(e.v_t + 3 * e.v_h) * how.gain)
    return f"DC {below} PWL(0.0 {below} {number(how.kick / 2)} {below} {number(how.kick)} {middle})"


def _device(book: PySpiceCircuit, e: Composite, names: SpiceNames, metered: bool) -> list[object]:
    """A device as ngspice's own, behind a source of 0 V where the current into it is measured."""
    nodes = [names.nodes[n] for n in e.nodes]
    if not metered:
        return _DEVICES[type(e)](book, e, names, nodes)
    source = ammeter(e, names)[1:]
    meter = book.V(source, nodes[0], source, raw_spice=f"DC {number(0.0)}")
    return [meter, *_DEVICES[type(e)](book, e, names, [source, *nodes[1:]])]


def _mosfet(book: PySpiceCircuit, e: Mosfet, names: SpiceNames) -> list[object]:
    """ngspice's own level 1 device; its junctions to the bulk, which our law has not, are switched off."""
    name, drain, source = _two(e, names)
    kind, sign = ("NMOS", 1) if e.polarity == "n" else ("PMOS", -1)
    values = {"VTO": sign * e.v_th, "KP": e.kp, "LAMBDA": e.lam, "IS": 0.0}
    bulk = source
    if isinstance(e, MosfetBulk):
        bulk, values = names.nodes[e.bulk], values | {"GAMMA": e.gamma, "PHI": e.phi}
    card = book.model(f"m_{name}", kind, LEVEL="1", **{k: number(v) for k, v in values.items()})
    size = f"W={number(e.w)} L={number(e.l)}"
    return [book.M(name, drain, names.nodes[e.gate], source, bulk, raw_spice=f"m_{name} {size}"), card]


def _nonlinear(book: PySpiceCircuit, e: Law, names: SpiceNames, widths: tuple[Width, ...]) -> list[object]:
    from .expressions import SpicePrinter

    plus, minus = (names.nodes[n] for n in ends(e))
    return [book.B(names.stem(e.name), plus, minus, raw_spice=f"I={law_text(e, names, SpicePrinter, widths)}")]


def law_text(e: Law, names: SpiceNames, printer: type[SpicePrinter], widths: tuple[Width, ...] = ()) -> str:
    """The current of an element that SPICE knows as a law only.

    Args:
        e: the element.
        names: of its circuit.
        printer: whose words are written.
        widths: of its jumps, where they are given any.
    """
    from ...circuits.equations.symbols import link_current, node_voltage, parameters
    from .expressions import spice_expression

    symbols = {n: node_voltage(n) for n in e.nodes}
    texts = {s: f"v({names.nodes[n]})" for n, s in symbols.items() if names.nodes[n] != "0"}
    values = parameters(Circuit("law", (e,)))
    return spice_expression(widened(link_current(e, symbols), widths), texts, values, printer)


_WRITERS: dict[type, Callable[..., list[object]]] = {
    R: _resistor, C: _capacitor, L: _inductor, K: _coupling, V: _voltage, I: _current, E: _vcvs, OpAmp: _op_amp,
    G: _vccs, F: _cccs, H: _ccvs, Delay: _delay, Mosfet: _mosfet, MosfetBulk: _mosfet,
}  # fmt: skip
_DEVICES: dict[type, Callable[..., list[object]]] = {
    Diode: diode_cards,
    Bjt: bipolar_cards,
    Jfet: jfet_cards,
    MosfetMeyer: mosfet_cards,
    Varactor: varactor_cards,
}
