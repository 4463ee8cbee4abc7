"""The equations as numbers: functions to call, and matrices where a mode is linear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial, reduce
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from sympy import And, Expr, Or, Symbol, lambdify
from sympy.printing.numpy import NumPyPrinter

from ..equations.algebra import put
from ..equations.derive import Equations
from ..equations.jumps import slope as slope_of
from ..errors import UnknownNameError, unknown
from ..stimuli import evaluate, slope
from .implicit import Completion, total_slopes
from .machine import MachineCode, NoCodeError, machine_code

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Closed = tuple[bool, ...]
"""State of every switch, in the order of `Equations.switches`."""
Affine = tuple["Array", "Array", "Array"]
"""A linear map of states, one of inputs, and an offset."""


@frozen(eq=False)
class Mode:
    """One linear mode: x' = A x + B u + c, control voltages K x + M u + k."""

    a: Array
    b: Array
    c: Array


@frozen(eq=False)
class NumericEquations:
    """Equations with all parameters as numbers."""

    equations: Equations
    linear: bool
    closes_above: Array
    opens_below: Array
    r_on: Array
    r_off: Array

    @property
    def initial(self) -> Array:
        """States at time 0, shape (n,)."""
        return np.array([s.initial for s in self.equations.states])

    @property
    def initial_inputs(self) -> Array:
        """`Equations.driving` at time 0, shape (m,)."""
        return inputs_at(self.equations, np.zeros(1))[:, 0]

    @property
    def initial_mode(self) -> Closed:
        """Switches at time 0, before their controls are looked at."""
        return tuple(s.closed for s in self.equations.switches)

    def resistances(self, closed: Closed) -> Array:
        """Resistance of every switch in a mode."""
        return np.where(np.array(closed, dtype=bool), self.r_on, self.r_off)

    @cached_property
    def rhs(self) -> Callable[[Array, Array, Array], Array]:
        """Derivatives of states (n,) for states, inputs (m,) and switch resistances (s,)."""
        return compiled(self.equations, self.equations.rhs)

    def mode(self, closed: Closed) -> Mode:
        """Matrices of a linear mode; made only when a mode is entered."""
        return self.maps(closed)[0]

    def control_map(self, closed: Closed) -> Affine:
        """Control voltages of the switches as a linear map of states and inputs."""
        return self.maps(closed)[1]

    def maps(self, closed: Closed) -> tuple[Mode, Affine]:
        """Both at once."""
        return self.maps_in([closed])[0]

    def maps_in(self, modes: Sequence[Closed]) -> list[tuple[Mode, Affine]]:
        """Both, of several modes at once."""
        n = len(self.equations.states)
        expressions = (*self.equations.rhs, *(s.control for s in self.equations.switches))
        every = zip(*self.affine_in(expressions, modes), strict=True)
        return [(Mode(a[:n], b[:n], c[:n]), (a[n:], b[n:], c[n:])) for a, b, c in every]

    def affine_in(self, expressions: tuple[Expr, ...], modes: Sequence[Closed]) -> Affine:
        """The linear maps that expressions are in several modes: shapes (modes, k, n), (modes, k, m) and (modes, k)."""
        n, points, p = len(self.equations.states), self._points, np.array([*self.equations.parameters.values()], float)
        resistances = np.array([self.resistances(c) for c in modes]).T
        x, u = np.tile(points[:n], len(modes)), np.tile(points[n:], len(modes))
        driving = np.concatenate([u, np.repeat(resistances, points.shape[1], axis=1)])
        try:
            values = _code_by_resistances(self.equations, expressions)(x, driving, np.zeros(0), p)
        except NoCodeError:
            function = compiled(self.equations, expressions)
            each = [self._affine(function, closed) for closed in modes]
            by_states, by_inputs, rest = (np.array(part) for part in zip(*each, strict=True))
            return by_states, by_inputs, rest
        values = values.reshape(len(expressions), len(modes), points.shape[1]).transpose(1, 0, 2)
        slopes = values[:, :, 1:] - values[:, :, :1]
        return slopes[:, :, :n], slopes[:, :, n:], values[:, :, 0]

    def affine(self, function: Callable[[Array, Array, Array], Array], closed: Closed) -> Affine:
        """Matrices of any linear function of states and inputs in a mode."""
        return self._affine(function, closed)

    def _affine(self, function: Callable[[Array, Array, Array], Array], closed: Closed) -> Affine:
        n, points = len(self.equations.states), self._points
        values = function(points[:n], points[n:], self.resistances(closed))
        slopes = values[:, 1:] - values[:, :1]
        return slopes[:, :n], slopes[:, n:], values[:, 0]

    @cached_property
    def _points(self) -> Array:
        """States and inputs that are all zeros, and then a one for each."""
        size = len(self.equations.states) + len(self.equations.driving)
        return np.eye(size, size + 1, 1)

    @cached_property
    def jacobian(self) -> Callable[[Array, Array, Array], Array]:
        """Derivative of the right hand side by the states: a function like `rhs` that gives (n, n)."""
        return jacobian(self.equations, partial(compiled, self.equations))


def numeric(equations: Equations) -> NumericEquations:
    """Put the numbers in.

    Args:
        equations: what `derive` gave.

    Returns:
        Callables of plain arrays.
    """
    switches = equations.switches
    levels = [e for s in switches for e in (s.closes_above, s.opens_below, s.r_on, s.r_off)]
    closes_above, opens_below, r_on, r_off = _numbers(equations, levels).reshape(-1, 4).T
    return NumericEquations(
        equations=equations,
        linear=equations.is_linear,
        closes_above=closes_above,
        opens_below=opens_below,
        r_on=r_on,
        r_off=r_off,
    )


def inputs_at(equations: Equations, times: Array) -> Array:
    """Values of `Equations.driving` at the given times; shape (m, points)."""
    rows = [evaluate(s, times) for s in equations.inputs.values()]
    rows += [slope(equations.inputs[u], times) for u in equations.input_slopes.values()]
    return np.array(rows).reshape(len(rows), len(times))


def compiled(
    equations: Equations,
    expressions: Sequence[Expr],
    more: tuple[Symbol, ...] = (),
    complete: Completion | None = None,
) -> Callable[[Array, Array, Array], Array]:
    """Make one function of (states, `Equations.driving`, switch resistances) from expressions.

    Unknowns that only implicit equations give are found before.

    Args:
        equations: where states, inputs and parameter values come from.
        expressions: k expressions.
        more: symbols whose values follow those of the resistances.
        complete: what finds the unknowns, where another is not to begin anew.

    Returns:
        A function that gives an array of shape (k,), or (k, points) for states of shape (n, points).
    """
    plain = _plain(equations, expressions, more)
    if not equations.unknowns:
        return plain
    whole = completion(equations, [z.residual for z in equations.unknowns], more) if complete is None else complete
    return lambda x, u, r: plain(whole(x, u, r), u, r)


def jacobian(
    equations: Equations, function: Callable[[Sequence[Expr]], Callable[[Array, Array, Array], Array]]
) -> Callable[[Array, Array, Array], Array]:
    """Derivatives of the right hand sides by the states at one point, shape (n, n); only those are evaluated that are.

    Args:
        equations: whose.
        function: makes functions of states, inputs and numbers from expressions.
    """
    n = len(equations.states)
    if equations.unknowns:
        return through_unknowns(equations, equations.rhs, equations.symbols, function)
    places = [k for k, slope in enumerate(equations.slopes) if slope != 0]
    filled = function([equations.slopes[k] for k in places])

    def slopes(x: Array, u: Array, r: Array) -> Array:
        flat = np.zeros(n * n)
        flat[places] = filled(x, u, r)
        return flat.reshape(n, n)

    return slopes


def completion(equations: Equations, residuals: Sequence[Expr], more: tuple[Symbol, ...] = ()) -> Completion:
    """What adds to the states the unknowns for which the residuals vanish."""
    slopes = [slope_of(g, z.symbol) for g in residuals for z in equations.unknowns]
    return Completion(_plain(equations, residuals, more), _plain(equations, slopes, more), len(equations.unknowns))


def through_unknowns(
    equations: Equations,
    expressions: Sequence[Expr],
    variables: Sequence[Symbol],
    function: Callable[[Sequence[Expr]], Callable[[Array, Array, Array], Array]],
) -> Callable[[Array, Array, Array], Array]:
    """Derivatives of expressions by states and inputs, those of the unknowns among them put in."""
    unknowns = equations.unknowns
    residuals, symbols = [z.residual for z in unknowns], [z.symbol for z in unknowns]
    return total_slopes(expressions, residuals, symbols, variables, function)


def _plain(
    equations: Equations, expressions: Sequence[Expr], more: tuple[Symbol, ...]
) -> Callable[[Array, Array, Array], Array]:
    """A function of states and unknowns together."""
    p = tuple(equations.parameters.values())
    try:
        code, numbers = code_of(equations, tuple(expressions), more), np.array(p, dtype=float)
    except NoCodeError:
        return _interpreted(functions_of(equations, tuple(expressions), more), p, bool(more))
    return lambda x, u, r: code(x, u, r, numbers)


def _interpreted(functions: _Functions, p: tuple[float, ...], sides: bool) -> Callable[[Array, Array, Array], Array]:
    """The same for expressions that have no machine code."""

    def function(x: Array, u: Array, r: Array) -> Array:
        if np.ndim(x) > 1:
            numbers = np.broadcast_to(r[:, None], (len(r), np.shape(x)[1])) if sides else r
            return _over_points(functions.spread(x, u, numbers, p), np.shape(x)[1:])
        try:
            return np.array(functions.scalar(x.tolist(), u.tolist(), r.tolist(), p), dtype=float)
        except (ArithmeticError, ValueError, TypeError):  # a pole, an overflow, a root below 0: arrays say inf or nan
            return function(x[:, None], u[:, None], r)[:, 0]

    return function


def _over_points(parts: list[Any], points: tuple[int, ...]) -> Array:
    return np.array([np.broadcast_to(part, points) for part in parts], dtype=float).reshape(len(parts), *points)


class _Pairwise(NumPyPrinter):
    """`and` and `or` two by two: sympy's own makes one array of all conditions, those of parameters alone included."""

    def _print_And(self, expr: And) -> str:
        return self._joined("logical_and", expr)

    def _print_Or(self, expr: Or) -> str:
        return self._joined("logical_or", expr)

    def _joined(self, name: str, expr: And | Or) -> str:
        function = self._module_format(f"numpy.{name}")
        return reduce(lambda a, b: f"{function}({a}, {b})", [self._print(a) for a in expr.args])


@frozen(eq=False, slots=False)
class _Functions:
    """One function for one point and one for many, each compiled when it is first called.

    For one point plain floats are ten times faster than arrays, and of a `Piecewise` only the branch that holds
    is evaluated.
    """

    arguments: list[Any]
    expressions: tuple[Expr, ...]

    @cached_property
    def scalar(self) -> Callable[..., list[float]]:
        """Of lists of plain floats."""
        return lambdify(self.arguments, list(self.expressions), [_SCALAR, "math"], cse=True)

    @cached_property
    def spread(self) -> Callable[..., list[Any]]:
        """Of arrays whose last axis is points."""
        return _silent(lambdify(self.arguments, list(self.expressions), "numpy", printer=_Pairwise, cse=True))


def code_of(equations: Equations, expressions: tuple[Expr, ...], more: tuple[Symbol, ...] = ()) -> MachineCode:
    """Machine code of some expressions, kept for all circuits of the same structure.

    Raises:
        NoCodeError: an expression has a part without code.
    """
    key = ("code", expressions, more)
    if key not in equations.memo:
        equations.memo[key] = machine_code(_groups(equations, more), expressions)
    return equations.memo[key]


def _code_by_resistances(equations: Equations, expressions: tuple[Expr, ...]) -> MachineCode:
    """The same with the resistances after the inputs: they have a column for each point too."""
    key = ("code by resistances", expressions)
    if key not in equations.memo:
        x, u, r, p = _groups(equations, ())
        equations.memo[key] = machine_code((x, (*u, *r), (), p), expressions)
    return equations.memo[key]


def _groups(equations: Equations, more: tuple[Symbol, ...]) -> tuple[tuple[Symbol, ...], ...]:
    """States and unknowns, inputs, resistances and more, parameters."""
    found = (*equations.symbols, *(z.symbol for z in equations.unknowns))
    return found, equations.driving, tuple(s.resistance for s in equations.switches) + more, tuple(equations.parameters)


def functions_of(equations: Equations, expressions: tuple[Expr, ...], more: tuple[Symbol, ...] = ()) -> _Functions:
    """The functions (of one point, of many) of some expressions, kept for all circuits of the same structure."""
    key = (expressions, more)
    if key not in equations.memo:
        groups = _groups(equations, more)
        # Names such as v_p1.mem are none to Python; renamed all at once, lambdify need not do it one by one.
        plain = [tuple(Symbol(f"{c}{k}") for k in range(len(g))) for c, g in zip("xurp", groups, strict=True)]
        names = {s: n for old, new in zip(groups, plain, strict=True) for s, n in zip(old, new, strict=True)}
        equations.memo[key] = _Functions(list(plain), tuple(put(e, names) for e in expressions))
    return equations.memo[key]


_SCALAR = {"Heaviside": lambda x, half=0.5: 1.0 if x > 0 else half if x == 0 else 0.0}
"""What Python's `math` lacks."""


def _silent(function: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    """numpy evaluates all branches of a `Piecewise`, also those with a pole that is not taken."""

    def quiet(*arguments: Any) -> list[Any]:
        with np.errstate(all="ignore"):
            return function(*arguments)

    return quiet


def _numbers(equations: Equations, expressions: list[Expr]) -> Array:
    """Values of expressions of parameters alone."""
    if not expressions:
        return np.zeros(0)
    x, u, r, _ = (np.zeros(len(group)) for group in _groups(equations, ()))
    return _plain(equations, expressions, ())(x, u, r)


def node_expression(equations: Equations, plus: str, minus: str) -> Expr:
    """Voltage between two nodes.

    Raises:
        UnknownNameError: a node that the circuit has not.
    """
    for n in (plus, minus):
        if not isinstance(n, str) or n not in equations.voltages:
            raise _unknown_node(n, equations)
    return equations.voltages[plus] - equations.voltages[minus]


def _unknown_node(name: str, equations: Equations) -> UnknownNameError:
    return unknown("node", name, equations.voltages)


def input_symbol(equations: Equations, name: str) -> Symbol:
    """Symbol of an independent source.

    Raises:
        UnknownNameError: no such source.
    """
    for symbol in equations.inputs:
        if symbol.name == name:
            return symbol
    raise unknown("source", name, [s.name for s in equations.inputs])
