"""What a thing to move consists of, and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sympy import Expr, Symbol

    Array = NDArray[np.float64]

Words = Mapping[str, str]
"""A label in each language."""
POINTS = 600


@frozen
class Slider:
    """A parameter: its symbol's name, range, start and unit (SI); `log` for equal steps in ratio."""

    name: str
    low: float
    high: float
    start: float
    unit: str = ""
    log: bool = False


@frozen(eq=False)
class Curve:
    """A line: its label, and an expression of x and the sliders."""

    label: Words
    expression: Expr


@frozen(eq=False)
class Mark:
    """A number that is shown beside the curves, with its unit."""

    label: Words
    expression: Expr
    unit: str = ""


@frozen(eq=False)
class Ode:
    """Equations that have no closed form: solved over time (x) with fixed steps of fourth order.

    Attributes:
        states: names of the state symbols.
        rhs: of each, in states, sliders and x.
        start: of each.
        output: what is drawn, from states.
        step: seconds.
    """

    states: tuple[str, ...]
    rhs: tuple[Expr, ...]
    start: tuple[float, ...]
    output: Expr
    step: float


@frozen(eq=False)
class Play:
    """Curves over x that follow sliders.

    Attributes:
        name: as the lesson's text calls it.
        sliders: what can be moved.
        x: label of the horizontal axis; `x_unit`, `x_range` (SI) and `x_log` belong to it.
        y: label of the vertical axis, with `y_unit` and, where it does not follow the curves, `y_range`.
        lines: the curves.
        marks: numbers beside them.
        guides: dashed lines: ("x" or "y", expression).
        ode: instead of `lines`.
    """

    name: str
    sliders: tuple[Slider, ...]
    x: Words
    x_unit: str
    x_range: tuple[float, float]
    y: Words
    y_unit: str
    lines: tuple[Curve, ...] = ()
    marks: tuple[Mark, ...] = ()
    guides: tuple[tuple[str, Expr], ...] = ()
    x_log: bool = False
    y_range: tuple[float, float] | None = None
    ode: Ode | None = field(default=None)

    @property
    def starts(self) -> dict[str, float]:
        """Where the sliders stand at first."""
        return {s.name: s.start for s in self.sliders}

    def grid(self, points: int = POINTS) -> Array:
        """Places along x, SI."""
        low, high = self.x_range
        return np.geomspace(low, high, points) if self.x_log else np.linspace(low, high, points)


def free(expression: Any) -> list[Symbol]:
    """The symbols of an expression."""
    return sorted(expression.free_symbols, key=str)


@lru_cache(maxsize=256)
def _function(expression: Expr, names: tuple[str, ...]) -> Callable[..., Any]:
    from sympy import Symbol, lambdify

    by_name = {s.name: s for s in free(expression)}
    return lambdify([by_name.get(n, Symbol(n)) for n in names], expression, modules="numpy", cse=True)


def evaluate(expression: Expr, values: Mapping[str, Any]) -> Any:
    """An expression with numbers or arrays put in by symbol name."""
    with np.errstate(all="ignore"):
        return _function(expression, tuple(values))(*values.values())


def curves(shown: Play, values: Mapping[str, float]) -> list[Array]:
    """The lines over `shown.grid()`.

    Args:
        shown: what to move.
        values: of all sliders, SI.
    """
    x = shown.grid()
    if shown.ode is not None:
        return [_solved(shown.ode, x, values)]
    return [np.broadcast_to(evaluate(c.expression, {"x": x, **values}), x.shape).astype(float) for c in shown.lines]


def marks(shown: Play, values: Mapping[str, float]) -> list[float]:
    """The numbers beside the curves."""
    return [float(evaluate(m.expression, values)) for m in shown.marks]


def guides(shown: Play, values: Mapping[str, float]) -> list[tuple[str, float]]:
    """The dashed lines: axis and place."""
    return [(axis, float(evaluate(e, values))) for axis, e in shown.guides]


def _solved(ode: Ode, x: Array, values: Mapping[str, float]) -> Array:
    """Classical Runge-Kutta with fixed steps, as the page's JavaScript does it, read at x."""
    from sympy import Tuple

    names = ("x", *ode.states, *values)
    f = _function(Tuple(*ode.rhs), names)
    tail = tuple(values.values())

    def slope(t: float, y: Array) -> Array:
        return np.asarray(f(t, *y, *tail), dtype=float).ravel()

    steps = int(np.ceil(x[-1] / ode.step))
    y, path, h = np.array(ode.start, dtype=float), np.empty((steps + 1, len(ode.start))), ode.step
    path[0] = y
    for k in range(steps):
        t = k * h
        a = slope(t, y)
        b = slope(t + h / 2, y + h / 2 * a)
        c = slope(t + h / 2, y + h / 2 * b)
        y = y + h / 6 * (a + 2 * b + 2 * c + slope(t + h, y + h * c))
        path[k + 1] = y
    seen = evaluate(ode.output, dict(zip(ode.states, path.T, strict=True)))
    return np.interp(x, h * np.arange(steps + 1), seen)


def display_steps(slider: Slider, count: int = 60) -> Sequence[float]:
    """Places of a slider."""
    if slider.log:
        return np.geomspace(slider.low, slider.high, count + 1).tolist()
    return np.linspace(slider.low, slider.high, count + 1).tolist()
