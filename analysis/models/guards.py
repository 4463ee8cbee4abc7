"""Guards of a nonlinear circuit: switches, jumps of laws, and the surfaces along which it slides."""

from __future__ import annotations

from typing import NamedTuple

import attrs
import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ...circuits.numeric.held import HeldEquations
from ...circuits.numeric.sides import FREE, Side
from .field import Field, State
from .inputs import InputPlan
from .inside import Crossing, Samples, crossings, polished
from .runaway import TURNS, contradiction

Array = NDArray[np.float64]

SLACK = 1e-10
"""A guard is crossed when it is passed by more than this part of its size: what the solver's tolerance leaves open."""
UNSURE = 1e-13
"""Part of the largest value in a circuit that is slack of a level besides, and change of a state in a step by a jump
that is none."""
BAND = 1e-9
"""Nearer to a surface than this part of its size, the slopes on both sides decide where the circuit goes."""
TWINS = 1e-12
"""Switches whose distances to their levels differ by less than this part of the level change together."""
SAME = 1e-8
"""A law whose slopes on both sides of a surface differ by less than this part does not jump there."""


class Scale(NamedTuple):
    """The largest absolute value of each state so far, and of each input in the whole run."""

    states: Array
    inputs: Array


@frozen
class Event:
    """The first crossing among some steps: in which, when, and the state after it as far as it is known."""

    step: int
    time: float
    state: State


@frozen(eq=False)
class Rows:
    """How far guards are beyond the values at which they matter; one row each."""

    field: Field
    labels: tuple[tuple[str, int], ...]
    signs: Array
    levels: Array
    slack: Array

    def values(self, x: Array, u: Array, du: Array) -> Array:
        """Excess of every row, shape (rows, points); negative until the guard is passed."""
        held, state, numbers = self.field.held, self.field.state, self.field.numbers
        parts = [held.controls(x, u, numbers)] if state.closed else []
        if held.sides:
            parts.append(held.surfaces(x, u, numbers))
        if state.slides:
            parts.append(self.field.weights(x, u, du))
        every = np.concatenate(parts) if parts else np.zeros((0, x.shape[1]))
        which = [k for _, k in self.labels]
        return self.signs[:, None] * (every[which] - self.levels[:, None])


def rows(field: Field, x: Array, u: Array, scale: Scale) -> Rows:
    """The guards of a field that has states x and inputs u now, and had states as large as `scale`.

    Labels name what is watched ("switch", "side" or "slide") and its place in the values that are compared.
    """
    held, state = field.held, field.state
    system, s = held.system, len(field.state.closed)
    found: list[tuple[str, int, float, float, float]] = []
    unsure = UNSURE * max(np.max(scale.states, initial=0.0), np.max(scale.inputs, initial=0.0))
    for k, closed in enumerate(state.closed):
        level = (system.opens_below if closed else system.closes_above)[k]
        size = max(abs(system.opens_below[k]), abs(system.closes_above[k]))
        found.append(("switch", k, -1.0 if closed else 1.0, level, unsure + SLACK * size))
    sizes = _sizes(field, x, u, scale)
    for j, side in enumerate(held.sides):
        if j not in state.slides:
            found += [("side", s + j, sign, level, SLACK * sizes[j]) for sign, level in _levels(side, state.sides[j])]
    for k in range(len(state.slides)):
        at = s + len(held.sides) + k
        found += [("slide", at, 1.0, 1.0, SLACK), ("slide", at, -1.0, 0.0, SLACK)]
    columns = tuple(zip(*found, strict=True)) if found else ((), (), (), (), ())
    labels = tuple(zip(columns[0], columns[1], strict=True))
    return Rows(field, labels, *(np.array(c, dtype=float) for c in columns[2:]))


def _levels(side: Side, now: float) -> list[tuple[float, float]]:
    """Signs and levels of an argument at which its side changes: 1 upwards, -1 downwards."""
    if side.kind == "staircase":
        return [(1.0, now + 1), (-1.0, now)]
    up, down = [(1.0, 0.0)] * (now != 1), [(-1.0, 0.0)] * (now != 0)
    return up + down


def _sizes(field: Field, x: Array, u: Array, scale: Scale) -> Array:
    """The size of each argument's terms, shape (j,): what its zero is a difference of.

    It is that of all the run: a law that jumps at 0 finds nothing but zeros there at the moment itself.
    """
    held = field.held
    if not held.sides:
        return np.zeros(0)
    values = held.surfaces(x, u, field.numbers)
    by_x, by_u = held.surface_slopes(x, u, field.numbers)
    moving = np.abs(by_x) @ np.maximum(np.abs(x), scale.states)
    moving += np.abs(by_u) @ np.maximum(np.abs(u), scale.inputs)
    return moving + np.abs(values - by_x @ x - by_u @ u)


def first_event(watched: Rows, samples: Samples) -> Event | None:
    """The first guard that is crossed in some steps of one field."""
    if not watched.labels:
        return None
    values = np.nan_to_num(watched.values(samples.states, samples.inputs, samples.rates))
    for crossing in crossings(samples.steps, samples.fits(values), watched.slack):
        if (event := _event(watched, samples, crossing)) is not None:
            return event
    return None


def _event(watched: Rows, samples: Samples, crossing: Crossing) -> Event | None:
    """What a crossing changes; nothing where a comparison that is free turns without a jump."""
    step, row = samples.steps[crossing.step], crossing.row

    def at(t: float) -> tuple[Array, Array, Array]:
        since = np.array([t - step.since])
        return step.states(np.array([t])), step.drive.at(since), step.drive.rates(since)

    time = polished(lambda t: float(watched.values(*at(t))[row, 0]), crossing.time, step)
    field, (kind, k) = watched.field, watched.labels[row]
    state = field.state
    if kind == "switch":
        return Event(crossing.step, time, attrs.evolve(state, closed=_toggled(watched, row, *at(time))))
    if kind == "side":
        j = k - len(state.closed)
        x, u, _ = (a[:, 0] for a in at(time))
        free = field.held.sides[j].kind == "comparison" and not _jumps(field, j, x, u, step.end - step.start)
        if free and state.sides[j] == FREE:
            return None
        now = FREE if free else watched.signs[row] > 0
        return Event(crossing.step, time, _with_side(state, j, float(now)))
    return Event(crossing.step, time, state)


def _toggled(watched: Rows, row: int, x: Array, u: Array, du: Array) -> tuple[bool, ...]:
    """Switches after one of them has changed; what has reached its level to rounding changes with it."""
    excess = watched.values(x, u, du)[:, 0]
    near = np.abs(excess - excess[row]) <= TWINS * np.maximum(np.abs(watched.levels), np.abs(watched.levels[row]))
    closed = list(watched.field.state.closed)
    for r, (kind, k) in enumerate(watched.labels):
        if kind == "switch" and (r == row or near[r]):
            closed[k] = not closed[k]
    return tuple(closed)


def _jumps(field: Field, j: int, x: Array, u: Array, step: float) -> bool:
    """Whether the slopes of the states differ on the two sides of a surface on which the circuit is."""
    low, high = (Field(field.held, _with_side(field.state, j, side)) for side in (0.0, 1.0))
    still = np.zeros_like(u)
    below, above = low.slopes(x, u, still), high.slopes(x, u, still)
    size = SAME * (np.abs(below) + np.abs(above)) + UNSURE * np.max(np.abs(x)) / step
    return bool((np.abs(above - below) > size).any())


def _with_side(state: State, j: int, side: float) -> State:
    sides = (*state.sides[:j], side, *state.sides[j + 1 :])
    return attrs.evolve(state, sides=sides, slides=tuple(k for k in state.slides if k != j))


def initial_state(held: HeldEquations) -> State:
    """Switches as they are said to start; sides are found by `settled`."""
    return State(held.system.initial_mode, (0.5,) * len(held.sides))


def settled(held: HeldEquations, plan: InputPlan, t: float, x: Array, state: State, scale: Scale) -> State:
    """The state of switches and jumps that holds from a moment on, after states as large as `scale`.

    Raises:
        DesignError: none does: each state asks for another.
    """
    drive, now = plan.drive(t), np.zeros(1)
    u, du = drive.at(now)[:, 0], drive.rates(now)[:, 0]
    for _ in range(TURNS * (len(state.closed) + len(state.sides) + 1)):
        new = _settled_once(held, state, x, u, du, scale)
        if new == state:
            return state
        state = new
    raise contradiction(held, t)


def _settled_once(held: HeldEquations, state: State, x: Array, u: Array, du: Array, scale: Scale) -> State:
    field = Field(held, state)
    watched = rows(field, x, u, scale)
    excess = watched.values(x[:, None], u[:, None], du[:, None])[:, 0]
    beyond = [
        k for (kind, k), e, s in zip(watched.labels, excess, watched.slack, strict=True) if kind == "switch" and e > s
    ]
    if beyond:
        return attrs.evolve(state, closed=tuple(c != (k in beyond) for k, c in enumerate(state.closed)))
    for j in range(len(held.sides)):
        new = _settled_side(held, state, j, scale, x, u, du)
        if new != state:
            return new
    return state


class AtJump(NamedTuple):
    """A circuit on a surface: the upper of its sides, and how fast the argument grows on both."""

    upper: float
    below: float
    above: float


def at_jump(held: HeldEquations, state: State, j: int, x: Array, u: Array, du: Array, scale: Scale) -> AtJump | None:
    """How things are at a surface; None where the circuit is beside it, or the law does not jump there."""
    size = float(_sizes(Field(held, state), x, u, scale)[j])
    value = float(held.surfaces(x, u, Field(held, state).numbers)[j])
    level = _level(held.sides[j], value)
    if state.sides[j] == FREE or abs(value - level) > BAND * size:
        return None
    upper = level if held.sides[j].kind == "staircase" else 1.0
    return AtJump(upper, *_rates(held, state, j, upper, x, u, du))


def _level(side: Side, value: float) -> float:
    return float(np.round(value)) if side.kind == "staircase" else 0.0


def _rates(
    held: HeldEquations, state: State, j: int, upper: float, x: Array, u: Array, du: Array
) -> tuple[float, float]:
    below, above = (_crossing_rate(held, _with_side(state, j, side), j, x, u, du) for side in (upper - 1, upper))
    return below, above


def _settled_side(held: HeldEquations, state: State, j: int, scale: Scale, x: Array, u: Array, du: Array) -> State:
    if state.sides[j] == FREE:
        return state
    stairs = held.sides[j].kind == "staircase"
    at = at_jump(held, state, j, x, u, du, scale)
    if at is None:
        value = float(held.surfaces(x, u, Field(held, state).numbers)[j])
        return _with_side(state, j, float(np.floor(value)) if stairs else float(value > 0))
    upper, below, above = at
    if below > 0 > above and BAND < below / (below - above) < 1 - BAND:
        return attrs.evolve(_with_side(state, j, upper), slides=tuple(sorted({*state.slides, j})))
    if below == 0 == above:
        return _with_side(state, j, upper if stairs else 0.5)
    if below > 0 > above:
        return _with_side(state, j, upper if below > -above else upper - 1)
    if below <= 0 <= above and not _leaves(state.sides[j], at):
        return _by_law(held, state, j, at, x, u, du)
    up = below > 0 or (above > 0 and (below == 0 or state.sides[j] == upper))
    return _with_side(state, j, upper if up else upper - 1)


def _leaves(side: float, at: AtJump) -> bool:
    """Whether a circuit on a surface is on its way from it already."""
    return (side == at.upper and at.above > 0) or (side == at.upper - 1 and at.below < 0)


def _by_law(held: HeldEquations, state: State, j: int, at: AtJump, x: Array, u: Array, du: Array) -> State:
    """The side where neither leads back to a surface: there are several solutions, and the law's own value decides.

    A law that is zero on the surface itself, as v > 0 and sign(v) are at v = 0, lets the circuit rest there.
    """
    stays = _with_side(state, j, at.upper if held.sides[j].kind == "staircase" else 0.5)
    own = _crossing_rate(held, stays, j, x, u, du)
    if own == 0:
        return stays
    up = at.above > 0 and (own > 0 or at.below == 0)
    return _with_side(state, j, at.upper if up else at.upper - 1)


def _crossing_rate(held: HeldEquations, state: State, j: int, x: Array, u: Array, du: Array) -> float:
    """How fast a side's argument grows in some state; zero where its parts cancel."""
    field = Field(held, state)
    by_x, by_u = (a[j] for a in held.surface_slopes(x, u, field.numbers))
    slopes = field.slopes(x, u, du)
    rate = by_x @ slopes + by_u @ du
    return 0.0 if abs(rate) <= 1e-12 * (np.abs(by_x) @ np.abs(slopes) + np.abs(by_u) @ np.abs(du)) else float(rate)
