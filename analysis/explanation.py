"""Why the circuit's interval differs from the ideal one: named causes, each from the derived equations.

The order is fixed: it follows the cycle. A spike is decided (delay), the membrane is discharged, it is
held (refractory capacitor), let go at some level (reset level), charged to the level at which the
circuit decides (threshold offset), through whatever leaks (open switch), and the simulator adds its own
error. In this order the parts telescope: each is the change of one closed form by one non-ideality, the
earlier ones kept. `docs/design.md` says why no other order is offered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from ..circuits.arguments import want
from ..circuits.circuit import Circuit
from ..circuits.closed_forms.first_order import first_order
from ..circuits.closed_forms.lif_forms import IdealLif, ideal_lif
from ..circuits.elements import S, SpikeProbe
from ..circuits.equations.algebra import put
from ..circuits.equations.derive import Equations, derive
from ..circuits.errors import DesignError, QuantityError
from ..circuits.inputs import input_unit, spikes_of
from ..circuits.library import circuit_of
from ..circuits.runs.run_length import end_of
from ..circuits.showing import html
from ..circuits.smooth_stimuli import SMOOTH
from ..circuits.units import Value, show
from .courses import Course, is_smooth, smooth_course, switched_course
from .models.model import Solution, solve
from .phases import spiking_switch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@frozen
class Cause:
    """One named part of the difference, seconds."""

    name: str
    seconds: float
    why: str


@frozen(str=False, repr=False)
class Explanation:
    """The difference between the ideal interval and the one that was simulated, split.

    Attributes:
        ideal: interval of the ideal neuron, seconds.
        model: interval of the circuit's own equations.
        simulated: interval that ngspice gave; None where nothing was simulated.
        causes: parts in the stated order.
    """

    ideal: float
    model: float
    simulated: float | None
    causes: tuple[Cause, ...]

    def __str__(self) -> str:
        parts = [(c.name, c.seconds if abs(c.seconds) > 1e-12 * self.ideal else 0.0) for c in self.causes]
        rows = [("ideal interval", self.ideal), *parts, ("the circuit's interval", self.interval)]
        wide = max(len(name) for name, _ in rows)
        return "\n".join(f"{name.ljust(wide)}  {show(float(f'{seconds:.6g}'), 's'):>12}" for name, seconds in rows)

    def __repr__(self) -> str:
        return f"<explanation>\n{self}"

    def _repr_html_(self) -> str:
        return html(self)

    @property
    def interval(self) -> float:
        """What is explained, seconds: ngspice's interval, or that of the equations where nothing was simulated."""
        return self.model if self.simulated is None else self.simulated

    @property
    def total(self) -> float:
        """The circuit's interval minus the ideal one, seconds."""
        return self.interval - self.ideal

    @property
    def unexplained(self) -> float:
        """What the causes leave over, seconds."""
        return self.total - sum(c.seconds for c in self.causes)


def explain(
    what: str | Circuit | Solution, simulated_spikes: Array | None = None, stop: Value | None = None
) -> Explanation:
    """Split the difference between the ideal neuron and the circuit.

    Args:
        what: a neuron circuit with a constant input (roles: input, membrane, reset; set, clear and refractory where it
            has them), the name of one of the library, or its solution, in which it has fired at least three times.
        simulated_spikes: spike times that ngspice gave, to count the solver's error too.
        stop: end of the run of a circuit, seconds; some intervals unless given.

    Returns:
        The causes for the last full interval.

    Raises:
        DesignError: not such a neuron, a changing input, or too few spikes.
    """
    solution = _solved(what, stop)
    equations = solution.system.equations
    ideal = ideal_lif(equations)
    probe = equations.circuit.of_type(SpikeProbe)[0]
    spikes = solution.spikes(probe)
    if len(spikes) < 3:
        raise DesignError(
            f"{equations.circuit.title!r} fired {len(spikes)} times in {show(solution.stop, 's')} (rheobase "
            f"{show(float(f'{ideal.value(ideal.rheobase):.3g}'), input_unit(equations.circuit))}): an interval needs "
            f"three spikes; run longer or give a larger {equations.circuit.role('input')}."
        )
    smooth = is_smooth(equations.circuit)
    course = smooth_course(solution, ideal, spikes) if smooth else switched_course(solution)
    model = course.interval
    simulated = None
    if simulated_spikes is not None:
        advice = "take those of `spikes(simulate(circuit, Transient('60m')))`"
        want(simulated_spikes, (np.ndarray, list, tuple), "simulated_spikes", advice)
        if len(simulated_spikes) < len(spikes):
            raise DesignError(
                f"ngspice gave {len(simulated_spikes)} spikes where the equations have {len(spikes)}: find the missing "
                "ones before explaining intervals; a higher accuracy may do."
            )
        simulated = model + float(np.diff(simulated_spikes)[len(spikes) - 2] - np.diff(spikes)[-1])
    causes = (
        *_causes(solution, ideal, course),
        Cause("solver error", 0.0 if simulated is None else simulated - model, "ngspice minus the exact solution"),
    )
    return Explanation(ideal.value(ideal.interval), model, simulated, causes)


def _solved(what: str | Circuit | Solution, stop: Value | None) -> Solution:
    if isinstance(what, (str, Circuit)):
        circuit = circuit_of(what)
        _check_neuron(circuit)
        return solve(circuit, end_of(circuit, 0.0, stop))
    solution = want(what, Solution, "what is explained", "give a circuit, a name, or what `solve(circuit, stop)` gives")
    if stop is not None:
        raise QuantityError("a solution has its length: give stop to `solve`, or explain the circuit.")
    _check_neuron(solution.system.equations.circuit)
    return solution


def _check_neuron(circuit: Circuit) -> None:
    """Refuse what cannot be explained before anything is run: no specification, a role missing, or a wrong reset."""
    equations = derive(circuit)
    ideal_lif(equations)
    _want_constant(equations)
    decider = circuit.element(spiking_switch(circuit))
    reset = circuit.element(circuit.role("reset"))
    if is_smooth(circuit) and not isinstance(reset, S):
        circuit.role("refractory")
    if not is_smooth(circuit) and not (isinstance(decider, S) and isinstance(reset, S)):
        raise DesignError(
            f"the reset of {circuit.title!r} is {reset.name!r}, a {reset.KIND}, and no comparator decides: an interval "
            "is explained for a switch as reset, or for a law where a comparator plays the role `set`."
        )
    if decider.name != reset.name and not is_smooth(circuit):
        circuit.role("clear")
    spikes_of(circuit)


def _want_constant(equations: Equations) -> None:
    for symbol, stimulus in equations.inputs.items():
        if len(stimulus.breakpoints()[0]) > 1 or isinstance(stimulus, SMOOTH):
            raise DesignError(f"source {symbol.name!r} changes over time: intervals are explained for constant inputs.")


def _causes(solution: Solution, ideal: IdealLif, c: Course) -> tuple[Cause, ...]:
    spec = dict(solution.system.equations.circuit.spec)
    v_th, v_reset, t_ref = spec["v_th"], spec["v_reset"], spec["t_ref"]
    leaky = _leaky_charge(solution)

    def charge(start: float, level: float) -> float:
        return ideal.value(ideal.threshold_time, v_reset=start, v_th=level)

    return (
        Cause("comparator delay", c.delay, "from the crossing of a level to the action of the switch"),
        Cause("finite discharge time", c.discharge, "the reset switch is no short circuit"),
        Cause("refractory capacitor", c.hold - t_ref, "the hold as built against the refractory period asked for"),
        Cause("reset level not reached", charge(c.v_release, v_th) - charge(v_reset, v_th), "released above v_reset"),
        Cause(
            "threshold offset", charge(c.v_release, c.v_decide) - charge(c.v_release, v_th),
            "the level at which the circuit decides, hysteresis included",
        ),
        Cause(
            "leak of the open switch",
            leaky(c.v_effective, c.v_decide) - charge(c.v_release, c.v_decide), "what the open reset still draws",
        ),
    )  # fmt: skip


def _leaky_charge(solution: Solution) -> Callable[[float, float], float]:
    """Time to charge with the reset switches open as they are, from the derived membrane equation."""
    equations = solution.system.equations
    mode = {s.resistance: s.r_off for s in equations.switches}
    if is_smooth(equations.circuit):
        ideal = ideal_lif(equations)
        return lambda start, level: ideal.value(ideal.threshold_time, v_reset=start, v_th=level)
    form = first_order(equations, ideal_lif(equations).membrane.state.name, mode)
    numbers = {**equations.parameters, **{s: i.breakpoints()[1][0] for s, i in equations.inputs.items()}}
    tau, v_inf = (float(put(e, numbers)) for e in (form.tau, form.x_inf))
    return lambda start, level: tau * float(np.log((v_inf - start) / (v_inf - level)))
