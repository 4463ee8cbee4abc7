"""The netlist for LTspice: plain, in its words (LTspice's help; what it adds by itself is turned off)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...circuits.circuit import Circuit
from ...circuits.elements import LAWS, Delay, Diode, Element, I, L, V, Varactor
from ...circuits.graph import ends
from ...circuits.smooth_stimuli import AM
from ...circuits.stimuli import Constant
from ..spice.analyses import OperatingPoint, Transient
from ..spice.cards import law_text
from ..spice.names import SpiceNames, spice_names
from ..spice.plain import commented, engineering, in_engineering, plain_cards, step_of
from ..spice.readable import readable
from ..spice.stimulus_text import shape_text
from ..spice.varactor_cards import current_text, varactor_lines
from .known import want_known
from .printers import LtspicePrinter
from .tones import tone_cards


def ltspice_text(circuit: Circuit, analysis: Transient | OperatingPoint, said: Sequence[str] = ()) -> str:
    """Write a netlist for LTspice.

    Args:
        circuit: any circuit; it is checked first.
        analysis: what the netlist asks for.
        said: of it, for comments below the title.

    Returns:
        Text for a file .cir or .net. Our own reader of LTspice's netlists makes the same circuit of it.

    Raises:
        CircuitError: wrong wiring, a law that SPICE cannot say, or a device that only ngspice knows.
    """
    circuit.check()
    want_known(circuit, "LTspice")
    names = spice_names(circuit)
    body = [line for e in circuit.described for line in _cards(e, names)]
    text = "\n".join(["*", *body, _command(analysis), ".backanno", ".end", ""])
    lost = [e.name for e in circuit.of_type(Diode) if e.has("ic")]
    more = [f"LTspice's diodes have no IC: {', '.join(lost)} begin without charge"] if lost else []
    return commented(readable(text, names, circuit.title), ["for LTspice, not run in it", *said, *more])


def _cards(e: Element, names: SpiceNames) -> Iterator[str]:
    if isinstance(e, (V, I)):
        yield from map(in_engineering, _source(e, names))
    elif isinstance(e, LAWS):
        plus, minus = (names.nodes[n] for n in ends(e))
        yield f"{names.elements[e.name]} {plus} {minus} I={law_text(e, names, LtspicePrinter)}"
    elif isinstance(e, Diode):
        yield from (card.partition(" IC=")[0] for card in plain_cards(e, names))
    elif isinstance(e, L):  # it gives an inductor a milliohm in series unless it is told
        yield from (f"{card} Rser=0" for card in plain_cards(e, names))
    elif isinstance(e, Varactor):
        nodes = [names.nodes[n] for n in e.nodes]
        yield from varactor_lines(e, names, nodes, f"I={current_text(e, names, nodes, LtspicePrinter)}")
    elif isinstance(e, Delay):
        yield from (card.partition(" REL=")[0] for card in plain_cards(e, names))
    else:
        yield from plain_cards(e, names)


def _source(e: V | I, names: SpiceNames) -> Iterator[str]:
    if isinstance(e.stimulus, AM):
        yield from tone_cards(e, e.stimulus, names)
        return
    plus, minus = (names.nodes[n] for n in e.nodes)
    value = repr(e.stimulus.value) if isinstance(e.stimulus, Constant) else shape_text(e.stimulus)
    yield f"{names.elements[e.name]} {plus} {minus} {value}"


def _command(analysis: Transient | OperatingPoint) -> str:
    """Its `.tran` takes a step of 0 for its own choice, and its longest step in the fourth place."""
    if isinstance(analysis, OperatingPoint):
        return ".op"
    return f".tran 0 {engineering(analysis.stop)} 0 {engineering(step_of(analysis))} uic"
