"""A circuit and an analysis as SPICE text, deterministic, readable, and the same for `ngspice -b`."""

from __future__ import annotations

from collections.abc import Mapping
from math import degrees, inf

from attrs import frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import (
    GROUND,
    LAWS,
    B,
    C,
    Composite,
    CurrentProbe,
    Delay,
    E,
    Element,
    F,
    G,
    H,
    I,
    K,
    L,
    Mosfet,
    OpAmp,
    Opaque,
    Probe,
    R,
    S,
    SpikeProbe,
    V,
)
from ...circuits.errors import CircuitError, unknown
from .accuracy import PARTS, Accuracy
from .analyses import AC, Analysis, DCSweep, NoiseSpectrum, OperatingPoint, Transient
from .at_start import known_at_start
from .cards import cards, placed
from .devices import ammeter, collector_currents, inner_starts, inner_vectors, rounding_current
from .names import SpiceNames, spice_names
from .noise_text import NOISE_VECTORS, input_for, noise_command
from .numbers import number
from .opaque_cards import opaque_lines
from .readable import readable
from .tolerances import amplified_current, chgtol, epsmin, reltol
from .watch import watch
from .widths import least_current, widths

TITLE = "* lapicque"


OPAQUE_GMIN = "1e-15"
"""Siemens across the junctions of opaque devices; ngspice's own 1e-12 S is much beside the currents of a neuron."""
FIRST_PART = 100
"""ngspice begins with this part of the step that `.tran` names first, and does not look at the error of it."""


@frozen
class Start:
    """The longest first step, and the time from which a transient holds, seconds."""

    step: float = inf
    holds: float = 0.0


@frozen
class Netlist:
    """SPICE text and how to find our signals in what ngspice gives back."""

    title: str
    """The circuit's own; what ngspice is given has a title of ours."""
    text: str
    names: SpiceNames
    saved: tuple[str, ...]
    """ngspice vectors that are saved, in order (`v(n1)`, `i(v1)`)."""
    kept: tuple[str, ...]
    """Nodes that the result gives by their own names, besides what probes give."""
    analysis: Analysis
    accuracy: Accuracy
    max_step: float | None
    holds_from: float = 0.0
    """Time before which ngspice's shortest step resolves nothing of a transient, seconds."""

    @property
    def readable(self) -> str:
        """The same text with the circuit's own names, for people and for `ngspice -b`."""
        return readable(self.text, self.names, self.title)


def netlist(
    circuit: Circuit,
    analysis: Analysis,
    accuracy: Accuracy,
    max_step: float | None = None,
    save: tuple[str, ...] = (),
    start: Start | None = None,
) -> Netlist:
    """Write the netlist.

    Args:
        circuit: any circuit; it is checked first.
        analysis: what ngspice shall do.
        accuracy: its options.
        max_step: longest time step of a transient, seconds.
        save: nodes to keep; none given means the nodes of the probes, or without probes all `outer_nodes`.
        start: how a transient begins; as ngspice likes unless given.

    Returns:
        Text without a word of the circuit's (names.py), with a comment before every block.

    Raises:
        CircuitError: wrong wiring, or a law that ngspice cannot read.
        UnknownNameError: a node to save or a source to sweep that is not there.
    """
    circuit.check()
    names = spice_names(circuit)
    kept, begin = _kept(circuit, save), start or Start()
    noisy = isinstance(analysis, NoiseSpectrum)
    vectors: list[str] = [*NOISE_VECTORS] if noisy else _vectors(circuit, names, kept)
    if isinstance(analysis, AC):
        _want_no_instantaneous(circuit)
    stop = analysis.stop if isinstance(analysis, Transient) else 0.0
    switches = _switch_lines(circuit, names, max_step, stop, accuracy.watched)
    blocks = [
        ("", [TITLE]),
        ("independent sources", _lines(circuit, names, (V, I), _moved(circuit, analysis))),
        ("resistors, capacitors, inductors", _lines(circuit, names, (R, C, L))),
        ("couplings of inductors", _lines(circuit, names, (K,))),
        ("controlled sources", _lines(circuit, names, (E, G, F, H, OpAmp))),
        ("delay lines: buffer, matched line, buffer", _lines(circuit, names, (Delay,))),
        (
            "switches: each watches its control, less its middle, through a gain; closes above VH, opens below -VH",
            switches,
        ),
        ("diodes, transistors and capacitors by a law", _devices(circuit, names)),
        ("devices that only ngspice knows, and their models", _opaque(circuit, names)),
        *_laws(circuit, names, accuracy),
        (f"accuracy: {accuracy.name}", [_options(circuit, accuracy)]),
        ("where Newton's method starts", [*_starts(circuit, names), *_guesses(circuit, names, analysis)]),
        # A card `.save` would take the contributions of the elements away.
        ("what to keep", [] if noisy else [".save " + " ".join(_to_save(circuit, names, analysis, vectors))]),
        ("what to do", [_command(circuit, names, analysis, max_step, begin)]),
        ("", [".end"]),
    ]
    lines = [line for head, body in blocks if body for line in ([f"* {head}"] if head else []) + body]
    return Netlist(
        circuit.title, "\n".join(lines) + "\n", names, tuple(vectors), kept, analysis, accuracy, max_step, begin.holds
    )


def _moved(circuit: Circuit, analysis: Analysis) -> dict[str, str]:
    """What is written behind the sources that move in an AC analysis; phases are in degrees."""
    if isinstance(analysis, NoiseSpectrum):
        return {input_for(circuit, analysis): " AC 1"}
    if not isinstance(analysis, AC):
        return {}
    drives = analysis.drives.items()
    return {n: f" AC {number(a)}" + (f" {number(degrees(p))}" if p else "") for n, (a, p) in drives}


def _lines(
    circuit: Circuit, names: SpiceNames, kinds: tuple[type, ...], behind: Mapping[str, str] | None = None
) -> list[str]:
    lines: list[str] = []
    for element in circuit.described:
        if isinstance(element, kinds):
            own, *moments = cards(placed(element, names))
            lines += [own + (behind or {}).get(element.name, ""), *moments]
    return lines


def _devices(circuit: Circuit, names: SpiceNames) -> list[str]:
    """Diodes and transistors; charges begin as the nodes around them do."""
    known = known_at_start(circuit)
    metered = {p.sensor for p in circuit.of_type(CurrentProbe)}
    lines: list[str] = []
    for e in circuit.parts:
        if isinstance(e, Composite):
            lines += cards(placed(e.started(known), names, metered=e.name in metered))
        elif isinstance(e, Mosfet):
            lines += cards(placed(e, names))
    return lines


def _opaque(circuit: Circuit, names: SpiceNames) -> list[str]:
    return opaque_lines(circuit.of_type(Opaque), names, {p.sensor for p in circuit.of_type(CurrentProbe)})


def _laws(circuit: Circuit, names: SpiceNames, accuracy: Accuracy) -> list[tuple[str, list[str]]]:
    """Nonlinear laws; those that lead back to where they jump come last, under a heading that says so."""
    jumping = widths(circuit, accuracy)
    plain: list[str] = []
    wide: list[str] = []
    for e in circuit.parts:
        if isinstance(e, LAWS):
            (wide if e.name in jumping else plain).extend(cards(placed(e, names, widths=jumping.get(e.name, ()))))
    return [
        ("nonlinear current laws", plain),
        ("nonlinear current laws that lead back to where they jump: there they have a width", wide),
    ]


def _switch_lines(
    circuit: Circuit, names: SpiceNames, max_step: float | None, stop: float, watched: float
) -> list[str]:
    """Switches that watch the same control about the same level through the same gain share a watch."""
    lines: list[str] = []
    shared: dict[tuple[str, ...], str] = {}
    for e in circuit.of_type(S):
        level, stage, switch, card = cards(placed(e, names, watch(circuit, e, max_step, stop, watched)))
        own = stage.split()[1]
        seen = (*stage.split()[3:5], stage.split()[-1], level.split(maxsplit=3)[-1])
        first = shared.setdefault(seen, own)
        lines += [level, stage, switch, card] if first == own else [switch.replace(f" {own} ", f" {first} "), card]
    return lines


def _options(circuit: Circuit, accuracy: Accuracy) -> str:
    options = accuracy.options() | {"reltol": number(reltol(circuit, accuracy))}
    least = max(least_current(circuit, accuracy), rounding_current(circuit), amplified_current(circuit))
    options |= {"abstol": number(max(accuracy.abstol, least))}
    if circuit.of_type(Opaque):
        # Inside of them ngspice needs some gmin: a drain that nothing else holds is singular without.
        options |= {"gmin": OPAQUE_GMIN, "temp": "27", "tnom": "27"}
    elif circuit.of_type(Composite) or circuit.of_type(Mosfet):
        # ngspice shunts every junction by gmin; 1e-12 S is much beside the currents of a neuron.
        options |= {"gmin": "1e-21", "temp": "27", "tnom": "27"}
    elif circuit.of_type(B):
        # ngspice adds gmin times 1e-20 to what a law divides by; nothing else is shunted by it here.
        options |= {"gmin": "1e-32"}
    if saturation := epsmin(circuit):
        options |= {"epsmin": number(saturation)}
    if floor := chgtol(circuit, accuracy):
        options |= {"chgtol": number(floor)}
    return ".options " + " ".join(f"{k}={v}" for k, v in options.items())


def _starts(circuit: Circuit, names: SpiceNames) -> list[str]:
    """Node voltages at time 0: a capacitor's IC is its charge, but ngspice guesses 0 V for its node all the same.

    From there an exponential law leads the first time step to a second, false solution. It guesses so for the nodes of
    sources too, and a diode to a supply of 5 V is then asked for the current of 5 V across it.
    """
    every = known_at_start(circuit)
    for e in circuit.of_type(Opaque):
        every |= {n: v for n, v in zip(e.terminals, e.starts, strict=False) if n not in every}
    known = {names.nodes[n]: volts for n, volts in every.items() if n in names.nodes}
    known |= inner_starts(circuit, names, every)
    for p in circuit.of_type(CurrentProbe):
        if isinstance(e := circuit.element(p.sensor), Opaque) and e.terminals[0] in every:
            known[ammeter(e, names)[1:]] = every[e.terminals[0]]
    known = {n: volts for n, volts in known.items() if volts}
    return [".ic " + " ".join(f"v({node})={number(volts)}" for node, volts in known.items())] if known else []


def _guesses(circuit: Circuit, names: SpiceNames, analysis: Analysis) -> list[str]:
    guess = () if isinstance(analysis, Transient) else analysis.guess
    if lost := [n for n, _ in guess if n not in circuit.nodes]:
        raise unknown("node of the guess", lost[0], circuit.nodes)
    return [".nodeset " + " ".join(f"v({names.nodes[n]})={number(v)}" for n, v in guess)] if guess else []


def _kept(circuit: Circuit, save: tuple[str, ...]) -> tuple[str, ...]:
    for n in save:
        if n not in circuit.nodes:
            raise unknown("node", n, circuit.nodes)
    if save or circuit.of_type(Probe) or circuit.of_type(SpikeProbe):
        return save
    return tuple(n for n in circuit.outer_nodes if n != GROUND)


def _want_no_instantaneous(circuit: Circuit) -> None:
    for probe in circuit.of_type(CurrentProbe):
        if isinstance(circuit.element(probe.sensor), (S, C)):
            raise CircuitError(
                f"ngspice gives no AC response of the current through {probe.sensor!r} (probed by {probe.name!r}): put "
                "a source of 0 V in series with it and probe that."
            )


def _to_save(circuit: Circuit, names: SpiceNames, analysis: Analysis, vectors: list[str]) -> list[str]:
    """Of a DC analysis everything, because its proof needs all of it (steady.py).

    ngspice's `all` has no nodes inside devices, and gives none that are named beside it: then all are named.
    """
    if not isinstance(analysis, (OperatingPoint, DCSweep)):
        return vectors
    inside = [*inner_vectors(circuit, names).values(), *collector_currents(circuit, names).values()]
    if not inside:
        return ["all", *(v for v in vectors if v.startswith("@"))]
    nodes = [f"v({s})" for n, s in names.nodes.items() if n != GROUND]
    branches = [f"i({names.elements[e.name].lower()})" for e in circuit.parts if isinstance(e, (V, E, H, OpAmp, L))]
    return list(dict.fromkeys([*nodes, *inside, *branches, *vectors]))


def _vectors(circuit: Circuit, names: SpiceNames, kept: tuple[str, ...]) -> list[str]:
    nodes = kept or [n for p in (*circuit.of_type(Probe), *circuit.of_type(SpikeProbe)) for n in p.nodes]
    currents = [circuit.element(p.sensor) for p in circuit.of_type(CurrentProbe)]
    # A resistor's current is made from its node voltages: ngspice gives `@r1[i]` in transients only.
    ends = [n for e in currents if isinstance(e, R) for n in e.nodes]
    voltages = [f"v({names.nodes[n]})" for n in dict.fromkeys((*nodes, *ends)) if names.nodes[n] != "0"]
    metered = [ammeter(e, names) if isinstance(e, (Composite, Opaque)) else names.elements[e.name] for e in currents]
    direct = zip(currents, metered, strict=True)
    branches = [f"i({meter.lower()})" for e, meter in direct if not isinstance(e, (R, S, C))]
    return [*voltages, *branches, *(f"@{names.elements[e.name].lower()}[i]" for e in currents if isinstance(e, (S, C)))]


def _command(circuit: Circuit, names: SpiceNames, analysis: Analysis, max_step: float | None, start: Start) -> str:
    match analysis:
        case Transient(stop=stop):
            longest = max_step if max_step is not None else stop / PARTS
            first = min(longest, FIRST_PART * start.step)
            return f".tran {number(first)} {number(stop)} 0 {number(longest)} uic"
        case OperatingPoint():
            return ".op"
        case AC():
            for source in analysis.drives:
                _source(circuit, source)
            return f".ac {analysis.spacing} {analysis.points} {number(analysis.start)} {number(analysis.stop)}"
        case NoiseSpectrum():
            return noise_command(circuit, names, analysis)
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
