"""Time constants of a circuit, from its own equations: what time-step rules are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ..elements import GROUND, B, Comparator, OpenCollector
from ..equations.derive import Equations
from ..errors import EquationError
from ..graph import ends
from ..numeric.numeric import Closed, numeric
from ..stimuli import waves

if TYPE_CHECKING:
    from numpy.typing import NDArray


PARASITIC = 1e-2
"""Time constants this much shorter than the longest are parasitic."""
SMOOTH_LAWS = (B, Comparator, OpenCollector)
"""Laws that may decide within a small swing; transistors do not, and ngspice controls their steps well."""


@frozen
class TimeScales:
    """What time steps are made from, seconds.

    `slow`: the longest time constant (1 s for a circuit that integrates without a leak); with switches the shortest
    of those between their changes that are not parasitic, because ngspice corrects its steps by charge, and charge that
    a switch moves hides what happens in between. Parasitic ones, of pulses that are short by design, and those of
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
    if equations.switches:
        between = _between(equations)
    else:
        taus = _taus(rates)
        integrates = len(taus) < len(rates)  # a vanishing rate: nothing leaks there
        between = 1.0 if integrates else float(np.max(taus, initial=0.0)) or 1.0
    periods = [1 / w.omega for s in equations.inputs.values() for w in waves(s) if w.omega]
    oscillating = [1 / abs(r) for r in rates if abs(np.imag(r)) > abs(np.real(r)) * 1e-6]
    return TimeScales(float(min([between, *periods, *oscillating])), _fastest_law(equations, jacobian))


def _between(equations: Equations) -> float:
    """The shortest time constant between changes of the switches, parasitic ones left out.

    Who starts closed may soon open and close as shortly as one that starts open: then it is the longer time constant
    that counts, if each state has one of its own with that switch open.
    """
    closed = tuple(s.closed for s in equations.switches)
    own = _own(equations, closed)
    if any(closed) and len(opened := _own(equations, (False,) * len(closed))) >= len(own):
        return max(_shortest(own), _shortest(opened))
    return _shortest(own)


def _shortest(own: NDArray[np.float64]) -> float:
    return float(np.min(own[own > PARASITIC * np.max(own)])) if len(own) else 1.0


def longest_own(equations: Equations) -> float | None:
    """The longest time constant at the start, seconds, leaks of open switches left out; None where there is none."""
    if not equations.states:
        return None
    own = _own(equations, tuple(s.closed for s in equations.switches))
    return float(np.max(own)) if len(own) else None


def _own(equations: Equations, closed: Closed) -> NDArray[np.float64]:
    """Time constants with the switches so, without those that are only of open switches: they grow with r_off."""
    if not equations.states:
        return np.zeros(0)
    taus, tighter = (_taus(np.linalg.eigvals(_jacobian_at_start(equations, k, closed))) for k in (1.0, 10.0))
    return taus[tighter <= 3 * taus] if len(tighter) == len(taus) else taus


def _taus(rates: NDArray[np.inexact]) -> NDArray[np.float64]:
    size = np.abs(rates)
    return np.sort(1 / size[size > 0])


def _fastest_law(equations: Equations, jacobian: NDArray[np.float64]) -> float | None:
    """The shortest time constant of a state that a nonlinear law charges."""
    whole = equations.circuit.expanded
    laws = [e for e in whole.parts if isinstance(e, SMOOTH_LAWS)]
    charged = {n for e in laws for n in ends(e)}
    owners = [whole.element(s.element) for s in equations.states]
    own = [abs(jacobian[k, k]) for k, e in enumerate(owners) if charged & set(e.nodes) - {GROUND}]
    return float(1 / max(own)) if own and max(own) > 0 else None


def _jacobian_at_start(equations: Equations, tightness: float, closed: Closed = ()) -> NDArray[np.float64]:
    """Derivative of the states' slopes at the start, r_off times the tightness; switches as given, or as they start."""
    system = numeric(equations)
    u = system.initial_inputs
    p = equations.parameters
    modes = zip(equations.switches, closed or [s.closed for s in equations.switches], strict=True)
    r = np.array([p[s.r_on] if shut else p[s.r_off] * tightness for s, shut in modes])
    with np.errstate(all="ignore"):
        jacobian = system.jacobian(system.initial, u, r)
    if not np.isfinite(jacobian).all():
        bad = equations.states[int(np.argmax(~np.isfinite(jacobian).all(axis=1)))]
        raise EquationError(
            f"the equation of {bad.symbol} is not finite at the start: a law has a pole at the initial conditions; "
            f"give {bad.element!r} another ic, or the law another form."
        )
    return jacobian
