"""All derivations of a circuit that make sense for it: its equations, and the closed forms they lead to."""

from __future__ import annotations

from .circuit import Circuit
from .derivation import Derivation
from .equations import derive
from .first_order import first_order
from .lif_forms import ideal_lif


def derivations(circuit: Circuit) -> tuple[Derivation, ...]:
    """Derive a circuit as far as it goes.

    Args:
        circuit: any circuit.

    Returns:
        Its equations; for an LIF neuron also threshold time, interval, f-I curve and rheobase; for any other
        circuit of first order the named form and its solution.
    """
    equations = derive(circuit)
    if {"v_th", "v_reset", "t_ref"} <= dict(circuit.spec).keys():
        if "I1" in {s.name for s in equations.inputs} and "mem" in circuit.nodes:
            return equations.derivation, ideal_lif(equations).derivation
    elif len(equations.states) == 1 and equations.is_linear:
        return equations.derivation, first_order(equations, equations.symbols[0].name).derivation
    return (equations.derivation,)
