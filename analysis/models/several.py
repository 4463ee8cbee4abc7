"""What is said of a run that begins where a law jumps and neither side leads back: several solutions begin there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .field import State
from .guards import Scale, at_jump
from .solved_steps import Steps

if TYPE_CHECKING:
    from numpy.typing import NDArray


def several(steps: Steps, x: NDArray[np.float64]) -> str:
    """Name the jumps on which a run begins although it might go another way.

    Args:
        steps: all of a run.
        x: its initial conditions, shape (n,).

    Returns:
        A sentence for each; empty where there is none.
    """
    first = steps.stretches[0]
    held, state, now = first.field.held, first.field.state, np.zeros(1)
    if not held.sides:
        return ""
    u, du = first.drive.at(now)[:, 0], first.drive.rates(now)[:, 0]
    said = []
    for j, side in enumerate(held.sides):
        found = at_jump(held, _undecided(state, j), j, x, u, du, Scale(np.abs(x), first.plan.largest))
        if found is None or j in state.slides or not found.below <= 0 <= found.above or found.below == found.above:
            continue
        up = state.sides[j] == found.upper and (side.kind != "staircase" or found.above > 0)
        down = state.sides[j] == found.upper - 1
        goes = "goes up" if up else "goes down" if down else "stays"
        value = "an integer" if side.kind == "staircase" else "0"
        said.append(
            f"The circuit starts at {side.argument} = {value}, where a law jumps and neither side leads back: more "
            f"than one solution begins there. By the law's own value there the model {goes}; in ngspice rounding may "
            "decide. Start beside it, or make the law steep instead of a jump."
        )
    return " ".join(said)


def _undecided(state: State, j: int) -> State:
    return State(state.closed, (*state.sides[:j], 0.5, *state.sides[j + 1 :]), ())
