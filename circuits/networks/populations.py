"""Populations: neurons of one kind in model units (volts are pure numbers, times are seconds).

Every kind but `Threshold` is a case of one pair of equations,

    tau_syn di/dt = -i + w_in S(t),      tau dv/dt = v_leak - v + r i,

with spike and reset where v reaches v_threshold. Without a synapse S goes straight to the membrane in place of i; an
integrator has dv/dt = r i. The names are those of NIR (Pedersen et al. 2024, Nat Commun 15:8122, table 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import field, frozen

from ..arguments import brief, whole
from ..element import node_name
from ..errors import DesignError, QuantityError, unknown
from ..units import LARGEST, Value, parse, show

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Values = Value | Sequence[float] | np.ndarray
"""One value for all neurons, or one for each."""

MOST = 100_000_000
"""Neurons of a population beyond which a number is a slip."""
KINDS = ("I", "IF", "LI", "LIF", "CubaLI", "CubaLIF", "Threshold")


@frozen(eq=False, repr=False)
class Population:
    """Neurons of one kind; every array has shape (size,). Made by `lif` and its like below.

    Attributes:
        name: of the population.
        kind: one of `KINDS`.
        tau_mem: membrane time constant, seconds; infinite where nothing leaks.
        r: steady membrane voltage over input; for an integrator its slope over input.
        v_leak: where the membrane rests.
        v_threshold: infinite for neurons that do not spike.
        v_reset: where a spike leaves the membrane.
        tau_syn: synaptic time constant, seconds; nan without a synapse.
        w_in: of the synapse.
        bias: constant input beside the connections.
        v_start: membrane at time 0.
    """

    name: str = field(converter=node_name)
    kind: str
    tau_mem: Array
    r: Array
    v_leak: Array
    v_threshold: Array
    v_reset: Array
    tau_syn: Array
    w_in: Array
    bias: Array
    v_start: Array

    def __repr__(self) -> str:
        return f"<population {self.name!r}: {self.size:,} {self.kind}>"

    @property
    def size(self) -> int:
        """Number of neurons."""
        return len(self.r)

    @property
    def spikes(self) -> bool:
        """Whether what leaves are spikes; otherwise it is the membrane's voltage, or a level."""
        return self.kind in ("IF", "LIF", "CubaLIF")

    @property
    def has_synapse(self) -> bool:
        """Whether input passes a synapse before it reaches the membrane."""
        return self.kind in ("CubaLI", "CubaLIF")

    @property
    def has_state(self) -> bool:
        """Whether anything is remembered; a bare threshold is not."""
        return self.kind != "Threshold"

    @property
    def shortest(self) -> float:
        """The shortest time constant, seconds; infinite for integrators and thresholds."""
        taus = np.concatenate([self.tau_mem, self.tau_syn[~np.isnan(self.tau_syn)]])
        return float(np.min(taus, initial=np.inf))

    @property
    def lift(self) -> Array:
        """What the bias adds to where a membrane rests; of an integrator to its slope, in units a second."""
        return self.r * self.bias * (self.w_in if self.has_synapse else 1.0)

    @property
    def rest(self) -> Array:
        """Where each membrane goes when nothing but its bias enters; infinite for an integrator that has one."""
        if not self.has_state:
            return self.bias
        endless = np.where(self.lift == 0, self.v_start, np.copysign(np.inf, self.lift))
        return np.where(np.isfinite(self.tau_mem), self.v_leak + self.lift, endless)

    def with_bias(self, bias: Values) -> Population:
        """The same with another constant input."""
        return attrs.evolve(self, bias=_array(bias, self.size, "bias", self.name))

    def values(self, index: int) -> tuple[float | None, ...]:
        """Everything of one neuron but its kind, in the order of the fields; None for a synapse that it has not."""
        found = (float(getattr(self, f)[index]) for f in FIELDS)
        return tuple(None if np.isnan(v) else v for v in found)


SAID = {"tau_mem": "tau"}
"""What errors call a field where the argument of `lif` and its like is called otherwise."""
FIELDS = ("tau_mem", "r", "v_leak", "v_threshold", "v_reset", "tau_syn", "w_in", "bias", "v_start")
_OTHERWISE = {
    "tau_mem": np.inf, "r": 1.0, "v_leak": 0.0, "v_threshold": np.inf, "v_reset": 0.0, "tau_syn": np.nan, "w_in": 1.0,
    "bias": 0.0, "v_start": 0.0,
}  # fmt: skip


def population(name: str, kind: str, size: int, **values: Values) -> Population:
    """Make a population and check it.

    Args:
        name: unique in its network.
        kind: one of `KINDS`.
        size: number of neurons.
        **values: fields of `Population`, each a number, an engineering string, or one number a neuron.

    Raises:
        QuantityError: a value that is not finite, a time constant that is not positive, a wrong shape; the first
            neuron at fault is named.
        DesignError: a threshold that is not above the reset: the neuron would fire without end.
    """
    if kind not in KINDS:
        raise unknown("kind of neuron", kind, KINDS)
    size = whole(size, f"the size of population {name!r}", 1, MOST)
    for given in values:
        if given not in FIELDS:
            raise unknown(f"value of population {name!r}", given, FIELDS)
    arrays = {f: _array(values.get(f, _OTHERWISE[f]), int(size), f, name, f in values) for f in FIELDS}
    made = Population(name, kind, **arrays)
    _check(made)
    return made


def _array(value: Values, size: int, what: str, name: str, given: bool = True) -> Array:
    unit, said = "s" if what in ("tau_mem", "tau_syn") else "", SAID.get(what, what)
    who = f"{said} of population {name!r}"
    if isinstance(value, (list, tuple)) and len(value) == 1 and size > 1:
        raise QuantityError(f"{who} has one value in a list for {size} neurons: give one for each, or no list for all.")
    if isinstance(value, (list, tuple)):
        value = [parse(v, f"{said} of neuron {k} in population {name!r}", unit) if isinstance(v, str) else v
                 for k, v in enumerate(value)]  # fmt: skip
    try:
        found = np.asarray(parse(value, who, unit) if isinstance(value, str) else value)
        if found.dtype.kind not in "biufO":
            raise TypeError
        numbers = found.astype(float)
    except (TypeError, ValueError) as error:
        if isinstance(error, QuantityError):
            raise
        raise QuantityError(f"{who} is {brief(value)}: give one real number, or a list of one a neuron.") from error
    if numbers.size == 1:
        numbers = np.full(size, float(numbers.ravel()[0]))
    numbers = numbers.ravel().copy()
    if len(numbers) != size:
        raise QuantityError(f"{who} has {len(numbers)} values for {size} neurons.")
    if given and not np.isfinite(numbers).all():
        bad = int(np.argmax(~np.isfinite(numbers)))
        raise QuantityError(f"{said} of neuron {bad} in population {name!r} is {numbers[bad]}: give a finite number.")
    return numbers


def _check(p: Population) -> None:
    for what in ("tau_mem", "tau_syn"):
        values, said = getattr(p, what), SAID.get(what, what)
        if (bad := np.flatnonzero(values <= 0)).size:
            raise QuantityError(
                f"{said} of neuron {bad[0]} in population {p.name!r} is {show(float(values[bad[0]]), 's')}: "
                "it must be greater than zero."
            )
        if (bad := np.flatnonzero(values < 1 / LARGEST)).size:
            raise QuantityError(
                f"{said} of neuron {bad[0]} in population {p.name!r} is {values[bad[0]]:g} s: {1 / LARGEST:g} s is the "
                "least; give a longer one."
            )
    if p.spikes and (bad := np.flatnonzero(~(p.v_threshold > p.v_reset))).size:
        k = bad[0]
        raise DesignError(
            f"neuron {k} of population {p.name!r} has threshold {p.v_threshold[k]:g} and reset {p.v_reset[k]:g}: "
            "the threshold must be above the reset, or it fires without end."
        )


def lif(
    name: str, size: int, tau: Values = 20e-3, r: Values = 1.0, v_leak: Values = 0.0, v_threshold: Values = 1.0,
    v_reset: Values = 0.0, bias: Values = 0.0,
) -> Population:  # fmt: skip
    """Leaky integrate-and-fire neurons: tau dv/dt = v_leak - v + r S; arguments as in `Population`."""
    values = {"tau_mem": tau, "r": r, "v_leak": v_leak, "v_threshold": v_threshold, "v_reset": v_reset, "bias": bias}
    return population(name, "LIF", size, **values)


def cuba_lif(
    name: str, size: int, tau_syn: Values = 5e-3, tau: Values = 20e-3, r: Values = 1.0, v_leak: Values = 0.0,
    v_threshold: Values = 1.0, v_reset: Values = 0.0, w_in: Values = 1.0, bias: Values = 0.0,
) -> Population:  # fmt: skip
    """LIF neurons behind an exponential synapse; arguments as in `Population`."""
    return population(
        name, "CubaLIF", size, tau_syn=tau_syn, tau_mem=tau, r=r, v_leak=v_leak, v_threshold=v_threshold,
        v_reset=v_reset, w_in=w_in, bias=bias,
    )  # fmt: skip


def integrate_and_fire(
    name: str, size: int, r: Values = 1.0, v_threshold: Values = 1.0, v_reset: Values = 0.0, bias: Values = 0.0
) -> Population:
    """Neurons without a leak: dv/dt = r S; arguments as in `Population`."""
    return population(name, "IF", size, r=r, v_threshold=v_threshold, v_reset=v_reset, bias=bias)


def leaky(
    name: str, size: int, tau: Values = 20e-3, r: Values = 1.0, v_leak: Values = 0.0, bias: Values = 0.0
) -> Population:
    """Leaky integrators that do not spike: what leaves is the membrane's voltage."""
    return population(name, "LI", size, tau_mem=tau, r=r, v_leak=v_leak, bias=bias)


def cuba_leaky(
    name: str, size: int, tau_syn: Values = 5e-3, tau: Values = 20e-3, r: Values = 1.0, v_leak: Values = 0.0,
    w_in: Values = 1.0, bias: Values = 0.0,
) -> Population:  # fmt: skip
    """Leaky integrators behind an exponential synapse."""
    return population(
        name, "CubaLI", size, tau_syn=tau_syn, tau_mem=tau, r=r, v_leak=v_leak, w_in=w_in, bias=bias
    )  # fmt: skip


def integrator(name: str, size: int, r: Values = 1.0, bias: Values = 0.0) -> Population:
    """Integrators: dv/dt = r S; what leaves is the voltage."""
    return population(name, "I", size, r=r, bias=bias)


def threshold(name: str, size: int, v_threshold: Values = 1.0, bias: Values = 0.0) -> Population:
    """Comparators: what leaves is 1 while the input is above the threshold, 0 otherwise."""
    return population(name, "Threshold", size, v_threshold=v_threshold, bias=bias)
