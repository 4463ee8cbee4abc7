"""Jumps of laws that lead back to where they jump: a circuit stays there, and so would a simulator, step by step."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from attrs import frozen
from numpy.typing import NDArray
from sympy import Basic, Expr, Float, Symbol, false, lambdify, true
from sympy.core.relational import Relational

from ..circuit import Circuit
from ..elements import GROUND, B
from ..equations.algebra import put
from ..equations.derive import derive
from ..equations.jumps import Jump, jumps, slope
from ..equations.symbols import link_current, node_voltage, parameters
from ..errors import EquationError
from ..numeric.held import HeldEquations
from ..numeric.numeric import node_expression, numeric
from ..numeric.sides import Side, surface
from ..stimuli import extent

Array = NDArray[np.float64]
Function = Callable[[Array, Array, Array], Array]

STEPS_TO_SURFACE = 5
"""Steps of Newton's method from the initial conditions to the surface of a jump."""
POINTS = 4
"""Points of a surface at which a law is asked for both its values."""
LEAST = 1e-6
"""A rate that changes by less than this part of itself does not jump."""
SAME = 1e-9
"""Guards that differ by less than this part are one."""


@frozen
class Returning:
    """A jump of a law.

    Attributes:
        jump: as it stands in the law of node voltages.
        size: of what its guard is a difference of.
        height: by how much the law jumps, amperes.
    """

    jump: Jump
    size: float
    height: float


@lru_cache(maxsize=128)
def returning(circuit: Circuit) -> dict[str, tuple[Returning, ...]]:
    """Find the jumps on whose surface a circuit may be held, because its laws lead back there from both sides.

    Args:
        circuit: one that is checked.

    Returns:
        Element name to its jumps, of those elements that have such ones; none where no equations can be derived.
    """
    jumping = [e for e in circuit.of_type(B) if _jumping(e)]
    if not jumping:
        return {}
    try:
        held = HeldEquations(numeric(derive(circuit)))
        found = {e.name: tuple(_of(held, e)) for e in jumping}
    except EquationError:
        return {}
    return {name: those for name, those in found.items() if those}


@lru_cache(maxsize=1024)
def _jumping(element: B) -> tuple[Jump, ...]:
    """The jumps of a law, without those comparisons at which its value stays (a series about a removable singularity).

    They are told apart by the law alone, before any equation is compiled: cables have hundreds of the latter.
    """
    law = link_current(element, {n: node_voltage(n) for n in element.nodes})
    numbers: dict[Basic, Basic] = {s: Float(v, 17) for s, v in parameters(Circuit("law", (element,))).items()}
    return tuple(j for j in jumps(law) if not isinstance(j.part, Relational) or _differs(law, j.part, numbers))


def _differs(law: Expr, part: Basic, numbers: dict[Basic, Basic]) -> bool:
    """Whether a law has two values on the surface of one of its comparisons, at any of some points of it."""
    # By other names the laws of all patches of a cable are one, which is asked once.
    names: dict[Basic, Basic] = {
        s: Symbol(f"x{k:06}", **s.assumptions0) for k, s in enumerate(sorted(law.free_symbols, key=str))
    }
    free = tuple(x for s, x in names.items() if s not in numbers)
    values = tuple((names[s], value) for s, value in numbers.items() if s in names)
    return _has_two_values(law.xreplace(names), part.xreplace(names), free, values)


@lru_cache(maxsize=1024)
def _has_two_values(law: Expr, part: Basic, free: tuple[Basic, ...], numbers: tuple[tuple[Basic, Basic], ...]) -> bool:
    guard, _ = surface(part)
    # The comparison is put first: with numbers in it sympy may write it another way round.
    plain = [guard, *(slope(guard, v) for v in free), *(law.xreplace({part: side}) for side in (true, false))]
    forms = [f.xreplace(dict(numbers)) for f in plain]
    one = other = 0.0
    function = lambdify(free, forms, "numpy", cse=True)
    draw = np.random.default_rng(0)
    for x in draw.normal(size=(POINTS, len(free))):
        for _ in range(STEPS_TO_SURFACE):
            with np.errstate(all="ignore"):
                value, *rest = (float(f) for f in function(*x))
            by_x, (one, other) = np.array(rest[:-2]), rest[-2:]
            if not by_x.any() or not np.isfinite([value, *rest]).all():
                break
            x = x - by_x * value / (by_x @ by_x)
        if not abs(one - other) <= LEAST * (abs(one) + abs(other)):
            return True
    return False


def _of(held: HeldEquations, element: B) -> list[Returning]:
    equations = held.system.equations
    symbols = {n: node_voltage(n) for n in element.nodes}
    nodes = {s: node_expression(equations, n, GROUND) for n, s in symbols.items() if n != GROUND}
    law = held.function([put(link_current(element, symbols), nodes)])
    found = []
    for jump in _jumping(element):
        j = _side(held, put(surface(jump.part)[0], nodes))
        back = None if j is None else _size_if_returning(held, j, law)
        if back is not None:
            found.append(Returning(jump, *back))
    return found


def _side(held: HeldEquations, argument: Expr) -> int | None:
    """Which surface is that of a jump: the one whose argument has the same values, up to sign, at some points."""
    guard = held.function([argument])
    draw = np.random.default_rng(0)
    x = held.system.initial[:, None] + draw.normal(size=(len(held.system.initial), 3))
    u = held.system.initial_inputs[:, None] + draw.normal(size=(len(held.system.initial_inputs), 3))
    numbers = _numbers(held, [0.5] * len(held.sides))
    mine, theirs = guard(x, u, numbers)[0], held.surfaces(x, u, numbers)
    near = [np.abs(np.abs(mine) - np.abs(one)).max() <= SAME * np.abs(mine).max() for one in theirs]
    return near.index(True) if True in near else None


@frozen
class _Crossing:
    """What happens where a surface is passed upwards: how its argument's rate changes, and whether that leads back."""

    change: float
    back: bool
    size: float
    height: float


def _size_if_returning(held: HeldEquations, j: int, law: Function) -> tuple[float, float] | None:
    """The size of a surface's argument where the rate across falls as it is passed upwards, and how much a law jumps.

    An input may take part only later: each is looked at as it is at the start, and at its lowest and highest. So may a
    state that scales the jump and is zero at the start: where all these find no jump, some other states are tried.
    """
    start = held.system.initial
    found = [_crossed(held, j, law, start, u) for u in _inputs(held)]
    if all(c is None or c.change == 0 for c in found):
        draw = np.random.default_rng(0)
        tried = start + draw.normal(size=(POINTS, len(start))) * np.maximum(np.abs(start), 1.0)
        found += [_crossed(held, j, law, x, held.system.initial_inputs) for x in tried]
    back = [c for c in found if c is not None and c.back]
    return (max(c.size for c in back), max(c.height for c in back)) if back else None


def _inputs(held: HeldEquations) -> list[Array]:
    """Values of all inputs: at the start, with one at its lowest or highest, and with all of them."""
    start = held.system.initial_inputs
    ranges = [extent(s) for s in held.system.equations.inputs.values()]
    found = [start]
    for k, reach in enumerate(ranges):
        for value in reach:
            found.append(start.copy())
            found[-1][k] = value
    for end in (0, 1):
        found.append(start.copy())
        found[-1][: len(ranges)] = [reach[end] for reach in ranges]
    return found


def _crossed(held: HeldEquations, j: int, law: Function, x: Array, u: Array) -> _Crossing | None:
    """A surface, passed from some states and inputs on; None where it is not found from there."""
    for _ in range(STEPS_TO_SURFACE):
        numbers = _numbers(held, [_held_on(s, v) for s, v in zip(held.sides, _values(held, x, u), strict=True)])
        by_x, by_u = (a[j] for a in held.surface_slopes(x, u, numbers))
        value = float(held.surfaces(x, u, numbers)[j])
        value -= np.round(value) if held.sides[j].kind == "staircase" else 0.0
        if not by_x.any() or not np.isfinite(value):
            return None
        x = x - by_x * value / (by_x @ by_x)
    place = len(held.system.equations.switches) + j
    above, below = numbers.copy(), numbers.copy()
    upper = np.round(held.surfaces(x, u, numbers)[j]) if held.sides[j].kind == "staircase" else 1.0
    above[place], below[place] = upper, upper - 1.0
    with np.errstate(all="ignore"):  # where a law has no value (a diode far beyond its voltage) there is no way
        high, low = (float(by_x @ held.rhs(x, u, r)) for r in (above, below))
    if not np.isfinite(high - low):
        return None
    back = high - low < -LEAST * (abs(high) + abs(low))
    moving = float(np.abs(by_x) @ np.abs(x) + np.abs(by_u) @ np.abs(u))
    rest = float(held.surfaces(x, u, numbers)[j] - by_x @ x - by_u @ u)
    up, down = (float(law(x, u, r)[0]) for r in (above, below))
    size = max(moving, abs(rest)) or float(np.abs(by_x).sum())
    return _Crossing(high - low, back, size, abs(up - down))


def _values(held: HeldEquations, x: Array, u: Array) -> Array:
    return held.surfaces(x, u, _numbers(held, [0.5] * len(held.sides)))


def _held_on(side: Side, value: float) -> float:
    return float(np.floor(value)) if side.kind == "staircase" else float(value > 0)


def _numbers(held: HeldEquations, sides: list[float]) -> Array:
    return np.array([*held.system.resistances(held.system.initial_mode), *sides], dtype=float)
