"""A smooth stretch by compiled steps; importing this loads numba."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import define, frozen

from ...circuits.errors import EquationError
from ...circuits.numeric.held import HeldEquations
from ...circuits.numeric.machine import NoCodeError
from . import inputs
from .field import Field
from .radau import radau
from .radau_steps import FINISHED, RUNNING, STUCK, advance
from .radau_work import Address, Drive, Limits, Shape, Task, Work, work
from .solver_steps import longest_step, lost
from .step_polynomials import SolverStep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

METHOD = radau()


@frozen(eq=False)
class Compiled:
    """The equations of a circuit as machine code, with what its parameters are."""

    slopes: Address
    jacobian: Address
    shape: Shape
    parameters: Array
    work: Work


def compiled(held: HeldEquations) -> Compiled | None:
    """The machine code of a circuit's equations; None where there is none, or where they are implicit."""
    equations = held.system.equations
    if equations.unknowns:
        return None
    if "compiled" not in equations.memo:
        equations.memo["compiled"] = _code(held)
    if equations.memo["compiled"] is None:
        return None
    slopes, jacobian, shape = equations.memo["compiled"]
    parameters = np.array(list(equations.parameters.values()), dtype=float)
    memory = work(len(equations.states), len(equations.driving), len(shape.rows), METHOD)
    return Compiled(slopes, jacobian, shape, parameters, memory)


def _code(held: HeldEquations) -> tuple[Address, Address, Shape] | None:
    equations = held.system.equations
    filled = [k for k, slope in enumerate(equations.slopes) if slope != 0]
    try:
        slopes = held.machine_code(equations.rhs)
        jacobian = held.machine_code([equations.slopes[k] for k in filled])
    except NoCodeError:
        return None
    return Address(slopes), Address(jacobian), _shape(len(equations.states), np.array(filled, dtype=np.int64))


def _shape(n: int, filled: NDArray[np.int64]) -> Shape:
    """An order of the states in which the Jacobian has a narrow band (Cuthill and McKee 1969)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    rows, columns = filled // max(n, 1), filled % max(n, 1)
    graph = coo_array((np.ones(2 * len(filled)), (np.append(rows, columns), np.append(columns, rows))), (n, n)).tocsr()
    order = np.argsort(reverse_cuthill_mckee(graph, symmetric_mode=True)).astype(np.int64)
    i, j = order[rows], order[columns]
    return Shape(i, j, order, int(np.max(i - j, initial=0)), int(np.max(j - i, initial=0)))


@define(eq=False)
class CompiledLeg:
    """Steps of Radau IIA through one smooth stretch."""

    code: Compiled
    field: Field
    drive: inputs.Drive
    task: Task
    x: Array
    t: float
    h: float = 0.0
    status: int = RUNNING
    few: int = 16
    """Steps to begin with: those beyond an event are made for nothing, but quickly."""

    @property
    def running(self) -> bool:
        """Whether there is more to come."""
        return self.status == RUNNING

    def take(self, count: int) -> tuple[list[SolverStep], EquationError | None]:
        """Up to so many steps; fewer at the end of the stretch, or with what stopped the solver."""
        times, coefficients = np.empty((count, 2)), np.empty((count, len(self.x), len(METHOD.c) + 1))
        made, self.status, self.h = advance(
            self.code.slopes, self.code.jacobian, self.task, self.x, self.t, self.h, times, coefficients
        )
        self.t = float(times[made - 1, 1]) if made else self.t
        since = self.task.drive.since
        steps = [
            SolverStep(begin, end, self.field, self.drive, since, coefficients[k], (begin + end) / 2, (end - begin) / 2)
            for k, (begin, end) in enumerate(times[:made].tolist())
        ]
        if self.status in (RUNNING, FINISHED):
            return steps, None
        at = self.code.work.y if self.status == STUCK else self.x
        return steps, lost(self.field, self.drive, since, self.t, self.x, at)


def compiled_leg(
    code: Compiled, field: Field, plan: inputs.InputPlan, x: Array, t: float, end: float, longest: float, rtol: float,
    atol: float,
) -> CompiledLeg:  # fmt: skip
    """Set out; arguments as for `solver_steps.leg`."""
    drive = plan.drive(t)
    given = Drive(t, drive.value, drive.slope, drive.sine_input, drive.amplitude, drive.omega, drive.phase)
    limits = Limits(end, longest_step(drive, end - t, longest), rtol, atol)
    task = Task(given, field.numbers, code.parameters, METHOD, code.shape, code.work, limits)
    return CompiledLeg(code, field, drive, task, np.array(x, dtype=float), t)
