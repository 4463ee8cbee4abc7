"""Whether the capacitors of a circuit can start as they are told to."""

from __future__ import annotations

from .algebra import put
from .elements import C
from .equations import Equations
from .errors import CircuitError
from .units import show

CLOSE = 1e-9
"""Voltages that differ by less than this part are the same."""


def check_starts(equations: Equations) -> None:
    """Refuse capacitors in a loop whose voltages at the start contradict each other.

    Args:
        equations: what `derive` gave.

    Raises:
        CircuitError: a capacitor whose `ic` is not what the other capacitors and the sources in its loop put across it.
    """
    owners = {s.element for s in equations.states}
    closing = [c for c in equations.circuit.of_type(C) if c.name not in owners]
    if not closing:
        return
    starts = {s.symbol: s.initial for s in equations.states} | dict(equations.parameters)
    starts |= {u: stimulus.breakpoints()[1][0] for u, stimulus in equations.inputs.items()}
    for c in closing:
        across = put(equations.voltages[c.plus] - equations.voltages[c.minus], starts)
        if across.is_number and abs(float(across) - c.ic) > CLOSE * max(abs(float(across)), abs(c.ic), 1e-3):
            found = show(float(f"{float(across):.6g}"), "V")
            raise CircuitError(
                f"capacitor {c.name!r} starts at {show(c.ic, 'V')}, but the capacitors and sources that close a loop "
                f"with it put {found} across it at time 0: give it this ic, or change theirs."
            )
