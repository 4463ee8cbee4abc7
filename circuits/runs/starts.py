"""Whether the capacitors of a circuit can start as they are told to."""

from __future__ import annotations

from ..elements import C, L
from ..equations.algebra import put
from ..equations.derive import Equations
from ..errors import CircuitError
from ..numeric.numeric import numeric
from ..units import show

CLOSE = 1e-9
"""Voltages that differ by less than this part are the same."""


def check_starts(equations: Equations) -> None:
    """Refuse capacitors in loops and inductors in cutsets that start against each other.

    Args:
        equations: what `derive` gave.

    Raises:
        CircuitError: a capacitor whose `ic` is not what the other capacitors and the sources in its loop put across it,
            or an inductor whose `ic` is not what the others in its cutset send through it.
    """
    owners = {s.element for s in equations.states}
    closing = [c for c in equations.circuit.of_type(C) if c.name not in owners]
    cut = [e for e in equations.circuit.of_type(L) if e.name not in owners]
    if not closing and not cut:
        return
    system = numeric(equations)
    starts = {s.symbol: s.initial for s in equations.states} | dict(equations.parameters)
    starts |= dict(zip(equations.driving, system.initial_inputs.tolist(), strict=True))
    at_start = system.resistances(system.initial_mode).tolist()
    starts |= dict(zip((s.resistance for s in equations.switches), at_start, strict=True))
    for e in cut:
        through = put(equations.currents[e.name], starts)
        if through.is_number and abs(float(through) - e.ic) > CLOSE * max(abs(float(through)), abs(e.ic), 1e-9):
            found = show(float(f"{float(through):.6g}"), "A")
            raise CircuitError(
                f"inductor {e.name!r} starts at {show(e.ic, 'A')}, but the inductors and current sources that it is in "
                f"series with send {found} through it at time 0: give it this ic, or change theirs."
            )
    for c in closing:
        across = put(equations.voltages[c.plus] - equations.voltages[c.minus], starts)
        if across.is_number and abs(float(across) - c.ic) > CLOSE * max(abs(float(across)), abs(c.ic), 1e-3):
            found = show(float(f"{float(across):.6g}"), "V")
            raise CircuitError(
                f"capacitor {c.name!r} starts at {show(c.ic, 'V')}, but the capacitors and sources that close a loop "
                f"with it put {found} across it at time 0: give it this ic, or change theirs. In a netlist with uic, a "
                "node that .ic does not name is at 0 V then, a supply's too: name it there."
            )
