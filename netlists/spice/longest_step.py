"""The longest time step of a transient, and what asks for it."""

from __future__ import annotations

import attrs
import numpy as np

from ...circuits.circuit import Circuit
from ...circuits.elements import Composite, Delay, I, Opaque, V
from ...circuits.errors import NotDerivedError
from ...circuits.stimuli import is_smooth, waves
from ...circuits.units import show
from .accuracy import Accuracy
from .analyses import Transient
from .devices import is_beyond_equations

EDGES = 1e4
"""ngspice joins breakpoints closer than 5e-5 of the longest step: that is kept below so many edges of a stimulus."""

MOST_BY_START = 20_000
"""Steps that time constants at the start may ask for where devices store charges: a saturated transistor has those of
picoseconds, and longer ones when it blocks; in between ngspice's own control decides."""


OF_OPAQUE = 2e-5
"""Seconds, the longest step where there are opaque devices: what they store moves in picoseconds when a run begins, and
ngspice's shortest step is 1e-11 of its longest."""


def longest_step(circuit: Circuit, analysis: Transient, level: Accuracy) -> tuple[float, str]:
    """The longest time step of an accuracy for a circuit (the rules are in `Accuracy`).

    Args:
        circuit: what is run.
        analysis: how long.
        level: its accuracy.

    Returns:
        Seconds, and why it is no longer, as the end of a sentence with "because".
    """
    own = _of_equations(circuit, level)
    if any(not e.is_plain for e in circuit.of_type(Composite)):
        own = [(max(step, analysis.stop / MOST_BY_START), why) for step, why in own]
    if circuit.of_type(Opaque):
        longest = max(OF_OPAQUE, analysis.stop / MOST_BY_START)
        own.append((longest, "devices that only ngspice knows may be as quick as picoseconds"))
    found = [(analysis.stop / level.parts, f"a run is {level.parts} steps or more"), *own]
    for e in circuit.parts:
        if isinstance(e, (V, I)):
            gaps = np.diff(e.stimulus.breakpoints()[0])
            if len(gaps) and not is_smooth(e.stimulus):  # those of smooth ones are no edges
                edge = float(gaps.min())
                found.append((EDGES * edge, f"the stimulus of {e.name!r} has an edge of {_brief(edge)}"))
    return min(found)


def _of_equations(circuit: Circuit, level: Accuracy) -> list[tuple[float, str]]:
    from ...circuits.equations.derive import derive
    from ...circuits.runs.starts import check_starts
    from ...circuits.runs.timescales import time_scales

    try:
        equations = None if is_beyond_equations(circuit) else derive(without_charges(without_delays(circuit)))
    except NotDerivedError:
        equations = None
    if equations is None:  # ngspice needs none: what its steps follow are the stimuli, and its own control
        sources = [e for e in circuit.parts if isinstance(e, (V, I))]
        found = [(e.name, w.omega) for e in sources for w in waves(e.stimulus)]
        return [(1 / (w * level.steps_per_slow), f"the stimulus of {name!r} is a sine") for name, w in found if w]
    scales = time_scales(equations)
    check_starts(equations)
    slow = f"the circuit's longest time constant is {_brief(scales.slow)}"
    found = [(scales.slow / level.steps_per_slow, slow)]
    if scales.fast is not None:
        fast = f"a law of it has a time constant of {_brief(scales.fast)}"
        found.append((scales.fast * level.steps_of_fast, fast))
    return found


def without_delays(circuit: Circuit) -> Circuit:
    """The time constants of a circuit with delay lines are those of what lies between them."""
    if not circuit.of_type(Delay):
        return circuit
    still = (V(e.name, e.plus, e.minus, 0.0) if isinstance(e, Delay) else e for e in circuit.elements)
    return attrs.evolve(circuit, elements=tuple(still))


def without_charges(circuit: Circuit) -> Circuit:
    """The circuit without what devices store: that has time constants of picoseconds to nanoseconds.

    They come and go with currents; ngspice controls its steps by charges.
    """
    if not circuit.of_type(Composite):
        return circuit
    bare = (e.without_charges() if isinstance(e, Composite) else e for e in circuit.elements)
    return attrs.evolve(circuit, elements=tuple(bare))


def _brief(seconds: float) -> str:
    return show(float(f"{seconds:.2g}"), "s") if np.isfinite(seconds) else "without end"
