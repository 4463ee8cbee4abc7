"""A circuit and an analysis as SPICE text, deterministic, readable, and the same for `ngspice -b`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ..circuits.circuit import Circuit
from ..circuits.elements import (
    B,
    C,
    Comparator,
    CurrentProbe,
    E,
    Element,
    F,
    G,
    H,
    I,
    L,
    Probe,
    R,
    S,
    SpikeProbe,
    V,
)  # fmt: skip
from ..circuits.errors import unknown
from ..circuits.stimuli import Constant, Sine, Stimulus
from .accuracy import Accuracy
from .analyses import AC, Analysis, DCSweep, OperatingPoint, Transient
from .names import SpiceNames, spice_names

if TYPE_CHECKING:
    from PySpice.Spice.Netlist import Circuit as PySpiceCircuit


@frozen
class Netlist:
    """SPICE text and how to find our signals in what ngspice gives back."""

    text: str
    names: SpiceNames
    saved: tuple[str, ...]
    """ngspice vectors that are saved, in order (`v(out)`, `i(v1)`)."""
    analysis: Analysis
    accuracy: Accuracy
    max_step: float | None


def netlist(
    circuit: Circuit, analysis: Analysis, accuracy: Accuracy, max_step: float | None = None, save: tuple[str, ...] = ()
) -> Netlist:
    """Write the netlist.

    Args:
        circuit: any circuit; it is checked first.
        analysis: what ngspice shall do.
        accuracy: its options.
        max_step: longest time step of a transient, seconds.
        save: nodes to keep; none given means the nodes of the probes, or all nodes without probes.

    Returns:
        Text whose first line is the title, with a comment before every block.

    Raises:
        CircuitError: wrong wiring, or a law that ngspice cannot read.
        UnknownNameError: a node to save or a source to sweep that is not there.
    """
    circuit.check()
    names = spice_names(circuit)
    vectors = _vectors(circuit, names, save)
    book = _book()
    switches = _switch_lines(book, circuit, names, max_step)
    blocks = [
        ("", [_ascii(circuit.title)]),
        ("names changed for SPICE", _renamed(names)),
        ("independent sources", _lines(book, circuit, names, (V, I), _ac_source(analysis))),
        ("resistors, capacitors, inductors", _lines(book, circuit, names, (R, C, L))),
        ("controlled sources", _lines(book, circuit, names, (E, G, F, H))),
        ("switches: close above VT + VH, open below VT - VH, times the gain of their watch", switches),
        ("nonlinear current laws", _lines(book, circuit, names, (Comparator, B))),
        (f"accuracy: {accuracy.name}", [_options(circuit, accuracy)]),
        ("what to keep", [".save " + " ".join(vectors)]),
        ("what to do", [_command(circuit, names, analysis, max_step)]),
        ("", [".end"]),
    ]
    lines = [line for head, body in blocks if body for line in ([f"* {head}"] if head else []) + body]
    return Netlist("\n".join(lines) + "\n", names, tuple(vectors), analysis, accuracy, max_step)


def _ascii(title: str) -> str:
    """The title line; ngspice takes bytes, people take the comment."""
    plain = title.encode("ascii", "replace").decode().replace("`", "'")
    return f"* {' '.join(plain.split())}"


def _renamed(names: SpiceNames) -> list[str]:
    pairs = [(ours, theirs) for ours, theirs in names.nodes.items() if ours != theirs]
    return [f"*   {theirs} is {ascii(ours)[1:-1]}" for ours, theirs in pairs]


def number(value: float) -> str:
    """A number as SPICE text: repr, so that nothing is lost and no suffix is ever read."""
    return repr(float(value))


def stimulus_text(stimulus: Stimulus) -> str:
    """SPICE form of a stimulus."""
    if isinstance(stimulus, Constant):
        return f"DC {number(stimulus.value)}"
    if isinstance(stimulus, Sine):
        phase = number(np.degrees(stimulus.phase))
        parts = [stimulus.offset, stimulus.amplitude, stimulus.frequency, 0.0, 0.0]
        dc = stimulus.breakpoints()[1][0]
        return f"DC {number(dc)} SIN({' '.join(map(number, parts))} {phase})"
    times, values = stimulus.breakpoints()
    points = " ".join(f"{number(t)} {number(v)}" for t, v in zip(times, values, strict=True))
    return f"DC {number(values[0])} PWL({points})"


def _ac_source(analysis: Analysis) -> str | None:
    return analysis.source if isinstance(analysis, AC) else None


def _lines(
    book: PySpiceCircuit, circuit: Circuit, names: SpiceNames, kinds: tuple[type, ...], ac: str | None = None
) -> list[str]:
    lines: list[str] = []
    for element in circuit.parts:
        if isinstance(element, kinds):
            lines += [_spaced(line) for line in _WRITERS[type(element)](book, element, names)]
            if element.name == ac:
                lines[-1] += " AC 1.0"
    return lines


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


def _control(element: E | G | S, names: SpiceNames) -> tuple[str, str]:
    return names.nodes[element.c_plus], names.nodes[element.c_minus]


def _resistor(book: PySpiceCircuit, e: R, names: SpiceNames) -> list[object]:
    return [book.R(*_two(e, names), raw_spice=number(e.value))]


def _capacitor(book: PySpiceCircuit, e: C, names: SpiceNames) -> list[object]:
    return [book.C(*_two(e, names), raw_spice=f"{number(e.value)} IC={number(e.ic)}")]


def _inductor(book: PySpiceCircuit, e: L, names: SpiceNames) -> list[object]:
    return [book.L(*_two(e, names), raw_spice=f"{number(e.value)} IC={number(e.ic)}")]


def _voltage(book: PySpiceCircuit, e: V, names: SpiceNames) -> list[object]:
    return [book.V(*_two(e, names), raw_spice=stimulus_text(e.stimulus))]


def _current(book: PySpiceCircuit, e: I, names: SpiceNames) -> list[object]:
    return [book.I(*_two(e, names), raw_spice=stimulus_text(e.stimulus))]


def _vcvs(book: PySpiceCircuit, e: E, names: SpiceNames) -> list[object]:
    return [book.VCVS(*_two(e, names), *_control(e, names), raw_spice=number(e.gain))]


def _vccs(book: PySpiceCircuit, e: G, names: SpiceNames) -> list[object]:
    return [book.VCCS(*_two(e, names), *_control(e, names), raw_spice=number(e.gain))]


def _cccs(book: PySpiceCircuit, e: F, names: SpiceNames) -> list[object]:
    return [book.CCCS(*_two(e, names), raw_spice=f"{names.elements[e.sensor]} {number(e.gain)}")]


def _ccvs(book: PySpiceCircuit, e: H, names: SpiceNames) -> list[object]:
    return [book.CCVS(*_two(e, names), raw_spice=f"{names.elements[e.sensor]} {number(e.gain)}")]


def _switch(book: PySpiceCircuit, e: S, names: SpiceNames, gain: float) -> list[object]:
    """A switch that watches its control through a gain stage.

    ngspice refines its time step towards a switch's threshold, but only to within a fixed 50 mV of it
    (SWtrunc in its source); behind a gain those 50 mV become 50 mV / gain at the control.
    """
    name, plus, minus = _two(e, names)
    model, watch = f"sw_{name}", f"watch_{name}"
    state = "ON" if e.closed else "OFF"
    stage = book.VCVS(watch, watch, "0", *_control(e, names), raw_spice=number(gain))
    switch = book.S(name, plus, minus, watch, "0", raw_spice=f"{model} {state}")
    values = {"VT": e.v_t * gain, "VH": e.v_h * gain, "RON": e.r_on, "ROFF": e.r_off}
    card = book.model(model, "SW", **{k: number(v) for k, v in values.items()})
    return [stage, switch, card]


def watch_gain(circuit: Circuit, e: S, max_step: float | None) -> float:
    """Gain of a switch's watch: as high as ngspice's shortest time step allows.

    That step is 1e-11 of the longest one; a control that moves at its fastest (one swing in the time
    constant of its node) shall pass the 50 mV / gain in thirty of them.
    """
    if max_step is None:
        return 1.0
    nodes = {e.c_plus, e.c_minus} - {"0"}
    capacitance = sum(c.value for c in circuit.of_type(C) if nodes & set(c.nodes))
    paths = [s.r_on for s in circuit.of_type(S) if nodes & {s.plus, s.minus}]
    paths += [r.value for r in circuit.of_type(R) if nodes & set(r.nodes)]
    if not capacitance or not paths:
        return 1e3
    fastest = (abs(e.v_t) + e.v_h) / (min(paths) * capacitance)
    return 10.0 ** round(np.log10(0.05 / (fastest * 3e-10 * max_step)))


def _switch_lines(book: PySpiceCircuit, circuit: Circuit, names: SpiceNames, max_step: float | None) -> list[str]:
    switches = circuit.of_type(S)
    return [_spaced(x) for e in switches for x in _switch(book, e, names, watch_gain(circuit, e, max_step))]


def _nonlinear(book: PySpiceCircuit, e: B | Comparator, names: SpiceNames) -> list[object]:
    from ..circuits.checks import ends
    from ..circuits.symbols import link_current, node_voltage, parameters
    from .expressions import spice_expression

    plus, minus = (names.nodes[n] for n in ends(e))
    symbols = {n: node_voltage(n) for n in e.nodes}
    texts = {s: f"v({names.nodes[n]})" for n, s in symbols.items() if names.nodes[n] != "0"}
    values = parameters(Circuit("law", (e,)))
    law = spice_expression(link_current(e, symbols), texts, values)  # type: ignore[arg-type]
    return [book.B(names.stem(e.name), plus, minus, raw_spice=f"I={law}")]


_WRITERS: dict[type, Callable[..., list[object]]] = {
    R: _resistor, C: _capacitor, L: _inductor, V: _voltage, I: _current, E: _vcvs, G: _vccs, F: _cccs, H: _ccvs,
    B: _nonlinear, Comparator: _nonlinear,
}  # fmt: skip


def _options(circuit: Circuit, accuracy: Accuracy) -> str:
    smallest = min((c.value for c in circuit.of_type(C)), default=0.0)
    switched = bool(circuit.of_type(S))
    options = accuracy.options() | {"reltol": number(accuracy.reltol_switched if switched else accuracy.reltol)}
    if smallest:
        options |= {"chgtol": number(smallest * (1.0 if switched else accuracy.charge_floor))}
    return ".options " + " ".join(f"{k}={v}" for k, v in options.items())


def _vectors(circuit: Circuit, names: SpiceNames, save: tuple[str, ...]) -> list[str]:
    probed = [n for p in (*circuit.of_type(Probe), *circuit.of_type(SpikeProbe)) for n in p.nodes]
    nodes = save or tuple(dict.fromkeys(probed)) or circuit.nodes
    for n in nodes:
        if n not in circuit.nodes:
            raise unknown("node", n, circuit.nodes)
    currents = [circuit.element(p.sensor) for p in circuit.of_type(CurrentProbe)]
    # A resistor's current is made from its node voltages: ngspice gives `@r1[i]` in transients only.
    ends = [n for e in currents if isinstance(e, R) for n in e.nodes]
    voltages = [f"v({names.nodes[n]})" for n in dict.fromkeys((*nodes, *ends)) if names.nodes[n] != "0"]
    branches = [names.elements[e.name] for e in currents if not isinstance(e, R)]
    return [*voltages, *(f"i({b.lower()})" for b in branches)]


def _command(circuit: Circuit, names: SpiceNames, analysis: Analysis, max_step: float | None) -> str:
    match analysis:
        case Transient(stop=stop):
            step = number(max_step if max_step is not None else stop / 50)
            return f".tran {step} {number(stop)} 0 {step} uic"
        case OperatingPoint():
            return ".op"
        case AC():
            _source(circuit, analysis.source)
            return f".ac dec {analysis.points_per_decade} {number(analysis.start)} {number(analysis.stop)}"
        case DCSweep():
            _source(circuit, analysis.source)
            limits = " ".join(map(number, (analysis.start, analysis.stop, analysis.step)))
            return f".dc {names.elements[analysis.source]} {limits}"


def _source(circuit: Circuit, name: str) -> Element:
    sources = [e for e in circuit.parts if isinstance(e, (V, I))]
    for element in sources:
        if element.name == name:
            return element
    raise unknown("source", name, [e.name for e in sources])
