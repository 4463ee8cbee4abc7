"""What is said of a run that slid along the jump of a law."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ...circuits.units import show
from .solved_steps import Steps
from .step_polynomials import SolverStep

SHOWN = 3
"""So many spells are told one by one."""


def sliding(steps: Sequence[SolverStep]) -> str:
    """Say along which jumps a run slid, and when.

    Args:
        steps: those in which it did, in order.
    """
    said = []
    for j in sorted({j for s in steps for j in s.state.slides}):
        spells = _spells([s for s in steps if j in s.state.slides])
        side = steps[0].field.held.sides[j]
        where = f"{side.argument} = {'an integer' if side.kind == 'staircase' else 0}"
        told = ", ".join(f"from {_brief(a)} to {_brief(b)}" for a, b in spells[:SHOWN])
        more = f" and {len(spells) - SHOWN} times more" if len(spells) > SHOWN else ""
        said.append(
            f"The circuit slides along {where} {told}{more}: a law jumps there, and both sides of it lead back; the "
            "model holds it there with the mean of both that keeps it."
        )
    return " ".join(said)


def slide_starts(steps: Steps) -> list[float]:
    """When a run comes to slide along a jump along which it did not, seconds.

    Args:
        steps: all of them, in order.
    """
    slides = [set(s.field.state.slides) for s in steps.stretches]
    begun = np.flatnonzero(np.diff(steps.which)) + 1
    return [float(steps.spans[k, 0]) for k in begun if slides[steps.which[k]] - slides[steps.which[k - 1]]]


def _spells(steps: Sequence[SolverStep]) -> list[tuple[float, float]]:
    """Beginnings and ends of stretches without a gap."""
    breaks = [k + 1 for k, (a, b) in enumerate(pairwise(steps)) if b.start > a.end]
    starts, ends = [0, *breaks], [*(k - 1 for k in breaks), len(steps) - 1]
    return [(steps[a].start, steps[b].end) for a, b in zip(starts, ends, strict=True)]


def _brief(t: float) -> str:
    return show(float(f"{t:.4g}"), "s")
