"""The netlist for Xyce: plain, in its words (Xyce Reference Guide).

Its switch goes smoothly from off to on and remembers nothing: VHON and VHOFF are read and not used (its source,
N_DEV_SW.C of 2024). So each of ours has a latch: a capacitor whose voltage q is 1 for closed and 0 for open.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ...circuits.circuit import Circuit
from ...circuits.elements import LAWS, Bjt, Delay, Element, I, Jfet, MosfetMeyer, S, V, Varactor
from ...circuits.graph import ends
from ...circuits.smooth_stimuli import AM
from ..spice.analyses import OperatingPoint, Transient
from ..spice.cards import law_text
from ..spice.names import SpiceNames, spice_names
from ..spice.numbers import number
from ..spice.plain import commented, engineering, in_engineering, plain_cards, step_of
from ..spice.readable import readable
from ..spice.varactor_cards import current_text, varactor_lines
from .known import want_known
from .printers import XycePrinter
from .tones import tone_cards

_WITHOUT_IC = (Bjt, Jfet, MosfetMeyer)
"""Devices that begin without charge in Xyce."""
STEEP = 200.0
"""Hysteresis of a latch over the width of the step that holds it."""
FLIPS = 1e-7
"""Time constant of a latch, of the length of a run."""


def xyce_text(circuit: Circuit, analysis: Transient | OperatingPoint, said: Sequence[str] = ()) -> str:
    """Write a netlist for Xyce.

    Args:
        circuit: any circuit; it is checked first.
        analysis: what the netlist asks for.
        said: of it, for comments below the title.

    Raises:
        CircuitError: wrong wiring, a law that SPICE cannot say, or a device that only ngspice knows.
    """
    circuit.check()
    want_known(circuit, "Xyce")
    names = spice_names(circuit)
    stop = analysis.stop if isinstance(analysis, Transient) else 1.0
    body = [line for e in circuit.described for line in _cards(e, names, FLIPS * stop)]
    text = "\n".join(["*", *body, *_commands(analysis), ".END", ""])
    return commented(readable(text, names, circuit.title), ["for Xyce, not run in it", *said, *_notes(circuit)])


def _notes(circuit: Circuit) -> Iterator[str]:
    if circuit.of_type(S):
        yield "Xyce's switches have no hysteresis: the latch before each remembers, 1 closed, 0 open"
    lost = [e.name for e in (k for t in _WITHOUT_IC for k in circuit.of_type(t)) if any(e.has(q) for q in e.STARTS)]
    if lost:
        yield f"Xyce's transistors have no IC: {', '.join(lost)} begin without charge"


def _cards(e: Element, names: SpiceNames, tau: float) -> Iterator[str]:
    if isinstance(e, (V, I)) and isinstance(e.stimulus, AM):
        yield from map(in_engineering, tone_cards(e, e.stimulus, names))
    elif isinstance(e, LAWS):
        plus, minus = (names.nodes[n] for n in ends(e))
        yield f"{names.elements[e.name]} {plus} {minus} I={{{law_text(e, names, XycePrinter)}}}"
    elif isinstance(e, S):
        yield from _switch(e, names, tau)
    elif isinstance(e, _WITHOUT_IC):
        yield from (card.partition(" IC=")[0] for card in plain_cards(e, names))
    elif isinstance(e, Varactor):
        nodes = [names.nodes[n] for n in e.nodes]
        yield from varactor_lines(e, names, nodes, f"I={{{current_text(e, names, nodes, XycePrinter)}}}")
    elif isinstance(e, Delay):
        yield from (card.partition(" REL=")[0] for card in plain_cards(e, names))
    else:
        yield from plain_cards(e, names)


def _switch(e: S, names: SpiceNames, tau: float) -> Iterator[str]:
    """A switch behind a latch, tau dq/dt = s(q) - q, s = (1 + tanh((v - v_t - h (1 - 2 q))/w))/2 with h = STEEP w.

    It leaves open where the line q touches s from below: at k q (1 - q) = 1 with k = 4 STEEP, that is before
    v_t + h by so many w as `early` says. So w is chosen that it leaves at v_t + v_h, and closed at v_t - v_h.
    """
    k = 4 * STEEP
    q = (1 - math.sqrt(1 - 4 / k)) / 2
    early = (k * q - math.log(q / (1 - q))) / 2
    width = e.v_h / (STEEP - early)
    name, model, latch = names.elements[e.name], f"sw_{names.stem(e.name)}", f"hyst_{names.stem(e.name)}"
    plus, minus, *control = (names.nodes[n] for n in e.nodes)
    seen = "".join(f"{sign}v({n})" for sign, n in zip(("", "-"), control, strict=True) if n != "0")
    held = f"{number(STEEP * width)}*(1-2*v({latch}))"
    yield f"B{latch} 0 {latch} I={{0.5*(1+tanh(({seen}-({number(e.v_t)})-{held})/{number(width)}))}}"
    yield f"R{latch} {latch} 0 1"
    yield in_engineering(f"C{latch} {latch} 0 {number(tau)} IC={int(e.closed)}")
    yield f"{name} {plus} {minus} {latch} 0 {model} {'ON' if e.closed else 'OFF'}"
    values = {"RON": e.r_on, "ROFF": e.r_off, "VON": 0.9, "VOFF": 0.1}
    yield f".MODEL {model} VSWITCH({' '.join(f'{k}={engineering(v)}' for k, v in values.items())})"


def _commands(analysis: Transient | OperatingPoint) -> list[str]:
    if isinstance(analysis, OperatingPoint):
        return [".OP", ".PRINT DC FORMAT=CSV V(*)"]
    step = engineering(step_of(analysis))
    return [f".TRAN {step} {engineering(analysis.stop)} 0 {step} UIC", ".PRINT TRAN FORMAT=CSV V(*)"]
