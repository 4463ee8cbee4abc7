"""All derivations of a circuit that make sense for it: its equations, and the closed forms they lead to."""

from __future__ import annotations

from ..arguments import want
from ..circuit import Circuit
from ..elements import F, G, I, Opaque
from ..equations.around import around
from ..equations.derivation import Derivation
from ..equations.derive import derive
from ..graph import ends
from .first_order import first_order
from .lif_forms import ideal_lif


def derivations(circuit: Circuit) -> tuple[Derivation, ...]:
    """Derive a circuit as far as it goes.

    Args:
        circuit: any circuit.

    Returns:
        Its equations; for an LIF neuron also threshold time, interval, f-I curve and rheobase; for any other
        circuit of first order the named form and its solution; of one with opaque devices what is around them.
    """
    want(circuit, Circuit, "circuit", "build one, or name one to `build`")
    if circuit.of_type(Opaque):
        return (around(circuit).derivation,)
    equations = derive(circuit)
    if is_single_neuron(circuit):
        return equations.derivation, ideal_lif(equations).derivation
    if len(equations.states) == 1 and equations.is_linear and not equations.switches:
        return equations.derivation, first_order(equations, equations.symbols[0].name).derivation
    return (equations.derivation,)


def is_single_neuron(circuit: Circuit) -> bool:
    """Specified as an LIF neuron, and nothing but its input drives its membrane."""
    specified = {"v_th", "v_reset", "t_ref"} <= dict(circuit.spec).keys()
    if not (specified and circuit.plays("input", "membrane")):
        return False
    membrane = circuit.role("membrane")
    drivers = [e.name for e in circuit.parts if isinstance(e, (I, G, F)) and membrane in ends(e)]
    return drivers == [circuit.role("input")]
