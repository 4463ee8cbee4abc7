"""What counts as agreement of ngspice and the equations: what each accuracy promises, by the kind of circuit."""

from __future__ import annotations

from attrs import evolve, field, frozen

from ..circuits.arguments import positive
from ..circuits.circuit import Circuit
from ..circuits.closed_forms.derivations import is_single_neuron
from ..circuits.equations.derive import Equations, derive
from ..circuits.library import LIBRARY, entry_of
from ..circuits.units import show


@frozen
class Tolerance:
    """What counts as agreement.

    Attributes:
        spikes: spike time error as a part of the mean interval (of the run, for one spike).
        waveform: waveform error away from spikes, as a part of the signal's swing.
        seconds: spike time error that is allowed in any case where intervals are as long as in biology.
        why: where the limits come from, in words.
    """

    spikes: float = 1e-3
    waveform: float = 1e-3
    seconds: float = 0.0
    why: str = field(default="as given", eq=False)

    def __attrs_post_init__(self) -> None:
        for what in ("spikes", "waveform"):
            positive(getattr(self, what), f"the tolerance of {what}", "1e-3", unit="")
        positive(self.seconds, "the tolerance in seconds", "1e-6", 0.0, unit="s")

    def __str__(self) -> str:
        late = f" (or {show(self.seconds, 's')})" if self.seconds else ""
        return f"{self.spikes:g} of an interval{late}, {self.waveform:g} of a swing, {self.why}"


# Measured with a margin (docs/accuracy.md).
LINEAR = {"fast": Tolerance(1e-3, 1e-4), "standard": Tolerance(1e-3, 1e-5), "reference": Tolerance(1e-5, 1e-6)}
OWN = {"fast": Tolerance(), "standard": Tolerance(), "reference": Tolerance(1e-4, 1e-4)}
"""Of circuits that nobody measured: what people ask for, not what one of them happens to reach."""
EVENTS = {"fast": Tolerance(1e-3, 1e-3), "standard": Tolerance(1e-3, 1e-4), "reference": Tolerance(1e-5, 2e-6)}
LEARNING = {"fast": Tolerance(1e-3, 1e-2), "standard": Tolerance(1e-3, 1e-3), "reference": Tolerance(1e-5, 1e-4)}
PASSING = {"fast": Tolerance(5e-3, 1e-2), "standard": Tolerance(1e-3, 2e-3), "reference": Tolerance(1e-5, 1e-4)}
SMOOTH = {
    "fast": Tolerance(5e-3, 1e-1, 1e-6),
    "standard": Tolerance(1e-3, 2e-2, 1e-6),
    "reference": Tolerance(1e-5, 1e-3, 1e-6),
}
"""The time is that of a microsecond in a biological interval."""
SPIKING = {"fast": Tolerance(1e-3, 5e-3), "standard": Tolerance(1e-3, 1e-3), "reference": Tolerance(1e-5, 1e-4)}


def limits_of(circuit: Circuit, accuracy: str) -> Tolerance:
    """What an accuracy promises for a circuit; `Tolerance()` where it is none of the named ones.

    Args:
        circuit: any circuit; one of the library, or a variant (`stdp_additive`), is known by its title.
        accuracy: name of the accuracy.
    """
    promises, kind = _promises(circuit)
    if not isinstance(accuracy, str) or accuracy not in promises:
        return Tolerance(why=f"of no promise: {accuracy!r} is none of the named accuracies")
    return evolve(promises[accuracy], why=f"what accuracy {accuracy!r} promises {kind}")


def _promises(circuit: Circuit) -> tuple[dict[str, Tolerance], str]:
    known = [n for n in LIBRARY if circuit.title == n or circuit.title.startswith(f"{n}_")]
    if not known:
        return OWN, "circuits of one's own"
    kind = entry_of(max(known, key=len)).kind
    if is_plain(derive(circuit)):
        if kind == "synapse":
            return EVENTS, "linear circuits that pulses much shorter than their time constants drive"
        return LINEAR, "linear circuits without switches"
    if kind == "synapse":
        return PASSING, "synapses with nonlinear laws"
    if kind == "learning":
        return LEARNING, "weights and traces"
    if (kind == "network" and derive(circuit).is_linear) or is_single_neuron(circuit):
        return SPIKING, "switched circuits and LIF neurons"
    return SMOOTH, "circuits with smooth laws"


def is_plain(equations: Equations) -> bool:
    """Linear, and without switches: its responses have closed forms."""
    return equations.is_linear and not equations.switches
