"""SPICE text from circuits, and ngspice to run it."""

from typing import Any

from .accuracy import ACCURACIES, Accuracy
from .analyses import AC, DCSweep, OperatingPoint, Transient
from .errors import NgspiceMissingError, SimulationError, SimulationTimeout, WorkerDied

__all__ = [
    "AC", "ACCURACIES", "Accuracy", "DCSweep", "Engine", "Job", "NgspiceMissingError", "OperatingPoint",
    "SimulationError", "SimulationTimeout", "Transient", "WorkerDied", "load", "netlist_text", "save", "simulate",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import what is heavy when it is first asked for."""
    if name in ("Engine", "Job", "simulate"):
        from . import engine

        return getattr(engine, name)
    if name in ("load", "save"):
        from . import results

        return getattr(results, name)
    if name == "netlist_text":
        from .text import netlist_text

        return netlist_text
    raise AttributeError(name)
