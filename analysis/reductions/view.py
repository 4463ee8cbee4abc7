"""A circuit's equations seen from its membrane: one state is its voltage, one input drives it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, frozen
from sympy import Symbol

from ...circuits.circuit import Circuit
from ...circuits.elements import C
from ...circuits.equations.algebra import put, symbols_in
from ...circuits.equations.derive import derive
from ...circuits.errors import DesignError
from ...circuits.inputs import input_of, input_unit
from ...circuits.numeric.numeric import (
    Closed,
    NumericEquations,
    compiled,
    input_symbol,
    node_expression,
    numeric,
    through_unknowns,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FIRST, FURTHER, MOST = 0.1, 4.0, 80
"""Of the implicit Euler steps that settle states: the first in shortest time constants, growth, how many."""
LAST = 1e12
"""No step is longer, in shortest time constants: what leaks no faster stands still."""
NEAR = 12
"""Steps of Newton's method at most."""
ROUNDING = 1e-14
"""Of a sum, as a part of its terms."""
GROWS = 1e-13
"""A rate above this part of the largest grows; one that is smaller in size is none."""
STILL = 1e-12
"""A step that moves no state by more than this part of the largest has arrived."""


@frozen(eq=False, slots=False)
class View:
    """Slopes of the states in one state of the switches, inputs constant.

    Attributes:
        system: the equations in numbers.
        membrane: index of the state that is the membrane's voltage.
        sign: 1, or -1 where spikes fall: voltages of the view rise towards a spike.
        scale: volts of the membrane's node per unit of that state, 1 or -1.
        offset: volts of the node where that state is 0.
        driver: index of the input.
        inputs: values of `Equations.driving`.
        closed: which switches are.
        nodes: from the equations' states to those of the view, (n, n). A capacitor between the membrane and a node
            stands for that node's voltage: what is fast is a node, which stands still while the membrane moves.
    """

    system: NumericEquations
    membrane: int
    sign: float
    scale: float
    offset: float
    driver: int
    inputs: Array
    closed: Closed
    nodes: Array

    @property
    def circuit(self) -> Circuit:
        """Whose equations they are."""
        return self.system.equations.circuit

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the states."""
        own = [s.name for s in self.system.equations.symbols]
        return tuple(
            n if row[k] == 1 and np.abs(row).sum() == 1 else f"{n}+"
            for k, (n, row) in enumerate(zip(own, self.nodes, strict=True))
        )

    @property
    def initial(self) -> Array:
        """States at time 0."""
        return np.asarray(self.nodes @ self.system.initial, dtype=float)

    @cached_property
    def _back(self) -> Array:
        return np.asarray(np.linalg.inv(self.nodes), dtype=float)

    @property
    def unit(self) -> str:
        """Of the input, "A" or "V"."""
        return input_unit(self.circuit)

    @property
    def input(self) -> Symbol:
        """Symbol of the input."""
        return self.system.equations.driving[self.driver]

    def of(self, x: Array) -> Array:
        """The membrane's voltage, turned so that spikes rise, of states (n,) or (n, points)."""
        return self.sign * (self.scale * x[self.membrane] + self.offset)

    def state_at(self, v: float) -> float:
        """The value of the membrane's state at a voltage."""
        return (self.sign * v - self.offset) / self.scale

    @property
    def factor(self) -> float:
        """Volts of the membrane per unit of its state."""
        return self.sign * self.scale

    def slopes(self, x: Array, drive: float | None = None) -> Array:
        """Derivatives of the states (n,), for another value of the input where one is given."""
        return self.nodes @ self.system.rhs(self._back @ x, self._driven(drive), self.resistances)

    def jacobian(self, x: Array, drive: float | None = None) -> Array:
        """Derivatives of the slopes by the states, (n, n)."""
        with np.errstate(all="ignore"):
            return self.nodes @ self.system.jacobian(self._back @ x, self._driven(drive), self.resistances) @ self._back

    def by_input(self, x: Array, drive: float | None = None) -> Array:
        """Derivatives of the slopes by the input, (n,)."""
        raw = np.asarray(self._by_input(self._back @ x, self._driven(drive), self.resistances))
        return self.nodes @ raw.reshape(len(x))

    def _driven(self, drive: float | None) -> Array:
        if drive is None:
            return self.inputs
        u = self.inputs.copy()
        u[self.driver] = drive
        return u

    @cached_property
    def resistances(self) -> Array:
        """Of the switches."""
        return self.system.resistances(self.closed)

    @cached_property
    def _by_input(self) -> Callable[[Array, Array, Array], Array]:
        equations = self.system.equations
        make = partial(compiled, equations)
        if equations.unknowns:
            return through_unknowns(equations, equations.rhs, (self.input,), make)
        return make([e.diff(self.input) for e in equations.rhs])

    @cached_property
    def _controls(self) -> Callable[[Array, Array, Array], Array]:
        equations = self.system.equations
        return compiled(equations, [s.control for s in equations.switches])

    def wants(self, x: Array, drive: float | None = None) -> Closed:
        """What the switches are when each looks at its control."""
        if not self.closed:
            return ()
        system = self.system
        control = self._controls(self._back @ x, self._driven(drive), self.resistances)
        slack = 1e-9 * np.maximum(np.abs(system.closes_above), np.abs(system.opens_below))
        rise, fall = control > system.closes_above + slack, control < system.opens_below - slack
        return tuple(bool((c and not f) or r) for c, r, f in zip(self.closed, rise, fall, strict=True))

    def settle(self, x: Array, free: Sequence[int], drive: float | None = None) -> tuple[Array, bool]:
        """Let some states go where they stand still, the others held.

        Args:
            x: where they begin.
            free: indices of the states that go.
            drive: the input, where it is another one.

        Returns:
            The states, and whether they have arrived: implicit Euler steps that grow (pseudo-transient continuation,
            Kelley and Keyes 1998, SIAM J Numer Anal 35:508) end as Newton's method, on the branch that a circuit takes.
        """
        x, free = np.array(x, dtype=float), list(free)
        if not free:
            return x, True
        quick, arrived = self._newton(x, free, drive)
        return (quick, True) if arrived else self._creep(x, free, drive)

    def _newton(self, x: Array, free: list[int], drive: float | None) -> tuple[Array, bool]:
        """Newton's method from near by: a few steps, each far smaller than the last, or none at all."""
        x, last = x.copy(), np.inf
        for _ in range(NEAR):
            f, j = self._local(x, free, drive)
            if not (np.isfinite(f).all() and np.isfinite(j).all()):
                return x, False
            move = -_solved(j, f)
            size = float(np.abs(move).max())
            x[free] += move
            if _balanced(f, j, x[free]) or size <= STILL * max(1e-6, float(np.abs(x[free]).max())):
                return x, not grows(np.linalg.eigvals(j).astype(complex))
            if not size < last / 2:
                return x, False
            last = size
        return x, False

    def _creep(self, x: Array, free: list[int], drive: float | None) -> tuple[Array, bool]:
        """Implicit Euler steps that grow: the way that the circuit itself takes."""
        shortest = 1.0 / max(float(np.abs(self._local(x, free, drive)[1]).max()), 1e-300)
        step = FIRST * shortest
        for _ in range(MOST):
            f, j = self._local(x, free, drive)
            if not (np.isfinite(f).all() and np.isfinite(j).all()):
                return x, False
            move = _solved(np.eye(len(free)) / step - j, f)
            x[free] += move
            small = np.abs(move).max() <= STILL * max(1e-6, float(np.abs(x[free]).max()))
            if step >= 1e6 * shortest and (small or _balanced(f, j, x[free])):
                return x, True
            step = min(step * FURTHER, LAST * shortest)
        return x, False

    def _local(self, x: Array, free: list[int], drive: float | None) -> tuple[Array, Array]:
        """Slopes of some states, and their derivatives by these."""
        with np.errstate(all="ignore"):
            return self.slopes(x, drive)[free], self.jacobian(x, drive)[np.ix_(free, free)]


def _solved(matrix: Array, right: Array) -> Array:
    """A solution; where there are many, the smallest."""
    try:
        return np.asarray(np.linalg.solve(matrix, right), dtype=float)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.lstsq(matrix, right, rcond=None)[0], dtype=float)


def _balanced(f: Array, j: Array, x: Array) -> bool:
    """Whether what is left of the slopes is the rounding of what adds up to them."""
    return bool((np.abs(f) <= ROUNDING * (np.abs(j) @ np.abs(x))).all())


def grows(poles: NDArray[np.complex128]) -> bool:
    """Whether something moves away by itself."""
    return bool(len(poles)) and bool(poles.real.max() > GROWS * np.abs(poles).max())


def view(circuit: Circuit, resting: float = 0.0, sign: float = 1.0) -> View:
    """See a circuit from its membrane, switches as they start.

    Args:
        circuit: with the role `membrane` and an input.
        resting: the input at rest, amperes or volts; the other sources keep what they have at the start.
        sign: -1 where the membrane falls towards a spike.

    Raises:
        DesignError: no membrane or input, or a membrane whose voltage is no state.
    """
    equations = derive(circuit)
    system = numeric(equations)
    node = circuit.role("membrane")
    voltage = node_expression(equations, node, "0")
    states = [k for k, s in enumerate(equations.symbols) if s in symbols_in(voltage)]
    factor = voltage.diff(equations.symbols[states[0]]) if len(states) == 1 else None
    if factor is None or not factor.is_number:
        held = f"v({node}) = {voltage}" if len(str(voltage)) < 100 else f"v({node}) depends on {len(states)} states"
        raise DesignError(
            f"the membrane of {circuit.title!r} is no state of its equations, {held}: name a node that a capacitor "
            'holds, roles={"membrane": "mem"}.'
        )
    source = input_symbol(equations, input_of(circuit))
    inputs = system.initial_inputs.copy()
    driver = list(equations.inputs).index(source)
    inputs[driver] = resting
    inputs[len(equations.inputs) :] = 0.0  # slopes of inputs: all of them stand still
    numbers = dict(equations.parameters) | dict(zip(equations.driving, inputs.tolist(), strict=True))
    offset = float(put(voltage, {**numbers, equations.symbols[states[0]]: 0.0}))
    nodes = _nodes(circuit, system, states[0], float(factor))
    return View(system, states[0], sign, float(factor), offset, driver, inputs, system.initial_mode, nodes)


def _nodes(circuit: Circuit, system: NumericEquations, membrane: int, factor: float) -> Array:
    """What makes voltages of nodes of those of capacitors that hang on the membrane with one end."""
    whole, node = circuit.expanded, circuit.role("membrane")
    states = system.equations.states
    made = np.eye(len(states))
    for k, state in enumerate(states):
        element = whole.element(state.element)
        if k != membrane and isinstance(element, C) and node in (element.plus, element.minus):
            made[k, membrane] = factor
            made[k, k] = -1.0 if element.plus == node else 1.0
    return made


def in_mode(seen: View, closed: Closed) -> View:
    """The same with other switches closed."""
    return evolve(seen, closed=closed)
