"""Named accuracies: documented sets of ngspice options and of time-step rules."""

from __future__ import annotations

from attrs import frozen

from ...circuits.errors import unknown

PARTS = 50
"""A transient is no fewer steps, at any named accuracy."""


@frozen
class Accuracy:
    """Options of ngspice and how the largest time step follows from the circuit.

    The largest step of a transient is the smallest of: `slow / steps_per_slow` (slow: the circuit's
    longest time constant), `fast * steps_of_fast` (fast: the shortest time constant of a nonlinear law),
    and the run over `parts`.

    `reltol` is that of circuits without switches, `reltol_switched` that of circuits with switches, and
    `reltol_kicked` that of circuits in which a switched node drives a controlled source: the charge that it gives is
    as wrong as its pulse is long.
    """

    name: str
    reltol: float
    vntol: float
    abstol: float
    charge_floor: float
    trtol: float
    steps_per_slow: float
    steps_of_fast: float
    reltol_switched: float
    reltol_kicked: float
    method: str = "trap"
    watched: float = 1e-8
    """No switch is watched more closely than this part of its control's swing: other elements may move it faster."""
    parts: int = PARTS
    """A transient is no fewer steps."""

    def options(self) -> dict[str, str]:
        """The `.options` line as name and value."""
        return {
            "reltol": repr(self.reltol),
            "vntol": repr(self.vntol),
            "abstol": repr(self.abstol),
            "trtol": repr(self.trtol),
            "method": self.method,
            "itl4": "100",
        }


ACCURACIES = {
    "fast": Accuracy("fast", 1e-5, 1e-7, 1e-13, 1e-6, 1.0, 100, 5, 5e-5, 1e-6),
    "standard": Accuracy("standard", 1e-6, 1e-9, 1e-14, 1e-6, 1.0, 250, 5, 1e-5, 1e-7),
    "reference": Accuracy("reference", 1e-8, 1e-11, 1e-16, 1e-6, 1.0, 2000, 3, 3e-8, 1e-9),
}


def accuracy(name: str | Accuracy) -> Accuracy:
    """Find an accuracy by name.

    Args:
        name: "fast", "standard", "reference", or an accuracy of one's own (`attrs.evolve` of a named one).

    Raises:
        UnknownNameError: another name.
    """
    if isinstance(name, Accuracy):
        return name
    if not isinstance(name, str) or name not in ACCURACIES:
        raise unknown("accuracy", name, ACCURACIES)
    return ACCURACIES[name]
