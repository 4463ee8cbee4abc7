"""The order of phases in a firing cycle, read off the automaton's run."""

from __future__ import annotations

from itertools import groupby

from ..circuits.circuit import Circuit
from ..circuits.errors import DesignError, EquationError
from .models.model import Solution
from .models.pieces import Piece


def phase_order(solution: Solution) -> tuple[list[tuple[frozenset[str], tuple[str, ...]]], list[float]]:
    """The phases between the last two returns of the first switch that closes at a spike.

    Args:
        solution: of a switched neuron that has fired at least three times.

    Returns:
        For `circuits.cycle`: closed switches and ending changes of each phase; and the states at the start.

    Raises:
        DesignError: fewer than three cycles: no spikes is then the right answer, and it says so.
        EquationError: a circuit without switches, which has no phases.
    """
    equations = solution.system.equations
    names = [s.name for s in equations.switches]
    if not names:
        raise EquationError(
            f"{equations.circuit.title!r} has no switches: its cycle is one smooth curve without a closed form; its "
            "intervals are solved numerically (Solution.spikes)."
        )
    groups = [(t, tuple(c.switch for c in g)) for t, g in groupby(solution.transitions, key=lambda c: c.time)]
    first = spiking_switch(equations.circuit)
    starts = [k for k, (_, toggles) in enumerate(groups) if first in toggles and _closes(solution, groups[k][0], first)]
    if len(starts) < 3:
        raise DesignError(
            f"{equations.circuit.title!r} fired {len(starts)} times: a cycle needs three; run longer, or raise the "
            "current above the rheobase."
        )
    begin, end = starts[-2], starts[-1]
    order = []
    for k in range(begin, end):
        piece = _piece_after(solution, groups[k][0])
        closed = frozenset(n for n, c in zip(names, piece.closed, strict=True) if c)
        order.append((closed, groups[k + 1][1]))
    piece = _piece_after(solution, groups[begin][0])
    return order, piece.flow.start.tolist()


def spiking_switch(circuit: Circuit) -> str:
    """The switch that closes when the membrane reaches threshold: who sets, or who resets where nobody sets."""
    return circuit.role("set" if circuit.plays("set") else "reset")


def _closes(solution: Solution, time: float, switch: str) -> bool:
    return any(c.time == time and c.switch == switch and c.closed for c in solution.transitions)


def _piece_after(solution: Solution, time: float) -> Piece:
    for piece in reversed(solution.pieces):
        if piece.start <= time:
            assert isinstance(piece, Piece)
            return piece
    raise AssertionError("no piece holds a transition's time")
