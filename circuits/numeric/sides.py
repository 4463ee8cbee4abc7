"""Laws that jump, held on one side of each jump: the numbers that say on which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen
from sympy import Basic, Expr, Function, Heaviside, Max, Min, Rational, Symbol, ceiling, floor, sign
from sympy.core.relational import Relational

from ..equations.jumps import STEPS, jumps

if TYPE_CHECKING:
    from ..equations.derive import Equations

FREE = 2.0
"""The side of a comparison that changes nothing where it turns: the law itself is asked."""
_HALF = Rational(1, 2)


@frozen
class Side:
    """One surface on which laws jump.

    Attributes:
        symbol: stands for the side: 0 where the argument is negative, 1 where it is positive, 1/2 on the surface; of a
            staircase, the step that it is on.
        argument: what changes its sign there, an expression of states and inputs.
        kind: "comparison", "step" (`sign`), or "staircase", which jumps at every integer that the argument passes.
    """

    symbol: Symbol
    argument: Expr
    kind: str


@frozen
class Sides:
    """All surfaces of a circuit's equations, and what stands for the parts of laws that jump on them."""

    all: tuple[Side, ...]
    held: dict[Basic, Basic]

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """Their symbols, in order."""
        return tuple(s.symbol for s in self.all)

    def freeze(self, expression: Expr) -> Expr:
        """An expression with every jump held on the side that the symbols say."""
        return expression.xreplace(self.held) if self.held else expression  # type: ignore[return-value]


def sides(equations: Equations) -> Sides:
    """Find the surfaces on which the right hand sides and the controls of the switches jump."""
    if "sides" not in equations.memo:
        laws = [*equations.rhs, *(s.control for s in equations.switches), *(z.residual for z in equations.unknowns)]
        equations.memo["sides"] = _find(laws, equations)
    return equations.memo["sides"]


def _find(expressions: Sequence[Expr], equations: Equations) -> Sides:
    moving = {*equations.symbols, *equations.driving, *(z.symbol for z in equations.unknowns)}
    found: list[Side] = []
    held: dict[Basic, Basic] = {}
    parts = {j.part: None for e in expressions for j in jumps(e) if j.part.free_symbols & moving}
    for part in parts:
        guard, kind = surface(part)
        alike = (guard,) if kind == "staircase" else (guard, -guard)
        known = next((s for s in found if s.kind == kind and s.argument in alike), None)
        if known is None:
            known = Side(Symbol(f"side{len(found)}", real=True), guard, kind)
            found.append(known)
        held[part] = _held(part, known.symbol, turned=known.argument != guard)
    # A surface may itself depend on others.
    return Sides(tuple(Side(s.symbol, s.argument.xreplace(held), s.kind) for s in found), held)  # type: ignore[arg-type]


def surface(part: Basic) -> tuple[Expr, str]:
    """What changes its sign where a part of a law jumps, and the kind of its `Side`."""
    if isinstance(part, Relational):
        return part.lhs - part.rhs, "comparison"  # type: ignore[operator]
    inner: Expr = part.args[0]  # type: ignore[assignment]
    if isinstance(part, ceiling):
        return -inner, "staircase"
    return inner, "staircase" if isinstance(part, floor) else "step"


def _held(part: Basic, side: Symbol, turned: bool) -> Basic:
    if isinstance(part, floor):
        return side
    if isinstance(part, ceiling):
        return -side
    up: Expr = 1 - side if turned else side
    if isinstance(part, sign):
        return 2 * up - 1
    if isinstance(part, Heaviside):
        return up
    holds = part.func(up, _HALF)  # the comparison itself, of sides
    return ((side < FREE) & holds) | ((side >= FREE) & part)  # type: ignore[operator]


def arguments(expressions: Sequence[Expr], variables: set[Expr]) -> tuple[list[Expr], list[Expr]]:
    """What the functions in some laws are taken of.

    Args:
        expressions: frozen right hand sides.
        variables: states and inputs.

    Returns:
        Arguments of smooth functions (`tanh`, `exp`), which are plain numbers; and those whose sign makes a kink
        (`Max`, `Abs`), in the units of the law.
    """
    smooth: dict[Expr, None] = {}
    kinks: dict[Expr, None] = {}
    for e in expressions:
        for f in sorted(e.atoms(Function, Max, Min), key=str):
            if isinstance(f, STEPS):
                continue
            if isinstance(f, (Max, Min)):
                first, *rest = f.args
                kinks |= {a - first: None for a in rest}  # type: ignore[operator]
            elif type(f).__name__ == "Abs":
                kinks[f.args[0]] = None  # type: ignore[index]
            elif type(f).__name__ != "Piecewise":
                smooth |= dict.fromkeys(f.args)  # type: ignore[misc]
    return [a for a in smooth if a.free_symbols & variables], [a for a in kinks if a.free_symbols & variables]
