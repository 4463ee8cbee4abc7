"""What cannot be written in the words of another program."""

from __future__ import annotations

from ...circuits.circuit import Circuit
from ...circuits.elements import Opaque
from ...circuits.errors import CircuitError


def want_known(circuit: Circuit, program: str) -> None:
    """Refuse devices that only ngspice knows: their cards are in its words.

    Raises:
        CircuitError: names them.
    """
    if opaque := circuit.of_type(Opaque):
        named = ", ".join(f"{e.name} ({e.described})" for e in opaque[:6])
        raise CircuitError(
            f"{named} cannot be written for {program}: only ngspice knows such devices. "
            "--dialect ngspice or plain keeps their cards as they are."
        )
