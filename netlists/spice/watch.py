"""How ngspice's switches look at their controls: through which gain, and from where.

What ngspice does at a switch is read off its source (SWload, SWtrunc): it refines its steps towards a level to within
50 mV, and it does so for a switch that is open or closed, but not for one that was open between its levels when the
run began; that one changes as late, or after a step that is then taken back as early, as a whole step is long.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen

from ...circuits.circuit import Circuit
from ...circuits.elements import C, R, S, V
from ...circuits.stimuli import steepest
from .at_start import known_at_start

KICK = 1e-4
"""How long a watch is held below its levels at the start, as a part of the longest step: ngspice joins breakpoints
that are closer than 5e-5 of it."""


@frozen
class Watch:
    """Gain of the stage between control and switch, and how long it starts below both levels, seconds (0: not)."""

    gain: float = 1.0
    kick: float = 0.0


PLAIN = Watch()


def watch(circuit: Circuit, e: S, max_step: float | None, stop: float, watched: float) -> Watch:
    """How a switch shall look at its control.

    Args:
        circuit: around the switch.
        e: the switch.
        max_step: longest step of a transient, seconds; None for other analyses, which see the control as it is.
        stop: length of the run, seconds.
        watched: of the accuracy.
    """
    if max_step is None:
        return PLAIN
    start = _at_start(circuit, e)
    between = not e.closed and (start is None or abs(start - e.v_t) <= e.v_h)
    return Watch(_gain_for(circuit, e, max_step, stop, watched), KICK * max_step if between else 0.0)


def _at_start(circuit: Circuit, e: S) -> float | None:
    """The control at time 0 where sources and charged capacitors alone say it, volts."""
    known = known_at_start(circuit)
    return known[e.c_plus] - known[e.c_minus] if e.c_plus in known and e.c_minus in known else None


def _gain_for(circuit: Circuit, e: S, max_step: float, stop: float, watched: float) -> float:
    """Gain of a switch's watch: as high as ngspice's shortest time step allows.

    That step is 1e-11 of the longest one; a control that moves at its fastest (one swing in the time
    constant of its node) shall pass the 50 mV / gain in thirty of them, and in no less than some ten roundings
    of the run's last time: below that ngspice's clock stands still.
    """
    nodes = {e.c_plus, e.c_minus} - {"0"}
    # A capacitor carries its other end along: what pulls there, pulls here.
    coupled = {n for c in circuit.of_type(C) if nodes & {c.plus, c.minus} for n in (c.plus, c.minus)} - nodes - {"0"}
    rates = [rate for n in (*nodes, *coupled) if (rate := _fastest(circuit, n))]
    swing = abs(e.v_t) + e.v_h
    shortest = max(3e-10 * max_step, 3e-15 * stop)
    if not rates:
        slope = max((steepest(v.stimulus) for v in circuit.of_type(V) if nodes & {v.plus, v.minus}), default=np.inf)
        return _gain(max(slope * shortest, swing * watched)) if slope < np.inf else 1e3
    if len(nodes) > 1:  # a difference of two nodes is small where it decides, not while it moves
        swing = max(swing, *(abs(v) for v in _held(circuit).values()))
    else:
        swing = max(swing, *_to_rails(circuit, e, nodes))
    return _gain(swing * max(max(rates) * shortest, watched))


def _gain(window: float) -> float:
    """The gain that makes ngspice's 50 mV as small as a window, volts; no less than one."""
    return max(10.0 ** round(np.log10(0.05 / window)), 1.0)


def _fastest(circuit: Circuit, node: str) -> float:
    """One over the shortest time constant that the paths at a node can give its capacitance to held nodes; or 0."""
    held = _held(circuit)
    capacitance = sum(c.value for c in circuit.of_type(C) if _other_end(c, node) in held)
    paths = [s.r_on for s in circuit.of_type(S) if node in (s.plus, s.minus)]
    paths += [r.value for r in circuit.of_type(R) if node in r.nodes]
    return 1 / (min(paths) * capacitance) if capacitance and paths else 0.0


def _other_end(c: C, node: str) -> str | None:
    return c.minus if c.plus == node else c.plus if c.minus == node else None


def _held(circuit: Circuit) -> dict[str, float]:
    """Nodes that voltage sources hold, and at what."""
    return {"0": 0.0} | {v.plus: v.stimulus.breakpoints()[1][0] for v in circuit.of_type(V) if v.minus == "0"}


def _to_rails(circuit: Circuit, e: S, nodes: set[str]) -> list[float]:
    """From a switch's level to the rails that other switches pull its control to, volts."""
    held = _held(circuit)
    level = (e.v_t - e.v_h) * (1 if e.c_plus in nodes else -1)
    rails = [n for s in circuit.of_type(S) if nodes & {s.plus, s.minus} for n in (s.plus, s.minus) if n in held]
    return [abs(level - held[n]) for n in rails] or [0.0]
