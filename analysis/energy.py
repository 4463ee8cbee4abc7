"""Energy: what the sources of a circuit deliver, where it goes, and whether the account is even."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from sympy import lambdify

from ..circuits.arguments import want
from ..circuits.circuit import Circuit
from ..circuits.coupled import coupled_groups, mutual_inductances, within
from ..circuits.elements import (
    GROUND,
    PROBES,
    C,
    Composite,
    CurrentProbe,
    E,
    Element,
    F,
    H,
    I,
    L,
    OpAmp,
    Opaque,
    Probe,
    S,
    SpikeProbe,
    V,
)
from ..circuits.equations.symbols import link_current, node_voltage, parameters
from ..circuits.errors import CircuitError
from ..circuits.graph import conducting, ends
from ..circuits.library import circuit_of
from ..circuits.smooth_stimuli import SMOOTH
from ..circuits.stimuli import Constant, SpikeTrain, Stimulus, evaluate
from ..circuits.units import Value, parse
from ..netlists.spice.accuracy import accuracy as named_accuracy
from ..netlists.spice.analyses import Transient
from .account import Energy
from .spikes import spike_times

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..netlists.ngspice.engine import Engine

    Array = NDArray[np.float64]

SAMPLES = 5000
"""Least steps of a run: between two, power is a straight line, of a transistor on a ramp too."""


def energy(what: str | Circuit, engine: Engine, stop: Value, accuracy: str = "reference") -> Energy:
    """Measure the energy account of a circuit in ngspice.

    Args:
        what: any circuit, or the name of one of the library.
        engine: to run ngspice in.
        stop: length of the run, seconds.
        accuracy: of ngspice.

    Returns:
        The account: currents of voltage sources and switches from ngspice, those of other elements from their laws at
        ngspice's node voltages, stored energies from the states at both ends; so their balance is a check of all three.

    Raises:
        KindError: no circuit, or no engine.
        CircuitError: a controlled voltage source between two others, whose current no law gives.
    """
    from ..netlists.ngspice.engine import Engine

    circuit = _with_meters(circuit_of(what))
    want(engine, Engine, "engine", "make one, `with Engine() as engine`")
    ammeters = [CurrentProbe(f"i({e.name})", e.name) for e in circuit.parts if isinstance(e, (V, L, S, OpAmp))]
    voltmeters = [Probe(f"v({n})", n) for n in circuit.nodes if n != GROUND]
    metered = Circuit(circuit.title, (*circuit.described, *voltmeters, *ammeters))
    level = named_accuracy(accuracy)
    level = attrs.evolve(level, parts=max(level.parts, SAMPLES))
    run = engine.run(metered, Transient(parse(stop, "stop")), level)
    time = run["time"].values
    volts = {m.plus: run[m.name].values for m in voltmeters} | {GROUND: np.zeros(len(time))}
    currents = {m.sensor: run[m.name].values for m in ammeters}
    for element in circuit.parts:
        if not isinstance(element, (V, L, S, C, E, H, OpAmp)) and not _is_device(element):
            currents[element.name] = _current(element, volts, currents, time)
    waiting = [e for e in circuit.parts if isinstance(e, (E, H))]
    while waiting:
        ready = [e for e in waiting if not _unknown_at(circuit, e, currents)] or waiting[:1]
        currents |= {e.name: _by_kirchhoff(circuit, e, currents) for e in ready}
        waiting = [e for e in waiting if e.name not in currents]
    absorbed = {
        e.name: float(np.trapezoid(_across(e, volts) * currents[e.name], time))
        for e in circuit.parts
        if not isinstance(e, (C, L)) and not _is_device(e)
    }
    for e in filter(_is_device, circuit.parts):
        power = sum((volts[n] * currents[_meter(e, t)] for t, n in zip(_pins(e), e.nodes, strict=True)), np.zeros(1))
        absorbed = {n: x for n, x in absorbed.items() if n not in {_meter(e, t) for t in _pins(e)}}
        absorbed[e.name] = float(np.trapezoid(power, time))
    return Energy(
        float(time[-1] - time[0]), _spikes(circuit, volts, time), absorbed, _stored(circuit, volts, currents),
        _numbers(circuit),
    )  # fmt: skip


def _numbers(circuit: Circuit) -> tuple[str, ...]:
    """Elements that end at nothing but ground and nodes of which a probe says that their volts are pure numbers."""
    nodes = {n for p in circuit.of_type(Probe) if p.unit == "1" for n in (p.plus, p.minus)} - {GROUND}
    found = ((e.name, set(conducting(e))) for e in circuit.parts if not isinstance(e, PROBES))
    return tuple(name for name, at in found if at & nodes and at <= {GROUND, *nodes})


def _is_device(element: Element) -> bool:
    """Whether it is several elements in the equations, or has none; what goes into its charges is what it absorbs."""
    return isinstance(element, Opaque) or (isinstance(element, Composite) and not element.is_plain)


def _pins(device: Element) -> tuple[str, ...]:
    return device.pin_names if isinstance(device, Opaque) else device.TERMINALS


def _meter(device: Element, terminal: str) -> str:
    return f"i({device.name}.{terminal})"


def _with_meters(circuit: Circuit) -> Circuit:
    """A source of 0 V in series with each terminal of a device."""
    made: list[Element] = []
    for e in circuit.elements:
        if not _is_device(e):
            made.append(e)
            continue
        inside: dict[str, Any] = {t: f"{e.name}({t})" for t in _pins(e)}
        made += [V(_meter(e, t), n, inside[t], 0.0) for t, n in zip(_pins(e), e.nodes, strict=True)]
        made.append(attrs.evolve(e, **({"terminals": tuple(inside.values())} if isinstance(e, Opaque) else inside)))
    return attrs.evolve(circuit, elements=tuple(made))


def silenced(circuit: Circuit) -> Circuit:
    """The same circuit without input: current sources and spike trains at zero, a voltage input (role) at rest."""
    quiet = {
        e.name: 0.0 for e in circuit.parts if isinstance(e, I) or isinstance(getattr(e, "stimulus", None), SpikeTrain)
    }
    if circuit.plays("input") and isinstance(source := circuit.element(circuit.role("input")), V):
        quiet[source.name] = _resting(source.stimulus)
    return circuit.with_values(quiet)


def _resting(stimulus: Stimulus) -> float:
    """Where a voltage input is before it does anything: at its first value, and at 0 V what is constant."""
    if isinstance(stimulus, Constant):
        return 0.0
    return stimulus.offsets[-1][1] if isinstance(stimulus, SMOOTH) else stimulus.breakpoints()[1][0]


def static_power(what: str | Circuit, engine: Engine, stop: Value, accuracy: str = "reference") -> float:
    """Power that a circuit takes without any input, watts: current sources and spike trains at zero.

    A voltage source counts as input where the role `input` says so, and is then at its first value (0 V if constant).

    Args:
        what: any circuit, or the name of one of the library.
        engine: to run ngspice in.
        stop: length of the run, seconds.
        accuracy: of ngspice.
    """
    return energy(silenced(circuit_of(what)), engine, stop, accuracy).power


def energy_per_event(what: str | Circuit, engine: Engine, stop: Value, accuracy: str = "reference") -> float:
    """What one input spike costs, joules: the run with its spike trains less the run without input, over their spikes.

    Args:
        what: a circuit with at least one source whose stimulus is a `SpikeTrain`, or the name of one of the library.
        engine: to run ngspice in.
        stop: length of the run, seconds.
        accuracy: of ngspice.

    Raises:
        CircuitError: no spike train has a spike within the run.
    """
    circuit, end = circuit_of(what), parse(stop, "stop")
    trains = [s for e in circuit.parts if isinstance(s := getattr(e, "stimulus", None), SpikeTrain)]
    events = sum(t < end for s in trains for t in s.times)
    if not events:
        raise CircuitError(f"{circuit.title!r} has no input spike before {end:g} s: give a source a SpikeTrain.")
    busy, idle = (energy(c, engine, stop, accuracy).delivered for c in (circuit, silenced(circuit)))
    return (busy - idle) / events


def _across(element: Element, volts: dict[str, Array]) -> Array:
    a, b = ends(element)
    return volts[a] - volts[b]


def _current(element: Element, volts: dict[str, Array], currents: dict[str, Array], time: Array) -> Array:
    """Current of an element from its own law, first end to second."""
    if isinstance(element, I):
        return evaluate(element.stimulus, time)
    if isinstance(element, F):
        return element.gain * currents[element.sensor]
    names = {n: node_voltage(n) for n in element.nodes}
    values = parameters(Circuit("law", (element,)))
    law = link_current(element, names)
    nodes = [n for n in dict.fromkeys(element.nodes) if n != GROUND]
    function = lambdify([[names[n] for n in nodes], list(values)], law, "numpy")
    with np.errstate(all="ignore"):
        return np.broadcast_to(function([volts[n] for n in nodes], list(values.values())), time.shape)


def _at(circuit: Circuit, source: E | H) -> list[Element]:
    """The other elements that end at the plus node of a controlled voltage source."""
    return [e for e in circuit.parts if e.name != source.name and source.plus in ends(e)]


def _unknown_at(circuit: Circuit, source: E | H, currents: dict[str, Array]) -> list[str]:
    return [e.name for e in _at(circuit, source) if e.name not in currents]


def _by_kirchhoff(circuit: Circuit, source: E | H, currents: dict[str, Array]) -> Array:
    """Current of a controlled voltage source: what the other elements at its plus node bring."""
    for name in _unknown_at(circuit, source, currents):
        raise CircuitError(
            f"the current of {source.name!r} does not follow from the laws at node {source.plus!r}, where {name!r} "
            "ends too: put a resistor between them."
        )
    signs = [(1 if ends(e)[0] == source.plus else -1, e.name) for e in _at(circuit, source)]
    return -sum((sign * currents[name] for sign, name in signs), np.zeros(1))


def _stored(circuit: Circuit, volts: dict[str, Array], currents: dict[str, Array]) -> dict[str, float]:
    found = {}
    for e in circuit.parts:
        if isinstance(e, (C, L)):
            state = _across(e, volts) if isinstance(e, C) else currents[e.name]
            found[e.name] = 0.5 * e.value * float(state[-1] ** 2 - state[0] ** 2)
    for k, m in mutual_inductances(circuit).items():
        one, two = (currents[n] for n in k.inductors)
        found[k.name] = m * float(one[-1] * two[-1] - one[0] * two[0])
    for group in coupled_groups(circuit):  # what they hold, they hold together
        names = [e.name for e in (*group, *within(circuit, group))]
        found[" + ".join(e.name for e in group)] = sum(found.pop(n) for n in names)
    return found


def _spikes(circuit: Circuit, volts: dict[str, Array], time: Array) -> int:
    probes = circuit.of_type(SpikeProbe)
    return len(spike_times(probes[0], time, volts[probes[0].plus] - volts[probes[0].minus])) if probes else 0
