"""Switches that change where their control hardly moves: there a small error of a voltage is a large one of a time."""

from __future__ import annotations

import numpy as np

from ...circuits.elements import S
from ...circuits.units import show
from ..models.model import Solution

PART = 1e-5
"""Of a switch's level: what a simulator may be off there."""
COUNTS = 0.1
"""From this part of the limit on the time that this makes is worth a word: it comes with every event."""
CRAWL = 0.2
"""A control crawls where it is slower than this part of what takes it through the hysteresis between two changes."""
BEFORE = 1e-6
"""How long before a change the control's slope is read, as a part of the time between two changes."""
LATEST = 20
"""So many of the last changes of a switch are looked at."""


def crawls(solution: Solution, late: float) -> str:
    """The switch whose changes are least certain in time because its control crawls, in a sentence; empty if none does.

    Args:
        solution: with the changes of its switches.
        late: by how much an event may be late, seconds.
    """
    found: list[tuple[float, str]] = []
    for e in solution.system.equations.circuit.of_type(S):
        for closes in (True, False):
            pace = _pace(solution, e, closes)
            level = PART * (abs(e.v_t) + e.v_h)
            if 0 < pace < level / (COUNTS * late):
                verb, (speed, off, unsure) = "closes" if closes else "opens", (pace, level, level / pace)
                text = (
                    f"Switch {e.name!r} {verb} where its control crawls at {_brief(speed, 'V')} a second: "
                    f"{_brief(off, 'V')} more or less are {_brief(unsure, 's')} each time; put its level further from "
                    "where the control comes to rest."
                )
                found.append((unsure, text))
    return max(found, default=(0.0, ""))[1]


def _pace(solution: Solution, switch: S, closes: bool) -> float:
    """How fast the control crawls when a switch changes, volts a second; 0 where it does not crawl."""
    changes = [t.time for t in solution.transitions if t.switch == switch.name and t.closed == closes][-LATEST:]
    if len(changes) < 2:
        return 0.0
    own, between = np.array(changes), float(np.mean(np.diff(changes)))
    before = own - BEFORE * between
    now, then = (solution.voltage(switch.c_plus, switch.c_minus, at) for at in (own, before))
    pace = float(np.median(np.abs(now - then))) / (BEFORE * between)
    return pace if pace < CRAWL * 2 * switch.v_h / between else 0.0


def _brief(value: float, unit: str) -> str:
    return show(float(f"{value:.2g}"), unit)
