"""Time constants of a circuit, from its own equations: what time-step rules are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from .algebra import put
from .elements import B, Comparator
from .equations import Equations
from .errors import EquationError
from .stimuli import Sine

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sympy import Expr


@frozen
class TimeScales:
    """What time steps are made from, seconds.

    `slow`: the longest time constant; with switches the shortest while all are open, because ngspice
    corrects its steps by charge, and charge that a switch moves hides what happens in between.
    `fast`: the shortest time constant of a circuit with nonlinear laws, None for others.
    """

    slow: float
    fast: float | None


def time_scales(equations: Equations) -> TimeScales:
    """Find the time constants with all switches open.

    Args:
        equations: what `derive` gave.

    Returns:
        Scales from the eigenvalues of the Jacobian at the start, and from the sines among the stimuli.
    """
    rates = np.linalg.eigvals(_jacobian_at_start(equations)) if equations.states else []
    taus = [1 / abs(r) for r in rates if abs(r) > 0]
    between_switchings = min if equations.switches else max
    periods = [1 / (2 * np.pi * s.frequency) for s in equations.inputs.values() if isinstance(s, Sine)]
    oscillating = [1 / abs(r) for r in rates if abs(np.imag(r)) > abs(np.real(r)) * 1e-6]
    slow = min([between_switchings(taus, default=1.0), *periods, *oscillating])
    nonlinear = bool(equations.circuit.of_type(B) or equations.circuit.of_type(Comparator))
    return TimeScales(float(slow), float(min(taus)) if nonlinear and taus else None)


def _jacobian_at_start(equations: Equations) -> NDArray[np.float64]:
    """Numbers put into the expressions one by one: cheaper than compiling them for one call."""
    values: dict[Expr, float] = {**equations.parameters}  # type: ignore[dict-item]
    values |= {s.symbol: s.initial for s in equations.states}
    values |= {u: stimulus.breakpoints()[1][0] for u, stimulus in equations.inputs.items()}
    for switch in equations.switches:
        values[switch.resistance] = equations.parameters[switch.r_off]
    n = len(equations.states)
    jacobian = np.zeros((n, n))
    for i, rhs in enumerate(equations.rhs):
        for j, state in enumerate(equations.symbols):
            if state in rhs.free_symbols:
                slope = put(rhs.diff(state), values)
                jacobian[i, j] = float(slope) if slope.is_finite else np.nan
    if not np.isfinite(jacobian).all():
        bad = equations.states[int(np.argmax(~np.isfinite(jacobian).all(axis=1)))]
        raise EquationError(
            f"the equation of {bad.symbol} is not finite at the start: a law has a pole at the initial conditions; "
            f"give {bad.element!r} another ic, or the law another form."
        )
    return jacobian
