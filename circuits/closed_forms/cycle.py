"""One firing cycle of a switched neuron in closed form, phase by phase, with all its non-idealities.

In every mode of these circuits each capacitor relaxes by itself, so a phase between two transitions has
a closed form: its duration is the time in which one capacitor reaches the level of a guard, and the
others relax for that long. The order of the phases is read off the automaton's own run; their formulas
come from its equations.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import field, frozen
from sympy import Expr, Symbol

from ..equations.algebra import put
from ..equations.derive import Equations, Switch
from ..errors import DesignError, EquationError
from .first_order import first_order

Toggles = tuple[str, ...]
"""Switches that change at the end of a phase."""


@frozen(eq=False)
class Phase:
    """One phase: how long it lasts, and where it leaves every state.

    Attributes:
        closed: which switches are closed during it.
        ends_by: switches whose change ends it.
        duration: formula in element symbols and `start` symbols.
        start: symbol of each state at its beginning.
        end: formula of each state at its end, in `duration_symbol` and start symbols.
        duration_symbol: stands for the duration in `end`.
    """

    closed: frozenset[str]
    ends_by: Toggles
    duration: Expr
    duration_symbol: Symbol
    start: dict[Symbol, Symbol]
    end: dict[Symbol, Expr]


@frozen(eq=False)
class Cycle:
    """The phases of one inter-spike interval, in order."""

    equations: Equations
    phases: tuple[Phase, ...]
    numbers: dict[Symbol, float] = field(repr=False)

    def durations(
        self, start: Sequence[float], changes: dict[str, float] | None = None
    ) -> tuple[list[float], list[float]]:
        """Put numbers in.

        Args:
            start: states at the beginning of the first phase.
            changes: other values of parameters or inputs, by symbol name.

        Returns:
            Seconds of each phase, and the states at the end.
        """
        numbers = {s: (changes or {}).get(s.name, v) for s, v in self.numbers.items()}
        values, seconds = list(start), []
        for phase in self.phases:
            known = numbers | dict(zip(phase.start.values(), values, strict=True))
            seconds.append(float(put(phase.duration, known)))
            known[phase.duration_symbol] = seconds[-1]
            values = [float(put(e, known)) for e in phase.end.values()]
        return seconds, values

    def interval(self, start: Sequence[float], changes: dict[str, float] | None = None) -> float:
        """Length of a steady cycle: repeated until its states return, seconds.

        Raises:
            EquationError: it does not settle, for values with which the order of phases is another one.
        """
        total, values = 0.0, list(start)
        for _ in range(60):
            seconds, after = self.durations(values, changes)
            settled = abs(sum(seconds) - total) <= 1e-14 * abs(total)
            total, values = sum(seconds), after
            if settled:
                return total
        raise EquationError(f"the cycle of {self.equations.circuit.title!r} does not settle in this order of phases.")


def cycle(equations: Equations, order: Sequence[tuple[frozenset[str], Toggles]]) -> Cycle:
    """Write the phases of a cycle in closed form.

    Args:
        equations: of a switched circuit whose states relax one by one in each mode.
        order: for each phase the closed switches and those whose change ends it (`analysis.phase_order`).

    Raises:
        EquationError: states that pull on each other within a mode: the cycle is only solved numerically.
    """
    if not order:
        raise DesignError(f"{equations.circuit.title!r} has no firing cycle: it does not spike.")
    numbers: dict[Symbol, float] = {**equations.parameters}
    numbers |= {s: stimulus.breakpoints()[1][0] for s, stimulus in equations.inputs.items()}
    phases = tuple(_phase(equations, k, closed, toggles) for k, (closed, toggles) in enumerate(order))
    return Cycle(equations, phases, numbers)


def _phase(equations: Equations, k: int, closed: frozenset[str], toggles: Toggles) -> Phase:
    mode = {s.resistance: (s.r_on if s.name in closed else s.r_off) for s in equations.switches}
    start = {x: Symbol(f"{x.name}_{k}", real=True) for x in equations.symbols}
    switch = next(s for s in equations.switches if s.name == toggles[0])
    state, level = _guard(equations, switch, switch.name in closed)
    duration_symbol = Symbol(f"t_{k}", nonnegative=True)
    forms = {x: first_order(equations, x.name, mode) for x in equations.symbols}
    end = {x: form.solution(start[x], duration_symbol) for x, form in forms.items()}
    end[state] = level
    return Phase(closed, toggles, forms[state].time_to(start[state], level), duration_symbol, start, end)


def _guard(equations: Equations, switch: Switch, is_closed: bool) -> tuple[Symbol, Expr]:
    """The state that a guard watches and the value at which the switch changes."""
    states = [x for x in equations.symbols if x in switch.control.free_symbols]
    if len(states) != 1:
        raise EquationError(
            f"the guard of {switch.name!r} watches {len(states)} states: no closed form; solved numerically."
        )
    x = states[0]
    level = switch.opens_below if is_closed else switch.closes_above
    factor = switch.control.diff(x)
    return x, (level - (switch.control - factor * x).expand()) / factor
