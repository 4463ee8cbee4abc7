"""A neuron as a few numbers: what a circuit does, said by an integrate-and-fire model.

    C dv/dt = F(v) - w + I            tau_w dw/dt = a (v - about) - w
    a spike where v reaches v_spike + h, h' = -h/tau_h; then v = v_reset for t_ref, w += b, h += jump

The spike is seen `delay` after v gets there; the hold of t_ref begins when v does. While v is held, w and h go on.
Voltages are those of the circuit's membrane, turned so that spikes rise; I is what enters, in the unit of the input.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import field, frozen

from ..arguments import want
from ..errors import DesignError, QuantityError, unknown
from ..units import parse
from .flows import ExponentialLeak, Flow, FlowTable, Leak, want_flow
from .origin import Covariance, Origin, Validity
from .shown import described, table
from .slow import Adaptation, MovingThreshold
from .written import fields_of_json, to_json

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@frozen(str=False)
class NeuronModel:
    """What a circuit is as a neuron: parameters, how sure they are, where they hold, and where they come from.

    Attributes:
        c: of the membrane, farads (of a neuron with a voltage for its input, seconds).
        flow: F(v), see `flows`.
        v_spike: where a spike is, volts.
        v_reset: where it leaves the membrane, volts.
        t_ref: how long it is held there, seconds.
        delay: from there to where the circuit's spike is seen, seconds; no longer than t_ref.
        adaptation: None where there is none.
        threshold: one that moves; None for one that stands.
        unit: of the input, "A" or "V".
        covariance: of the parameters, None where it is not known.
        validity: where it was fitted and judged.
        errors: how good it is there: name, value, unit.
        origin: of what circuit, and how.
    """

    c: float = field(converter=partial(parse, what="c of a neuron"))
    flow: Flow = field(converter=want_flow)
    v_spike: float = field(converter=partial(parse, what="v_spike"))
    v_reset: float = field(converter=partial(parse, what="v_reset"))
    t_ref: float = field(converter=partial(parse, what="t_ref"), default=0.0)
    delay: float = field(converter=partial(parse, what="delay"), default=0.0)
    adaptation: Adaptation | None = None
    threshold: MovingThreshold | None = None
    unit: str = "A"
    covariance: Covariance | None = None
    validity: Validity = field(factory=Validity)
    errors: tuple[tuple[str, float, str], ...] = field(default=(), converter=tuple)
    origin: Origin = field(factory=Origin)

    def __attrs_post_init__(self) -> None:
        if not self.c > 0:
            raise QuantityError(f"c of a neuron is {self.c:g} F: it must be greater than zero.")
        if not self.v_reset < self.v_spike:
            raise DesignError(
                f"v_reset {self.v_reset:g} V is not below v_spike {self.v_spike:g} V: it would fire without end."
            )
        if self.t_ref < 0 or not 0 <= self.delay <= self.t_ref:
            raise QuantityError(
                f"t_ref is {self.t_ref:g} s and delay {self.delay:g} s: neither is negative, and delay is the shorter."
            )
        if self.unit not in ("A", "V"):
            raise unknown("unit of an input", self.unit, ("A", "V"))
        if self.covariance is not None and (other := sorted({*self.covariance.names} - self.parameters.keys())):
            raise unknown("parameter of the neuron", other[0], self.parameters)

    def __str__(self) -> str:
        return described(self)

    def _repr_html_(self) -> str:
        return table(self)

    def to_json(self) -> str:
        """The neuron as JSON text, with the schema's version inside; numbers read back exactly."""
        return to_json(self)

    @staticmethod
    def from_json(text: str | bytes) -> NeuronModel:
        """Read back what `to_json` wrote."""
        return NeuronModel(**fields_of_json(text))

    @property
    def kind(self) -> str:
        """What it is called: "LIF", "exponential IF", "AdEx", "adaptive LIF", "adaptive threshold" or "table"."""
        if self.threshold is not None:
            return "adaptive threshold"
        match self.flow, self.adaptation:
            case FlowTable(), _:
                return "table"
            case Leak(), None:
                return "LIF"
            case Leak(), _:
                return "adaptive LIF"
            case _, None:
                return "exponential IF"
        return "AdEx"

    @property
    def parameters(self) -> dict[str, float]:
        """Its numbers by name, SI units; those of a table's points are f0, f1, ..."""
        found = {"c": self.c}
        if isinstance(self.flow, FlowTable):
            found |= {f"f{k}": f for k, f in enumerate(self.flow.f)}
        else:
            found |= attrs.asdict(self.flow)
        found |= {"v_spike": self.v_spike, "v_reset": self.v_reset, "t_ref": self.t_ref, "delay": self.delay}
        if self.adaptation is not None:
            found |= {"a": self.adaptation.a, "b": self.adaptation.b, "tau_w": self.adaptation.tau}
        if self.threshold is not None:
            found |= {"jump": self.threshold.jump, "tau_h": self.threshold.tau}
        return found

    def with_parameters(self, values: Mapping[str, float]) -> NeuronModel:
        """The same neuron with other numbers; what was known of its errors and covariance is gone.

        Args:
            values: by the names of `parameters`.

        Raises:
            UnknownNameError: it has no such parameter.
        """
        known = self.parameters
        for name in want(values, Mapping, "values", 'give a dictionary such as {"c": 1e-9}'):  # type: ignore[type-abstract]
            if name not in known:
                raise unknown("parameter of the neuron", name, known)
        p = {**known, **values}
        own = {n: p[n] for n in ("c", "v_spike", "v_reset", "t_ref", "delay")}
        return attrs.evolve(
            self, **own, flow=_flow(self.flow, p), adaptation=_adaptation(self.adaptation, p),
            threshold=_threshold(self.threshold, p), covariance=None, errors=(),
        )  # fmt: skip

    @property
    def about(self) -> float:
        """The voltage at which an adaptation is driven nowhere, volts; where the membrane rests unless it says one."""
        own = None if self.adaptation is None else self.adaptation.about
        if own is not None:
            return own
        return self.rest if isinstance(self.flow, FlowTable) else self.flow.e

    @property
    def tau(self) -> float:
        """Time constant of the membrane where its own current is zero or its line is, seconds."""
        if isinstance(self.flow, FlowTable):
            rest = self.rest
            slope = float(np.diff(self.flow.at([rest - 1e-6, rest + 1e-6]))[0]) / 2e-6
            return self.c / -slope if slope < 0 else np.inf
        return self.c / self.flow.g if self.flow.g else np.inf

    @property
    def rest(self) -> float:
        """Where the membrane stands still without input and adaptation: the lowest stable zero of F; nan for none."""
        if isinstance(self.flow, Leak):
            return self.flow.e if self.flow.g else np.nan
        low = min(self.v_reset, self.flow.e if isinstance(self.flow, ExponentialLeak) else self.flow.v[0])
        v = np.linspace(low - 0.5 * (self.v_spike - low), self.v_spike, 4001)
        f = self.flow.at(v)
        down = np.flatnonzero((f[:-1] >= 0) & (f[1:] < 0))
        if not len(down):
            return np.nan
        from scipy.optimize import root_scalar

        k = down[0]
        return float(root_scalar(self.flow.at, bracket=(v[k], v[k + 1]), xtol=1e-15).root)


def _flow(flow: Flow, p: Mapping[str, float]) -> Flow:
    if isinstance(flow, FlowTable):
        return FlowTable(flow.v, [p[f"f{k}"] for k in range(len(flow.v))])
    return attrs.evolve(flow, **{f.name: p[f.name] for f in attrs.fields(type(flow))})


def _adaptation(adaptation: Adaptation | None, p: Mapping[str, float]) -> Adaptation | None:
    return None if adaptation is None else attrs.evolve(adaptation, a=p["a"], b=p["b"], tau=p["tau_w"])


def _threshold(threshold: MovingThreshold | None, p: Mapping[str, Any]) -> MovingThreshold | None:
    return None if threshold is None else MovingThreshold(p["jump"], p["tau_h"])
