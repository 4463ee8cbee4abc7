"""From a job to the text that ngspice runs: its time step and its beginning, from the circuit's own equations."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import get_args

import attrs
import numpy as np

from ...circuits.arguments import KindError, brief, positive, want
from ...circuits.circuit import Circuit, want_circuit
from ...circuits.elements import I, Opaque, V
from ...circuits.errors import CircuitError, EquationError, LapicqueError
from ...circuits.stimuli import EndlessPulses
from ...circuits.straight_stimuli import CORNERS
from ...circuits.units import show
from .accuracy import Accuracy, accuracy
from .analyses import Analysis, DCSweep, OperatingPoint, Transient
from .devices import SHORTEST_FIRST, is_beyond_equations, stores_charge
from .longest_step import longest_step, without_delays
from .spice import FIRST_PART, Netlist, Start, netlist
from .steady import circulating
from .tolerances import reltol
from .widths import widths

MAX_VALUES = 50_000_000
"""Most values (points times signals) that a run may ask for: 400 MB."""
FIRST_OF_FASTEST = 0.1
"""Longest first step: this part of the fastest excited time constant, times the root of reltol."""
FINEST_FIRST = 3e-6
"""No first step of devices with charges is below this part of the longest one.

From 0.2 ps ngspice did not get into a run of a second of two transistors ("timestep too small"), from 10 ps it did.
"""
FINEST_BLIND = 1e-9
"""The same where it is not known how fast they are: 20 ps in a run of a second."""
DIED_AWAY = 40
"""Time constants after which nothing is left of an exponential in 16 digits."""
LATER_OF_FASTEST = 12
"""What follows the first step asks for steps of this many reltol of that time constant."""
SHORTEST = 2e-11
"""ngspice's shortest step as a part of its longest one, with a factor of two."""


@attrs.frozen
class Job:
    """One run: what, how, and what to keep."""

    circuit: Circuit
    analysis: Analysis
    accuracy: str | Accuracy = "standard"
    save: tuple[str, ...] = ()
    max_step: float | None = None
    """Longest time step, seconds; None lets the accuracy derive it from the circuit."""


UNEVEN = 1 - 1 / (100 * math.pi)
"""ngspice loses count of a PULSE where a step ends just beside a bend, as steps do that divide a period."""


def prepare(job: Job) -> Netlist:
    """Write the netlist of a job, with the time step that its accuracy asks for.

    Raises:
        LapicqueError: the result would be too large to hold.
    """
    level = accuracy(job.accuracy)
    want_circuit(job.circuit)
    want(job.analysis, get_args(Analysis), "analysis", "make one, such as Transient('10m')")
    _want_names(job.save)
    step, why = None if job.max_step is None else positive(job.max_step, "max_step", "1e-6", unit="s"), ""
    if isinstance(job.analysis, Transient) and step is None:
        step, why = longest_step(job.circuit, job.analysis, level)
    if step is not None and _pulses_without_end(job.circuit):
        step *= UNEVEN
    if isinstance(job.analysis, (OperatingPoint, DCSweep)) and (loop := circulating(job.circuit)) is not None:
        raise CircuitError(f"simulating {job.circuit.title!r}: {loop}.")  # ngspice would look for one without end
    begin = beginning(job.circuit, level, step) if step and isinstance(job.analysis, Transient) else Start()
    # The trapezoidal rule would let ring on what was stepped over, and a law that holds the circuit where it jumps.
    if begin.holds or widths(job.circuit, level):
        level = attrs.evolve(level, method="gear")
    text = netlist(job.circuit, job.analysis, level, step, job.save, begin)
    if isinstance(job.analysis, Transient) and step:
        step, why = min([(step, why), *_between_bends(job.circuit)])
        values = job.analysis.stop / step * (len(text.saved) + 1)
        if values > MAX_VALUES:
            short = why and f"; steps are so short because {why}"
            raise LapicqueError(
                f"simulating {job.circuit.title!r} for {show(job.analysis.stop, 's')} in steps of {show(step, 's')} "
                f"would give {values:.2g} values, more than {MAX_VALUES:.2g}{short}. Mend that, give a longer "
                "max_step, shorten the run, or keep fewer signals."
            )
    return text


def _pulses_without_end(circuit: Circuit) -> bool:
    return any(_between_bends(circuit))


def _between_bends(circuit: Circuit) -> list[tuple[float, str]]:
    """Seconds between two bends of pulses without end, at each of which ngspice takes a step, and whose they are."""
    return [
        (e.stimulus.period / CORNERS, f"the pulses of {e.name!r} come every {show(e.stimulus.period, 's')}")
        for e in circuit.parts
        if isinstance(e, (V, I)) and isinstance(e.stimulus, EndlessPulses)
    ]


def _want_names(save: object) -> None:
    if isinstance(save, str) or not isinstance(save, Iterable):
        raise KindError(f"save is {brief(save)}: give the nodes to keep as a tuple, such as save=('mem',).")


def beginning(circuit: Circuit, level: Accuracy, step: float) -> Start:
    """How a transient begins: fine enough for every mode that is excited at time 0, or after it has died away.

    A mode that ngspice's clock cannot resolve is stepped over; what is slower is still begun finely.

    Args:
        circuit: what is run.
        level: its accuracy.
        step: the longest step, seconds.
    """
    from ...circuits.equations.derive import derive
    from ...circuits.runs.excited import excited

    if circuit.of_type(Opaque):  # what they store and how fast is not known: no more slowly than any junction begins
        return Start(SHORTEST_FIRST)
    tolerance = reltol(circuit, level)
    if is_beyond_equations(circuit):  # nor is it asked of many devices
        return Start(max(SHORTEST_FIRST, FINEST_BLIND * step) if stores_charge(circuit) else np.inf)
    try:
        taus = excited(derive(without_delays(circuit)), tolerance)
    except EquationError:
        return Start()
    if stores_charge(circuit):
        shortest = max(SHORTEST_FIRST, FINEST_FIRST * step)
        taus = tuple(max(tau, shortest / (FIRST_OF_FASTEST * tolerance**0.5)) for tau in taus)
    seen = [tau for tau in taus if LATER_OF_FASTEST * tau * tolerance > SHORTEST * step]
    first = min([FIRST_OF_FASTEST * tau * tolerance**0.5 for tau in seen], default=np.inf)
    if len(seen) == len(taus):
        return Start(first)
    missed = max(tau for tau in taus if tau not in seen)
    return Start(first, min(first, step / FIRST_PART) + DIED_AWAY * missed)
