"""Time constants of a circuit, from its own equations: what time-step rules are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from .elements import B, Comparator, Diode, Mosfet, MosfetEkv
from .equations import Equations
from .errors import EquationError
from .numeric import compiled
from .stimuli import Sine

if TYPE_CHECKING:
    from numpy.typing import NDArray


NONLINEAR = (B, Comparator, Diode, Mosfet, MosfetEkv)


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
    nonlinear = any(isinstance(e, NONLINEAR) for e in equations.circuit.parts)
    return TimeScales(float(slow), float(min(taus)) if nonlinear and taus else None)


def _jacobian_at_start(equations: Equations) -> NDArray[np.float64]:
    n = len(equations.states)
    system = compiled(equations, equations.slopes)
    u = np.array([stimulus.breakpoints()[1][0] for stimulus in equations.inputs.values()])
    r_off = np.array([equations.parameters[s.r_off] for s in equations.switches])
    with np.errstate(all="ignore"):
        jacobian = system(np.array([s.initial for s in equations.states]), u, r_off).reshape(n, n)
    if not np.isfinite(jacobian).all():
        bad = equations.states[int(np.argmax(~np.isfinite(jacobian).all(axis=1)))]
        raise EquationError(
            f"the equation of {bad.symbol} is not finite at the start: a law has a pole at the initial conditions; "
            f"give {bad.element!r} another ic, or the law another form."
        )
    return jacobian
