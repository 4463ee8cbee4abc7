"""All derivations of a circuit that make sense for it: its equations, and the closed forms they lead to."""

from __future__ import annotations

from ..arguments import want
from ..circuit import Circuit
from ..elements import GROUND, F, G, I, Opaque, R, V
from ..equations.around import around
from ..equations.derivation import Derivation
from ..equations.derive import derive
from ..graph import ends
from ..stimuli import Constant
from .first_order import first_order
from .lif_forms import NEEDED, ideal_lif


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
    """Specified as an LIF neuron, and nothing but its input drives its membrane: a current source beside it, or a
    voltage source behind a resistor.
    """
    specified = dict(circuit.spec).keys() >= NEEDED
    if not (specified and circuit.plays("input", "membrane")):
        return False
    membrane = circuit.role("membrane")
    currents = [e.name for e in circuit.parts if isinstance(e, (I, G, F)) and membrane in ends(e)]
    return (currents or _behind_resistors(circuit, membrane)) == [circuit.role("input")]


def _behind_resistors(circuit: Circuit, membrane: str) -> list[str]:
    """Voltage sources behind a resistor at the membrane: the input, and any that changes; a steady one is its rest."""
    far = {n for e in circuit.of_type(R) if membrane in ends(e) for n in ends(e)} - {membrane, GROUND}
    source = circuit.role("input")
    joined = [e for e in circuit.of_type(V) if far & set(ends(e)) and GROUND in ends(e)]
    return [e.name for e in joined if e.name == source or not isinstance(e.stimulus, Constant)]
