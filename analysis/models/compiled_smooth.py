"""The compiled loop of `smooth_loop`, and what it needs to know of a circuit; importing this loads numba."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import define

from ...circuits.equations.jumps import slope
from ...circuits.numeric.held import HeldEquations
from ...circuits.numeric.machine import NoCodeError
from ..compiling import say_if_it_compiles
from .compiled_hybrid import input_table
from .field import State
from .inputs import InputPlan
from .radau import radau
from .radau_work import Shape, work
from .smooth_loop import FULL, run
from .smooth_tables import (
    BEND,
    HERE,
    INSTANT,
    NEW,
    SINCE,
    Guarded,
    Inputs,
    Laws,
    Look,
    Now,
    Record,
    Rules,
    Solver,
    T,
    Watch,
    look,
    record,
    watch,
)  # fmt: skip

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

METHOD = radau()
FIRST, MOST = 1024, 1 << 18
"""Steps for which there is memory at first, and at most, at a time, for one state."""


@define(eq=False)
class Loop:
    """The compiled loop for one circuit, and where its run is."""

    laws: Laws
    guarded: Guarded
    inputs: Inputs
    rules: Rules
    solver: Solver
    now: Now
    _watch: Watch
    _look: Look
    _steps: int = FIRST

    @property
    def t(self) -> float:
        """Seconds."""
        return float(self.now.at[T])

    @property
    def state(self) -> State:
        """Switches and jumps."""
        return State(tuple(map(bool, self.now.closed)), tuple(self.now.sides.tolist()))

    @property
    def x(self) -> Array:
        """States."""
        return self.now.x.copy()

    @property
    def size(self) -> Array:
        """Largest absolute value of each state so far."""
        return self.now.size.copy()

    @property
    def since(self) -> float:
        """When the stretch began, seconds."""
        return float(self.now.at[SINCE])

    @property
    def instant(self) -> float:
        """When switches or jumps changed last."""
        return float(self.now.at[INSTANT])

    @property
    def here(self) -> int:
        """How often since then without time going on."""
        return int(self.now.at[HERE])

    @property
    def tried(self) -> Array:
        """States that the solver looked at last, at the first point of its step without slopes if there is one."""
        y, f = self.solver.work.y, self.solver.work.f
        return y[:, int(np.argmax(~np.isfinite(f).all(axis=0)))].copy()

    def begin(self, t: float, x: Array, state: State, phase: int, instant: float, here: int, size: Array) -> None:
        """Begin a stretch in a state of switches and jumps that is to settle (NEW) or known to hold (SETTLED)."""
        self.now.at[T], self.now.at[INSTANT], self.now.at[HERE] = t, instant, here
        self.now.phase[0] = phase
        self.now.x[:], self.now.closed[:], self.now.sides[:], self.now.size[:] = x, state.closed, state.sides, size

    def run(self) -> tuple[Record, int, int, int, int]:
        """Go on from where the run is.

        Returns:
            What was run through, how many steps, stretches and changes, and what it stopped for (`smooth_loop`).
        """
        n, order = len(self.now.x), len(METHOD.c) + 1
        out = record(min(self._steps, max(MOST // n, 16)), n, order, len(self.now.closed), len(self.now.sides))
        say_if_it_compiles(run, "nonlinear circuits")
        with np.errstate(all="ignore"):
            steps, stretches, changes, why = run(
                self.laws, self.guarded, self.inputs, self.rules, self.solver, self.now, self._watch, self._look, out
            )
        if why == FULL:
            self._steps = min(4 * self._steps, MOST)
        return out, steps, stretches, changes, why


def loop(held: HeldEquations, plan: InputPlan, stop: float, rtol: float, atol: float) -> Loop | None:
    """The compiled loop for a circuit, to be begun; None where its equations are implicit, or have no machine code."""
    equations = held.system.equations
    if equations.unknowns:
        return None
    if "compiled" not in equations.memo:
        equations.memo["compiled"] = _code(held)
    if equations.memo["compiled"] is None:
        return None
    laws, shape, counts = equations.memo["compiled"]
    system, sides = held.system, held.sides
    guarded = Guarded(
        system.closes_above, system.opens_below, system.r_on, system.r_off,
        np.array([s.kind == "staircase" for s in sides], dtype=np.bool_),
        np.array([s.kind == "comparison" for s in sides], dtype=np.bool_), *counts,
    )  # fmt: skip
    n, given = len(system.initial), inputs(plan)
    memory = work(n, len(given.largest), len(shape.rows), METHOD)
    parameters = np.array(list(equations.parameters.values()), dtype=float)
    states, guards = np.zeros(n), len(system.r_on) + 2 * len(sides)
    now = Now(
        np.zeros(BEND + 1), np.array([NEW, 0]), states, np.zeros(len(system.r_on), np.bool_), np.zeros(len(sides)),
        states.copy(), np.zeros((len(METHOD.c) + 1, n)), np.zeros(guards),
    )  # fmt: skip
    return Loop(
        laws._replace(p=parameters), guarded, given, Rules(stop, rtol, atol), Solver(METHOD, shape, memory), now,
        watch(guarded), look(n, len(given.largest), guarded),
    )  # fmt: skip


def inputs(plan: InputPlan) -> Inputs:
    """The inputs of a plan."""
    w = plan.waves
    return Inputs(input_table(plan), w.index, w.since, w.amplitude, w.omega, w.phase, w.decay, plan.largest)


def _code(held: HeldEquations) -> tuple[Laws, Shape, tuple[int, int]] | None:
    """Machine code of a circuit's equations, where its Jacobian is filled, and how many arguments its laws have."""
    equations = held.system.equations
    filled = [k for k, entry in enumerate(equations.slopes) if entry != 0]
    smooth, kinks = held.law_arguments
    surfaces = [s.argument for s in held.sides]
    across = [slope(a, v) for a in surfaces for v in (*equations.symbols, *equations.driving)]
    watched = [*(s.control for s in equations.switches), *surfaces]
    entries, laws = [equations.slopes[k] for k in filled], [*smooth, *kinks]
    try:
        codes = [held.machine_code(e) for e in (equations.rhs, entries, watched, across, laws)]
    except NoCodeError:
        return None
    shape = _shape(len(equations.states), np.array(filled, dtype=np.int64))
    return Laws(*(c.address for c in codes), p=np.zeros(0)), shape, (len(smooth), len(kinks))


def _shape(n: int, filled: NDArray[np.int64]) -> Shape:
    """An order of the states in which the Jacobian has a narrow band (Cuthill and McKee 1969)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    rows, columns = filled // max(n, 1), filled % max(n, 1)
    graph = coo_array((np.ones(2 * len(filled)), (np.append(rows, columns), np.append(columns, rows))), (n, n)).tocsr()
    order = np.argsort(reverse_cuthill_mckee(graph, symmetric_mode=True)).astype(np.int64)
    i, j = order[rows], order[columns]
    return Shape(i, j, order, int(np.max(i - j, initial=0)), int(np.max(j - i, initial=0)))
