"""Passive dendrites of any shape: branches of given length and diameter, each in compartments."""

from __future__ import annotations

import math
from collections.abc import Mapping

from attrs import field, frozen

from ..arguments import want
from ..circuit import Circuit
from ..element import Element
from ..elements import C, I, Probe, R
from ..errors import CircuitError, QuantityError
from ..stimuli import Step, Stimulus
from ..units import Value, parse
from .synapse_parts import positive

MOST = 20_000
"""Compartments of a tree."""


@frozen
class Branch:
    """An unbranched piece of a tree.

    Attributes:
        parent: name of the branch whose end it grows from; "" for the root.
        length: metres.
        diameter: metres.
        compartments: how many it is cut into.
    """

    parent: str
    length: float = field(converter=parse)
    diameter: float = field(converter=parse)
    compartments: int = 10

    @property
    def step(self) -> float:
        """Length of a compartment, metres."""
        return self.length / self.compartments

    def axial(self, resistivity: float, part: float) -> float:
        """Ohms along a part of a compartment."""
        return resistivity * part * self.step / (math.pi * self.diameter**2 / 4)


SMALL: Mapping[str, Branch] = {
    "trunk": Branch("", "200u", "4u", 8),
    "left": Branch("trunk", "150u", "2u", 6),
    "right": Branch("trunk", "300u", "1.5u", 12),
    "tip": Branch("right", "100u", "1u", 4),
    "twig": Branch("right", "80u", "0.7u", 4),
}
"""An example that is no equivalent cylinder."""


def tree(
    branches: Mapping[str, Branch] = SMALL, r_m: Value = 2.0, c_m: Value = 0.01, resistivity: Value = 1.5,
    current: Stimulus | Value | None = None,
) -> Circuit:  # fmt: skip
    """A passive tree: every compartment is a patch of membrane, halfway along its piece of axial resistance.

    All ends are sealed; voltages are against rest (Rall 1959, Exp Neurol 1:491; Koch 1999, Biophysics of Computation,
    chapter 3). Compartment k of a branch is the node "branch.k", counted from 1; branches meet at "branch.end".

    Args:
        branches: by name, parents before their daughters; the first is the root.
        r_m: membrane resistance, ohm square metres (2 is 20 kOhm cm^2).
        c_m: membrane capacitance, farads per square metre.
        resistivity: of the inside, ohm metres.
        current: injected into the first compartment of the root; a step of 0.1 nA from 10 ms on, over 5 ms, unless
            given.

    Returns:
        A circuit with a probe in the first compartment, "near", and in the last of every branch that ends, by its name.

    Raises:
        KindError: something else than a mapping to branches.
        CircuitError: no root or two, or a parent that does not come first.
        QuantityError: a length, diameter or number of compartments that cannot be.
    """
    checked = _checked(branches)
    p = positive(r_m=r_m, c_m=c_m, resistivity=resistivity)
    parents = {b.parent for b in checked.values()}
    first = f"{next(iter(checked))}.1"
    source = Step(0, "0.1n", "10m", "5m") if current is None else current
    parts: list[Element] = [I("I1", "0", first, source)]
    for name, branch in checked.items():
        parts += _membrane(name, branch, p["r_m"], p["c_m"])
        parts += _inside(name, branch, p["resistivity"], name in parents)
    tips = [Probe(n, f"{n}.{b.compartments}") for n, b in checked.items() if n not in parents]
    return Circuit("tree", (*parts, Probe("near", first), *tips))


def _membrane(name: str, b: Branch, r_m: float, c_m: float) -> list[Element]:
    area = math.pi * b.diameter * b.step
    found: list[Element] = []
    for k in range(1, b.compartments + 1):
        found += [
            R(f"{name}.R_m{k}", f"{name}.{k}", "0", r_m / area),
            C(f"{name}.C_m{k}", f"{name}.{k}", "0", c_m * area),
        ]
    return found


def _inside(name: str, b: Branch, resistivity: float, has_daughters: bool) -> list[Element]:
    """Axial resistors: from the parent's end, between compartments, to the own end."""
    found: list[Element] = []
    if b.parent:
        found.append(R(f"{name}.R_in", f"{b.parent}.end", f"{name}.1", b.axial(resistivity, 0.5)))
    for k in range(1, b.compartments):
        found.append(R(f"{name}.R_a{k}", f"{name}.{k}", f"{name}.{k + 1}", b.axial(resistivity, 1.0)))
    if has_daughters:
        found.append(R(f"{name}.R_out", f"{name}.{b.compartments}", f"{name}.end", b.axial(resistivity, 0.5)))
    return found


def _checked(branches: Mapping[str, Branch]) -> Mapping[str, Branch]:
    hint = 'give names and branches, {"trunk": Branch("", "200u", "4u", 8)}'
    want(branches, Mapping, "branches", hint)  # type: ignore[type-abstract]
    if not branches:
        raise CircuitError(f"A tree has at least one branch: {hint}.")
    known: list[str] = []
    for name, branch in branches.items():
        want(branch, Branch, f"branch {name!r}", hint)
        _want_place(name, branch, known)
        _want_size(name, branch)
        known.append(name)
    total = sum(b.compartments for b in branches.values())
    if total > MOST:
        raise QuantityError(f"The tree has {total} compartments; at most {MOST}: give its branches fewer.")
    return branches


def _want_place(name: str, branch: Branch, known: list[str]) -> None:
    if not name or "." in name or name == "near":
        raise CircuitError(f"A branch cannot be called {name!r}: take a word without a dot, other than 'near'.")
    if not known and branch.parent:
        raise CircuitError(f"The first branch is the root, and {name!r} has the parent {branch.parent!r}: give it ''.")
    if known and not branch.parent:
        raise CircuitError(f"{name!r} has no parent, but {known[0]!r} is the root already: a tree has one.")
    if known and branch.parent not in known:
        raise CircuitError(f"{name!r} grows from {branch.parent!r}, which does not come before it: {', '.join(known)}.")


def _want_size(name: str, branch: Branch) -> None:
    positive(**{f"length of {name}": branch.length, f"diameter of {name}": branch.diameter})
    if not isinstance(branch.compartments, int) or branch.compartments < 1:
        raise QuantityError(f"{name!r} has {branch.compartments} compartments: take a whole number, at least 1.")
