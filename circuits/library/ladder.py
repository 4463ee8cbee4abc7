"""The RC ladder of n stages: the passive cable, lumped."""

from __future__ import annotations

import itertools

from ..circuit import Circuit
from ..elements import C, Element, Probe, R, V
from ..errors import QuantityError
from ..stimuli import Step, Stimulus
from ..units import Value, parse


def ladder(n: Value = 3, r: Value = "10k", c: Value = "10n", drive: Stimulus | Value | None = None) -> Circuit:
    """A chain of n equal RC stages, driven at one end and open at the other.

    Args:
        n: number of stages, at least 1.
        r: ohms of each stage.
        c: farads of each stage.
        drive: what the source does; a 1 V step at 0.1 ms unless given.

    Raises:
        QuantityError: fewer than one stage.
    """
    count = parse(n, "n")
    if count != int(count) or not 1 <= count <= 10_000:
        raise QuantityError(f"n is {n}: a ladder needs at least 1 stage, at most 10,000, and a whole number of them.")
    source = Step(0, 1, "100u", "1u") if drive is None else drive
    names = ["in", *(f"n{k}" for k in range(1, int(count))), "out"]
    parts: list[Element] = [V("V1", "in", "0", source)]
    for k, (left, right) in enumerate(itertools.pairwise(names), 1):
        parts += [R(f"R{k}", left, right, r), C(f"C{k}", right, "0", c)]
    return Circuit(f"ladder_{int(count)}", (*parts, Probe("out", "out")), roles={"input": "V1"})
