"""Other values of a file's circuit: of its elements, where the file has parameters of its own besides."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ...circuits.circuit import Circuit
from ...circuits.errors import unknown
from ...circuits.units import Value


def changed(circuit: Circuit, values: Mapping[str, Value], parameters: Collection[str]) -> Circuit:
    """A circuit with other values of its elements.

    Args:
        circuit: of the file.
        values: by name.
        parameters: of the file, which the error for a name that is not known names too.

    Raises:
        UnknownNameError: no such parameter, neither of the file nor of an element.
        QuantityError: a value that the element does not allow.
    """
    known = {*circuit.values, *circuit.sources, *parameters}
    for name in values:
        owners = {name.partition(".")[0], name.rpartition(".")[0]}  # R1.value, and X1.R1.value in a subcircuit
        if parameters and name not in known and not owners & {e.name for e in circuit.described}:
            raise unknown("parameter", name, known)
    return circuit.with_values(values) if values else circuit
