"""The circuits of the library by name: how to build them, what they show, how long to run them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache

from ..arguments import want
from ..circuit import Circuit
from ..errors import DesignError, unknown
from ..stimuli import Stimulus
from ..units import Value
from .adaptive_threshold import ENTRY as ADAPTIVE_THRESHOLD
from .adex import ENTRIES as EXPONENTIAL
from .axon_hillock import ENTRY as AXON_HILLOCK
from .cables import ENTRIES as CABLES
from .catalogue import Catalogue
from .dpi_neuron import ENTRY as DPI_NEURON
from .entry import Entry
from .fitzhugh_nagumo import ENTRIES as FITZHUGH_NAGUMO
from .hodgkin_huxley import ENTRY as HODGKIN_HUXLEY
from .izhikevich import ENTRY as IZHIKEVICH
from .izhikevich_2007 import ENTRY as IZHIKEVICH_2007
from .joining import ENTRY as JOINED
from .ladder import ladder
from .leaky_integrator import leaky_integrator
from .learning_experiments import ENTRIES as EXPERIMENTS
from .lif_comparator import lif_comparator
from .lif_latch import lif_latch
from .lif_parts import recheck
from .lif_switch import lif_switch
from .lu_i import ENTRY as LU_I
from .mat2 import ENTRY as MAT2
from .morris_lecar import ENTRY as MORRIS_LECAR
from .op_amp_lif import ENTRY as OP_AMP_LIF
from .pre_post import pre_post, pre_post_real, several_pre, several_pre_real
from .rc import rc_high_pass, rc_low_pass
from .resonate_and_fire import ENTRY as RESONATE_AND_FIRE
from .resume import ENTRY as RESUME
from .rlc import rlc
from .schmitt import ENTRY as SCHMITT
from .stdp import ENTRY as STDP
from .stdp_dopamine import ENTRY as STDP_DOPAMINE
from .stdp_triplet import ENTRY as STDP_TRIPLET
from .synapse_conductance import ENTRIES as CONDUCTANCE_SYNAPSES
from .synapse_current import ENTRIES as CURRENT_SYNAPSES
from .synapse_delay import ENTRY as DELAYED
from .synapse_dpi import ENTRY as DPI
from .synapse_passive import ENTRIES as PASSIVE_SYNAPSES
from .synapse_short_term import ENTRIES as SHORT_TERM
from .target import Target
from .timer_555 import ENTRY as TIMER_555
from .unijunction import ENTRY as UNIJUNCTION

_ENTRIES = (
    Entry("rc_low_pass", rc_low_pass, "linear", "a capacitor charges through a resistor: time constant, cut-off", 8e-3),
    Entry("rc_high_pass", rc_high_pass, "linear", "only the edge passes: the mirror of the low pass", 8e-3),
    Entry("rlc", rlc, "linear", "two energy stores: it rings", 2e-3),
    Entry("ladder", ladder, "linear", "n RC stages: the passive cable, each stage later and rounder", 5e-3),
    Entry("leaky_integrator", leaky_integrator, "linear", "the passive membrane: integrates and leaks", 60e-3),
    Entry("lif_switch", lif_switch, "neuron", "LIF neuron, one hysteresis switch on the membrane", 60e-3),
    Entry("lif_latch", lif_latch, "neuron", "LIF neuron, a latch remembers the spike (the reference)", 60e-3),
    Entry("lif_comparator", lif_comparator, "neuron", "LIF neuron, smooth comparator and monostable", 60e-3),
    HODGKIN_HUXLEY,
    MORRIS_LECAR,
    *FITZHUGH_NAGUMO,
    IZHIKEVICH,
    IZHIKEVICH_2007,
    *EXPONENTIAL,
    ADAPTIVE_THRESHOLD,
    MAT2,
    RESONATE_AND_FIRE,
    TIMER_555,
    UNIJUNCTION,
    SCHMITT,
    OP_AMP_LIF,
    LU_I,
    AXON_HILLOCK,
    DPI_NEURON,
    *CABLES,
    *CURRENT_SYNAPSES,
    DELAYED,
    *CONDUCTANCE_SYNAPSES,
    *PASSIVE_SYNAPSES,
    *SHORT_TERM,
    DPI,
    JOINED,
    STDP,
    STDP_TRIPLET,
    STDP_DOPAMINE,
    RESUME,
    *EXPERIMENTS,
    Entry("pre_post", pre_post, "network", "three pre spikes take the post neuron over its threshold", 20e-3),
    Entry("several_pre", several_pre, "network", "several ideal pre neurons on one post neuron", 20e-3),
    Entry("pre_post_real", pre_post_real, "network", "a real neuron circuit as pre", 20e-3),
    Entry("several_pre_real", several_pre_real, "network", "several real neuron circuits on one post neuron", 20e-3),
)
LIBRARY = Catalogue({e.name: e for e in _ENTRIES})
library = LIBRARY
"""The same, as the door `import lapicque` calls it."""
ALIASES = {"rc": "rc_low_pass", "lif": "lif_latch", "hh": "hodgkin_huxley"}


def entry(name: str) -> Entry:
    """Find a circuit of the library.

    Raises:
        UnknownNameError: there is none of that name; the nearest is suggested.
    """
    full = ALIASES.get(name, name) if isinstance(name, str) else ""
    if full not in LIBRARY:
        raise unknown("circuit", name, [*LIBRARY, *ALIASES])
    return LIBRARY[full]


def build(name: str, changes: Mapping[str, Value | Stimulus] | None = None) -> Circuit:
    """Build a circuit of the library with changes.

    Args:
        name: "rc", "lif_latch", ...
        changes: builder parameters (`v_th`, `n`, `preset`) and element values (`R1`, `r_on_S_reset`).

    Raises:
        UnknownNameError: no such circuit or parameter.
        DesignError: values that cannot work together.
    """
    found = entry(name)
    changes = dict(want(changes or {}, Mapping, "changes", 'give a dictionary such as {"R1": "22k"}'))  # type: ignore[type-abstract]
    own = {k: v for k, v in changes.items() if k in found.parameters}
    circuit = found.build(**own)
    rest = {k: v for k, v in changes.items() if k not in own}
    _want_known(found, circuit, rest)
    return recheck(circuit.with_values(rest)) if rest else circuit


def builder(
    name: str, common: Mapping[str, Value | Stimulus], names: Collection[str]
) -> Callable[[Mapping[str, Value | Stimulus]], Circuit]:
    """What builds a circuit of the library again and again, with values for the same names.

    Args:
        name: "rc", "lif_latch", ...
        common: changes that all have in common, as for `build`.
        names: of the changes that differ.

    Returns:
        A function of these: `build` with both. What its builder makes is made once where they are values of elements.

    Raises:
        UnknownNameError: no such circuit.
    """
    found = entry(name)
    parameters = found.parameters
    if any(n in parameters for n in names):
        return lambda values: build(name, {**common, **values})
    own = {k: v for k, v in common.items() if k in parameters}
    rest = {k: v for k, v in common.items() if k not in own}

    @cache
    def once() -> Circuit:
        circuit = found.build(**own)
        _want_known(found, circuit, [*rest, *names])
        return circuit

    return lambda values: recheck(once().with_values({**rest, **values})) if rest or values else once()


def _want_known(found: Entry, circuit: Circuit, names: Collection[str]) -> None:
    """Refuse names that mean no value of a circuit of the library."""
    known = {*found.parameters, *circuit.values, *(e.name for e in circuit.parts if hasattr(e, "stimulus"))}
    for key in names:
        if key not in known and not any(key == f"{e.name}.{q}" for e in circuit.described for q in e.QUANTITIES):
            raise unknown(f"parameter of {found.name}", key, known)


def target_of(name: str, changes: Mapping[str, Value | Stimulus] | None = None) -> Target | None:
    """What a circuit of the library is meant to be.

    Args:
        name: of the circuit.
        changes: as for `build`; the target follows those of builder parameters and of the input I1.

    Returns:
        The published equations; None where the library names none for this circuit.

    Raises:
        DesignError: an element was changed: the circuit is not the published one any more.
    """
    found = entry(name)
    if found.target is None:
        return None
    own, other = {}, []
    for key, value in (changes or {}).items():
        known = "current" if key == "I1" and "current" in found.parameters else key
        if known in found.parameters:
            own[known] = value
        else:
            other.append(key)
    if other:
        raise DesignError(
            f"{', '.join(other)} of {found.name} was changed by hand: it is no longer the circuit of the published "
            f"equations, and not held against them; {', '.join(found.parameters)} change both."
        )
    return found.target(found.arguments(own))
