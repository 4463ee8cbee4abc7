"""How long a run of a circuit must be to show what it does, from its own equations."""

from __future__ import annotations

import numpy as np

from ..circuit import Circuit
from ..closed_forms.derivations import is_single_neuron
from ..closed_forms.lif_forms import ideal_lif
from ..closed_forms.transfer import numeric_poles
from ..elements import Opaque
from ..equations.derive import Equations, derive
from ..errors import DesignError, EquationError
from ..stimuli import is_smooth, waves
from ..units import Value, parse

SETTLING = 7.0
"""Time constants after which a response has settled to a thousandth."""
INTERVALS = 6.5
"""Inter-spike intervals of a neuron."""


def run_length(circuit: Circuit, otherwise: float) -> float:
    """Length of a run that shows what a circuit does.

    Args:
        circuit: any circuit.
        otherwise: seconds, for circuits whose time scale does not follow from their equations.

    Returns:
        Seconds: for a neuron with a constant input above its rheobase, some intervals; for a linear circuit,
        until it has settled after the last bend of its stimuli, and through some periods of their sines.
    """
    if circuit.of_type(Opaque):  # no time scale follows from what has no equations
        return otherwise
    equations = derive(circuit)
    if is_single_neuron(circuit) and _is_still(equations):
        ideal = ideal_lif(equations)
        interval = ideal.interval_at(ideal.current)
        return INTERVALS * interval if np.isfinite(interval) else SETTLING * ideal.value(ideal.membrane.tau)
    if not equations.is_linear or equations.switches:
        return otherwise
    return _settled(equations, otherwise)


def end_of(circuit: Circuit, otherwise: float, stop: Value | None) -> float:
    """End of a run: what was asked for, or long enough to show what the circuit does.

    Args:
        circuit: any circuit.
        otherwise: seconds, for circuits whose time scale does not follow from their equations; 0 where none is known.
        stop: what was asked for, or None.

    Raises:
        DesignError: nothing was asked for, and nothing follows.
    """
    if stop is not None:
        return parse(stop, "stop")
    length = run_length(circuit, otherwise)
    if not length:
        raise DesignError(
            f"the length of a run does not follow from {circuit.title!r}: give stop, such as stop='20m' or --stop 20m."
        )
    return length


def _is_still(equations: Equations) -> bool:
    stimuli = equations.inputs.values()
    return all(len(s.breakpoints()[0]) == 1 and not is_smooth(s) for s in stimuli)


def _settled(equations: Equations, otherwise: float) -> float:
    try:
        rates = -np.real(numeric_poles(equations))
    except EquationError:
        return otherwise
    bends = max((s.breakpoints()[0][-1] for s in equations.inputs.values()), default=0.0)
    every = [w for s in equations.inputs.values() for w in waves(s)]
    own = [2 * np.pi / w.omega for w in every if w.omega] + [1 / w.decay for w in every if w.decay]
    periods = SETTLING * max(own, default=0.0)
    slowest = float(np.min(rates[rates > 0], initial=np.inf))
    return bends + SETTLING / slowest + periods if np.isfinite(slowest) else otherwise
