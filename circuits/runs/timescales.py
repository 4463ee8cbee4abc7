"""Time constants of a circuit, from its own equations: what time-step rules are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ..elements import GROUND, B, Comparator
from ..equations.derive import Equations
from ..errors import EquationError
from ..graph import ends
from ..numeric.numeric import numeric
from ..stimuli import Sine

if TYPE_CHECKING:
    from numpy.typing import NDArray


PARASITIC = 1e-2
"""Time constants this much shorter than the longest are parasitic."""
SMOOTH_LAWS = (B, Comparator)
"""Laws that may decide within a small swing; transistors do not, and ngspice controls their steps well."""


@frozen
class TimeScales:
    """What time steps are made from, seconds.

    `slow`: the longest time constant (1 s for a circuit that integrates without a leak); with switches the shortest
    of those at the start that are not parasitic, because ngspice corrects its steps by charge, and charge that a
    switch moves hides what happens in between. Parasitic ones, of pulses that are short by design, and those of
    leaking open switches are left to ngspice's own step control.
    `fast`: the shortest time constant of a state that a nonlinear law charges, None where there is none.
    """

    slow: float
    fast: float | None


def time_scales(equations: Equations) -> TimeScales:
    """Find the time constants of a circuit as it is at the start.

    Args:
        equations: what `derive` gave.

    Returns:
        Scales from the eigenvalues of the Jacobian at the start, and from the sines among the stimuli.
    """
    jacobian = _jacobian_at_start(equations, 1.0)
    rates = np.linalg.eigvals(jacobian) if equations.states else np.zeros(0)
    taus = _taus(rates)
    if equations.switches:
        own = taus[~_leaks(equations, taus)]
        between = float(np.min(own[own > PARASITIC * np.max(own)])) if len(own) else 1.0
    else:
        integrates = len(taus) < len(rates)  # a vanishing rate: nothing leaks there
        between = 1.0 if integrates else float(np.max(taus, initial=0.0)) or 1.0
    periods = [1 / (2 * np.pi * s.frequency) for s in equations.inputs.values() if isinstance(s, Sine)]
    oscillating = [1 / abs(r) for r in rates if abs(np.imag(r)) > abs(np.real(r)) * 1e-6]
    return TimeScales(float(min([between, *periods, *oscillating])), _fastest_law(equations, jacobian))


def longest_own(equations: Equations) -> float | None:
    """The longest time constant at the start, seconds, leaks of open switches left out; None where there is none."""
    if not equations.states:
        return None
    taus = _taus(np.linalg.eigvals(_jacobian_at_start(equations, 1.0)))
    own = taus[~_leaks(equations, taus)]
    return float(np.max(own)) if len(own) else None


def _taus(rates: NDArray[np.inexact]) -> NDArray[np.float64]:
    size = np.abs(rates)
    return np.sort(1 / size[size > 0])


def _leaks(equations: Equations, taus: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which time constants are only those of open switches: they grow when the switches leak less."""
    rates = np.linalg.eigvals(_jacobian_at_start(equations, 10.0))
    tighter = _taus(rates)
    return tighter > 3 * taus if len(tighter) == len(taus) else np.zeros(len(taus), dtype=bool)


def _fastest_law(equations: Equations, jacobian: NDArray[np.float64]) -> float | None:
    """The shortest time constant of a state that a nonlinear law charges."""
    laws = [e for e in equations.circuit.parts if isinstance(e, SMOOTH_LAWS)]
    charged = {n for e in laws for n in ends(e)}
    owners = [equations.circuit.element(s.element) for s in equations.states]
    own = [abs(jacobian[k, k]) for k, e in enumerate(owners) if charged & set(e.nodes) - {GROUND}]
    return float(1 / max(own)) if own and max(own) > 0 else None


def _jacobian_at_start(equations: Equations, tightness: float) -> NDArray[np.float64]:
    """Derivative of the states' slopes at the start, the switches as they then are, r_off times the tightness."""
    system = numeric(equations)
    u = system.initial_inputs
    p = equations.parameters
    r = np.array([p[s.r_on] if s.closed else p[s.r_off] * tightness for s in equations.switches])
    with np.errstate(all="ignore"):
        jacobian = system.jacobian(system.initial, u, r)
    if not np.isfinite(jacobian).all():
        bad = equations.states[int(np.argmax(~np.isfinite(jacobian).all(axis=1)))]
        raise EquationError(
            f"the equation of {bad.symbol} is not finite at the start: a law has a pole at the initial conditions; "
            f"give {bad.element!r} another ic, or the law another form."
        )
    return jacobian
