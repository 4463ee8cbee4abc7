"""Reading measures off a run: places where signals cross, values there, and figures of parts of the run.

Between its points a run is taken to be a straight line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, frozen

from ...circuits.units import show
from ...netlists.reading.measure import LAST, At, Between, Crossing, Found, Made, Measure, Moment, Over, When
from .course import AXES, Course, NotThere
from .units import in_order, units_of

if TYPE_CHECKING:
    import xarray
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@frozen
class Figure:
    """What was read off for a measure; nan, and why, where the run does not show it."""

    name: str
    value: float
    unit: str
    why: str = ""

    def __str__(self) -> str:
        if self.why:
            return f"{self.name}: not found: {self.why}"
        return f"{self.name} = {show(float(f'{self.value:.6g}'), self.unit)}"


def measured(measures: Sequence[Measure], run: xarray.Dataset, analysis: str, since: float = 0.0) -> list[Figure]:
    """Read all measures of one analysis off a run of it.

    Args:
        measures: of a netlist, in its order; those of other analyses are left out.
        run: its result.
        analysis: "tran", "ac" or "dc".
        since: from when on a transient counts, seconds.

    Returns:
        A figure for each.
    """
    course, found = Course(run, AXES[analysis], since), []
    units = units_of(measures, analysis, course.unit)
    for m in in_order(measures, analysis):
        figure = _figure(m, course, units[m.name])
        found.append(figure)
        if not figure.why:
            course = evolve(course, earlier={**course.earlier, m.name.lower(): figure.value})
    order = [m.name for m in measures if m.analysis == analysis]
    return sorted(found, key=lambda f: order.index(f.name))


def _figure(measure: Measure, course: Course, unit: str) -> Figure:
    try:
        value = _value(measure, course)
    except NotThere as error:
        return Figure(measure.name, np.nan, unit, str(error))
    return Figure(measure.name, value, unit, "" if np.isfinite(value) else f"it comes to {value}")


def _value(measure: Measure, course: Course) -> float:
    match measure.what:
        case Made(signal):
            return float(course.of(signal, measure)[-1])
        case When(moment):
            return _place(moment, measure, course)
        case Between(first, last):
            return _place(last, measure, course) - _place(first, measure, course)
        case Found(signal, moment, slope):
            at, values = _place(moment, measure, course), course.of(signal, measure)
            _want_inside(at, course)
            return _at(at, course.places, np.gradient(values, course.places) if slope else values)
        case Over():
            return _over(measure.what, measure, course)


def _place(moment: Moment, measure: Measure, course: Course) -> float:
    """Where a moment is.

    Raises:
        NotThere: a signal does not get there, or not so often.
    """
    if isinstance(moment, At):
        return float(course.of(moment.where, measure)[-1])
    found = _crossings(moment, measure, course)
    words = f"{moment.left.text} does not reach {moment.right.text}"
    if not len(found):
        raise NotThere(words + ("" if moment.edge == "cross" else f" on a {moment.edge}"))
    if moment.count != LAST and moment.count > len(found):
        many = f"{len(found)} times" if len(found) > 1 else "once"
        raise NotThere(f"{moment.left.text} reaches {moment.right.text} {many}, not {moment.count} times")
    return float(found[moment.count if moment.count == LAST else moment.count - 1])


def _crossings(moment: Crossing, measure: Measure, course: Course) -> Array:
    """All places of the crossings that are meant, in the order of the run."""
    above = course.of(moment.left, measure) - course.of(moment.right, measure)
    before, after = above[:-1], above[1:]
    up, down = (before < 0) & (after >= 0), (before > 0) & (after <= 0)
    if not before[0]:  # it begins there
        up[0], down[0] = after[0] > 0, after[0] < 0
    k = np.flatnonzero({"rise": up, "fall": down, "cross": up | down}[moment.edge])
    x = course.places
    found = x[k] + (x[k + 1] - x[k]) * (before[k] / (before[k] - after[k]))
    if moment.after is not None:
        found = found[found >= course.of(moment.after, measure)[-1]]
    return found


def _want_inside(at: float, course: Course) -> None:
    """Refuse a place that the run does not get to; it begins a first step behind its start."""
    low, high = float(course.places.min()), float(course.places.max())
    room = 1e-9 * (high - low)
    early = 0.0 if course.axis == "time" and not course.since else low - room
    if not min(early, low) <= at <= high + room:
        low_text, high_text, at_text = (show(float(f"{v:.6g}"), course.unit) for v in (low, high, at))
        raise NotThere(f"{at_text} is outside of the run, which goes from {low_text} to {high_text}")


def _at(at: float, places: Array, values: Array) -> float:
    order = np.argsort(places, kind="stable")
    return float(np.interp(at, places[order], values[order]))


def _over(what: Over, measure: Measure, course: Course) -> float:
    """A figure of a part of the run, whose ends lie between points."""
    order = np.argsort(course.places, kind="stable")
    x, y = course.places[order], course.of(what.signal, measure)[order]
    low = x[0] if what.first is None else _place(what.first, measure, course)
    high = x[-1] if what.last is None else _place(what.last, measure, course)
    low, high = max(min(low, high), x[0]), min(max(low, high), x[-1])
    if not low < high:
        raise NotThere(f"there is nothing of the run between {low:g} and {high:g}")
    inside = (x > low) & (x < high)
    x, y = np.r_[low, x[inside], high], np.r_[np.interp([low], x, y), y[inside], np.interp([high], x, y)]
    return float(_FIGURES[what.figure](x, y))


def _integral(x: Array, y: Array) -> float:
    return float(np.sum(np.diff(x) * (y[:-1] + y[1:])) / 2)


def _mean_square(x: Array, y: Array) -> float:
    """Of straight lines between points, exactly."""
    a, b = y[:-1], y[1:]
    return float(np.sum(np.diff(x) * (a * a + a * b + b * b) / 3) / (x[-1] - x[0]))


_FIGURES: dict[str, Callable[[Array, Array], float]] = {
    "avg": lambda x, y: _integral(x, y) / (x[-1] - x[0]), "max": lambda x, y: y.max(), "min": lambda x, y: y.min(),
    "pp": lambda x, y: y.max() - y.min(), "rms": lambda x, y: np.sqrt(_mean_square(x, y)), "integ": _integral,
    "max_at": lambda x, y: x[np.argmax(y)], "min_at": lambda x, y: x[np.argmin(y)],
}  # fmt: skip
